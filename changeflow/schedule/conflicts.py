"""Conflicts of a change with other open changes: why they collide, how hard, and what to do.

docs/decisions/conflicts.md defines each kind. What is compared are pairs; three changes that only
together take too many members of a redundancy group are not found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from changeflow.cmdb.outages import Outages
from changeflow.language.sentences import in_english
from changeflow.model.answers.assessment import Conflict
from changeflow.model.change import ChangeRequest
from changeflow.model.config import ConflictConfig, ConflictKind
from changeflow.model.phrases import Told, told
from changeflow.model.times import format_instant
from changeflow.schedule.open_changes import OpenChange, OpenChanges

# conflicts that an answer lists of one change
MOST_CONFLICTS: Final = 20
_KINDS: Final[tuple[ConflictKind, ...]] = (
    "same-item", "redundancy", "order", "dependency", "rollback", "person", "environment",
)  # fmt: skip


# the sentence of each kind
_CODES: Final[dict[ConflictKind, str]] = {
    "same-item": "conflict.same_item",
    "dependency": "conflict.makes_fail",
    "redundancy": "conflict.redundancy",
    "rollback": "conflict.rollback",
    "person": "conflict.person",
    "environment": "conflict.environment",
    "order": "conflict.order",
}


# the proposal about a kind, where it is not to move one of the two
_PROPOSALS: Final[dict[ConflictKind, str]] = {"rollback": "rollback", "person": "person"}


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


class Collision(NamedTuple):
    """What is wrong between two changes, seen from one of them.

    `data` has what the sentence names beside change and items; its `case` chooses the sentence.
    """

    kind: ConflictKind
    items: tuple[str, ...]
    start: datetime
    end: datetime
    data: Mapping[str, Any] = {}


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
        kept = [(other, one) for _, other, one in self._ranked() if other.id not in leave_out]
        hard = self._rules.hard
        return tuple(_told(self._mine, other, one, hard=one.kind in hard) for other, one in kept[:most])

    def _ranked(self) -> list[tuple[_Rank, OpenChange, Collision]]:
        return sorted(self._found, key=lambda one: one[0])

    def total(self, leave_out: Collection[str] = ()) -> int:
        """Return how many there are, without those with some changes."""
        return sum(other.id not in leave_out for _, other, _ in self._found)


def dead_dependency(change: ChangeRequest, other: str, why: str, rules: ConflictRules) -> Conflict:
    """Return the conflict with a change that this one waits for and that will not be implemented.

    Args:
        change: the one that waits; it has a window.
        other: the one that it waits for.
        why: the state of the other, or that its window is past.
        rules: what is hard.
    """
    window = change.spec.window
    assert window is not None  # noqa: S101 - the caller looked; this is for the type checker
    what = told("conflict.order", case="dead", change=other, state=why)
    proposal = told("conflict.proposal", case="drop", change=other)
    return Conflict(
        change=other,
        kind="order",
        hard="order" in rules.hard,
        items=(),
        overlap_start=window.start,
        overlap_end=window.end,
        first=True,
        proposal=in_english(proposal),
        message=in_english(what),
        data=what,
        advice=proposal,
    )


def _told(mine: OpenChange, other: OpenChange, one: Collision, *, hard: bool) -> Conflict:
    what = told(_CODES[one.kind], **{"change": other.id, "items": list(one.items), **one.data})
    goes_first = _goes_first(mine, other)
    proposal = _proposal(mine, other, one, goes_first=goes_first)
    return Conflict(
        change=other.id,
        kind=one.kind,
        hard=hard,
        items=one.items,
        overlap_start=one.start,
        overlap_end=one.end,
        first=goes_first,
        proposal=in_english(proposal),
        message=in_english(what),
        data=what,
        advice=proposal,
    )


def _goes_first(mine: OpenChange, other: OpenChange) -> bool:
    """Return whether the other goes first: this one waits for it, or it starts earlier."""
    if other.id in mine.depends_on or mine.id in other.depends_on:
        return other.id in mine.depends_on
    return (other.start, other.id) < (mine.start, mine.id)


def _proposal(mine: OpenChange, other: OpenChange, one: Collision, *, goes_first: bool) -> Told:
    """Return what to do: which of the two to move, and to when."""
    first, then = (other, mine) if goes_first else (mine, other)
    until = {"rollback": first.over}.get(one.kind, first.end)
    case = _PROPOSALS.get(one.kind)
    data = {"change": then.id, "first": first.id, "at": format_instant(until)}
    return told("conflict.proposal", case=case, **data)


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
        # the places of the changes with a mark, rising
        self._marked: dict[tuple[str, object], list[int]] = {}
        self._changed: dict[int, list[int]] = {}
        self._longest = timedelta()
        number_of = outages.number_of
        for place, one in enumerate(self.changes):
            self._longest = max(self._longest, one.over - one.start)
            for mark in self._marks(one):
                self._marked.setdefault(mark, []).append(place)
            for ci in set(one.items):
                number = number_of(ci)
                if number is not None:
                    self._changed.setdefault(number, []).append(place)

    def pairs(self) -> Iterator[tuple[OpenChange, OpenChange]]:
        """Yield pairs that may collide, each once: all that do are among them."""
        starts = [one.start for one in self.changes]
        seen: set[tuple[int, int]] = set()
        for place, one in enumerate(self.changes):
            first = bisect_left(starts, one.start - self._longest)
            end = bisect_left(starts, max(one.over, one.end))
            near = self._near(one, first, end)
            near.update(self._place[name] for name in one.depends_on if name in self._place)
            for other in near:
                pair = (min(place, other), max(place, other))
                if place != other and pair not in seen:
                    seen.add(pair)
                    yield one, self.changes[other]

    def _near(self, one: OpenChange, first: int, end: int) -> set[int]:
        """Return the places from `first` to `end` of changes that have something in common with one.

        Where very much fails with a change, that is all of them.
        """
        outage = self._outages.of(one.items)
        if len(outage.failing) + len(outage.weakened) > end - first:
            return set(range(first, end))
        near = set[int]()
        for places in self._lists(one):
            near.update(places[bisect_left(places, first) : bisect_left(places, end)])
        return near

    def _lists(self, one: OpenChange) -> Iterator[list[int]]:
        """Yield the places of changes that have something in common with one."""
        for mark in self._marks(one):
            yield self._marked[mark]
        for number in self._outages.of(one.items).failing:
            if number in self._changed:
                yield self._changed[number]

    def _marks(self, one: OpenChange) -> Iterator[tuple[str, object]]:
        for ci in set(one.items):
            yield "item", ci
        for group in self._outages.of(one.items).weakened:
            yield "group", group
        if one.implementer:
            yield "person", one.implementer
        for place in _places(one, self._outages, self._rules):
            yield "environment", place
