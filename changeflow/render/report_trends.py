"""Trends of changes as a paper: earlier periods, where changes fail, control charts, conclusions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.language.measured_values import counted, measured_value
from changeflow.model.answers.report import ReportPeriod
from changeflow.model.answers.report_trends import (
    Breakdown,
    BreakdownRow,
    ChartAnswer,
    ChartedPoint,
    ChartedSignal,
    ReviewOfPeriod,
    TrendsPaper,
)
from changeflow.render.control_chart import control_chart, marked
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.policy_backtest import candidate_points
from changeflow.render.presentation import Presentation
from changeflow.render.report_head import head_section, period_text, tail_sections
from changeflow.render.sheet import Block, Drawing, Facts, Points, Prose, Rows, Section, Sheet

_MEASURES: Final = ("measure", "value", "previous", "year_before", "of")
_BROKEN_DOWN: Final = ("value", "previous", "year_before", "failed", "rolled_back")
_FAILING: Final = ("item", "changes", "failed", "rolled_back", "with_incident", "records")
_POINTS: Final = ("point", "drawn", "of", "limits", "signals")
_LISTED: Final = (
    "section", "name", "unit", "value", "previous", "year_before", "ended", "failed",
    "rolled_back", "lower", "centre", "upper", "signals",
)  # fmt: skip
_BLANK: Final = ("about", "conclusion", "improvement")
_BLANK_LINES: Final = 3
# How the value of a breakdown is shown, where it is no free text.
_FORMATS: Final = {"type": "word", "class": "word", "service": "item", "team": "owner"}


def titles_of(to: Presentation) -> Mapping[str, str]:
    """Return what measures are called, by id."""
    return {one.id: one.title[to.language] for one in kpi_definitions()}


def sheet_of(paper: TrendsPaper, to: Presentation) -> Sheet:
    """Return earlier periods beside this one, and what moved."""
    titles = titles_of(to)
    return Sheet(
        to.says("trend.paper"),
        "",
        (
            head_section(paper, to),
            Section(to.says("trend.compared"), (_compared(paper, to),)),
            Section(to.says("trend.measures"), (_measures(paper, titles, to),)),
            *_breakdowns(paper, to),
            Section(to.says("trend.failing"), tuple(_failing(paper, to))),
            Section(to.says("trend.charts"), (Prose(to.says("trend.about_rules")),)),
            *(_chart(one, titles[one.id], to) for one in paper.charts),
            Section(to.says("trend.recurring"), tuple(_recurring(paper, to))),
            Section(to.says("trend.conclusions"), tuple(_conclusions(paper, titles, to))),
            *tail_sections(paper, to),
        ),
        dense=True,
    )


def _compared(paper: TrendsPaper, to: Presentation) -> Facts:
    return Facts(
        (
            (to.says("trend.period", case="previous"), _period(paper.previous, to)),
            (to.says("trend.period", case="year_before"), _period(paper.year_before, to)),
            (to.says("trend.fact", case="numbers"), paper.numbers),
        )
    )


def _period(period: ReportPeriod | None, to: Presentation) -> str:
    return to.says("trend.no_period") if period is None else period_text(period, to)


def _value(value: float | None, unit: str, to: Presentation) -> str:
    return "-" if value is None else measured_value(value, unit, to)


def _measures(paper: TrendsPaper, titles: Mapping[str, str], to: Presentation) -> Rows:
    rows = []
    for one in paper.measures:
        values = []
        for value in (one.value, one.previous, one.year_before):
            values.append(_value(value, one.unit, to))
        of = ""
        if one.numerator is not None and one.denominator is not None:
            of = to.says("report.share", numerator=one.numerator, denominator=one.denominator)
        elif one.denominator is not None:
            of = f"{one.denominator:,}"
        rows.append((titles[one.id], *values, of))
    return Rows(to.headings("trend.column", _MEASURES), tuple(rows), names_break=True)


# -- by what changes have in common ----------------------------------------------------------------


def _breakdowns(paper: TrendsPaper, to: Presentation) -> Iterator[Section]:
    empty = []
    for one in paper.breakdowns:
        if any(row.value is not None for row in one.rows):
            yield Section(to.says("trend.by", case=one.by), tuple(_breakdown(one, to)))
        else:
            empty.append(to.says("trend.dimension", case=one.by))
    if empty:
        said = to.says("trend.not_recorded", dimensions=to.shows("list", empty))
        yield Section("", (Prose(said),))


def _breakdown(one: Breakdown, to: Presentation) -> Iterator[Block]:
    named = to.says("trend.dimension", case=one.by)
    headings = (named[:1].upper() + named[1:], *to.headings("trend.column", _BROKEN_DOWN))
    rows = []
    for row in one.rows:
        counts = (
            row.changes,
            row.previous,
            row.year_before,
            row.failed,
            row.rolled_back,
        )
        rows.append((_name(one.by, row, to), *map(_count, counts)))
    yield Rows(headings, tuple(rows), names_break=True)
    if one.others:
        yield Prose(to.says("trend.others", count=one.others))
    if one.by == "service":
        yield Prose(to.says("trend.several_services"))


def _name(by: str, row: BreakdownRow, to: Presentation) -> str:
    if row.value is None:
        return to.says("trend.value", case="unknown")
    if by in _FORMATS:
        return to.shows(_FORMATS[by], row.value)
    if (by, row.value) == ("origin", "incident"):
        return to.says("trend.value", case="incident")
    return row.value


def _count(count: int | None) -> str:
    return "-" if count is None else f"{count:,}"


def _failing(paper: TrendsPaper, to: Presentation) -> Iterator[Block]:
    case = None if paper.failed else "none"
    yield Prose(to.says("trend.failing_counts", case=case, failed=paper.failed))
    if not paper.failing:
        return
    rows = []
    for one in paper.failing:
        counts = map(_count, (one.changes, one.failed, one.rolled_back, one.with_incident))
        records = to.shows("list", [*one.records])
        rows.append((to.shows("item", one.item), *counts, records))
    yield Rows(to.headings("trend.column", _FAILING), tuple(rows))


def _recurring(paper: TrendsPaper, to: Presentation) -> Iterator[Block]:
    if not paper.recurring:
        yield Prose(to.says("trend.no_recurring", enough=paper.recurring_from))
        return
    yield candidate_points(paper.recurring, to)
    yield Prose(to.says("trend.recurring_how", enough=paper.recurring_from))


# -- control charts --------------------------------------------------------------------------------


def _chart(chart: ChartAnswer, title: str, to: Presentation) -> Section:
    by = to.says("trend.unit", case=chart.by)
    name = to.says("trend.chart", measure=title, by=by)
    if not chart.points:
        return Section(name, (Prose(to.says("trend.no_point")),))
    blocks: list[Block] = [Drawing(partial(control_chart, chart, name, to))]
    blocks += map(Prose, _told(chart, to))
    signals = []
    for one in chart.signals:
        signals.append((signal_text(one, to), ()))
    if signals:
        blocks.append(Points(tuple(signals)))
    blocks.append(_points(chart, to))
    return Section(name, tuple(blocks))


def _told(chart: ChartAnswer, to: Presentation) -> Iterator[str]:
    """Yield what a chart is, why it has no limits, and that it has no signal."""
    points = len(chart.points)
    if chart.why is not None:
        yield to.says("trend.no_limits", case=chart.why, points=points)
        return
    case = "wide" if chart.factor > 1 else None
    centre = _of_chart(chart.centre, chart, to)
    factor = f"{chart.factor:.2f}"
    yield to.says(
        "trend.told", case=case, kind=chart.chart, points=points, centre=centre, factor=factor
    )
    if not chart.firm:
        yield to.says("trend.provisional")
    if chart.left_out:
        yield to.says("trend.left_out", count=chart.left_out)
    if not any(one.in_period for one in chart.signals):
        yield to.says("trend.no_signal")


def signal_text(signal: ChartedSignal, to: Presentation) -> str:
    """Return which rule found a signal, and where."""
    rule = to.says("trend.rule", case=f"{signal.rule}:{signal.side}")
    case = None if signal.first == signal.last else "span"
    where = to.says(
        "trend.where", case=case, first=signal.first, last=signal.last, points=signal.points
    )
    return to.says(
        "trend.signal", case=None if signal.in_period else "earlier", rule=rule, where=where
    )


def _of_chart(value: float | None, chart: ChartAnswer, to: Presentation) -> str:
    return _value(None if value is None else round(value, 2), chart.unit, to)


def _points(chart: ChartAnswer, to: Presentation) -> Rows:
    rows = []
    for point in chart.points:
        limits = ""
        if point.lower is not None and point.upper is not None:
            limits = to.says(
                "trend.limits",
                lower=counted(round(point.lower, 2), chart.unit),
                upper=counted(round(point.upper, 2), chart.unit),
            )
        rows.append(
            (
                point.name,
                _of_chart(point.value, chart, to),
                _of_point(point, to),
                limits,
                marked(point.rules, to),
            )
        )
    return Rows(to.headings("trend.column", _POINTS), tuple(rows))


def _of_point(point: ChartedPoint, to: Presentation) -> str:
    if point.denominator is None:
        return "" if point.numerator is None else f"{point.numerator:,}"
    return to.says("report.share", numerator=point.numerator, denominator=point.denominator)


# -- conclusions -----------------------------------------------------------------------------------


def _conclusions(
    paper: TrendsPaper, titles: Mapping[str, str], to: Presentation
) -> Iterator[Block]:
    """Yield what people concluded, or lines to be filled in."""
    if paper.review is not None:
        yield from review_blocks(paper.review, titles, to)
        return
    about = []
    for chart in paper.charts:
        signals = sum(one.in_period for one in chart.signals)
        if signals:
            about.append(to.says("trend.to_conclude", measure=titles[chart.id], signals=signals))
    if not about:
        yield Prose(to.says("trend.nothing_to_conclude"))
    about += [""] * max(1, _BLANK_LINES - len(about))
    rows = tuple((one, "", "") for one in about)
    yield Rows(to.headings("trend.blank", _BLANK), rows)
    facts = []
    for name in ("analysed_by", "reviewed_by"):
        facts.append((to.says("trend.fact", case=name), to.says("trend.not_said")))
    yield Facts(tuple(facts))


def review_blocks(
    review: ReviewOfPeriod, titles: Mapping[str, str], to: Presentation
) -> Iterator[Block]:
    """Yield what the review of a period says."""
    nothing = to.says("trend.not_said")
    said = {
        "path": review.path,
        "analysed_by": nothing
        if review.analysed_by is None
        else to.shows("person", review.analysed_by),
        "reviewed_by": to.shows("people", [*review.reviewers]) or nothing,
        "reviewed": nothing if review.reviewed is None else review.reviewed.isoformat(),
        "conclusion": review.conclusion or nothing,
        "improvements": to.shows("list", [*review.improvements]) or nothing,
    }
    yield Facts(tuple((to.says("trend.fact", case=name), text) for name, text in said.items()))
    if review.agrees is False:
        yield Prose(to.says("trend.other_numbers"))
    points = []
    for trend in review.trends:
        if trend.conclusion:
            points.append((titles.get(trend.measure, trend.measure), (trend.conclusion,)))
    for one in review.decisions:
        case = None if one.due is None else "due"
        due = "" if one.due is None else one.due.isoformat()
        decided = to.says("trend.decided", case=case, owner=one.owner, due=due)
        points.append((decided, (one.decision,)))
    if points:
        yield Points(tuple(points))


# -- for spreadsheets ------------------------------------------------------------------------------


def lists_of(paper: TrendsPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return all numbers as one list: measures, breakdowns, items and points of charts."""
    nothing: dict[str, Cell] = dict.fromkeys(_LISTED)
    rows = []
    for found in (_listed_counts(paper, to), _listed_points(paper, to)):
        for row in found:
            rows.append(nothing | row)
    return (list_table(to.says("trend.paper"), "trend.column", _LISTED, rows, to),)


