"""`calendar` as conditions see it: freezes, windows, and the business hours and holidays of a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from changeflow.lazy_dataclass import dataclass
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest
from changeflow.model.phrases import Told
from changeflow.model.watched_time import answer_during, in_hours, noted
from changeflow.policy.cel import LateFacts, at_hand
from changeflow.schedule.rrule import RecurrenceError
from changeflow.schedule.windows import Timing, time_asked

# what finds the ids of the hours or holidays that a time touches
Find = Callable[[Sequence[Calendar], datetime, datetime], list[str]]


@dataclass(frozen=True, eq=False)
class CalendarFacts(LateFacts):
    """The facts of calendars. What is not known is absent, as where a year has no known holidays.

    Attributes:
        unknown: why a fact that was asked for is not known, by its name.
    """

    unknown: dict[str, Told] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        """Yield the names of what is known."""
        return filter(self._is_known, self.makers)

    def __len__(self) -> int:
        """Return how many facts are known."""
        return len([*self])

    def some(self, names: Collection[str] | None) -> dict[str, Any]:
        """See `LateFacts.some`."""
        asked = [name for name in self.makers if names is None or name in names]
        return {name: self[name] for name in filter(self._is_known, asked)}

    def but(self, **others: Any) -> CalendarFacts:
        """See `LateFacts.but`."""
        found = super().but(**others)
        return CalendarFacts(found.makers, found.known, self.unknown)

    def _is_known(self, name: str) -> bool:
        try:
            self[name]
        except RecurrenceError as error:
            self.unknown[name] = error.why
            return False
        return True


def calendar_facts(
    timing: Timing,
    change: ChangeRequest,
    calendars: Sequence[Calendar],
    now: datetime,
) -> CalendarFacts:
    """Return `calendar`: freezes, windows, and the lead time in hours (0 without a window).

    `calendar.business_hours` and `calendar.holiday` are the ids of the hours and of the holidays
    that the time of the change touches, in any calendar: its window, or what is left of it, or
    now where it has none. They are looked for when a condition reads them.

    Args:
        timing: what calendars say of the change.
        change: the change.
        calendars: of the team, in its zone.
        now: the time.
    """
    frozen: list[str] = []
    exempted: list[str] = []
    for hit in timing.freezes:
        if hit.exempt:
            exempted.append(hit.id)
        else:
            frozen.append(hit.id)
    known: dict[str, Any] = {
        "freezes": frozen,
        "exempted": exempted,
        "in_window": timing.in_window,
        "window_past": timing.window_past,
        "has_window": timing.lead is not None,
        "lead_hours": _in_hours(timing.lead),
        "window_hours": _in_hours(timing.length),
        "in_maintenance": answer_during(timing.maintenance, timing.windows_hold, now),
        "outside_windows": answer_during(timing.outside, timing.windows_hold, now),
    }
    makers: dict[str, Callable[[], Any]] = {}
    for name, value in known.items():
        makers[name] = at_hand(value)

    def touched(find: Callable[[], Find]) -> Any:
        def look() -> list[str]:
            since, until = time_asked(change, now, starting=False)
            return find()(calendars, since, until)

        return answer_during(*noted(now, look), now)

    late = {"business_hours": lambda: touched(_hours), "holiday": lambda: touched(_holidays)}
    return CalendarFacts({**makers, **late}, known)


def _hours() -> Find:
    # few rules ask for hours or holidays
    from changeflow.schedule.day_patterns import hours_touched

    return hours_touched


def _holidays() -> Find:
    from changeflow.schedule.day_patterns import holidays_touched

    return holidays_touched


def _in_hours(value: timedelta | None) -> float:
    return in_hours(value) if value is not None else 0.0
