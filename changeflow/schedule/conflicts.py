"""Conflicts of a change with other open changes: why they collide, how hard, and what to do.

docs/decisions/conflicts.md defines each kind. What is compared are pairs; three changes that only
together take too many members of a redundancy group are not found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from changeflow.cmdb.outages import Outages
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Conflict
from changeflow.model.change import ChangeRequest
from changeflow.model.config import ConflictConfig, ConflictKind
from changeflow.schedule.open_changes import OpenChange, OpenChanges
from changeflow.schedule.told_conflicts import Collision, told_conflict

# conflicts that an answer lists of one change
MOST_CONFLICTS: Final = 20
_KINDS: Final[tuple[ConflictKind, ...]] = (
    "same-item", "redundancy", "order", "dependency", "rollback", "person", "environment",
)  # fmt: skip


@dataclass(frozen=True)
class ConflictRules:
    """What configuration says of conflicts.

    Attributes:
        hard: the kinds that keep a change waiting.
        exclusive: the environments in which one change runs at a time.
    """

    hard: frozenset[str] = frozenset({"same-item", "redundancy"})
    exclusive: frozenset[str] = frozenset()

    @classmethod
    def of(cls, config: ConflictConfig) -> ConflictRules:
        """Return the rules of a configuration."""
        return cls(frozenset(config.hard), frozenset(config.exclusive))


def planned_later(change: ChangeRequest, others: Iterable[OpenChange]) -> dict[str, datetime]:
    """Return the dependencies that begin only after the change's window, with their start."""
    window = change.spec.window
    if window is None:
        return {}
    later: dict[str, datetime] = {}
    for other in others:
        if other.id in change.spec.depends_on and other.start >= window.end:
            later[other.id] = other.start
    return later


def collisions(
    mine: OpenChange, other: OpenChange, outages: Outages, rules: ConflictRules
) -> Iterator[Collision]:
    """Yield what is wrong between two changes, as the first one sees it.

    Args:
        mine: the change that is looked at.
        other: another one.
        outages: what fails with items.
        rules: which environments carry one change at a time.
    """
    if mine.id == other.id:
        return
    waits, awaited = other.id in mine.depends_on, mine.id in other.depends_on
    if waits or awaited:
        yield from _in_order(mine, other, waits=waits)
        return
    same = tuple(sorted(set(mine.items).intersection(other.items)))
    if mine.start < other.end and other.start < mine.end:
        yield from _at_once(mine, other, same, outages, rules)
    elif same:
        yield from _after(mine, other, same)


def _in_order(mine: OpenChange, other: OpenChange, *, waits: bool) -> Iterator[Collision]:
    """Yield what is wrong between a change and one that it depends on."""
    first, then = (other, mine) if waits else (mine, other)
    if then.start < first.end:
        case = "waits" if waits else "awaited"
        yield Collision("order", (), then.start, max(first.end, then.end), {"case": case})
    else:
        case = "builds" if waits else "built_on"
        yield Collision("rollback", (), then.start, max(first.over, then.end), {"case": case})


def _at_once(
    mine: OpenChange,
    other: OpenChange,
    same: tuple[str, ...],
    outages: Outages,
    rules: ConflictRules,
) -> Iterator[Collision]:
    """Yield what is wrong between two changes whose windows overlap."""
    start, end = max(mine.start, other.start), min(mine.end, other.end)
    if same:
        yield Collision("same-item", same, start, end)
    else:
        hits = outages.failing_of(other.items, mine.items)
        if hits:
            yield Collision("dependency", hits, start, end)
        elif hit := outages.failing_of(mine.items, other.items):
            yield Collision("dependency", hit, start, end, {"case": "needs"})
    ids = outages.graph.ids
    joint = outages.both(mine.items, other.items)
    if joint:
        names = tuple(sorted(ids[number] for number in joint))
        yield Collision("redundancy", names, start, end)
    if same:
        # what is said of the items says enough
        return
    if mine.implementer and mine.implementer == other.implementer:
        yield Collision("person", (), start, end, {"person": mine.implementer})
    for place in sorted(_places(mine, outages, rules) & _places(other, outages, rules)):
        yield Collision("environment", (), start, end, {"environment": place})


def _places(one: OpenChange, outages: Outages, rules: ConflictRules) -> frozenset[str]:
    """Return the environments of a change that carry one change at a time."""
    if not rules.exclusive:
        return frozenset()
    found = {outages.graph.environment(ci) for ci in one.items}
    return frozenset(place for place in found if place in rules.exclusive)


def _after(mine: OpenChange, other: OpenChange, same: tuple[str, ...]) -> Iterator[Collision]:
    """Yield that one of two changes of the same items runs while the other may still turn back."""
    first, then = (other, mine) if other.end <= mine.start else (mine, other)
    if first.limit is not None and then.start < first.over:
        case = "builds" if then is mine else "built_on"
        yield Collision("rollback", same, then.start, first.over, {"case": f"{case}_items"})


def candidates(mine: OpenChange, others: OpenChanges) -> Iterable[OpenChange]:
    """Return the open changes that may collide with one, each once; the rest cannot.

    What can bring down an item of the change is looked for among the changes of its window only.
    """
    found = [*others.named(mine.depends_on), *others.waiting_for(mine.id)]
    found += others.changing(mine.items)
    found += others.within(mine.start, mine.end)
    return {one.id: one for one in found if one.id != mine.id}.values()


def conflicts(
    mine: OpenChange,
    others: Iterable[OpenChange],
    outages: Outages,
    rules: ConflictRules,
) -> tuple[Conflict, ...]:
    """Return all conflicts of a change: the hard ones first, then by start, change and kind.

    Args:
        mine: the change.
        others: the open changes that may collide with it.
        outages: what fails with items.
        rules: what is hard, and which environments carry one change at a time.
    """
    found = Conflicting(mine, rules)
    for other in others:
        found.compare(other, outages)
    return found.told(None)


