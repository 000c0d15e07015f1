"""A folded blast radius as SVG: a row for each tier (or environment, or owner), a column for each step.

A box says how many items it stands for, how many of them fail, and which are the biggest. Ribbons
behind the boxes show the ways by which most items are affected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Impact, ImpactAnswer
from changeflow.render.escape import html
from changeflow.render.graph import (
    Spot,
    box_texts,
    changed_boxes,
    distance_name,
    failing_text,
    flows_to_draw,
    folded_note,
    items_text,
    row_name,
    severity,
)
from changeflow.render.labels import Labels
from changeflow.render.overview import Box, Flow, FoldName, Overview, overview
from changeflow.render.presentation import Presentation
from changeflow.render.svg_parts import COLOURS, MARGIN, Canvas, small_text
from changeflow.render.table import shortened

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_WIDTH, _GAP, _ROW_GAP, _HEIGHT = 206, 58, 46, 104
# the headings of the columns, and that of a row above its boxes
_TOP, _HEADING = 56, 20
# cells of a name, and of the id of a changed item, in the width of a box
_NAME, _ID = 27, 22
# pixels of the widest ribbon
_RIBBON: Final = 26


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a box is drawn."""

    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + _HEIGHT // 2


def drawn_overview(
    impact: Impact | ImpactAnswer, labels: Labels, to: Presentation, fold: FoldName | None
) -> Canvas:
    """Draw a folded blast radius."""
    shown = overview(impact, labels, fold)
    roots = changed_boxes(impact, labels, to)
    height = _TOP + max(len(shown.rows), len(roots)) * (_HEIGHT + _ROW_GAP)
    first = [
        _Place(MARGIN, _TOP + _HEADING + at * (_HEIGHT + _ROW_GAP)) for at in range(len(roots))
    ]
    places = list(map(_place, shown.boxes))
    flows = flows_to_draw(shown, len(roots))
    widest = max((flow.count for flow in flows), default=1)
    ribbons = [_ribbon(flow, first if flow.changed else places, places, widest) for flow in flows]
    boxes = []
    for box, place in zip(shown.boxes, places, strict=True):
        boxes.append(_drawn(box, place, shown, labels, to))
    return Canvas(
        parts=(
            *_headings(shown, impact, to),
            *ribbons,
            *_row_headings(shown, to),
            *(_changed(spot, place) for spot, place in zip(roots, first, strict=True)),
            *boxes,
        ),
        width=_left(len(shown.columns)) - _GAP + MARGIN,
        height=height,
        notes=tuple(folded_note(shown, flows, to)),
    )


def _left(column: int) -> int:
    """Return where a column begins; the changed items have one of their own before the first."""
    return MARGIN + (column + 1) * (_WIDTH + _GAP)


def _place(box: Box) -> _Place:
    return _Place(_left(box.column), _TOP + _HEADING + box.row * (_HEIGHT + _ROW_GAP))


def _headings(shown: Overview, impact: Impact | ImpactAnswer, to: Presentation) -> list[Markup]:
    headings = [(MARGIN, to.says("impact.changed"), len(impact.changed))]
    for column, (hops, count) in enumerate(shown.columns):
        name = distance_name(hops, deeper=shown.is_deepest(column), to=to)
        headings.append((_left(column), name, count))
    drawn = []
    for x, name, count in headings:
        text = to.says("impact.count", heading=name, count=f"{count:,}")
        drawn.append(_text(x, MARGIN + 12, 14, 600, "#1b1f24", text))
    return drawn


def _row_headings(shown: Overview, to: Presentation) -> list[Markup]:
    drawn: list[Markup] = []
    x, rows = _left(0), shown.rows if shown.tells_apart else ()
    for at, row in enumerate(rows):
        y = _TOP + at * (_HEIGHT + _ROW_GAP) + 10
        facts = [items_text(row.count, to)]
        facts += filter(None, [failing_text(row.failing, to)])
        counted = to.says("impact.note", facts=facts)
        text = to.says("impact.count", heading=row_name(row, shown.fold, to), count=counted)
        drawn.append(small_text(x, y, text))
    return drawn


def _changed(spot: Spot, place: _Place) -> Markup:
    from changeflow.render.markup import Markup

    fill, line, ink, quiet = COLOURS["changed"]
    texts = (spot.ci, spot.name, spot.note)
    drawn, y = Markup(""), place.y + 30
    for text, size, weight, colour in zip(
        texts, (13, 12, 11), (600, 400, 400), (ink, ink, quiet), strict=True
    ):
        if text:
            drawn += _text(place.x + 12, y, size, weight, colour, shortened(text, _ID))
            y += 20
    return _rectangle(place, fill, line, spot.ci) + drawn + Markup("</g>")


def _drawn(box: Box, place: _Place, shown: Overview, labels: Labels, to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    kind, count, failing, names = box_texts(box, shown, labels, to)
    fill, line, ink, quiet = COLOURS[severity(box.score)]
    drawn = _text(place.x + 12, place.y + 24, 15, 600, ink, count)
    if failing:
        drawn += _text(place.x + _WIDTH - 12, place.y + 24, 11, 400, quiet, failing, at_end=True)
    for at, name in enumerate(names):
        y = place.y + 45 + at * 17
        drawn += _text(place.x + 12, y, 11.5, 400, ink, shortened(name, _NAME))
    bar = round((_WIDTH - 2) * box.failing / box.count)
    drawn += Markup('<rect x="{}" y="{}" width="{}" height="4" rx="2" fill="{}"/></g>').format(
        place.x + 1, place.y + _HEIGHT - 5, bar, line
    )
    return _rectangle(place, fill, line, f"{kind}: {count}") + drawn


def _rectangle(place: _Place, fill: str, line: str, title: str) -> Markup:
    from changeflow.render.markup import Markup

    return Markup(
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="7" fill="{}" '
        'stroke="{}" stroke-width="1.5"/>'
    ).format(html(title), place.x, place.y, _WIDTH, _HEIGHT, fill, line)


def _text(
    x: int, y: int, size: float, weight: int, colour: str, text: str, *, at_end: bool = False
) -> Markup:
    from changeflow.render.markup import Markup

    anchor = Markup(' text-anchor="end"') if at_end else Markup("")
    return Markup(
        '<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}"{}>{}</text>'
    ).format(x, y, size, weight, colour, anchor, html(text))


def _ribbon(flow: Flow, starts: list[_Place], ends: list[_Place], widest: int) -> Markup:
    from changeflow.render.markup import Markup

    start, end = starts[flow.before], ends[flow.box]
    x1, x2 = start.x + _WIDTH, end.x
    bend = (x1 + x2) // 2
    return Markup(
        '<path d="M{} {} C{} {} {} {} {} {}" fill="none" stroke="#98a2b3" stroke-opacity=".45" '
        'stroke-width="{}"><title>{}</title></path>'
    ).format(
        x1, start.middle, bend, start.middle, bend, end.middle, x2, end.middle,
        max(1.5, round(_RIBBON * (flow.count / widest) ** 0.5, 1)), f"{flow.count:,}",
    )  # fmt: skip
