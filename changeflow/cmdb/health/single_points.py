"""Single points of failure: items whose failure alone makes a live item of tier 1 or 2 fail."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from changeflow.cmdb.health.articulation import articulation_points
from changeflow.cmdb.health.dominators import NONE, UNREACHED, immediate_dominators
from changeflow.cmdb.health.estate import IMPORTANT, Estate, Found, Problem
from changeflow.cmdb.health.felled import Felled, felled
from changeflow.lazy_dataclass import dataclass

# important items that one must take down to be listed, itself not counted
LEAST: Final = 2
MOST_POINTS: Final = 20
# important items that are named with one
NAMED: Final = 3
# edges that are followed to count exactly what the most dangerous items take down
_MOST_FOLLOWED: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """An item whose failure alone makes important ones fail.

    Attributes:
        ci: its id.
        count: live items of tier 1 and 2 that fail with it, itself not counted.
        items: the nearest of them.
        behind: live items that matter only by way of this one: what fails with it also fails with
            each of them, and so does the item itself.
        ring: how many live items fail with it and it with them; they take down the same.
        only_link: whether the CMDB would fall apart without it, by its hard dependencies: it is
            an articulation point.
    """

    ci: str
    count: int
    items: tuple[str, ...]
    behind: int
    ring: int
    only_link: bool


@dataclass(frozen=True, slots=True)
class SinglePoints:
    """The single points of failure.

    Attributes:
        points: those that take most down, most first.
        total: how many there are; a ring counts once, and those behind another one do not.
        is_exact: whether all items were followed. If not, `total` is an estimate, and another item
            may belong into the list; the numbers of those in it are exact.
        unfollowed: redundancy groups that count as holding, because it would take too long to
            find what passes them.
    """

    points: tuple[SinglePoint, ...]
    total: int
    is_exact: bool
    unfollowed: int


def points_as_problem(found: SinglePoints) -> Found:
    """Return one problem for all single points of failure, at the most dangerous one."""
    if not found.points:
        return Found(())
    worst = found.points[0]
    data = {
        "case": "one" if found.total == 1 else "several",
        "ci": worst.ci,
        "count": worst.count,
        "items": list(worst.items),
        "total": found.total,
    }
    return Found((Problem(worst.ci, "", None, data),))


def single_points(estate: Estate) -> SinglePoints:
    """Return the items whose failure alone makes important ones fail.

    An item that matters only by way of another one is not listed: its immediate dominator, seen
    from the important items, is that other one, which takes down the same. Of a ring only one is.
    `Estate.lists_all` lists all of them, and those that take down a single item.
    """
    failures, everything = estate.failures, estate.lists_all
    least, most = (1, None) if everything else (LEAST, MOST_POINTS)
    important = []
    for node, rank in enumerate(estate.ranks):
        if estate.is_live[node] and 0 < rank <= len(IMPORTANT):
            important.append(node)
    if not important:
        return SinglePoints((), 0, is_exact=True, unfollowed=failures.unfollowed)
    dominators = immediate_dominators(failures.needs, failures.dependents, important)
    counted = felled(estate.condensed, important)
    listed = _listed(estate, dominators, counted, least)
    behind = _behind(dominators, estate.is_live)
    followed = listed if counted.is_exact else _worst_exactly(estate, listed, least, most)
    links = set(articulation_points(failures.dependents, failures.needs)) if listed else set()
    rings = Counter(
        one for one, live in zip(estate.condensed.of, estate.is_live, strict=True) if live
    )
    points = []
    for count, node in followed[:most]:
        ci, near = estate.graph.ids[node], _nearest(estate, node)
        ring = rings[estate.condensed.of[node]] - 1
        points.append(SinglePoint(ci, count, near, behind[node], ring, node in links))
    return SinglePoints(tuple(points), len(listed), counted.is_exact, failures.unfollowed)


def _listed(
    estate: Estate, dominators: Sequence[int], counted: Felled, least: int
) -> list[tuple[int, int]]:
    """Return count and number of the items to list, those that take most down first.

    One is left out if what dominates it is listed.
    """
    counts, is_live, listed = counted.counts, estate.is_live, []
    for node, nearest in enumerate(dominators):
        if nearest == UNREACHED or not is_live[node] or counts[node] < least:
            continue
        above = nearest
        while above != NONE and not is_live[above]:
            above = dominators[above]
        if estate.lists_all or above == NONE or counts[above] < least:
            listed.append((counts[node], node))
    listed = _worst_first(listed)
    if estate.lists_all:
        return listed
    of_ring: dict[int, tuple[int, int]] = {}
    for one in listed:
        of_ring.setdefault(estate.condensed.of[one[1]], one)
    return list(of_ring.values())


def _worst_first(listed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(listed, key=lambda one: (-one[0], one[1]))


def _behind(dominators: Sequence[int], is_live: bytes) -> array[int]:
    """Return for each item how many live ones it dominates."""
    found, waiting = array("i", bytes(4 * len(dominators))), array("i", bytes(4 * len(dominators)))
    for above in dominators:
        if above >= 0:
            waiting[above] += 1
    leaves = [node for node, above in enumerate(dominators) if above >= 0 and not waiting[node]]
    while leaves:
        node = leaves.pop()
        above = dominators[node]
        if above < 0:
            continue
        found[above] += found[node] + is_live[node]
        waiting[above] -= 1
        if not waiting[above]:
            leaves.append(above)
    return found


def _worst_exactly(
    estate: Estate, listed: list[tuple[int, int]], least: int, most: int | None
) -> list[tuple[int, int]]:
    """Return the items that take most down by an estimate, with their exact counts."""
    left = _MOST_FOLLOWED
    found: list[tuple[int, int]] = []
    for _, node in listed:
        if left <= 0 or len(found) == most:
            break
        count = 0
        for other in _failing(estate, node):
            first = estate.failures.dependents.first
            left -= first[other + 1] - first[other] + 1
            count += other != node and _is_important(estate, other)
        if count >= least:
            found.append((count, node))
    return _worst_first(found)


def _is_important(estate: Estate, node: int) -> bool:
    return bool(estate.is_live[node]) and 0 < estate.ranks[node] <= len(IMPORTANT)


def _failing(estate: Estate, start: int) -> Iterator[int]:
    """Yield everything that fails with an item, the nearest first, itself included."""
    dependents = estate.failures.dependents
    seen, reached = {start}, [start]
    while reached:
        yield from reached
        further = []
        for node in reached:
            for other in dependents.after(node):
                if other not in seen:
                    seen.add(other)
                    further.append(other)
        reached = further


def _nearest(estate: Estate, start: int) -> tuple[str, ...]:
    found: list[str] = []
    for node in _failing(estate, start):
        if node != start and _is_important(estate, node):
            found.append(estate.graph.ids[node])
            if len(found) == NAMED:
                break
    return tuple(found)
