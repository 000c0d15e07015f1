"""A legal order for a set of changes, and a time for each in which no two of them collide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from changeflow.cmdb.outages import Outages
from changeflow.gate.reasons import reason
from changeflow.gate_cases.start_slots import FreeTime, StartSlots
from changeflow.gate_cases.start_times import StartTimes
from changeflow.model.answers.decision import Reason, shutting
from changeflow.model.answers.when import Placed, Together, Unplaced
from changeflow.model.change import Window
from changeflow.model.times import END_OF_TIME
from changeflow.schedule.conflicts import ConflictRules, collisions
from changeflow.schedule.open_changes import OpenChange, open_change

# other windows that are tried for one change of the set
_TRIED: Final = 40


def place_together(changes: Mapping[str, StartTimes]) -> Together:
    """Return a legal order of changes, with a time for each.

    One after another gets a time, those first on which others depend, and of these the one whose
    window begins first. All that fit get one within their own windows; only then the others get one
    in another window of the same length.

    Args:
        changes: of the set, by id; they are compared with all changes but each other.
    """
    placing = _Placing(changes)
    order = list(_in_order(changes))
    for name in order:
        placing.place_within(name)
    for name in order:
        placing.place(name)
    placed = sorted(placing.placed.values(), key=lambda one: (one.start, one.change))
    return Together(
        order=tuple(one.change for one in placed),
        placed=tuple(placed),
        unplaced=tuple(placing.unplaced.values()),
    )


def _in_order(changes: Mapping[str, StartTimes]) -> Iterator[str]:
    """Yield changes, those first on which others depend; of a circle those with the first window."""
    left = sorted(changes, key=lambda name: (_start_of(changes[name]), name))
    done: set[str] = set()
    while left:
        ready = [name for name in left if _awaited(changes, name) <= done]
        chosen = (ready or left)[0]
        done.add(chosen)
        left.remove(chosen)
        yield chosen


def _start_of(times: StartTimes) -> datetime:
    window = times.change.spec.window
    return END_OF_TIME if window is None else window.start


def _awaited(changes: Mapping[str, StartTimes], name: str) -> set[str]:
    """Return the changes of the set that one depends on."""
    return {one for one in changes[name].change.spec.depends_on if one in changes and one != name}


class _Placing:
    """Changes of a set that have a time, and those that have none."""

    def __init__(self, changes: Mapping[str, StartTimes]) -> None:
        self._changes = changes
        self.placed: dict[str, Placed] = {}
        self.unplaced: dict[str, Unplaced] = {}
        self._known: dict[str, StartSlots] = {}
        base = next(iter(changes.values())).inputs.base
        self._outages = Outages(base.graph, base.risk_model.weights, base.columns.needs)
        self._rules = ConflictRules.of(base.config.conflicts)

    def place_within(self, name: str) -> None:
        """Find a time for a change within its own window, if there is one."""
        times = self._changes[name]
        if not any(self._hopeless(times)):
            found = self._within(times, self._slots(name), self._earliest(times))
            self.placed.update((one.change, one) for one in found)

    def _slots(self, name: str) -> StartSlots:
        if name not in self._known:
            self._known[name] = StartSlots(self._changes[name])
        return self._known[name]

    def place(self, name: str) -> None:
        """Find any time for a change that has none yet, or say why there is none."""
        if name in self.placed:
            return
        times = self._changes[name]
        hopeless = tuple(self._hopeless(times))
        if hopeless:
            self.unplaced[name] = Unplaced(change=name, reasons=hopeless)
            return
        earliest, slots = self._earliest(times), self._slots(name)
        for placed in (*self._within(times, slots, earliest), *self._moved(times, slots, earliest)):
            self.placed[name] = placed
            return
        self.unplaced[name] = Unplaced(change=name, reasons=tuple(_in_the_way(times)))

    def _hopeless(self, times: StartTimes) -> Iterator[Reason]:
        """Yield what a change waits for that gets no time, or will never be implemented."""
        for other in times.change.spec.depends_on:
            state = times.case.common.dependencies.get(other, "")
            if other in self._changes and other not in self.placed:
                data = {"change": other}
                yield reason("dependency", "pending", "dependency.not_implemented", data)
            elif other not in self._changes and state not in ("", "implemented"):
                data = {"change": other, "case": "state", "state": state}
                yield reason("dependency", "fail", "dependency.not_implemented", data)

    def _earliest(self, times: StartTimes) -> datetime:
        """Return when all that a change depends on is done, by its plan."""
        found = [times.now]
        depends_on = times.change.spec.depends_on
        others = times.inputs.evidence.open_changes(times.inputs.view.base)
        for other in others.named(depends_on):
            if other.id not in self._changes:
                found.append(other.end)
        found += [self.placed[one].end for one in depends_on if one in self.placed]
        return max(found)

    def _within(
        self, times: StartTimes, slots: StartSlots, earliest: datetime
    ) -> Iterator[Placed]:
        """Yield the first time within its own window."""
        window = times.change.spec.window
        for free in slots.within_window() if window is not None else ():
            assert window is not None  # noqa: S101 - for the type checker
            starts = {max(free.start, earliest), *(one.end for one in self.placed.values())}
            for start in sorted(starts):
                if not max(free.start, earliest) <= start < free.end:
                    continue
                if self._is_free(times, Window(start=start, end=window.end)):
                    yield self._placed(times, start, window.end, moved=False)
                    return

    def _moved(
        self, times: StartTimes, slots: StartSlots, earliest: datetime
    ) -> Iterator[Placed]:
        """Yield the first time in another window."""
        more = [one.end for one in self.placed.values()]
        tried: Iterable[FreeTime] = slots.other_windows(earliest, more)
        for count, free in enumerate(tried):
            if count >= _TRIED:
                return
            if self._is_free(times, Window(start=free.start, end=free.end)):
                yield self._placed(times, free.start, free.end, moved=True)
                return

    def _is_free(self, times: StartTimes, window: Window) -> bool:
        """Return whether a change collides hard with none of those that have a time."""
        mine = open_change(times.change, window)
        for other in self.placed.values():
            found = collisions(mine, self._open(other), self._outages, self._rules)
            if any(one.kind in self._rules.hard for one in found):
                return False
        return True

    def _open(self, placed: Placed) -> OpenChange:
        window = Window(start=placed.start, end=placed.end)
        return open_change(self._changes[placed.change].change, window)

    def _placed(
        self, times: StartTimes, start: datetime, end: datetime, *, moved: bool
    ) -> Placed:
        after = [one for one in times.change.spec.depends_on if one in self.placed]
        name = times.change.id
        return Placed(change=name, start=start, end=end, moved=moved, after=tuple(after))


def _in_the_way(times: StartTimes) -> Iterator[Reason]:
    """Yield what stands in the way of a change within its own window, each once."""
    seen: set[str] = set()
    for one in times.stretches:
        for found in one.answer.calendar:
            if found.message not in seen:
                seen.add(found.message)
                yield found
    if not seen:
        yield from shutting(times.stretches[0].answer.decision.reasons)
