"""The rules of `check` for one request, as a gate asks them: held against the base, because the base judges."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.checks.context import gather
from changeflow.checks.run import findings
from changeflow.documents.document import Document
from changeflow.documents.loader import load
from changeflow.hosts.table import hosts_with_reviews
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.findings import Finding
from changeflow.repo.source import Source


def problems_of_request(
    head: Source, path: str, judging: Iterable[Document], base: Source
) -> tuple[Finding, ...]:
    """Errors in one request.

    Args:
        head: where the request is.
        path: its file there.
        judging: the documents of the base.
        base: where other requests are looked for, beside the head: a dependency may be proposed
            together with the request.
    """
    known = frozenset(
        change
        for source in (head, base)
        for path in source.entries()
        if (change := change_of_rfc(path))
    )
    facts = gather(judging, known, frozenset(), (), hosts_with_reviews())
    found = (
        finding
        for document in load(head.read(path), path).documents
        for finding in findings(document, facts)
    )
    return tuple(finding for finding in found if finding.level == "error")
