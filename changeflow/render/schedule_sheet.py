"""The forward schedule as a page with a picture of the weeks, and as Markdown for an agenda."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.schedule import ScheduleAnswer, ScheduledChange, UnscheduledChange
from changeflow.model.document_parts import format_instant
from changeflow.render import sheet
from changeflow.render.factors import what_collides, what_to_do
from changeflow.render.presentation import Presentation
from changeflow.render.schedule_week import picture
from changeflow.render.sheet import Block, Drawing, Points, Prose, Rows, Section, Sheet

_COLUMNS: Final = ("window", "change", "items", "people", "state")
_WITHOUT: Final = ("change", "items", "people", "state")
# conflicts of a change that the agenda lists
_FEW: Final = 5


def sheet_of(schedule: ScheduleAnswer, to: Presentation) -> Sheet:
    """Return the schedule: weeks, changes by window, conflicts, freezes, changes without a window."""
    start, end = format_instant(schedule.from_), format_instant(schedule.to)
    title = to.says("schedule.heading", start=start, end=end)
    sections = [
        Section("", (_drawing(schedule, to),)),
        Section(to.says("schedule.section", case="changes"), (_changes(schedule, to),)),
        Section(to.says("schedule.section", case="conflicts"), (_conflicts(schedule, to),)),
        Section(to.says("schedule.section", case="freezes"), (_freezes(schedule, to),)),
    ]
    if schedule.outages:
        from changeflow.render.projected_outages import outage_table

        heading = to.says("schedule.section", case="outages")
        sections.append(Section(heading, (outage_table(schedule, to),)))
    if schedule.unplanned:
        rows = tuple(_about(one, to) for one in schedule.unplanned)
        without = Rows(to.headings("schedule.column", _WITHOUT), rows)
        sections.append(Section(to.says("schedule.section", case="unplanned"), (without,)))
    if schedule.unreadable:
        lost = tuple((path, ()) for path in schedule.unreadable)
        heading = to.says("schedule.section", case="unreadable")
        sections.append(Section(heading, (Points(lost),)))
    return Sheet(title, "", tuple(sections), wide=True)


def markdown(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render Markdown for the agenda of the CAB."""
    return sheet.markdown(sheet_of(schedule, to))


def html(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render a page without requests or scripts."""
    return sheet.html(sheet_of(schedule, to), to.language)


def svg(schedule: ScheduleAnswer, to: Presentation) -> str:
    """Render the picture of the weeks alone."""
    captions: list[str] = []
    if schedule.outages:
        from changeflow.render.projected_outages import captions_of

        captions = captions_of(schedule, to)
    return str(picture(schedule, to, captions)) + "\n"


def _drawing(schedule: ScheduleAnswer, to: Presentation) -> Block:
    from changeflow.render.markup import Markup

    return Drawing(lambda: Markup('<div class="scroll">{}</div>').format(picture(schedule, to)))


def _changes(schedule: ScheduleAnswer, to: Presentation) -> Block:
    if not schedule.planned:
        return Prose(to.says("schedule.empty"))
    rows = []
    for one in schedule.planned:
        start, end = format_instant(one.start), format_instant(one.end)
        rows.append((to.says("when.span", start=start, end=end), *_about(one, to)))
    return Rows(to.headings("schedule.column", _COLUMNS), tuple(rows))


def _about(one: ScheduledChange | UnscheduledChange, to: Presentation) -> tuple[str, ...]:
    titled = to.says("schedule.titled", type=one.type, title=one.title)
    people = list(dict.fromkeys(filter(None, (one.requester, one.implementer))))
    return (
        f"{one.change} {titled}",
        in_a_row([to.shows("items", list(one.items)), *_places(one, to)], to),
        to.shows("people", people),
        to.shows("word", one.state) if one.state else "-",
    )


def _places(one: ScheduledChange | UnscheduledChange, to: Presentation) -> Iterator[str]:
    if one.environments:
        yield to.shows("environments", list(one.environments))


def _conflicts(schedule: ScheduleAnswer, to: Presentation) -> Block:
    points, told = [], set[frozenset[str]]()
    for one in schedule.planned:
        for found in one.conflicts[:_FEW]:
            pair = frozenset({one.change, found.change, found.kind})
            if pair in told:
                continue
            told.add(pair)
            hard = {"case": "hard"} if found.hard else {}
            said = to.says("schedule.conflict", what=what_collides(found, to), **hard)
            points.append((f"{one.change}  {said}", (what_to_do(found, to),)))
    return Points(tuple(points)) if points else Prose(to.says("schedule.no_conflict"))


def _freezes(schedule: ScheduleAnswer, to: Presentation) -> Block:
    points = []
    for one in schedule.freezes:
        start, end = format_instant(one.start), format_instant(one.end)
        points.append((to.says("schedule.freeze", start=start, end=end, name=one.name), ()))
    for unknown in schedule.unknown:
        why = unknown.data or unknown.why
        points.append((to.says("schedule.unknown", calendar=unknown.calendar, why=why), ()))
    return Points(tuple(points)) if points else Prose(to.says("schedule.no_freeze"))
