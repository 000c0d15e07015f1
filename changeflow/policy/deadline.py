"""Until when a rule about time holds, if nothing happens but that time goes by.

A policy says a deadline as a condition over `now`. People who owe something plan by the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from changeflow.model.policy import Rule
from changeflow.policy.cel import ConditionError, compile_condition

# A rule that holds longer than this has no deadline that anybody plans by.
LONGEST: Final = timedelta(days=5 * 366)
_SECOND: Final = timedelta(seconds=1)


# What conditions see at a moment.
Seen = Callable[[datetime], Mapping[str, Any]]


def deadline(rule: Rule, facts: Mapping[str, Any] | Seen, since: datetime) -> datetime | None:
    """Return the last moment, to the second, at which a rule holds.

    It is found by halving: a rule that has failed once stays failed.

    Args:
        rule: with conditions over `now`.
        facts: what they see besides, or a function that says what they see at a moment.
        since: when time began to count; returned where the rule did not hold even then.

    Returns:
        None where the rule holds on and on, or cannot be evaluated.
    """
    holds, fails = since, since + LONGEST
    seen = facts if callable(facts) else _with_time(facts)
    try:
        if not _holds(rule, seen(holds)):
            return since
        if _holds(rule, seen(fails)):
            return None
        while fails - holds > _SECOND:
            middle = holds + (fails - holds) // 2
            if _holds(rule, seen(middle)):
                holds = middle
            else:
                fails = middle
    except ConditionError:
        return None
    return fails.replace(microsecond=0)


def _with_time(facts: Mapping[str, Any]) -> Seen:
    """Return the function that says what conditions see when nothing changes but the time."""
    return lambda now: {**facts, "now": now}


def _holds(rule: Rule, seen: Mapping[str, Any]) -> bool:
    if rule.when is not None and not compile_condition(rule.when).truth(seen):
        return True
    return rule.assert_ is None or compile_condition(rule.assert_).truth(seen)
