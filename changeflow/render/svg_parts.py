"""What pictures in SVG share: colours, the font, the frame, and the legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.render.escape import html
from changeflow.render.graph import Severity
from changeflow.render.presentation import Presentation
from changeflow.render.table import cells

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

MARGIN: Final = 24
# width of a character cell of the legend
_LETTER: Final = 6.4
FONT: Final = (
    "'Segoe UI', 'Noto Sans', 'DejaVu Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC',"
    " sans-serif"
)
# fill, line, text, quieter text
COLOURS: Final = {
    "changed": ("#1f4e8c", "#16396a", "#ffffff", "#dbe7f6"),
    "fails": ("#fde8e6", "#b3261e", "#1b1f24", "#5f2a26"),
    "degraded": ("#fff3d6", "#9a6700", "#1b1f24", "#5c4308"),
    "touched": ("#f2f4f7", "#667085", "#1b1f24", "#475467"),
}
# in the order of the legend
SHOWN: Final[tuple[Severity, ...]] = ("changed", "fails", "degraded", "touched")


@dataclass(frozen=True, slots=True)
class Canvas:
    """A drawing without its frame and legend.

    Attributes:
        parts: what is drawn.
        width: in pixels.
        height: in pixels.
        notes: sentences about what is not drawn one by one.
    """

    parts: tuple[Markup, ...]
    width: int
    height: int
    notes: tuple[str, ...] = ()


def framed(canvas: Canvas, title: str, scale: float = 1.0) -> Markup:
    """Return a whole picture, shown at a scale."""
    from changeflow.render.markup import Markup

    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{shown_w}" '
        'height="{shown_h}" role="img" font-family="{f}">'
        '<title>{s}</title><rect width="{w}" height="{h}" rx="10" fill="#ffffff"/>'
    ).format(
        w=canvas.width,
        h=canvas.height,
        shown_w=round(canvas.width * scale),
        shown_h=round(canvas.height * scale),
        f=FONT,
        s=title,
    )
    return Markup("\n").join([head, *canvas.parts, Markup("</svg>")])


def with_legend(canvas: Canvas, to: Presentation) -> Canvas:
    """Return the drawing with its legend and notes below it, as wide as these need."""
    parts, x, y = [], MARGIN, canvas.height + 8
    for severity in SHOWN:
        text = to.says("impact.legend", case=severity)
        parts.append(_legend_sign(x, y, severity) + small_text(x + 20, y + 9, text))
        x += 34 + letters_width(text)
    widest = x
    for note in canvas.notes:
        y += 18
        parts.append(small_text(MARGIN, y + 9, note))
        widest = max(widest, MARGIN + letters_width(note))
    return Canvas(
        parts=(*canvas.parts, *parts),
        width=max(canvas.width, widest + MARGIN),
        height=y + 26,
    )


def _legend_sign(x: int, y: int, severity: Severity) -> Markup:
    from changeflow.render.markup import Markup

    fill, line, _, _ = COLOURS[severity]
    return Markup(
        '<rect x="{}" y="{}" width="14" height="10" rx="2" fill="{}" stroke="{}"/>'
    ).format(x, y, fill, line)


def small_text(x: int, y: int, text: str) -> Markup:
    """Return a line of the legend or a heading."""
    from changeflow.render.markup import Markup

    return Markup('<text x="{}" y="{}" font-size="11" fill="#475467">{}</text>').format(
        x, y, html(text)
    )


def letters_width(text: str) -> int:
    """Return how wide a line of the legend is, in pixels."""
    return round(cells(text) * _LETTER)


def legend_entry(severity: Severity, to: Presentation) -> Markup:
    """Return an entry of the legend below a picture in a page."""
    from changeflow.render.markup import Markup

    fill, line, _, _ = COLOURS[severity]
    text = to.says("impact.legend", case=severity)
    return Markup(
        '<li><svg width="14" height="10" aria-hidden="true"><rect x=".5" y=".5" width="13" '
        'height="9" rx="2" fill="{}" stroke="{}"/></svg> {}</li>'
    ).format(fill, line, text)
