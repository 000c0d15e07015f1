"""The rules of `check` for one request, held against the base, as a gate needs them."""

from __future__ import annotations

from changeflow.checks.context import RepositoryFacts, gather
from changeflow.checks.run import findings
from changeflow.hosts.table import hosts_with_reviews
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.findings import Finding
from changeflow.reading.state import State


def facts_for_requests(head: State, base: State) -> RepositoryFacts:
    """Return the facts for the rules of a request.

    A dependency may be proposed together with the request, so it is looked for at both places.
    """
    paths = (*head.entries(), *base.entries())
    known = frozenset(change for change in map(change_of_rfc, paths) if change)
    return gather(base.rulebook.documents, known, frozenset(), (), hosts_with_reviews())


def problems_of_request(head: State, path: str, facts: RepositoryFacts) -> tuple[Finding, ...]:
    """Errors in one request.

    Args:
        head: where the request is.
        path: its file there.
        facts: the facts for the rules.
    """
    found: list[Finding] = []
    for document in head.parsed(path).documents:
        found += findings(document, facts)
    return tuple(finding for finding in found if finding.level == "error")
