"""Measures of a period for people, for programs and for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Final

from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.insight.kpi import Kpi
from changeflow.language.measured_values import measured_value
from changeflow.model.answers.report import KpiAnswer, KpiReport
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import measured_share, measured_target
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Facts, Points, Rows, Section, Sheet

_COLUMNS: Final = ("measure", "value", "previous", "difference", "target", "of")
_TARGETS: Final = _COLUMNS.index("target")
_DIFFERENCES: Final = _COLUMNS.index("difference")
# a share differs by percentage points
_APART: Final = {"%": "points"}
_SIGNS: Final = {1: "+", 0: "", -1: "-"}
_LISTED: Final = (
    "id", "value", "unit", "numerator", "denominator", "unknown", "previous", "difference", "target", "met",
    "measure", "definition", "source",
)  # fmt: skip


def sheet_of(answer: KpiReport, to: Presentation) -> Sheet:
    """Return the period, the measures, what they mean, and what they were computed from."""
    definitions = {one.id: one for one in kpi_definitions()}
    measured = [one for one in answer.kpis if one.value is not None]
    return Sheet(
        to.says("report.kpi"),
        "",
        (
            head_section(answer, to),
            *_sections(measured, definitions, to),
            *_not_measured(answer, definitions, to),
            Section(to.says("report.definitions"), (_meanings(measured, definitions, to),)),
            *tail_sections(answer, to),
        ),
    )


def _sections(
    measured: list[KpiAnswer], definitions: dict[str, Kpi], to: Presentation
) -> Iterator[Section]:
    by_section = groupby(measured, key=lambda one: definitions[one.id].section)
    for section, found in by_section:
        title = to.says("report.section", case=section)
        yield Section(title, (_table(list(found), definitions, to),))


def _table(measured: list[KpiAnswer], definitions: dict[str, Kpi], to: Presentation) -> Rows:
    rows = []
    for one in measured:
        title = definitions[one.id].title[to.language]
        facts = [
            title,
            _value(one, to),
            _previous(one, to),
            _difference(one, to),
            _target(one, to),
            measured_share(one, to),
        ]
        rows.append(facts)
    names = list(_COLUMNS)
    # Most repositories have no targets, and a first period has none before it.
    for column in (_TARGETS, _DIFFERENCES):
        if not any(row[column] for row in rows):
            for row in (names, *rows):
                del row[column]
    return Rows(to.headings("report.column", names), tuple(map(tuple, rows)), names_break=True)


def _value(one: KpiAnswer, to: Presentation) -> str:
    said = measured_value(one.value, one.unit, to)
    # What is not known of a record may only add to the numerator.
    if one.unknown or one.untold:
        return to.says("report.at_least", value=said)
    return said


def _previous(one: KpiAnswer, to: Presentation) -> str:
    return "-" if one.previous is None else measured_value(one.previous, one.unit, to)


def difference(one: KpiAnswer) -> float | int | None:
    """Return by how much a measure differs from the period before; None where one has no value."""
    if one.value is None or one.previous is None:
        return None
    apart = one.value - one.previous
    return apart if isinstance(apart, int) else round(apart, 6)


def _difference(one: KpiAnswer, to: Presentation) -> str:
    apart = difference(one)
    if apart is None:
        return ""
    said = measured_value(abs(apart), _APART.get(one.unit, one.unit), to)
    return f"{_SIGNS[(apart > 0) - (apart < 0)]}{said}"


def _target(one: KpiAnswer, to: Presentation) -> str:
    if one.target is None:
        return ""
    return measured_target(one, to)


def _not_measured(
    answer: KpiReport, definitions: dict[str, Kpi], to: Presentation
) -> Iterator[Section]:
    points = []
    for one in answer.kpis:
        if one.value is None:
            title = definitions[one.id].title[to.language]
            case = "missing" if one.missing else None
            if one.untold and not one.missing:
                case = "untold"
            what = []
            for name in one.untold:
                what.append({"code": "delivered.total", "case": name})
            why = to.says("report.no_value", case=case, tables=list(one.missing), what=what)
            points.append((to.says("report.not_told", measure=title, why=why), ()))
    if points:
        yield Section(to.says("report.not_measured"), (Points(tuple(points)),))


def _meanings(measured: list[KpiAnswer], definitions: dict[str, Kpi], to: Presentation) -> Facts:
    rows = []
    for one in measured:
        kpi = definitions[one.id]
        said = kpi.numerator[to.language]
        if kpi.denominator is not None:
            case = "quantile" if one.numerator is None else None
            among = kpi.denominator[to.language]
            said = to.says("report.among", case=case, numerator=said, denominator=among)
        case = None if kpi.source else "targets"
        said = to.says("report.from_tables", case=case, said=said, tables=list(kpi.source))
        if one.unknown:
            said = to.says("report.untold", said=said, count=one.unknown)
        rows.append((kpi.title[to.language], said))
    return Facts(tuple(rows))


def lists_of(answer: KpiReport, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each measure, also those without a value."""
    definitions = {one.id: one for one in kpi_definitions()}
    rows = (_listed(one, definitions[one.id], to) for one in answer.kpis)
    return (list_table(to.says("report.kpi"), "report.listed", _LISTED, rows, to),)


def _listed(one: KpiAnswer, kpi: Kpi, to: Presentation) -> Mapping[str, Cell]:
    parts = [kpi.numerator[to.language]]
    if kpi.denominator is not None:
        parts.append(kpi.denominator[to.language])
    return {
        "id": one.id,
        "value": one.value,
        "unit": to.says("report.unit", case=one.unit.replace(" ", "_")),
        "numerator": one.numerator,
        "denominator": one.denominator,
        "unknown": one.unknown,
        "previous": one.previous,
        "difference": difference(one),
        "target": one.target,
        "met": one.met,
        "measure": kpi.title[to.language],
        "definition": " / ".join(parts),
        "source": ", ".join(kpi.source),
    }


FORMATS: Final[dict[str, Callable[[KpiReport, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
