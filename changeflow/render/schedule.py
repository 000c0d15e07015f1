"""The forward schedule of change as text, JSON, CSV and iCalendar."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from changeflow.model.answers import ScheduleAnswer, answer
from changeflow.model.base import format_instant
from changeflow.usecases.schedule.forward_schedule import When

if TYPE_CHECKING:
    from icalendar import Event

_NOT_PLANNED: Final = ("withdrawn", "rejected")
_TENTATIVE: Final = ("", "submitted", "assessed")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\0", "\r", "＝", "＋", "－", "＠")


def text(schedule: ScheduleAnswer) -> str:
    """A line per change by start, freezes after them."""
    lines = [
        (
            f"Forward schedule of change, {format_instant(schedule.from_)} to "
            f"{format_instant(schedule.to)}"
        ),
        "",
    ]
    for one in schedule.changes:
        lines.append(
            f"{format_instant(one.start)}  {format_instant(one.end)}  {one.change}  ({one.type}) "
            f"{one.title}"
        )
        lines.append(
            f"    changes {', '.join(one.items)} in {', '.join(one.environments)}"
            + (f"; {one.state}" if one.state else "")
        )
        lines += [f"    CONFLICT with {', '.join(one.conflicts)}"] if one.conflicts else []
        lines += [f"    FREEZE {', '.join(one.freezes)}"] if one.freezes else []
    lines += [] if schedule.changes else ["no change has a window in this period"]
    lines += [
        f"freeze  {format_instant(one.start)} to {format_instant(one.end)}  {one.name}"
        for one in schedule.freezes
    ]
    lines += [f"unreadable: {name}" for name in schedule.unreadable]
    return "\n".join(lines) + "\n"


def as_json(schedule: ScheduleAnswer) -> str:
    """`changeflow/schedule/v1`."""
    return json.dumps(answer(schedule), indent=2, ensure_ascii=False) + "\n"


def as_csv(schedule: ScheduleAnswer) -> str:
    """RFC 4180, with cells that a spreadsheet would take for a formula made harmless by a leading apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
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
        ]
    )
    for one in schedule.changes:
        row = [
            one.change, one.title, one.type, format_instant(one.start), format_instant(one.end), " ".join(one.items),
            " ".join(one.environments), one.implementer or "", one.state, " ".join(one.conflicts), " ".join(one.freezes),
        ]  # fmt: skip
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()


def ics(schedule: ScheduleAnswer) -> str:
    """An iCalendar (RFC 5545) with an event per change and per freeze, built by the `icalendar` library."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//changeflow//forward schedule of change//EN")
    calendar.add("version", "2.0")
    for one in (one for one in schedule.changes if one.state not in _NOT_PLANNED):
        event = _event(
            Event(), one.change, f"{one.change}: {one.title}", one.start, one.end, schedule.from_
        )
        event.add("status", "TENTATIVE" if one.state in _TENTATIVE else "CONFIRMED")
        event.add(
            "description",
            f"{one.type} change of {', '.join(one.items)} in {', '.join(one.environments)}",
        )
        calendar.add_component(event)
    for freeze in schedule.freezes:
        uid = f"{freeze.calendar}-{freeze.id}-{format_instant(freeze.start)}"
        calendar.add_component(
            _event(Event(), uid, f"Freeze: {freeze.name}", freeze.start, freeze.end, schedule.from_)
        )
    text: str = calendar.to_ical().decode("utf-8")
    return text


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


def when_text(found: When) -> str:
    """The earliest start, and every moment at which the answer changes."""
    head = (
        f"{found.change} may start at {format_instant(found.earliest)}"
        if found.earliest
        else f"{found.change} may not start as things stand"
    )
    lines = [
        f"from {format_instant(one.at)}  {'open' if one.open else 'shut'}  {one.because}"
        for one in found.moments
    ]
    return "\n".join([head, "", *lines]) + "\n"


def when_json(found: When) -> str:
    """The same as data."""
    data = {
        "schema": "changeflow/when/v1",
        "change": found.change,
        "now": format_instant(found.now),
        "earliest": format_instant(found.earliest) if found.earliest else None,
        "moments": [
            {"at": format_instant(one.at), "open": one.open, "because": one.because}
            for one in found.moments
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


FORMATS: Final[dict[str, Callable[[ScheduleAnswer], str]]] = {
    "text": text,
    "json": as_json,
    "csv": as_csv,
    "ics": ics,
}
WHEN: Final[dict[str, Callable[[When], str]]] = {"text": when_text, "json": when_json}
