"""The documents of releases of one state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from changeflow import errors
from changeflow.model.document_paths import RELEASES
from changeflow.model.post_implementation import Release
from changeflow.reading.state import State


class Releases(NamedTuple):
    """The releases of a state.

    Attributes:
        found: each with its path, by path.
        unreadable: paths of those that cannot be read.
    """

    found: Mapping[str, Release]
    unreadable: tuple[str, ...]

    def by_change(self) -> Mapping[str, Sequence[Release]]:
        """Return the releases of each change."""
        of_change: dict[str, list[Release]] = defaultdict(list)
        for release in self.found.values():
            for change in release.spec.changes:
                of_change[change].append(release)
        return of_change


def releases_of(state: State) -> Releases:
    """Return the releases that a state has."""
    found: dict[str, Release] = {}
    lost: list[str] = []
    for path in sorted(state.paths):
        if not (path.startswith(RELEASES) and path.endswith("/release.yaml")):
            continue
        try:
            found[path] = state.document(path, Release)
        except errors.Unreadable:
            lost.append(path)
    return Releases(found, tuple(lost))
