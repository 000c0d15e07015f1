"""Improvements and follow-ups of reviews as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_lists import ImprovementRow, ImprovementsPaper
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import list_person
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Prose, Rows, Section, Sheet

_COLUMNS: Final = ("improvement", "finding", "cause", "action", "owner", "due", "progress")
_LISTED: Final = (
    "improvement_id", "source", "of", "item", "clause", "finding", "cause", "action", "owner",
    "due", "state", "overdue", "done_by", "verified_by", "verified_on", "verification", "path",
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
    if one.clause:
        source = in_a_row([source, one.clause], to)
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
        case = "claimed" if one.state == "claimed" else None
        yield to.says("paper.verified", case=case, who=one.verified_by, day=day)
    if one.evidence:
        yield to.says("improvement.evidence", evidence=one.evidence)
    if one.told is not None:
        yield to.says("improvement.doubt", why=[one.told])


def lists_of(paper: ImprovementsPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each of them, in the reader's words."""
    rows = (_listed(one, to) for one in paper.improvements)
    return (list_table(to.says("paper.improvements"), "paper.column", _LISTED, rows, to),)


def _listed(one: ImprovementRow, to: Presentation) -> Mapping[str, Cell]:
    return {
        "improvement_id": one.id,
        "source": to.says("paper.source_kind", case=one.source),
        "of": one.of,
        "item": one.ci,
        "clause": one.clause,
        "finding": one.finding,
        "cause": one.cause,
        "action": one.action,
        "owner": to.shows("owner", one.owner) if one.owner else None,
        "due": one.due,
        "state": to.says("paper.improvement_state", case=one.state.replace(" ", "_")),
        "overdue": one.overdue,
        "done_by": one.change or one.commit,
        "verified_by": list_person(one.verified_by, to),
        "verified_on": one.verified_on,
        "verification": one.evidence,
        "path": one.path,
    }


FORMATS: Final[dict[str, Callable[[ImprovementsPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
