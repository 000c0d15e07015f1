"""The register of changes as a paper, and as a list for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_lists import RegisterPaper, RegisterRow, TypeTotal
from changeflow.reading.places import MAIN
from changeflow.render.changes import place_of
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import (
    list_person,
    list_review,
    list_window,
    list_word,
    reviewed,
    spanned,
)
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Block, Prose, Rows, Section, Sheet

_COLUMNS: Final = ("change", "kind", "people", "items", "asked", "made", "result")
_TOTALS: Final = (
    "changes", "implemented", "rolled_back", "failed", "rejected", "withdrawn", "open", "late",
)  # fmt: skip
_LISTED: Final = (
    "change", "title", "type", "class", "risk_score", "risk_level", "requester", "implementer",
    "item_ids", "services", "requested", "assessed", "approved", "planned_start", "planned_end",
    "started", "ended", "state", "outcome", "review", "reviewer", "reviewed", "incidents", "fixes",
    "late", "authorised", "at",
)  # fmt: skip
_TIMES: Final = (
    "requested", "assessed", "approved", "planned_start", "planned_end", "started", "ended",
)  # fmt: skip


def sheet_of(paper: RegisterPaper, to: Presentation) -> Sheet:
    """Return the totals by type and a row for each change."""
    return Sheet(
        to.says("paper.register"),
        "",
        (
            head_section(paper, to),
            Section(to.says("paper.totals"), (_totals(paper.totals, to),)),
            Section(to.says("paper.changes"), (_changes(paper, to),)),
            *tail_sections(paper, to),
        ),
        wide=True,
    )


def _totals(totals: Sequence[TypeTotal], to: Presentation) -> Rows:
    """Return a column for each type, and one for all of them."""
    rows = []
    for name in _TOTALS:
        numbers = [getattr(one, name) for one in totals]
        told = (f"{number:,}" for number in (*numbers, sum(numbers)))
        rows.append((to.says("paper.total", case=name), *told))
    types = (to.shows("word", one.type) for one in totals)
    return Rows(("", *types, to.says("paper.sum")), tuple(rows))


def _changes(paper: RegisterPaper, to: Presentation) -> Block:
    if not paper.changes:
        return Prose(to.says("list.empty"))
    rows = tuple(_row(one, to) for one in paper.changes)
    return Rows(to.headings("paper.column", _COLUMNS), rows)


def _row(one: RegisterRow, to: Presentation) -> tuple[str, ...]:
    people = dict.fromkeys((one.requester, one.implementer or one.requester))
    return (
        to.says("paper.named", id=one.change, title=one.title),
        in_a_row(_kind(one, to), to),
        to.says("list.people", people=list(people)),
        in_a_row(_items(one, to), to),
        in_a_row(_asked(one, to), to),
        in_a_row(_made(one, to), to),
        in_a_row(_result(one, to), to),
    )


def _kind(one: RegisterRow, to: Presentation) -> Iterator[str]:
    case = "class" if one.class_ not in (None, one.type) else None
    yield to.says("list.kind", case=case, kind=one.type, of_class=one.class_ or one.type)
    if one.risk is not None:
        yield to.says("list.risk", level=one.risk.level, score=one.risk.score)


def _items(one: RegisterRow, to: Presentation) -> Iterator[str]:
    yield to.says("list.items", items=list(one.items))
    if one.services:
        yield to.says("paper.services", services=list(one.services))


def _asked(one: RegisterRow, to: Presentation) -> Iterator[str]:
    """Yield when it was requested, assessed and approved."""
    for name in ("requested", "assessed", "approved"):
        at: datetime | None = getattr(one, name)
        if at is not None:
            yield to.says("paper.at", case=name, at=to.time(at, seconds=False))


def _made(one: RegisterRow, to: Presentation) -> Iterator[str]:
    """Yield the window, and when it was really carried out."""
    if one.window is not None:
        yield to.says(
            "paper.span", case="planned", span=spanned(one.window.start, one.window.end, to)
        )
    if one.started is not None:
        yield to.says("paper.span", case="actual", span=spanned(one.started, one.ended, to))


def _result(one: RegisterRow, to: Presentation) -> Iterator[str]:
    yield to.says("list.state", state=one.state)
    if one.outcome is not None and one.outcome != one.state:
        yield to.says("paper.outcome", outcome=one.outcome)
    if one.review is not None:
        yield from reviewed(one.review, to)
    if one.incidents:
        yield to.says("paper.incidents", incidents=list(one.incidents))
    if one.fixes:
        yield to.says("paper.fixes", fixes=list(one.fixes))
    if one.late:
        yield to.says("paper.late")
    if one.authorised is False:
        yield to.says("paper.unauthorised")
    if one.at != MAIN:
        yield place_of(one.at, one.state, to)


def lists_of(paper: RegisterPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each change, in the reader's words; ids are as they are."""
    rows = (_listed(one, to) for one in paper.changes)
    return (list_table(to.says("paper.register"), "paper.column", _LISTED, rows, to, _TIMES),)


def _listed(one: RegisterRow, to: Presentation) -> Mapping[str, Cell]:
    risk = one.risk
    return {
        "change": one.change,
        "title": one.title,
        "type": to.shows("word", one.type),
        "class": list_word(one.class_, to),
        "risk_score": risk.score if risk is not None else None,
        "risk_level": list_word(risk.level if risk is not None else None, to),
        "requester": to.shows("person", one.requester),
        "implementer": list_person(one.implementer, to),
        "item_ids": " ".join(one.items),
        "services": " ".join(one.services),
        "requested": one.requested,
        "assessed": one.assessed,
        "approved": one.approved,
        **list_window(one.window),
        "started": one.started,
        "ended": one.ended,
        "state": to.shows("word", one.state),
        "outcome": list_word(one.outcome, to),
        **list_review(one.review, to),
        "incidents": " ".join(one.incidents),
        "fixes": " ".join(one.fixes),
        "late": one.late,
        "authorised": one.authorised,
        "at": one.at,
    }


FORMATS: Final[dict[str, Callable[[RegisterPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
