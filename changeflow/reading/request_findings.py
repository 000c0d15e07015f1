"""The rules of `check` for one request, as a gate asks them: held against the base, because the base judges."""

from __future__ import annotations

from changeflow.checks.context import RepositoryFacts, gather
from changeflow.checks.run import findings
from changeflow.hosts.table import hosts_with_reviews
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.findings import Finding
from changeflow.reading.state import State


def facts_for_requests(head: State, base: State) -> RepositoryFacts:
    """What the rules of a request ask about.

    A dependency may be proposed together with the request, so it is looked for at both places.
    """
    paths = (*head.entries(), *base.entries())
    known = frozenset(change for path in paths if (change := change_of_rfc(path)))
    return gather(base.rulebook.documents, known, frozenset(), (), hosts_with_reviews())


def problems_of_request(head: State, path: str, facts: RepositoryFacts) -> tuple[Finding, ...]:
    """Errors in one request.

    Args:
        head: where the request is.
        path: its file there.
        facts: what the rules ask about.
    """
    found = (
        finding for document in head.parsed(path).documents for finding in findings(document, facts)
    )
    return tuple(finding for finding in found if finding.level == "error")
