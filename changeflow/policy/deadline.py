"""Until when a rule about time holds, if nothing happens but that time goes by.

A policy says a deadline as a condition over `now`. People who owe something plan by the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from changeflow.model.policy import Rule
from changeflow.policy.cel import ConditionError, compile_condition, facts_but

# A rule that holds longer than this has no deadline that anybody plans by.
LONGEST: Final = timedelta(days=5 * 366)
_SECOND: Final = timedelta(seconds=1)


# What conditions see at a moment.
Seen = Callable[[datetime], Mapping[str, Any]]


def deadline(
    rule: Rule,
    facts: Mapping[str, Any] | Seen,
    since: datetime,
    likely: datetime | None = None,
) -> datetime | None:
    """Return the last moment, to the second, at which a rule holds.

    It is found by halving: a rule that has failed once stays failed.

    Args:
        rule: with conditions over `now`.
        facts: what they see besides, or a function that says what they see at a moment.
        since: when time began to count; returned where the rule did not hold even then.
        likely: a moment that is tried first, and proven.

    Returns:
        None where the rule holds on and on, or cannot be evaluated.
    """
    holds, fails = since, since + LONGEST
    seen = facts if callable(facts) else _with_time(facts)
    found: datetime | None = None
    try:
        if not _holds(rule, seen(holds)):
            return since
        if likely is not None and _ends_at(rule, seen, likely):
            return likely
        found = _as_before(rule, seen, since)
        if found is not None:
            return found
        if _holds(rule, seen(fails)):
            return None
        while fails - holds > _SECOND:
            middle = holds + (fails - holds) // 2
            if _holds(rule, seen(middle)):
                holds = middle
            else:
                fails = middle
        found = fails.replace(microsecond=0)
        if not _holds(rule, seen(found)):
            found -= _SECOND
    except ConditionError:
        return None
    _spans[_key(rule)] = found - since.replace(microsecond=0)
    return found


# How long each condition held that was asked about last. A register asks the same few of thousands
# of changes, and most allow each of them the same time. It is tried first, and proven.
_spans: dict[tuple[str | None, str | None], timedelta] = {}


def _key(rule: Rule) -> tuple[str | None, str | None]:
    return rule.when, rule.assert_


def _as_before(rule: Rule, seen: Seen, since: datetime) -> datetime | None:
    """Return the deadline if it is as long after the beginning as that of the last change was."""
    span = _spans.get(_key(rule))
    if span is None:
        return None
    last = since.replace(microsecond=0) + span
    return last if _ends_at(rule, seen, last) else None


def _ends_at(rule: Rule, seen: Seen, last: datetime) -> bool:
    """Return whether a moment is the last second in which a rule holds."""
    return _holds(rule, seen(last)) and not _holds(rule, seen(last + _SECOND))


def _with_time(facts: Mapping[str, Any]) -> Seen:
    """Return the function that says what conditions see when nothing changes but the time."""
    return lambda now: facts_but(facts, now=now)


def _holds(rule: Rule, seen: Mapping[str, Any]) -> bool:
    if rule.when is not None and not compile_condition(rule.when).truth(seen):
        return True
    return rule.assert_ is None or compile_condition(rule.assert_).truth(seen)
