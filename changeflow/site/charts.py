"""Control charts of measures, drawn by Vega-Lite when the site is made (the extra `site`).

A chart is inlined in its page: it takes the colours of the theme, and a table below it says the
same. No script of the library is part of the site.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final

from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.language.measured_values import measured_value
from changeflow.model.answers.report_trends import ChartAnswer, ChartedPoint, TrendsPaper
from changeflow.render.control_chart import NELSON, marked
from changeflow.render.escape import html
from changeflow.site.frame import Frame
from changeflow.site.parts import Cell, joined, paragraph, section, table
from changeflow.usecases.site.stands_for import stands_for

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_VALUE, _LIMIT, _SIGNAL = "#3b7dd8", "#b7791f", "#d9480f"
_INK: Final = "currentColor"
_WIDTH, _HEIGHT = 640, 160
_COLUMNS: Final = ("point", "value", "limits", "signals")
_CONFIG: Final[Mapping[str, Any]] = {
    "background": None,
    "font": "sans-serif",
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "domainColor": _INK,
        "tickColor": _INK,
        "gridColor": "#98a2b355",
        "labelFontSize": 12,
    },
}


def charts_of(
    paper: TrendsPaper | None,
    frame: Frame,
    drawn: MutableMapping[str, str],
    before: Mapping[str, str],
) -> Markup:
    """Return the charts of a paper, or how they can be had.

    Args:
        paper: None where nothing can be measured.
        frame: of the page.
        drawn: where drawings are kept for the next build.
        before: those of the last build.
    """
    titles = {one.id: one.title[frame.to.language] for one in kpi_definitions()}
    with_points = [one for one in paper.charts if one.points] if paper is not None else []
    if not with_points:
        return joined(())
    found = []
    for one in with_points:
        picture = _drawing(one, drawn, before)
        if picture is None:
            return section(frame.says("site.charts"), paragraph(frame.says("site.no_charts")))
        found.append(_figure(one, titles[one.id], picture, frame))
    legend = paragraph(frame.says("site.legend"))
    return section(frame.says("site.charts"), joined((legend, *found)))


def _figure(one: ChartAnswer, title: str, picture: str, frame: Frame) -> Markup:
    from changeflow.render.markup import Markup

    by = frame.to.says("trend.unit", case=one.by)
    caption = html(frame.says("site.chart", measure=title, by=by))
    headings = frame.to.headings("site.chart_column", _COLUMNS)
    rows = (_row(point, one, frame) for point in one.points)
    values = Markup("<details><summary>{}</summary>{}</details>").format(
        html(frame.says("site.values", count=len(one.points))), table(title, headings, rows)
    )
    # made by the library from numbers and names of days
    drawing = Markup(picture)  # noqa: S704
    return Markup(
        '<figure class="chart"><figcaption>{}</figcaption>\n<div aria-hidden="true">{}</div>{}</figure>\n'
    ).format(caption, drawing, values)


def _row(point: ChartedPoint, one: ChartAnswer, frame: Frame) -> list[Cell]:
    def told(value: float | None) -> str:
        return "" if value is None else measured_value(value, one.unit, frame.to)

    limits = ""
    if point.lower is not None and point.upper is not None:
        limits = frame.says("site.span", start=told(point.lower), end=told(point.upper))
    return [
        Cell(html(point.name)),
        Cell(html(told(point.value))),
        Cell(html(limits)),
        Cell(html(marked(point.rules, frame.to) if point.rules else "")),
    ]


def _drawing(
    one: ChartAnswer, drawn: MutableMapping[str, str], before: Mapping[str, str]
) -> str | None:
    """Return a chart as SVG; None where the library is not installed."""
    spec = _spec(one)
    key = stands_for(json.dumps(spec, sort_keys=True))
    if key not in drawn:
        picture = before.get(key)
        if picture is None:
            try:
                # takes a third of a second at its first chart
                import vl_convert
            except ModuleNotFoundError:
                return None
            picture = vl_convert.vegalite_to_svg(spec)
        drawn[key] = picture
    return drawn[key]


def _spec(one: ChartAnswer) -> dict[str, Any]:
    values = []
    for point in one.points:
        rules = ", ".join(str(NELSON[rule]) for rule in point.rules)
        facts = point.model_dump(mode="json", include={"name", "value", "lower", "upper"})
        values.append({**facts, "rules": rules, "centre": one.centre})
    across = {
        "field": "name",
        "type": "ordinal",
        "sort": None,
        "axis": {"title": None, "labelAngle": -45, "labelOverlap": "parity"},
    }
    layers = [
        _line("lower", _LIMIT, [4, 3]),
        _line("upper", _LIMIT, [4, 3]),
        _line("centre", _LIMIT, []),
        _line("value", _VALUE, []),
        {
            "mark": {"type": "point", "filled": True, "color": _VALUE, "size": 40},
            "encoding": _up("value"),
        },
        {
            "transform": [{"filter": "datum.rules !== ''"}],
            "mark": {
                "type": "point",
                "shape": "diamond",
                "filled": True,
                "color": _SIGNAL,
                "size": 140,
            },
            "encoding": _up("value"),
        },
        {
            "transform": [{"filter": "datum.rules !== ''"}],
            "mark": {"type": "text", "dy": -13, "color": _INK, "fontWeight": "bold"},
            "encoding": {**_up("value"), "text": {"field": "rules"}},
        },
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _WIDTH,
        "height": _HEIGHT,
        "data": {"values": values},
        "encoding": {"x": across},
        "layer": layers,
        "config": _CONFIG,
    }


def _line(field: str, colour: str, dashes: Iterable[int]) -> dict[str, Any]:
    mark = {"type": "line", "color": colour, "strokeDash": list(dashes)}
    return {"mark": mark, "encoding": _up(field)}


def _up(field: str) -> dict[str, Any]:
    return {"y": {"field": field, "type": "quantitative", "axis": {"title": None, "tickCount": 4}}}
