"""A picture of a blast radius as SVG: changed items on the left, one column for each step away.

The strongest paths form a forest, so a tidy tree without crossings needs no layout library. Leaves
take one row each, and an item is drawn in the middle of the items hit through it. More items than
people read at once are folded (`svg_overview`). No scripts, no fonts, no links; readable as a file
and inside a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Impact, ImpactAnswer
from changeflow.render.escape import html, html_prose
from changeflow.render.graph import Picture, Spot, left_out, picture
from changeflow.render.labels import NO_LABELS, Labels
from changeflow.render.overview import Folding
from changeflow.render.presentation import MACHINE, Presentation
from changeflow.render.svg_parts import (
    COLOURS,
    MARGIN,
    SHOWN,
    Canvas,
    framed,
    legend_entry,
    with_legend,
)
from changeflow.render.table import cells, shortened

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

# more items are folded into boxes with counts
MOST_ITEMS: Final = 60
_GAP, _ROW_GAP, _HEIGHT = 92, 14, 66
# cells of text before it is shortened
_LONGEST: Final = 42
# pixels: id (bold), name, note
_SIZES: Final = (13, 12, 11)
# width of a character cell in a wide font, as a share of its size
_WIDE: Final = (0.64, 0.6, 0.58)
# pixels of a page, and how small a picture is drawn to fit into them
_PAGE, _SMALLEST = 1_150, 0.8
_DASHES: Final = {"soft": "7 4", "weakened": "2 4"}


@dataclass(frozen=True, slots=True)
class _Box:
    """Position of an item."""

    spot: Spot
    x: int
    y: int
    width: int

    @property
    def middle(self) -> int:
        return self.y + _HEIGHT // 2


def svg(
    impact: Impact | ImpactAnswer,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> str:
    """Draw the picture as a file of its own, with its legend.

    Args:
        impact: the whole.
        labels: what the CMDB knows of items.
        to: the reader.
        fold: by what items are folded; None: only where there are too many, by what tells most;
            "none": every listed item is drawn.
    """
    whole = with_legend(_canvas(impact, labels, to, fold), to)
    return f"{framed(whole, _title(impact, to))}\n"


def figure(
    impact: Impact | ImpactAnswer,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> Markup:
    """Draw the picture for a page: it can be pushed aside, and its legend stays below it."""
    from changeflow.render.markup import Markup

    canvas = _canvas(impact, labels, to, fold)
    scale = max(_SMALLEST, min(1.0, _PAGE / canvas.width))
    entries = [legend_entry(severity, to) for severity in SHOWN]
    entries += [Markup("<li>{}</li>").format(html_prose(note)) for note in canvas.notes]
    return Markup('<div class="scroll">{}</div>\n<ul class="legend">{}</ul>').format(
        framed(canvas, _title(impact, to), scale), Markup("").join(entries)
    )


def _title(impact: Impact | ImpactAnswer, to: Presentation) -> str:
    return to.says("impact.drawn", changed=len(impact.changed), hit=impact.affected_total)


def _canvas(
    impact: Impact | ImpactAnswer,
    labels: Labels,
    to: Presentation,
    fold: Folding | None,
) -> Canvas:
    drawn_singly = len(impact.changed) + impact.affected_total <= MOST_ITEMS
    if fold == "none" or (fold is None and drawn_singly) or not impact.affected:
        return _tree(picture(impact, labels, len(impact.affected), to), to)
    from changeflow.render.svg_overview import drawn_overview

    return drawn_overview(impact, labels, to, fold)


def _tree(shown: Picture, to: Presentation) -> Canvas:
    """Draw every item, with the strongest path to each."""
    boxes = _layout(shown)
    return Canvas(
        parts=(*_edges(boxes, _edge), *_edges(boxes, _edge_label), *map(_drawn, boxes)),
        width=max((box.x + box.width for box in boxes), default=0) + MARGIN,
        height=max((box.y + _HEIGHT for box in boxes), default=0) + MARGIN,
        notes=tuple(filter(None, [left_out(shown.left_out, to)])),
    )


def _edges(boxes: Sequence[_Box], drawn: Callable[[_Box, _Box], Markup]) -> Iterator[Markup]:
    for box in boxes:
        if box.spot.before is not None:
            yield drawn(boxes[box.spot.before], box)


def _layout(shown: Picture) -> list[_Box]:
    rows = _rows(shown.spots)
    widths: dict[int, int] = {}
    for spot in shown.spots:
        widths[spot.hops] = max(widths.get(spot.hops, 0), _width(spot))
    lefts, x = {}, MARGIN
    for column in sorted(widths):
        lefts[column] = x
        x += widths[column] + _GAP
    pitch = _HEIGHT + _ROW_GAP
    boxes: list[_Box] = []
    for spot, row in zip(shown.spots, rows, strict=True):
        top = round(MARGIN + row * pitch)
        boxes.append(_Box(spot, lefts[spot.hops], top, widths[spot.hops]))
    return boxes


def _rows(spots: Sequence[Spot]) -> list[float]:
    """Return the row of each item.

    Leaves come from top to bottom in tree order, the others in the middle of theirs.
    """
    after: dict[int, list[int]] = {place: [] for place in range(len(spots))}
    for place, spot in enumerate(spots):
        if spot.before is not None:
            after[spot.before].append(place)
    rows, free = [0.0] * len(spots), 0
    for place in _leaves(spots, after):
        rows[place], free = float(free), free + 1
    # an item comes after the one it is hit through
    for place in reversed(range(len(spots))):
        if after[place]:
            rows[place] = (rows[after[place][0]] + rows[after[place][-1]]) / 2
    return rows


def _leaves(spots: Sequence[Spot], after: dict[int, list[int]]) -> list[int]:
    found = []
    waiting = [place for place, spot in enumerate(spots) if spot.before is None][::-1]
    while waiting:
        place = waiting.pop()
        waiting.extend(reversed(after[place]))
        if not after[place]:
            found.append(place)
    return found


def _width(spot: Spot) -> int:
    widest = 0.0
    for text, size, wide in zip((spot.ci, spot.name, spot.note), _SIZES, _WIDE, strict=True):
        widest = max(widest, cells(shortened(text, _LONGEST)) * size * wide)
    return round(widest) + 26


def _drawn(box: _Box) -> Markup:
    from changeflow.render.markup import Markup

    spot = box.spot
    fill, line, ink, quiet = COLOURS[spot.severity]
    bar = round((box.width - 2) * spot.score)
    texts = (spot.ci, spot.name, spot.note)
    weights, colours = (600, 400, 400), (ink, ink, quiet)
    drawn, y = Markup(""), box.y + (21 if all(texts) else 27)
    for text, size, weight, colour in zip(texts, _SIZES, weights, colours, strict=True):
        if text:
            drawn += Markup(
                '<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}">{}</text>'
            ).format(box.x + 12, y, size, weight, colour, html(shortened(text, _LONGEST)))
            y += 16
    return Markup(
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="7" fill="{}" '
        'stroke="{}" stroke-width="1.5"/>'
        '<rect x="{}" y="{}" width="{}" height="4" rx="2" fill="{}"/>{}</g>'
    ).format(
        html(f"{spot.ci}: {spot.note}"), box.x, box.y, box.width, _HEIGHT, fill, line,
        box.x + 1, box.y + _HEIGHT - 5, bar, line, drawn,
    )  # fmt: skip


def _edge(start: _Box, end: _Box) -> Markup:
    from changeflow.render.markup import Markup

    x1, x2 = start.x + start.width, end.x
    bend = (x1 + x2) // 2
    line = COLOURS[end.spot.severity][1]
    return Markup(
        '<path d="M{} {} C{} {} {} {} {} {}" fill="none" stroke="{}" stroke-width="{}"{}/>'
        '<path d="M{} {} l-8 -4 v8 z" fill="{}"/>'
    ).format(
        x1, start.middle, bend, start.middle, bend, end.middle, x2 - 7, end.middle, line,
        3 if end.spot.link == "group" else 1.5, _dash(end.spot.link),
        x2, end.middle, line,
    )  # fmt: skip


def _edge_label(start: _Box, end: _Box) -> Markup:
    """Write the strength of an edge on the side its line does not come from.

    The paper around the letters hides the lines of other edges.
    """
    from changeflow.render.markup import Markup

    from_above = start.middle < end.middle
    y = end.middle + 14 if from_above else end.middle - 6
    return Markup(
        '<text x="{}" y="{}" font-size="10" text-anchor="end" fill="#475467" stroke="#ffffff" '
        'stroke-width="4" stroke-linejoin="round" paint-order="stroke">{}</text>'
    ).format(end.x - 10, y, end.spot.link_name)


def _dash(link: str) -> Markup:
    from changeflow.render.markup import Markup

    return Markup(' stroke-dasharray="{}"').format(_DASHES[link]) if link in _DASHES else Markup("")
