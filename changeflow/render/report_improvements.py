"""Improvements and follow-ups of reviews as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_lists import ImprovementRow, ImprovementsPaper
from changeflow.render.csv_table import csv_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import csv_day, csv_flag, csv_person
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

_COLUMNS: Final = ("improvement", "finding", "cause", "action", "owner", "due", "progress")
_CSV: Final = (
    "improvement", "source", "of", "item", "finding", "cause", "action", "owner", "due", "state",
    "overdue", "done_by", "verified_by", "verified_on", "path",
)  # fmt: skip


def sheet_of(paper: ImprovementsPaper, to: Presentation) -> Sheet:
    """Return how many there are, and a row for each of them."""
    counts = {"total": paper.total, "open": paper.open, "overdue": paper.overdue}
    return Sheet(
        to.says("paper.improvements"),
        "",
        (
            head_section(paper, to),
            Section("", (Prose(to.says("paper.improvement_counts", **counts)),)),
            Section(to.says("paper.measures"), (_table(paper, to),)),
            *tail_sections(paper, to),
        ),
        wide=True,
    )


def _table(paper: ImprovementsPaper, to: Presentation) -> Block:
    if not paper.improvements:
        return Prose(to.says("paper.no_improvement"))
    rows = tuple(_row(one, to) for one in paper.improvements)
    return Rows(to.headings("paper.column", _COLUMNS), rows)


def _row(one: ImprovementRow, to: Presentation) -> tuple[str, ...]:
    source = to.says("paper.source", case=one.source, of=one.of)
    if one.ci:
        source = in_a_row([source, to.says("list.items", items=[one.ci])], to)
    return (
        in_a_row([one.id, source], to),
        answered(one.finding, to) or to.says("paper.not_said"),
        answered(one.cause, to) or to.says("paper.not_said"),
        one.action,
        to.shows("owner", one.owner) if one.owner else to.says("paper.not_said"),
        to.shows("date", one.due.isoformat()) if one.due else to.says("paper.not_said"),
        in_a_row(_progress(one, to), to),
    )


def _progress(one: ImprovementRow, to: Presentation) -> Iterator[str]:
    yield to.says("paper.improvement_state", case=one.state.replace(" ", "_"))
    if one.overdue:
        yield to.says("paper.overdue")
    by = one.change or (one.commit[:12] if one.commit else "")
    if by:
        yield to.says("paper.done_by", by=by)
    if one.verified_by is not None and one.verified_on is not None:
        day = one.verified_on.isoformat()
        yield to.says("paper.verified", who=one.verified_by, day=day)


def as_csv(paper: ImprovementsPaper, to: Presentation) -> str:
    """Render a row for each of them, in the reader's words."""
    rows: list[tuple[str, ...]] = [to.headings("paper.column", _CSV)]
    for one in paper.improvements:
        cells = {
            "improvement": one.id,
            "source": to.says("paper.source_kind", case=one.source),
            "of": one.of,
            "item": one.ci or "",
            "finding": one.finding,
            "cause": one.cause or "",
            "action": one.action,
            "owner": to.shows("owner", one.owner) if one.owner else "",
            "due": csv_day(one.due),
            "state": to.says("paper.improvement_state", case=one.state.replace(" ", "_")),
            "overdue": csv_flag(one.overdue, to),
            "done_by": one.change or one.commit or "",
            "verified_by": csv_person(one.verified_by, to),
            "verified_on": csv_day(one.verified_on),
            "path": one.path,
        }
        rows.append(tuple(cells[name] for name in _CSV))
    return csv_table(rows)


FORMATS: Final[dict[str, Callable[[ImprovementsPaper, Presentation], str]]] = {
    **sheet_formats(sheet_of),
    "csv": as_csv,
}
