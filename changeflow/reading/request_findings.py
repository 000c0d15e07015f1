"""The rules of `check` for one request, as a gate asks them: held against the base, because the base judges."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.checks.context import gather
from changeflow.checks.requests import findings
from changeflow.documents.document import Document
from changeflow.documents.loader import load
from changeflow.model.findings import Finding
from changeflow.repo.source import Source


def problems_of_request(head: Source, path: str, judging: Iterable[Document], base: Source) -> tuple[Finding, ...]:
    """Errors in one request.

    Args:
        head: where the request is.
        path: its file there.
        judging: the documents of the base.
        base: where other requests are looked for, beside the head: a dependency may be proposed together with the request.
    """
    known = frozenset(name.split("/")[1] for source in (head, base) for name in source.entries() if _is_request(name))
    facts = gather(judging, known, frozenset(), ())
    found = (finding for document in load(head.read(path), path).documents for finding in findings(document, facts))
    return tuple(finding for finding in found if finding.level == "error")


def _is_request(path: str) -> bool:
    return path.startswith("changes/") and path.endswith("/rfc.yaml")
