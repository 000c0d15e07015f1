"""The forward schedule of change as text, JSON, CSV and iCalendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from changeflow.model.answers.schedule import ScheduleAnswer, ScheduledChange
from changeflow.model.document_parts import format_instant
from changeflow.render.csv_table import csv_table
from changeflow.render.factors import hardness, what_collides, what_to_do
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import MACHINE, Presentation, fitted, for_programs

if TYPE_CHECKING:
    from icalendar import Event

_NOT_PLANNED: Final = ("withdrawn", "rejected")
# conflicts of a change that the text shows
_FEW: Final = 5
_TENTATIVE: Final = ("", "submitted", "assessed")
_HEADINGS: Final = (
    "change",
    "title",
    "type",
    "start",
    "end",
    "items",
    "environments",
    "implementer",
    "state",
    "conflicts",
    "freezes",
)


def text(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render a line for each change by start, then the freezes."""
    start, end = format_instant(schedule.from_), format_instant(schedule.to)
    lines = [to.says("schedule.heading", start=start, end=end), ""]
    for change in schedule.changes:
        lines += _change_lines(change, to)
    if not schedule.changes:
        lines.append(to.says("schedule.empty"))
    for freeze in schedule.freezes:
        start, end = format_instant(freeze.start), format_instant(freeze.end)
        said = to.says("schedule.freeze", start=start, end=end, name=freeze.name)
        lines.append(to.painted("freeze", said))
    for name in schedule.unreadable:
        lines.append(to.says("schedule.unreadable", path=name))
    return "\n".join(lines) + "\n"


def _change_lines(change: ScheduledChange, to: Presentation) -> list[str]:
    window = f"{to.time(change.start)}  {to.time(change.end)}"
    titled = to.says("schedule.titled", type=change.type, title=change.title)
    where: dict[str, Any] = {"items": list(change.items), "environments": list(change.environments)}
    if change.state:
        where |= {"case": "state", "state": change.state}
    named = f"{change.change}  {titled}"
    lines = [f"{window}  {named}"] if to.width is None else [window, f"    {named}"]
    lines.append(f"    {to.says('schedule.touches', **where)}")
    for found in change.conflicts[:_FEW]:
        said = to.says("schedule.conflict", case=hardness(found), what=what_collides(found, to))
        lines.append(f"    {to.painted('conflict', said)}")
        lines.append(f"      {what_to_do(found, to)}")
    if change.conflicts_total > _FEW:
        lines.append(f"    {to.says('schedule.more_conflicts', count=change.conflicts_total - _FEW)}")
    if change.freezes:
        said = to.says("schedule.frozen", freezes=list(change.freezes))
        lines.append(f"    {to.painted('freeze', said)}")
    return lines


def as_csv(schedule: ScheduleAnswer) -> str:
    """Render RFC 4180, a row for each change."""
    rows = [_HEADINGS]
    for one in schedule.changes:
        rows.append(
            (
                one.change,
                one.title,
                one.type,
                format_instant(one.start),
                format_instant(one.end),
                " ".join(one.items),
                " ".join(one.environments),
                one.implementer or "",
                one.state,
                " ".join(dict.fromkeys(other.change for other in one.conflicts)),
                " ".join(one.freezes),
            )
        )
    return csv_table(rows)


def ics(schedule: ScheduleAnswer, to: Presentation = MACHINE) -> str:
    """Render an iCalendar (RFC 5545) with an event for each change and each freeze.

    Times are in UTC: the reader's calendar shows them in its own zone.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//changeflow//forward schedule of change//EN")
    calendar.add("version", "2.0")
    for one in schedule.changes:
        if one.state in _NOT_PLANNED:
            continue
        event = _event(
            Event(), one.change, f"{one.change}: {one.title}", one.start, one.end, schedule.from_
        )
        event.add("status", "TENTATIVE" if one.state in _TENTATIVE else "CONFIRMED")
        event.add("description", _described(one, to))
        calendar.add_component(event)
    for freeze in schedule.freezes:
        uid = f"{freeze.calendar}-{freeze.id}-{format_instant(freeze.start)}"
        calendar.add_component(
            _event(
                Event(),
                uid,
                to.says("schedule.event_of_freeze", name=freeze.name),
                freeze.start,
                freeze.end,
                schedule.from_,
            )
        )
    text: str = calendar.to_ical().decode("utf-8")
    return text


def _described(change: ScheduledChange, to: Presentation) -> str:
    return to.says(
        "schedule.event",
        type=change.type,
        items=list(change.items),
        environments=list(change.environments),
    )


def _event(
    event: Event, uid: str, summary: str, start: datetime, end: datetime, stamp: datetime
) -> Event:
    # The stamp is the period's beginning and not the clock, so that equal schedules are equal
    # files.
    for name, value in (
        ("uid", f"{uid}@changeflow"),
        ("summary", summary),
        ("dtstart", start),
        ("dtend", end),
        ("dtstamp", stamp),
    ):
        event.add(name, value)
    return event


FORMATS: Final[dict[str, Callable[[ScheduleAnswer, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
    "csv": for_programs(as_csv),
    "ics": ics,
}
