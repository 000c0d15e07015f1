"""Recurrence rules in words, for people who read no RFC 5545.

A rule is told in words where all of it can be; else it stands as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Final

from changeflow.model.document_parts import format_instant
from changeflow.render.presentation import Presentation
from changeflow.schedule.rrule import RecurrenceError, RecurrenceRule, Until, parse_rule

# ordinals of weekdays that have words; 0 is every one
_ORDINALS: Final = (0, 1, 2, 3, 4, -1)
_LAST: Final = -1
# any Monday
_MONDAY: Final = date(2024, 1, 1)


def repetition(text: str, to: Presentation) -> str:
    """Return how a period repeats: `every 2 weeks, on Monday`, or the rule where it has no words."""
    try:
        rule = parse_rule(text)
    except RecurrenceError:
        return text
    if not _has_words(rule):
        return text
    return reduce(lambda said, part: to.says("repeats.and", said=said, part=part), _parts(rule, to))


def _has_words(rule: RecurrenceRule) -> bool:
    """Return whether every part of a rule can be told, and has one meaning with the others."""
    finer = rule.by_second | rule.by_minute | rule.by_hour
    if finer or rule.by_yearday or rule.by_weekno or rule.by_setpos:
        return False
    if rule.by_day and rule.by_monthday:
        return False
    if any(day < _LAST for day in rule.by_monthday):
        return False
    ordinals = {ordinal for ordinal, _ in rule.by_day}
    # of a year, the first Monday is another one than of a month
    of_year = rule.frequency == "YEARLY" and not rule.by_month
    return ordinals <= ({0} if of_year else set(_ORDINALS))


def _parts(rule: RecurrenceRule, to: Presentation) -> Iterator[str]:
    case = rule.frequency.casefold()
    if rule.interval > 1:
        yield to.says("repeats.every_some", case=case, count=rule.interval)
    else:
        yield to.says("repeats.every", case=case)
    if rule.by_month:
        months = [to.says("repeats.month", case=str(month)) for month in sorted(rule.by_month)]
        yield to.says("repeats.months", months=months)
    if rule.by_day:
        yield to.says("repeats.weekdays", weekdays=list(_weekdays(rule.by_day, to)))
    days = sorted(day for day in rule.by_monthday if day > 0)
    if days:
        yield to.says("repeats.days", days=list(map(str, days)))
    if _LAST in rule.by_monthday:
        yield to.says("repeats.last_day")
    if rule.count is not None:
        yield to.says("repeats.times", count=rule.count)
    if rule.until is not None:
        yield to.says("repeats.until", until=_end(rule.until, to))


def _weekdays(days: Iterable[tuple[int, int]], to: Presentation) -> Iterator[str]:
    """Yield weekdays from Monday on, the last ones of a month at the end."""
    for ordinal, weekday in sorted(days, key=lambda day: (day[0] < 0, *day)):
        day = (_MONDAY + timedelta(days=weekday)).isoformat()
        if ordinal:
            yield to.says("repeats.ordinal", case=str(ordinal), weekday=day)
        else:
            yield to.shows("weekday", day)


def _end(until: Until, to: Presentation) -> str:
    if not isinstance(until, datetime):
        return until.isoformat()
    if until.tzinfo is None:
        return until.isoformat(sep=" ", timespec="minutes")
    return to.shows("time", format_instant(until))
