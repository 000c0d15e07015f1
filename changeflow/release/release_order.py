"""The order of the changes of a release: what waits for what, and who may run beside whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from changeflow.lazy_dataclass import dataclass


class CircleError(Exception):
    """Changes depend on each other in a circle; `changes` are those that can never start."""

    def __init__(self, changes: Sequence[str]) -> None:
        super().__init__(", ".join(changes))
        self.changes = tuple(changes)


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """The changes of a release in the order in which they start one after the other.

    Attributes:
        changes: as the release lists them, except that a change comes after those it depends on.
        needs: for each the changes of the release that it depends on, also by way of others.
    """

    changes: tuple[str, ...]
    needs: Mapping[str, frozenset[str]]

    def stages(self) -> tuple[tuple[str, ...], ...]:
        """Return the changes by stage: each depends on one of the stage before, and on none later."""
        depth: dict[str, int] = {}
        for change in self.changes:
            depth[change] = 1 + max((depth[one] for one in self.needs[change]), default=-1)
        found: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
        for change in self.changes:
            found[depth[change]].append(change)
        return tuple(map(tuple, found))

    def ready(self, done: Iterable[str]) -> tuple[str, ...]:
        """Return the changes that are not done and depend on nothing but what is."""
        over = frozenset(done)
        return tuple(
            change for change in self.changes if change not in over and self.needs[change] <= over
        )

    def beside(self, change: str) -> frozenset[str]:
        """Return the changes that a change does not depend on, and that do not depend on it."""
        others = (one for one in self.changes if one != change)
        return frozenset(
            one for one in others if one not in self.needs[change] and change not in self.needs[one]
        )

    def backward(self) -> tuple[str, ...]:
        """Return the changes in the order in which they are taken back: the last one first."""
        return self.changes[::-1]


def order(changes: Sequence[str], depends_on: Mapping[str, Iterable[str]]) -> ReleaseOrder:
    """Return the order of the changes of a release.

    Args:
        changes: as the release lists them.
        depends_on: what each depends on. Changes of no release are passed over: gates ask for them.

    Raises:
        CircleError: when they depend on each other in a circle.
    """
    listed = tuple(dict.fromkeys(changes))
    direct = {one: frozenset(depends_on.get(one, ())) & frozenset(listed) for one in listed}
    needs: dict[str, frozenset[str]] = {}
    while len(needs) < len(listed):
        left = [one for one in listed if one not in needs]
        ready = [one for one in left if direct[one] <= needs.keys()]
        if not ready:
            raise CircleError(left)
        first = ready[0]
        needs[first] = direct[first].union(*(needs[one] for one in direct[first]))
    return ReleaseOrder(tuple(needs), needs)
