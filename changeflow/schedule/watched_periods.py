"""The periods of a calendar that overlap a watched time, and until when these are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from changeflow.model.watched_time import (
    BEGINNING,
    END,
    Holding,
    WatchedTime,
    hold,
    moment_later,
    unnoted,
)
from changeflow.schedule.rrule import RecurrenceError

# how far around a watched time periods are looked for, less far where that reaches into a year that
# is not known, and how many of them at most
_AROUND: Final = (timedelta(days=7), timedelta(days=1))
_MOST: Final = 1_000

Interval = tuple[datetime, datetime]
Overlapping = Callable[[datetime, datetime], Iterator[Interval]]


def around(overlapping: Overlapping, since: datetime, until: datetime) -> Iterator[Interval]:
    """Yield the periods that overlap [since, until), chosen from those around it.

    Args:
        overlapping: yields the periods that overlap a time which is not watched.
        since: watched, or not.
        until: watched, or not.

    Raises:
        RecurrenceError: as `overlapping`.
    """
    begin, end = unnoted(since), unnoted(until)
    for beside in _AROUND:
        first, last = moment_later(begin, -beside) or BEGINNING, moment_later(end, beside) or END
        found = _known(overlapping, first, last)
        if found is not None:
            break
    else:
        for moment in (since, until):
            if isinstance(moment, WatchedTime):
                moment.watch.only_now()
        yield from overlapping(begin, end)
        return
    hold(since, Holding(first, moment_later(begin, beside) or END))
    hold(until, Holding(moment_later(end, -beside) or BEGINNING, last))
    for one in found:
        if one[0] < until and one[1] > since:
            yield one


def _known(overlapping: Overlapping, since: datetime, until: datetime) -> list[Interval] | None:
    """Return the periods that overlap [since, until); None where they are unknown or very many."""
    try:
        found = list(islice(overlapping(since, until), _MOST + 1))
    except RecurrenceError:
        return None
    return found if len(found) <= _MOST else None
