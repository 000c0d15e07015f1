"""The reliability curve of a score: what was predicted, and what happened, in ten bands.

Points on the diagonal kept their word. The size of a point says how many changes it stands for.
The area near 0, where most changes lie, is drawn wider: both axes show square roots.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

from changeflow.language.formats import percent_text
from changeflow.model.answers.backtest import CalibrationBand, ScoreAnswer
from changeflow.render.escape import html
from changeflow.render.presentation import Presentation
from changeflow.render.svg_parts import FONT

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_SIZE, _LEFT, _TOP, _RIGHT, _BOTTOM = 360, 64, 56, 24, 88
_TICKS: Final = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
# scores that are drawn: their colour and their shape
_DRAWN: Final = {"changeflow": "#1f4e8c", "fitted": "#b3541e"}
_INK, _QUIET, _LINE = "#1b1f24", "#475467", "#dfe3e8"
_LARGEST, _SMALLEST = 9.0, 4.0


def reliability_curve(models: tuple[ScoreAnswer, ...], to: Presentation) -> Markup:
    """Return the picture of the committed score and of the fitted one."""
    from changeflow.render.markup import Markup

    drawn = [one for one in models if one.name in _DRAWN and one.calibration]
    width, height = _LEFT + _SIZE + _RIGHT, _TOP + _SIZE + _BOTTOM
    title = to.says("backtest.curve")
    parts = [_axes(to)]
    for one in drawn:
        parts.append(_curve(one, to))
    parts.append(_legend([one.name for one in drawn], to))
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
        ' class="fits" role="img" font-family="{font}">'
        '<title>{title}</title><rect width="{w}" height="{h}" rx="10" fill="#ffffff"/>'
        '<text x="{x}" y="28" font-size="15" font-weight="600" fill="{ink}">{title}</text>'
    ).format(w=width, h=height, font=FONT, title=html(title), x=16, ink=_INK)
    return head + Markup("").join(parts) + Markup("</svg>\n")


def _x(share: float) -> float:
    return round(_LEFT + sqrt(max(0.0, share)) * _SIZE, 1)


def _y(share: float) -> float:
    return round(_TOP + _SIZE - sqrt(max(0.0, share)) * _SIZE, 1)


def _axes(to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    parts = []
    for tick in _TICKS:
        said = f"{tick:.0%}"
        parts.append(
            Markup(
                '<path d="M{x} {top}V{bottom}M{left} {y}H{right}" stroke="{line}"/>'
                '<text x="{x}" y="{below}" font-size="11" text-anchor="middle" fill="{quiet}">'
                "{said}</text>"
                '<text x="{before}" y="{level}" font-size="11" text-anchor="end" fill="{quiet}">'
                "{said}</text>"
            ).format(
                x=_x(tick),
                y=_y(tick),
                top=_TOP,
                bottom=_TOP + _SIZE,
                left=_LEFT,
                right=_LEFT + _SIZE,
                line=_LINE,
                quiet=_QUIET,
                said=said,
                below=_TOP + _SIZE + 16,
                before=_LEFT - 6,
                level=_y(tick) + 4,
            )
        )
    middle = _TOP + _SIZE / 2
    parts.append(
        Markup(
            '<path d="M{x0} {y0}L{x1} {y1}" stroke="{quiet}" stroke-dasharray="4 4"/>'
            '<text x="{center}" y="{below}" font-size="12" text-anchor="middle" fill="{ink}">'
            "{predicted}</text>"
            '<text transform="translate(16 {middle}) rotate(-90)" font-size="12"'
            ' text-anchor="middle" fill="{ink}">{observed}</text>'
        ).format(
            x0=_x(0),
            y0=_y(0),
            x1=_x(1),
            y1=_y(1),
            quiet=_QUIET,
            ink=_INK,
            center=_LEFT + _SIZE / 2,
            below=_TOP + _SIZE + 40,
            middle=middle,
            predicted=html(to.says("backtest.predicted")),
            observed=html(to.says("backtest.observed")),
        )
    )
    return Markup("").join(parts)


def _curve(score: ScoreAnswer, to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    colour = _DRAWN[score.name]
    most = max(band.changes for band in score.calibration)
    line = "L".join(f"{_x(band.predicted)} {_y(band.observed)}" for band in score.calibration)
    parts = [
        Markup('<path d="M{line}" fill="none" stroke="{c}" stroke-width="2" opacity=".7"/>').format(
            line=line, c=colour
        )
    ]
    for band in score.calibration:
        size = max(_SMALLEST, _LARGEST * sqrt(band.changes / most))
        parts.append(_point(score.name, band, size, to))
    return Markup("").join(parts)


def _point(name: str, band: CalibrationBand, size: float, to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    told = to.says(
        "backtest.point",
        predicted=percent_text(band.predicted, to),
        observed=percent_text(band.observed, to),
        changes=band.changes,
    )
    shape = _shape(name, _x(band.predicted), _y(band.observed), size)
    return Markup("<g>{shape}<title>{told}</title></g>").format(shape=shape, told=html(told))


def _shape(name: str, x: float, y: float, size: float) -> Markup:
    """Return a circle for the committed score and a square for the fitted one."""
    from changeflow.render.markup import Markup

    colour = _DRAWN[name]
    if name == "changeflow":
        return Markup('<circle cx="{x}" cy="{y}" r="{r}" fill="{c}" stroke="#ffffff"/>').format(
            x=x, y=y, r=round(size, 1), c=colour
        )
    return Markup(
        '<rect x="{x}" y="{y}" width="{w}" height="{w}" fill="none" stroke="{c}" stroke-width="2"/>'
    ).format(
        x=round(x - size * 0.9, 1), y=round(y - size * 0.9, 1), w=round(size * 1.8, 1), c=colour
    )


def _legend(names: list[str], to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    parts = []
    for number, name in enumerate(names):
        x, y = _LEFT + 190 * number, _TOP + _SIZE + 66
        told = to.says("backtest.model", case=name)
        parts.append(
            Markup('{shape}<text x="{x}" y="{y}" font-size="12" fill="{ink}">{told}</text>').format(
                shape=_shape(name, x + 6, y - 4, 5.0), x=x + 18, y=y, ink=_INK, told=html(told)
            )
        )
    return Markup("").join(parts)
