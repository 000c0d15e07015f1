"""The rules of `check` for one request, as a gate asks them: held against the base, because the base judges."""

from __future__ import annotations

from changeflow.checks.context import gather
from changeflow.checks.run import findings
from changeflow.hosts.table import hosts_with_reviews
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.findings import Finding
from changeflow.reading.state import State


def problems_of_request(head: State, path: str, base: State) -> tuple[Finding, ...]:
    """Errors in one request.

    Args:
        head: where the request is.
        path: its file there.
        base: what judges, and where other requests are looked for beside the head: a dependency
            may be proposed together with the request.
    """
    known = frozenset(
        change
        for source in (head, base)
        for path in source.entries()
        if (change := change_of_rfc(path))
    )
    facts = gather(base.rulebook.documents, known, frozenset(), (), hosts_with_reviews())
    found = (
        finding
        for document in head.parsed(path).documents
        for finding in findings(document, facts)
    )
    return tuple(finding for finding in found if finding.level == "error")