# soft or hard, when it begins, with which change, of which kind
_Rank = tuple[bool, datetime, str, int]


class Conflicting:
    """The conflicts of one change, put into words where they are asked for.

    Args:
        mine: the change.
        rules: what is hard, and which environments carry one change at a time.
    """

    def __init__(self, mine: OpenChange, rules: ConflictRules) -> None:
        self._mine, self._rules = mine, rules
        self._found: list[tuple[_Rank, OpenChange, Collision]] = []

    def compare(self, other: OpenChange, outages: Outages) -> None:
        """Add what is wrong between the change and another one."""
        for one in collisions(self._mine, other, outages, self._rules):
            rank = (one.kind not in self._rules.hard, one.start, other.id, _KINDS.index(one.kind))
            self._found.append((rank, other, one))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def others(self) -> tuple[str, ...]:
        """Return the changes that it collides with, each once, the hard conflicts first."""
        return tuple(dict.fromkeys(other.id for _, other, _ in self._ranked()))

    def told(self, most: int | None, leave_out: Collection[str] = ()) -> tuple[Conflict, ...]:
        """Return conflicts, the hard ones first, then by start, change and kind.

        Args:
            most: so many; None: all.
            leave_out: changes that do not count.
        """
        first = self.first(most, leave_out)
        hard = self._rules.hard
        return tuple(told_conflict(self._mine, other, one, hard) for other, one in first)

    def first(
        self, most: int | None, leave_out: Collection[str] = ()
    ) -> list[tuple[OpenChange, Collision]]:
        """Return what collides, not yet put into words, in the same order."""
        kept = [(other, one) for _, other, one in self._ranked() if other.id not in leave_out]
        return kept[:most]

    def _ranked(self) -> list[tuple[_Rank, OpenChange, Collision]]:
        # sorting what is sorted takes next to no time
        self._found.sort(key=itemgetter(0))
        return self._found

    def total(self, leave_out: Collection[str] = ()) -> int:
        """Return how many there are, without those with some changes."""
        return sum(other.id not in leave_out for _, other, _ in self._found)


def conflicts_of_all(
    changes: Iterable[OpenChange], outages: Outages, rules: ConflictRules
) -> dict[str, Conflicting]:
    """Return the conflicts of every change with every other, by change.

    Each pair is compared once, and only where both share an item, a failing item, a redundancy
    group, a person, an environment or a place in the order, and are near in time.
    """
    index = _Index(changes, outages, rules)
    found = {one.id: Conflicting(one, rules) for one in index.changes}
    for one, other in index.pairs():
        found[one.id].compare(other, outages)
        found[other.id].compare(one, outages)
    return found


class _Index:
    """Changes by what two of them have in common that may collide, in the order of their starts."""

    def __init__(
        self, changes: Iterable[OpenChange], outages: Outages, rules: ConflictRules
    ) -> None:
        self.changes = sorted(changes, key=lambda one: (one.start, one.id))
        self._outages, self._rules = outages, rules
        self._place = {one.id: place for place, one in enumerate(self.changes)}
        self._longest = timedelta()
        # the places of the changes with a mark, rising; those of an item have its number as mark
        marked: dict[object, list[int]] = {}
        # of each change, the lists of its marks
        self._lists: list[list[list[int]]] = []
        outages.look_up(ci for one in self.changes for ci in one.items)
        for place, one in enumerate(self.changes):
            self._longest = max(self._longest, one.over - one.start)
            lists = [marked.setdefault(mark, []) for mark in self._marks(one)]
            for places in lists:
                places.append(place)
            self._lists.append(lists)
        self._changed = {mark: marked[mark] for mark in marked if isinstance(mark, int)}

    def pairs(self) -> Iterator[tuple[OpenChange, OpenChange]]:
        """Yield pairs that may collide, each once: all that do are among them."""
        starts = [one.start for one in self.changes]
        seen: set[tuple[int, int]] = set()
        for place, one in enumerate(self.changes):
            first = bisect_left(starts, one.start - self._longest)
            end = bisect_left(starts, max(one.over, one.end))
            near = self._near(place, first, end)
            near.update(self._place[name] for name in one.depends_on if name in self._place)
            for other in near:
                pair = (min(place, other), max(place, other))
                if place != other and pair not in seen:
                    seen.add(pair)
                    yield one, self.changes[other]

    def _near(self, place: int, first: int, end: int) -> set[int]:
        """Return the places from `first` to `end` of changes that have something in common with one.

        Where very much fails with a change, that is all of them.
        """
        outage = self._outages.of(self.changes[place].items)
        if len(outage.failing) + len(outage.weakened) > end - first:
            return set(range(first, end))
        near = set[int]()
        for places in self._lists[place]:
            near.update(places[bisect_left(places, first) : bisect_left(places, end)])
        # those that it changes itself are among the marks
        for number in (
            outage.failing if len(outage.failing) > len(self.changes[place].items) else ()
        ):
            places = self._changed.get(number, [])
            near.update(places[bisect_left(places, first) : bisect_left(places, end)])
        return near

    def _marks(self, one: OpenChange) -> Iterator[object]:
        for ci in set(one.items):
            number = self._outages.number_of(ci)
            yield ("item", ci) if number is None else number
        for group in self._outages.of(one.items).weakened:
            yield "group", group
        if one.implementer:
            yield "person", one.implementer
        for place in _places(one, self._outages, self._rules):
            yield "environment", place
