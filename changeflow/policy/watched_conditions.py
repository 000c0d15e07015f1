"""Until when the answer of a condition holds, where the time that it sees is watched.

The library takes the time as it is. So the comparisons that a condition makes with it are looked
for in its tree: `now - timestamp(x) <= duration("72h")`, `calendar.lead_hours >= 24.0`. Each of them
turns at one moment, which is computed here and tried out with the library. What reads the time in
any other way has an answer for this moment alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.watched_time import (
    ALWAYS,
    BEGINNING,
    END,
    Holding,
    Watch,
    WatchedAnswer,
    WatchedHours,
    WatchedSpan,
    WatchedTime,
    in_hours,
    moment_later,
)
from changeflow.policy.cel_tree import Call, Node, node_of, path_of, paths_in
from changeflow.policy.operands import ConditionError, Part

NOW: Final = ("now",)
_CALENDAR: Final = "calendar"
_LEAD: Final = ("calendar", "lead_hours")
_STEP: Final = timedelta.resolution
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
    "_==_": operator.eq,
    "_!=_": operator.ne,
}
_SUMS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"_+_": operator.add, "_-_": operator.sub}

_WATCHED: Final = (WatchedTime, WatchedSpan, WatchedHours)

Facts = Mapping[str, Any]
# evaluates an expression of the library with facts
Evaluate = Callable[[Any, Facts], Any]


class _UnclearError(Exception):
    """The condition reads the time in a way that is not known here."""


# as the library or Python says that something is no time, or beyond the calendar
_UNCLEAR: Final = (_UnclearError, ValueError, LookupError, TypeError, OverflowError)


@dataclass(frozen=True)
class TimedFacts:
    """Facts of which some are watched.

    Attributes:
        watch: of the time.
        facts: as they were given.
        plain: the same, with times as the library takes them.
        times: the facts that are times.
        answers: how long others hold.
    """

    watch: Watch
    facts: Facts
    plain: Facts
    times: frozenset[tuple[str, ...]]
    answers: Mapping[tuple[str, ...], Holding]

    def at(self, moment: datetime) -> Facts:
        """Return what the library sees at another moment.

        Raises:
            OverflowError: beyond the calendar.
        """
        passed = moment - self.watch.at
        found = dict(self.plain)
        if NOW in self.times:
            found["now"] = self.plain["now"] + passed
        if _LEAD in self.times:
            span = self.facts[_CALENDAR]["lead_hours"].span
            found[_CALENDAR] = self.plain[_CALENDAR] | {"lead_hours": in_hours(span.after(passed))}
        return found


def timed(facts: Facts) -> TimedFacts | None:
    """Return facts with what is watched among them; None where nothing is."""
    now, calendar = facts.get("now"), facts.get(_CALENDAR)
    watch = now.watch if isinstance(now, WatchedTime) else None
    times: set[tuple[str, ...]] = {NOW} if watch is not None else set()
    answers: dict[tuple[str, ...], Holding] = {}
    shown: dict[str, Any] = {}
    for name, value in calendar.items() if isinstance(calendar, dict) else ():
        if isinstance(value, WatchedHours):
            watch = value.span.watch
            times.add((_CALENDAR, name))
            shown[name] = float(value)
        elif isinstance(value, WatchedAnswer):
            watch = value.watch
            answers[_CALENDAR, name] = value.holding
            shown[name] = value.value
    if watch is None:
        return None
    plain = dict(facts)
    if isinstance(now, WatchedTime):
        plain["now"] = now.unnoted
    if shown:
        plain[_CALENDAR] = {**facts[_CALENDAR], **shown}
    return TimedFacts(watch, facts, plain, frozenset(times), answers)


def note_times(part: Part, facts: TimedFacts, evaluate: Evaluate) -> None:
    """Note until when an expression has the answer that it has.

    Args:
        part: the expression.
        facts: what it sees.
        evaluate: evaluates an expression of the library; raises an error that is the same at any
            time where the expression does not see the time.
    """
    read = _paths(part.node)
    for path, holding in facts.answers.items():
        if path in read or path[:1] in read:
            facts.watch.narrow(holding)
    try:
        _Reading(facts, evaluate).note(part)
    except (*_UNCLEAR, ConditionError):
        facts.watch.only_now()


@lru_cache(maxsize=4_096)
def _paths(node: bytes) -> frozenset[tuple[str, ...]]:
    return frozenset(path[:2] for path in paths_in(node_of(node)))


@lru_cache(maxsize=4_096)
def _node(node: bytes) -> Node:
    return node_of(node)


class _Reading:
    """Reads what an expression compares the time with."""

    def __init__(self, facts: TimedFacts, evaluate: Evaluate) -> None:
        self._facts, self._evaluate = facts, evaluate

    def note(self, part: Part) -> None:
        """Note when the comparisons in an expression turn.

        Raises:
            _UnclearError: when the time is read in another way.
        """
        if not self._sees_time(part):
            return
        node = _node(part.node)
        if isinstance(node, Call) and node.function in _COMPARISONS:
            self._note_comparison(part, _COMPARISONS[node.function])
        elif part.parts_inside:
            for one in part.parts_inside:
                self.note(one)
        else:
            raise _UnclearError

    def _sees_time(self, part: Part) -> bool:
        read = _paths(part.node)
        if not read.isdisjoint(self._facts.times):
            return True
        return _LEAD in self._facts.times and (_CALENDAR,) in read

    def _note_comparison(self, part: Part, compare: Callable[[Any, Any], Any]) -> None:
        watch = self._facts.watch
        try:
            sides = [self._value(one) for one in part.operands]
        except ConditionError:
            # It fails at any time.
            return
        answer, holding = watch.noted(lambda: compare(*sides))
        # One that compares the time and never turns is tried out at no other moment.
        never_turns = holding == ALWAYS and any(isinstance(side, _WATCHED) for side in sides)
        if never_turns or not self._is_proven(part, answer, holding):
            raise _UnclearError
        watch.narrow(holding)

    def _value(self, part: Part) -> Any:
        """Return one side of a comparison.

        Raises:
            _UnclearError: when it is no sum of the time and what is fixed.
            ConditionError: when it cannot be evaluated, whatever the time is.
        """
        if not self._sees_time(part):
            return self._evaluate(part.expression, self._facts.plain)
        path = next(iter(_paths(part.node)))
        node = _node(part.node)
        if not isinstance(node, Call) or node.function == "_[_]":
            return self._time(part, path)
        if node.function in _SUMS:
            one, other = (self._value(operand) for operand in part.operands)
            return _SUMS[node.function](one, other)
        if node.function == "_?_:_":
            condition, then, otherwise = part.operands
            if self._sees_time(condition):
                raise _UnclearError
            chosen = self._evaluate(condition.expression, self._facts.plain)
            return self._value(then if chosen is True else otherwise)
        raise _UnclearError

    def _time(self, part: Part, path: tuple[str, ...]) -> Any:
        """Return the time that an expression is."""
        if path_of(_node(part.node)) != path:
            raise _UnclearError
        return self._facts.facts["now"] if path == NOW else self._facts.facts[_CALENDAR][path[1]]

    def _is_proven(self, part: Part, answer: object, holding: Holding) -> bool:
        """Return whether the library has the same answer, and turns at the same moments."""
        found: list[tuple[datetime | None, object]] = [(self._facts.watch.at, answer)]
        if holding.since > BEGINNING:
            before = moment_later(holding.since, -_STEP)
            found += [(holding.since, answer), (before, not answer)]
        if holding.until < END:
            last = moment_later(holding.until, -_STEP)
            found += [(last, answer), (holding.until, not answer)]
        for moment, wanted in found:
            if moment is None:
                continue
            seen = self._evaluate(part.expression, self._facts.at(moment))
            if seen is not wanted:
                return False
        return True
