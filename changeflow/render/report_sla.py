"""Service levels and the planned outages of changes as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_sla import NoticeGiven, OutageOfChange, SlaPaper, SlaRow
from changeflow.model.times import format_instant
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import list_window, list_word, spanned
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Points, Prose, Rows, Section, Sheet

_BUDGETS: Final = ("service", "of_period", "budget", "used", "planned", "left")
_CHANGES: Final = ("change", "planned_minutes", "actual_minutes", "times", "customers")
_SERVICES_LISTED: Final = (
    "service", "target", "period", "period_start", "period_end", "budget", "used", "planned",
    "left", "over", "changes", "unknown",
)  # fmt: skip
_CHANGES_LISTED: Final = (
    "service", "period_start", "change", "title", "state", "planned_minutes", "actual_minutes",
    "release_minutes", "planned_start", "planned_end", "started", "ended", "incidents", "told",
    "notices", "customers",
)  # fmt: skip
_TIMES: Final = ("period_start", "period_end", "planned_start", "planned_end", "started", "ended")


def sheet_of(paper: SlaPaper, to: Presentation) -> Sheet:
    """Return the budgets, those that are exceeded, and the changes behind each."""
    return Sheet(
        to.says("sla_paper.title"),
        "",
        (
            head_section(paper, to),
            Section(to.says("sla_paper.budgets"), tuple(_budgets(paper, to))),
            *_exceeded(paper, to),
            *_by_service(paper, to),
            *_without_level(paper, to),
            *tail_sections(paper, to),
        ),
        wide=True,
    )


def _budgets(paper: SlaPaper, to: Presentation) -> Iterator[Block]:
    if not paper.services:
        yield Prose(to.says("sla_paper.none"))
        return
    yield Prose(to.says("sla_paper.counts", total=paper.total, over=paper.over))
    rows = tuple(_budget(one, to) for one in paper.services)
    yield Rows(to.headings("sla_paper.column", _BUDGETS), rows)
    yield Prose(to.says("sla_paper.how"))


def _budget(one: SlaRow, to: Presentation) -> tuple[str, ...]:
    left = to.says("sla_paper.left", case="over" if one.over else None, left=_number(abs(one.left)))
    said = [left]
    if one.unknown:
        said.append(to.says("sla_paper.unknown", changes=list(one.unknown)))
    return (
        to.says("sla_paper.service", ci=one.service, target=_number(one.target)),
        _period(one, to),
        _number(one.budget),
        _number(one.used),
        _number(one.planned),
        in_a_row(said, to),
    )


def _period(one: SlaRow, to: Presentation) -> str:
    return to.says("sla_paper.period", period=one.period, start=format_instant(one.start))


def _exceeded(paper: SlaPaper, to: Presentation) -> Iterator[Section]:
    points = []
    for one in paper.services:
        if one.over:
            data = {"ci": one.service, "minutes": _number(abs(one.left))}
            said = to.says("sla_paper.exceeded", period=_period(one, to), **data)
            below = to.says("sla_paper.by", changes=[found.change for found in one.changes])
            points.append((said, (below,)))
    title = to.says("sla_paper.over")
    if points:
        yield Section(title, (Points(tuple(points)),))
    elif paper.services:
        yield Section(title, (Prose(to.says("sla_paper.none_over")),))


def _by_service(paper: SlaPaper, to: Presentation) -> Iterator[Section]:
    """Yield the changes that take something from a budget."""
    for one in paper.services:
        if one.changes:
            data = {"ci": one.service, "period": _period(one, to)}
            rows = tuple(_change(found, to) for found in one.changes)
            table = Rows(to.headings("sla_paper.column", _CHANGES), rows)
            yield Section(to.says("sla_paper.of_service", **data), (table,))


def _change(one: OutageOfChange, to: Presentation) -> tuple[str, ...]:
    return (
        in_a_row([to.says("paper.named", id=one.change, title=one.title), _state(one, to)], to),
        to.says("paper.not_said") if one.planned is None else _number(one.planned),
        in_a_row(_actual(one, to), to),
        in_a_row(_times(one, to), to),
        in_a_row(_customers(one, to), to),
    )


def _state(one: OutageOfChange, to: Presentation) -> str:
    return to.says("list.state", state=one.state) if one.state else ""


def _actual(one: OutageOfChange, to: Presentation) -> Iterator[str]:
    if not one.released:
        yield to.says("sla_paper.actual", case="later")
        return
    if one.actual is None:
        yield to.says("sla_paper.actual")
    else:
        yield to.says("sla_paper.actual", case="review", minutes=_number(one.actual))
    if one.release_minutes is not None:
        yield to.says("sla_paper.release_took", minutes=_number(one.release_minutes))
    if one.incidents:
        yield to.says("paper.incidents", incidents=list(one.incidents))


def _times(one: OutageOfChange, to: Presentation) -> Iterator[str]:
    if one.window is not None:
        span = spanned(one.window.start, one.window.end, to)
        yield to.says("paper.span", case="planned", span=span)
    if one.started is not None:
        yield to.says("paper.span", case="actual", span=spanned(one.started, one.ended, to))


def _customers(one: OutageOfChange, to: Presentation) -> Iterator[str]:
    if one.told is None:
        yield to.says("sla_paper.told", case="unknown")
    for notice in one.notices:
        yield told_of(notice, to)
    customers = answered(one.customers, to)
    if customers:
        yield to.says("sla_paper.customers", said=customers)


def told_of(notice: NoticeGiven, to: Presentation) -> str:
    """Return who is told, how and when."""
    who = notice.to
    if notice.by is not None:
        who = to.says("sla_paper.told_by", to=notice.to, by=notice.by)
    if notice.sent is None:
        return to.says("sla_paper.told", case="not", to=who)
    return to.says("sla_paper.told", to=who, day=notice.sent.isoformat())


def _without_level(paper: SlaPaper, to: Presentation) -> Iterator[Section]:
    if paper.without_level:
        named = to.says("sla_paper.named_items", items=list(paper.without_level))
        yield Section(to.says("sla_paper.without_level"), (Prose(named),))


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def lists_of(paper: SlaPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each budget, and one for each change that takes something from it."""
    services = (_service_listed(one, to) for one in paper.services)
    changes = []
    for row in paper.services:
        for one in row.changes:
            changes.append(_change_listed(row, one, to))
    key = "sla_paper.column"
    return (
        list_table(to.says("sla_paper.budgets"), key, _SERVICES_LISTED, services, to, _TIMES),
        list_table(to.says("sla_paper.outages"), key, _CHANGES_LISTED, changes, to, _TIMES),
    )


def _service_listed(one: SlaRow, to: Presentation) -> Mapping[str, Cell]:
    return {
        "service": one.service,
        "target": one.target,
        "period": to.shows("word", one.period),
        "period_start": one.start,
        "period_end": one.end,
        "budget": one.budget,
        "used": one.used,
        "planned": one.planned,
        "left": one.left,
        "over": one.over,
        "changes": " ".join(found.change for found in one.changes),
        "unknown": " ".join(one.unknown),
    }


def _change_listed(row: SlaRow, one: OutageOfChange, to: Presentation) -> Mapping[str, Cell]:
    return {
        "service": row.service,
        "period_start": row.start,
        "change": one.change,
        "title": one.title,
        "state": list_word(one.state or None, to),
        "planned_minutes": one.planned,
        "actual_minutes": one.actual,
        "release_minutes": one.release_minutes,
        **list_window(one.window),
        "started": one.started,
        "ended": one.ended,
        "incidents": " ".join(one.incidents),
        "told": one.told,
        "notices": "\n".join(told_of(notice, to) for notice in one.notices),
        "customers": one.customers,
    }


FORMATS: Final[dict[str, Callable[[SlaPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
