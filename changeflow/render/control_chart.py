"""A control chart as a picture: values, centre line, limits, and the points that are a signal.

A signal is a diamond with the number of its rule, so that it is told without colour. The part that
belongs to the period of the paper has a band behind it, with its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import floor, log10
from typing import TYPE_CHECKING, Final

from changeflow.model.answers.report_trends import ChartAnswer, ChartedPoint, RuleOfCharts
from changeflow.render.escape import html
from changeflow.render.presentation import Presentation
from changeflow.render.svg_parts import FONT

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

# The numbers of the rules in Nelson's list.
NELSON: Final[dict[RuleOfCharts, int]] = {
    "beyond_3_sigma": 1,
    "nine_on_one_side": 2,
    "six_trending": 3,
    "two_of_three_beyond_2_sigma": 5,
}
_WIDTH, _HEIGHT = 760, 236
_LEFT, _TOP, _RIGHT, _BOTTOM = 62, 44, 20, 62
_INK, _QUIET, _LINE, _BAND = "#1b1f24", "#475467", "#dfe3e8", "#eef2f7"
_VALUE, _LIMIT, _SIGNAL = "#1f4e8c", "#8a5a00", "#b42318"
_TICKS: Final = 5
# pixels that the name of a point takes
_NAME: Final = 62


class _Scale:
    """Where the points of a chart lie on the picture."""

    def __init__(self, points: Sequence[ChartedPoint]) -> None:
        self._count = len(points)
        self.step = _nice_step(max(_heights(points), default=1.0))
        highest = max(_heights(points), default=1.0)
        self.top = self.step * (floor(highest / self.step) + 1)

    def x(self, place: float) -> float:
        """Return where a point lies from left to right."""
        width = _WIDTH - _LEFT - _RIGHT
        return round(_LEFT + width * (place + 0.5) / max(1, self._count), 1)

    def y(self, value: float) -> float:
        """Return where a value lies from top to bottom."""
        height = _HEIGHT - _TOP - _BOTTOM
        return round(_TOP + height * (1 - value / self.top), 1)


def control_chart(chart: ChartAnswer, title: str, to: Presentation) -> Markup:
    """Return the picture of a chart that has points."""
    from changeflow.render.markup import Markup

    scale = _Scale(chart.points)
    parts = [*_band(chart, scale, to), *_axes(chart, scale, to), *_limits(chart, scale)]
    parts += _values(chart, scale, to)
    parts += _legend(chart, to)
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
        ' class="fits" role="img" font-family="{font}">'
        '<title>{title}</title><rect width="{w}" height="{h}" rx="10" fill="#ffffff"/>'
        '<text x="16" y="22" font-size="14" font-weight="600" fill="{ink}">{title}</text>'
    ).format(w=_WIDTH, h=_HEIGHT, font=FONT, title=html(title), ink=_INK)
    return head + Markup("").join(parts) + Markup("</svg>\n")


def _heights(points: Sequence[ChartedPoint]) -> Iterator[float]:
    for point in points:
        yield max(point.value, point.upper or 0.0)


def _nice_step(highest: float) -> float:
    """Return a round distance between the lines of a scale."""
    if highest <= 0:
        return 1.0
    rough = highest / _TICKS
    power = 10.0 ** floor(log10(rough))
    for factor in (1, 2, 5):
        if rough <= factor * power:
            return factor * power
    return 10 * power


def _band(chart: ChartAnswer, scale: _Scale, to: Presentation) -> Iterator[Markup]:
    from changeflow.render.markup import Markup

    places = [place for place, point in enumerate(chart.points) if point.in_period]
    if not places or len(places) == len(chart.points):
        return
    left, right = scale.x(places[0] - 0.5), scale.x(places[-1] + 0.5)
    yield Markup(
        '<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"/>'
        '<text x="{at}" y="{above}" font-size="11" text-anchor="end" fill="{quiet}">{said}</text>'
    ).format(
        x=left, y=_TOP, w=round(right - left, 1), h=_HEIGHT - _TOP - _BOTTOM, fill=_BAND,
        at=right, above=_TOP - 5, quiet=_QUIET, said=html(to.says("trend.legend", case="period")),
    )  # fmt: skip


def _axes(chart: ChartAnswer, scale: _Scale, to: Presentation) -> Iterator[Markup]:
    from changeflow.render.markup import Markup

    line = Markup(
        '<path d="M{left} {y}H{right}" stroke="{line}"/>'
        '<text x="{before}" y="{level}" font-size="11" text-anchor="end" fill="{quiet}">{said}</text>'
    )
    for number in range(round(scale.top / scale.step) + 1):
        value = number * scale.step
        y = scale.y(value)
        yield line.format(
            left=_LEFT, y=y, right=_WIDTH - _RIGHT, line=_LINE, before=_LEFT - 6, level=y + 4,
            quiet=_QUIET, said=html(_short(value, chart.unit, to)),
        )  # fmt: skip
    width = (_WIDTH - _LEFT - _RIGHT) / len(chart.points)
    every = max(1, -(-_NAME // max(1, round(width))))
    name = Markup(
        '<text x="{x}" y="{y}" font-size="11" text-anchor="middle" fill="{quiet}">{said}</text>'
    )
    for place, point in enumerate(chart.points):
        # The newest one has its name in any case.
        if (len(chart.points) - 1 - place) % every == 0:
            below = _HEIGHT - _BOTTOM + 16
            yield name.format(x=scale.x(place), y=below, quiet=_QUIET, said=html(point.name))


def _short(value: float, unit: str, to: Presentation) -> str:
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"
    return to.says("report.value", case="%", value=number) if unit == "%" else number


def _limits(chart: ChartAnswer, scale: _Scale) -> Iterator[Markup]:
    """Yield the centre line, and the limits as steps: they differ from point to point."""
    from changeflow.render.markup import Markup

    if chart.centre is None:
        return
    path = Markup('<path d="{d}" fill="none" stroke="{c}" stroke-width="1.5"{dash}/>')
    y = scale.y(chart.centre)
    yield path.format(d=f"M{_LEFT} {y}H{_WIDTH - _RIGHT}", c=_QUIET, dash="")
    for limits in (
        [point.upper for point in chart.points],
        [point.lower for point in chart.points],
    ):
        steps: list[str] = []
        for place, limit in enumerate(limits):
            if limit is not None:
                begun = "L" if steps else "M"
                level = scale.y(limit)
                steps.append(
                    f"{begun}{scale.x(place - 0.5)} {level}L{scale.x(place + 0.5)} {level}"
                )
        if steps:
            dash = Markup(' stroke-dasharray="6 4"')
            yield path.format(d="".join(steps), c=_LIMIT, dash=dash)


def _values(chart: ChartAnswer, scale: _Scale, to: Presentation) -> Iterator[Markup]:
    from changeflow.render.markup import Markup

    line = Markup('<path d="M{x1} {y1}L{x2} {y2}" stroke="{c}" stroke-width="1.5"/>')
    for (place, before), (_, after) in pairwise(enumerate(chart.points)):
        yield line.format(
            x1=scale.x(place), y1=scale.y(before.value), x2=scale.x(place + 1),
            y2=scale.y(after.value), c=_VALUE,
        )  # fmt: skip
    for place, point in enumerate(chart.points):
        yield _point(point, scale.x(place), scale.y(point.value), chart, to)


def _point(point: ChartedPoint, x: float, y: float, chart: ChartAnswer, to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    told = html(f"{point.name}: {_short(round(point.value, 2), chart.unit, to)}")
    if not point.rules:
        return Markup(
            '<circle cx="{x}" cy="{y}" r="3.5" fill="{c}" stroke="#ffffff"><title>{told}</title>'
            "</circle>"
        ).format(x=x, y=y, c=_VALUE, told=told)
    marks = marked(point.rules, to)
    return Markup(
        '<path d="M{x} {top}L{right} {y}L{x} {bottom}L{left} {y}Z" fill="{c}" stroke="#ffffff">'
        "<title>{told}: {marks}</title></path>"
        '<text x="{x}" y="{above}" font-size="10" font-weight="600" text-anchor="middle"'
        ' fill="{c}" stroke="#ffffff" stroke-width="3" paint-order="stroke">{marks}</text>'
    ).format(
        x=x, y=y, top=y - 7, bottom=y + 7, left=x - 7, right=x + 7, c=_SIGNAL, told=told,
        above=round(y - 10, 1), marks=html(marks),
    )  # fmt: skip


def marked(rules: Sequence[RuleOfCharts], to: Presentation) -> str:
    """Return the numbers of rules, as points are marked with them."""
    numbers = "+".join(str(NELSON[rule]) for rule in rules)
    return to.says("trend.mark", number=numbers) if numbers else ""


def _legend(chart: ChartAnswer, to: Presentation) -> Iterator[Markup]:
    from changeflow.render.markup import Markup

    y = _HEIGHT - 18
    shapes = {
        "value": Markup('<circle cx="{x}" cy="{y}" r="3.5" fill="#1f4e8c"/>'),
        "centre": Markup('<path d="M{x1} {y}H{x2}" stroke="#475467" stroke-width="1.5"/>'),
        "limit": Markup(
            '<path d="M{x1} {y}H{x2}" stroke="#8a5a00" stroke-width="1.5" stroke-dasharray="6 4"/>'
        ),
        "signal": Markup('<path d="M{x} {t}l6 6l-6 6l-6 -6Z" fill="#b42318"/>'),
    }
    if chart.why is not None:
        del shapes["limit"], shapes["signal"]
    text = Markup('<text x="{x}" y="{y}" font-size="11" fill="{ink}">{said}</text>')
    for number, (name, shape) in enumerate(shapes.items()):
        x = _LEFT + 130 * number
        yield shape.format(x=x, y=y, x1=x - 12, x2=x + 12, t=y - 6)
        said = html(to.says("trend.legend", case=name))
        yield text.format(x=x + 18, y=y + 4, ink=_INK, said=said)
