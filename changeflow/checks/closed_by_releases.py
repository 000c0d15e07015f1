"""Whether what a release says that it closes is what one of its changes fixes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from changeflow.checks.any_shape import texts, words_of
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding


def closes_something(content: bytes) -> bool:
    """Return whether a file may hold a release that says what it closes."""
    return b"closes" in content


def unknown_closed(release: Document, fixes: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Find what a release closes and no change of it fixes.

    Args:
        release: the release.
        fixes: what the requests say that they fix, by change. While one of its changes cannot be
            read, nothing is found.
    """
    changes = words_of(release.spec.get("changes"))
    if not all(change in fixes for change in changes):
        return
    known: set[str] = set()
    for change in changes:
        known.update(fixes[change])
    for route, name in texts(release.spec.get("closes"), ("spec", "closes")):
        if name not in known:
            yield release.found("release-closes", route, name=name)


RULES: Final = (
    FindingRule(
        "release-closes",
        "warning",
        "A release closes something that no change of it says that it fixes.",
        kind="Release",
    ),
)
