"""The forward schedule of change as iCalendar (RFC 5545): an event for each change and each freeze."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from changeflow.model.answers.schedule import ScheduleAnswer, ScheduledChange
from changeflow.model.document_parts import format_instant
from changeflow.model.event_versions import EventVersion
from changeflow.render.presentation import MACHINE, Presentation

if TYPE_CHECKING:
    from icalendar import Event

# the time of a draft is not asked for, or no longer: a calendar that has its event takes it away
_CANCELLED: Final = ("withdrawn", "rejected", "draft")
_TENTATIVE: Final = ("", "submitted", "assessed")


def ics(
    schedule: ScheduleAnswer,
    to: Presentation = MACHINE,
    versions: Mapping[str, EventVersion] | None = None,
) -> str:
    """Render an iCalendar with an event for each change that has a window, and for each freeze.

    Times are in UTC: the reader's calendar shows them in its own zone. The identifier of an event
    stays the same whatever becomes of the change, and its number rises with each update, so that a
    calendar moves or cancels the event that it has.

    Args:
        schedule: the changes and freezes.
        to: the reader.
        versions: how often each change was updated, and when; None: that is not known.
    """
    from icalendar import Calendar, Event

    known = versions or {}
    calendar = Calendar()
    calendar.add("prodid", "-//changeflow//forward schedule of change//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for one in schedule.planned:
        version = known.get(one.change, EventVersion(0, schedule.from_))
        summary = f"{one.change}: {one.title}"
        event = _event(Event(), one.change, summary, one.start, one.end, version)
        event.add("status", _status(one))
        event.add("description", _described(one, to))
        calendar.add_component(event)
    for freeze in schedule.freezes:
        uid = f"{freeze.calendar}-{freeze.id}-{format_instant(freeze.start)}"
        name = to.says("schedule.event_of_freeze", name=freeze.name)
        version = EventVersion(0, schedule.from_)
        event = _event(Event(), uid, name, freeze.start, freeze.end, version)
        calendar.add_component(event)
    text: str = calendar.to_ical().decode("utf-8")
    return text


def _status(change: ScheduledChange) -> str:
    if change.state in _CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if change.state in _TENTATIVE else "CONFIRMED"


def _described(change: ScheduledChange, to: Presentation) -> str:
    return to.says(
        "schedule.event",
        type=change.type,
        items=list(change.items),
        environments=list(change.environments),
    )


def _event(
    event: Event, uid: str, summary: str, start: datetime, end: datetime, version: EventVersion
) -> Event:
    # The stamp is that of the data and not the clock, so that equal schedules are equal files.
    for name, value in (
        ("uid", f"{uid}@changeflow"),
        ("summary", summary),
        ("dtstart", start),
        ("dtend", end),
        ("dtstamp", version.at),
        ("last-modified", version.at),
        ("sequence", version.number),
    ):
        event.add(name, value)
    return event
