"""The documents of releases of one state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from changeflow import errors
from changeflow.model.document_paths import RELEASES
from changeflow.model.post_implementation import Release
from changeflow.reading.state import State
from changeflow.release.release_order import CircleError, ReleaseOrder, order


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


def order_of(state: State, release: Release) -> ReleaseOrder:
    """Return the order of the changes of a release, by their requests in a state.

    Raises:
        CircleError: when they depend on each other in a circle.
        errors.Unreadable: when a request cannot be read.
        errors.NothingToDo: when there is none.
    """
    needs: dict[str, Sequence[str]] = {}
    for change in release.spec.changes:
        needs[change] = state.change(change).change.spec.depends_on
    return order(release.spec.changes, needs)


def runs_beside(state: State, change: str) -> frozenset[str]:
    """Return the changes that may be under way at the same time as a change, in its environments.

    They are in a release with it that lets changes run in parallel, and neither depends on the
    other. A release whose order is not known allows none.

    Args:
        state: of the main branch, whose releases have been reviewed.
        change: the change.
    """
    found: set[str] = set()
    for release in releases_of(state).by_change().get(change, ()):
        if release.spec.parallel == 1:
            continue
        try:
            found |= order_of(state, release).beside(change)
        except (CircleError, errors.Unreadable, errors.NothingToDo):
            continue
    return frozenset(found)
