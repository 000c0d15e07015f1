"""The forward schedule of change as text, JSON and CSV, and the table of all its formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from changeflow.language.formats import named
from changeflow.model.answers.schedule import ScheduleAnswer, ScheduledChange, UnscheduledChange
from changeflow.model.document_parts import format_instant
from changeflow.render.csv_table import csv_table
from changeflow.render.factors import hardness, what_collides, what_to_do
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, fitted, for_programs

# conflicts of a change that the text shows
_FEW: Final = 5
# conflicts of a change that a format shows, where those are not all that an answer lists
CONFLICTS_SHOWN: Final = {"text": _FEW, "markdown": _FEW, "html": _FEW, "svg": 1, "ics": 0}
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
    names = {one.id: named(one.name, one.id) for one in schedule.freezes}
    for change in schedule.planned:
        lines += _change_lines(change, names, to)
    if not schedule.planned:
        lines.append(to.says("schedule.empty"))
    for freeze in schedule.freezes:
        start, end = format_instant(freeze.start), format_instant(freeze.end)
        said = to.says("schedule.freeze", start=start, end=end, name=freeze.name)
        lines.append(to.painted("freeze", said))
    for unknown in schedule.unknown:
        said = to.says(
            "schedule.unknown", calendar=unknown.calendar, why=unknown.data or unknown.why
        )
        lines.append(to.painted("freeze", said))
    if schedule.outages:
        from changeflow.render.projected_outages import outage_lines

        lines += outage_lines(schedule, to)
    if schedule.unplanned:
        lines += ["", to.says("schedule.without_window")]
        for one in schedule.unplanned:
            lines += _lines_without_window(one, to)
    for name in schedule.unreadable:
        lines.append(to.says("schedule.unreadable", path=name))
    return "\n".join(lines) + "\n"


def _lines_without_window(change: UnscheduledChange, to: Presentation) -> list[str]:
    titled = to.says("schedule.titled", type=change.type, title=change.title)
    return [f"{change.change}  {titled}", f"    {to.says('schedule.touches', **_where(change))}"]


def _where(change: ScheduledChange | UnscheduledChange) -> dict[str, Any]:
    where: dict[str, Any] = {"items": list(change.items), "environments": list(change.environments)}
    if change.state:
        where |= {"case": "state", "state": change.state}
    return where


def _change_lines(
    change: ScheduledChange, freezes: Mapping[str, str], to: Presentation
) -> list[str]:
    window = f"{to.time(change.start)}  {to.time(change.end)}"
    titled = to.says("schedule.titled", type=change.type, title=change.title)
    headed = f"{change.change}  {titled}"
    lines = [f"{window}  {headed}"] if to.width is None else [window, f"    {headed}"]
    lines.append(f"    {to.says('schedule.touches', **_where(change))}")
    for found in change.conflicts[:_FEW]:
        said = to.says("schedule.conflict", case=hardness(found), what=what_collides(found, to))
        lines.append(f"    {to.painted('conflict', said)}")
        lines.append(f"      {what_to_do(found, to)}")
    if change.conflicts_total > _FEW:
        lines.append(
            f"    {to.says('schedule.more_conflicts', count=change.conflicts_total - _FEW)}"
        )
    if change.freezes:
        known = [freezes.get(name, name) for name in change.freezes]
        said = to.says("schedule.frozen", freezes=known)
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
                format_instant(one.start) if one.start is not None else "",
                format_instant(one.end) if one.end is not None else "",
                " ".join(one.items),
                " ".join(one.environments),
                one.implementer or "",
                one.state,
                " ".join(dict.fromkeys(other.change for other in one.conflicts)),
                " ".join(one.freezes),
            )
        )
    return csv_table(rows)


def ics(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render an iCalendar (see `render.schedule_ics`)."""
    from changeflow.render import schedule_ics

    return schedule_ics.ics(schedule, to)


def markdown(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render Markdown for the agenda of the CAB (see `render.schedule_sheet`)."""
    from changeflow.render import schedule_sheet

    return schedule_sheet.markdown(schedule, to)


def html(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render a page (see `render.schedule_sheet`)."""
    from changeflow.render import schedule_sheet

    return schedule_sheet.html(schedule, to)


def svg(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render the picture of the weeks (see `render.schedule_week`)."""
    from changeflow.render import schedule_sheet

    return schedule_sheet.svg(schedule, to)


FORMATS: Final[dict[str, Callable[[ScheduleAnswer, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
    "csv": for_programs(as_csv),
    "ics": ics,
    "markdown": markdown,
    "svg": svg,
    "html": html,
}
