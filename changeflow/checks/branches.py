"""Rules about what a branch touches, beside what its requests declare."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from changeflow.checks.any_shape import mappings, text
from changeflow.documents.document import Document, found_in_file
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.paths import shown

# `check` of a repository whose items say nothing of what belongs to them does without
if TYPE_CHECKING:
    from changeflow.model.scope import BranchScope, TouchedItem


def branch_findings(
    scope: BranchScope, requests: Mapping[str, Document], prefix: str, main: str
) -> Iterator[Finding]:
    """Yield what a branch touches and its requests do not declare, and the other way round.

    Args:
        scope: what it touches.
        requests: the requests that it brings or alters, by the ids of their changes.
        prefix: from the top of the git repository to the change repository.
        main: the main branch, as a person names it.
    """
    for unread in scope.unread:
        path = shown(_from(prefix, unread.path))
        yield found_in_file("scope-unread", path, why=[unread.why])
    asked = _asked(requests.values())
    for one in scope.missing:
        if asked is None:
            yield _without_request(one, prefix, main)
        else:
            yield _undeclared(one, asked)
    for change, document in requests.items():
        yield from _untouched(document, scope.untouched(change))


def _asked(requests: Iterable[Document]) -> Document | None:
    """Return the request that is to declare more: the first that is no draft, or else the first."""
    listed = sorted(requests, key=lambda one: (one.spec.get("draft") is True, one.path))
    return listed[0] if listed else None


def _undeclared(one: TouchedItem, request: Document) -> Finding:
    data = one.told()
    route = ("spec", "items")
    if one.proposed:
        data.pop("case", None)
        return request.found("scope-proposed", route, level="warning", **data)
    draft = request.spec.get("draft") is True
    return request.found("scope-undeclared", route, level="warning" if draft else "error", **data)


def _without_request(one: TouchedItem, prefix: str, main: str) -> Finding:
    path, line = shown(_from(prefix, one.touch.path)), one.touch.line
    data = one.told() | {"base": main}
    data.pop("case", None)
    place = (line, 1 if line else 0)
    return found_in_file("scope-no-request", path, level="warning", place=place, **data)


def _untouched(request: Document, untouched: Iterable[str]) -> Iterator[Finding]:
    names = set(untouched)
    for route, item in mappings(request.spec.get("items"), ("spec", "items")):
        ci = text(item.get("ci"))
        if ci in names:
            yield request.found("scope-untouched", (*route, "ci"), level="warning", ci=ci)


def _from(prefix: str, path: str) -> str:
    """Return a path from the top of the git repository as one from the change repository."""
    return posixpath.relpath(path, prefix) if prefix else path


_rule = FindingRule
RULES: Final = (
    _rule(
        "scope-undeclared",
        "error",
        "The branch touches an item by `spec.maps` of the base, and none of its requests declares it.",
        in_draft="warning",
    ),
    _rule(
        "scope-proposed",
        "warning",
        "The same by what only the branch itself says belongs to the item.",
    ),
    _rule(
        "scope-no-request",
        "warning",
        "The branch touches an item, and there is no request in it.",
    ),
    _rule(
        "scope-untouched",
        "warning",
        "A request declares an item with `spec.maps`, and the branch touches nothing of it.",
    ),
    _rule(
        "scope-unread",
        "error",
        "A Terraform plan or manifest of the branch cannot be read, so that it may change any item.",
    ),
    _rule(
        "scope-unknown",
        "warning",
        "What the branch touches is not known, because the main branch or its history is missing.",
    ),
)
