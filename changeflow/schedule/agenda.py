"""The periods of calendars within a stretch of time, expanded once for many changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from changeflow.model.calendars import Calendar, CalendarPeriod
from changeflow.schedule.recurrence import Interval, RecurrenceError
from changeflow.schedule.windows import overlapping

# intervals that are kept of one freeze or window
_MOST_KEPT: Final = 10_000


class Agenda:
    """Calendars, expanded once over a stretch of time.

    Args:
        calendars: freezes and maintenance windows.
        since: where the stretch begins.
        until: where it ends.
    """

    def __init__(self, calendars: Iterable[Calendar], since: datetime, until: datetime) -> None:
        self._since, self._until = since, until
        # The periods are held beside their intervals: their identity is the key.
        self._kept: dict[int, tuple[CalendarPeriod, tuple[Interval, ...]]] = {}
        self.complete = True
        for calendar in calendars:
            for period in (*calendar.spec.freezes, *calendar.spec.windows):
                self._keep(period)

    def _keep(self, period: CalendarPeriod) -> None:
        try:
            found = overlapping(period, self._since, self._until)
            intervals = tuple(islice(found, _MOST_KEPT + 1))
        except RecurrenceError:
            intervals = None
        if intervals is None or len(intervals) > _MOST_KEPT:
            self.complete = False
        else:
            self._kept[id(period)] = (period, intervals)

    def overlapping(
        self, period: CalendarPeriod, since: datetime, until: datetime
    ) -> Iterator[Interval]:
        """Yield the periods that overlap [since, until), as `windows.overlapping` does.

        What was not kept, or lies outside of the stretch, is expanded again.

        Raises:
            RecurrenceError: when it cannot be read.
        """
        kept = self._kept.get(id(period))
        if kept is None or not self._since <= since <= until <= self._until:
            return overlapping(period, since, until)
        return (one for one in kept[1] if one[0] < until and one[1] > since)
