"""What the changes of a schedule take from service levels, as lines and as a table."""

from __future__ import annotations

from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.schedule import ProjectedOutage, ScheduleAnswer
from changeflow.model.document_parts import format_instant
from changeflow.render.presentation import Presentation
from changeflow.render.service_levels import left_of_budget
from changeflow.render.sheet import Rows

_COLUMNS: Final = ("service", "of_period", "budget", "used", "planned", "proposed", "left")
# budgets that are told below a picture
_MOST_CAPTIONS: Final = 8


def outage_lines(schedule: ScheduleAnswer, to: Presentation) -> list[str]:
    """Return a heading and two lines for each budget; nothing where nothing is taken from any."""
    lines: list[str] = []
    for one in schedule.outages:
        said = f"  {left(one, to)}"
        lines.append(to.painted("conflict", said) if one.over or one.unknown else said)
        taken = {name: f"{getattr(one, name):g}" for name in ("used", "planned", "proposed")}
        lines.append(f"    {to.says('outages.taken', **taken)}")
        if one.unknown:
            lines.append(f"    {to.says('outages.unknown', changes=list(one.unknown))}")
    return ["", to.says("outages.title") + to.says("outages.colon"), *lines] if lines else []


def captions_of(schedule: ScheduleAnswer, to: Presentation) -> list[str]:
    """Return a line for each budget, those that are exceeded first, and how many more there are."""
    rows = sorted(schedule.outages, key=lambda one: not one.over)
    lines = [left(one, to) for one in rows[:_MOST_CAPTIONS]]
    if len(rows) > _MOST_CAPTIONS:
        lines.append(to.says("schedule.more_rows", count=len(rows) - _MOST_CAPTIONS))
    return lines


def left(one: ProjectedOutage, to: Presentation) -> str:
    """Return what is left of a budget, or how far it is exceeded."""
    return left_of_budget("outages.left", one.service, one, to)


def outage_table(schedule: ScheduleAnswer, to: Presentation) -> Rows:
    """Return a row for each budget."""
    rows = tuple(_row(one, to) for one in schedule.outages)
    return Rows(to.headings("outages.column", _COLUMNS), rows)


def _row(one: ProjectedOutage, to: Presentation) -> tuple[str, ...]:
    rest = [to.says("outages.rest", case="over" if one.over else None, left=f"{abs(one.left):g}")]
    if one.unknown:
        rest.append(to.says("outages.unknown", changes=list(one.unknown)))
    return (
        to.says("outages.service", ci=one.service, target=f"{one.target:g}"),
        to.says("outages.period", period=one.period, start=format_instant(one.start)),
        f"{one.budget:g}",
        f"{one.used:g}",
        f"{one.planned:g}",
        f"{one.proposed:g}",
        in_a_row(rest, to),
    )