def _listed_counts(paper: TrendsPaper, to: Presentation) -> Iterator[dict[str, Cell]]:
    titles = titles_of(to)
    for one in paper.measures:
        yield {
            "section": to.says("trend.measures"),
            "name": titles[one.id],
            "unit": _unit(one.unit, to),
            "value": one.value,
            "previous": one.previous,
            "year_before": one.year_before,
        }
    for broken in paper.breakdowns:
        for row in broken.rows:
            yield {
                "section": to.says("trend.by", case=broken.by),
                "name": _name(broken.by, row, to),
                "value": row.changes,
                "previous": row.previous,
                "year_before": row.year_before,
                "ended": row.ended,
                "failed": row.failed,
                "rolled_back": row.rolled_back,
            }
    for item in paper.failing:
        yield {
            "section": to.says("trend.failing"),
            "name": to.shows("item", item.item),
            "value": item.changes,
            "failed": item.failed,
            "rolled_back": item.rolled_back,
        }


def _listed_points(paper: TrendsPaper, to: Presentation) -> Iterator[dict[str, Cell]]:
    titles = titles_of(to)
    for chart in paper.charts:
        for point in chart.points:
            yield {
                "section": titles[chart.id],
                "name": point.name,
                "unit": _unit(chart.unit, to),
                "value": counted(point.value, chart.unit),
                "lower": counted(point.lower, chart.unit),
                "centre": counted(chart.centre, chart.unit),
                "upper": counted(point.upper, chart.unit),
                "signals": marked(point.rules, to),
            }


def _unit(unit: str, to: Presentation) -> str:
    return to.says("report.unit", case=unit.replace(" ", "_"))


FORMATS: Final[dict[str, Callable[[TrendsPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
