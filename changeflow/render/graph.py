"""Pictures of a blast radius as text for other programs: Mermaid and Graphviz.

A picture shows the strongest path to each item, as a tree from the changed items outwards. It never
has more edges than items. One that would be too large is folded into few boxes with counts
(`render.overview`), and a sentence says how to see each item.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Affected, Impact, ImpactAnswer
from changeflow.render.escape import spelled
from changeflow.render.labels import NO_LABELS, Labels
from changeflow.render.overview import (
    Box,
    Flow,
    Folding,
    FoldName,
    Overview,
    Row,
    overview,
    values_of,
)
from changeflow.render.presentation import MACHINE, Presentation
from changeflow.render.table import shortened

# Mermaid 11 refuses 50,000 characters and 500 edges, and a picture cannot raise that; GitHub adds
# its own frame around it.
MOST_EDGES: Final = 450
MOST_CHARACTERS: Final = 40_000
# items in a picture inside a comment: more cannot be read there
MOST_DRAWN: Final = 60
DEGRADED: Final = 0.5
# cells of an id or a name in a picture: a source may have names of a million characters
_LONGEST: Final = 60
# changed items with a box of their own where the rest is folded
_MOST_CHANGED: Final = 5
# changed items that are drawn one by one
_MOST_SEPARATE: Final = 60
# share of a box's items that is worth an arrow of its own
_MUCH: Final = 0.3
# clusters below which there is nothing to tell apart
_TWO: Final = 2

Severity = Literal["changed", "fails", "degraded", "touched"]


@dataclass(frozen=True, slots=True)
class Spot:
    """An item in a picture.

    `before` is the index of the item it is hit through, `None` for a changed one; `link` the kind
    of that dependency, and `link_name` what the reader calls it.
    """

    ci: str
    name: str
    note: str
    severity: Severity
    score: float
    hops: int
    before: int | None
    link: str
    link_name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Items in the order changed, then strongest first.

    Every item comes after the one it is hit through.
    """

    spots: tuple[Spot, ...]
    left_out: int


def picture(
    impact: Impact | ImpactAnswer, labels: Labels, most: int, to: Presentation = MACHINE
) -> Picture:
    """Return the changed items and the strongest `most` of those they hit."""
    places = {ci: place for place, ci in enumerate(impact.changed)}
    spots = [_root(ci, labels, to) for ci in impact.changed]
    for hit in impact.affected[:most]:
        places[hit.ci] = len(spots)
        spots.append(_spot(hit, places[hit.path[-2]], labels, to))
    return Picture(tuple(spots), impact.affected_total - len(impact.affected[:most]))


def _root(ci: str, labels: Labels, to: Presentation) -> Spot:
    note = _note([to.says("impact.changed")], ci, labels, to)
    return Spot(cut(ci), _name(ci, labels), note, "changed", 1.0, 0, None, "", "")


def _spot(hit: Affected, before: int, labels: Labels, to: Presentation) -> Spot:
    effect = to.says("impact.scored", score=f"{hit.score:g}")
    if hit.score == 1:
        effect = to.says("impact.scored", case="fails")
    tier = to.says("impact.no_tier")
    if hit.criticality:
        tier = to.says("impact.tier", tier=hit.criticality)
    owner = _owner(hit.owner, to) if hit.owner else to.says("impact.no_owner")
    note = _note([effect, tier, owner], hit.ci, labels, to)
    link = last_link(hit)
    return Spot(
        cut(hit.ci),
        _name(hit.ci, labels),
        note,
        severity(hit.score),
        hit.score,
        hit.hops,
        before,
        link,
        to.shows("word", link) if link else "",
    )


def _name(ci: str, labels: Labels) -> str:
    return cut(labels.names.get(ci, ""))


def cut(text: str) -> str:
    """Return one line of text, or its beginning where it is too long for a picture."""
    # counting the cells of a very long text takes its time
    return shortened(spelled(text[: _LONGEST * 2]), _LONGEST)


def _owner(owner: str, to: Presentation) -> str:
    """Return the name of an owner without the id: a box has little room, and a table has both."""
    return to.names.roles.get(owner) or to.names.people.get(owner) or owner


def _note(facts: list[str], ci: str, labels: Labels, to: Presentation) -> str:
    if ci in labels.statuses:
        facts.append(to.says("impact.state", status=labels.statuses[ci]))
    return to.says("impact.note", facts=facts)


def severity(score: float) -> Severity:
    """Return the colour of a score; the number is always shown with it."""
    if score == 1:
        return "fails"
    return "degraded" if score >= DEGRADED else "touched"


def last_link(hit: Affected) -> str:
    """Return the strength of the last step of an item's path.

    Empty where the record was read back from JSON, which does not hold it.
    """
    return hit.strengths[-1] if hit.strengths else ""


def left_out(count: int, to: Presentation = MACHINE) -> str:
    """Return the sentence for the part that a picture leaves out; empty when there is none."""
    if not count:
        return ""
    case = {"case": "one"} if count == 1 else {}
    return to.says("impact.not_drawn", count=count, **case)


# -- what a folded picture says --------------------------------------------------------------------


def box_texts(
    box: Box, shown: Overview, labels: Labels, to: Presentation
) -> tuple[str, str, str, list[str]]:
    """Return what a box stands for, how many items it has, and the names of its biggest.

    The second text says how many there are, the third how many of them fail.
    """
    hops = shown.columns[box.column][0]
    kind = distance_name(hops, deeper=shown.is_deepest(box.column), to=to)
    if shown.tells_apart:
        row = row_name(shown.rows[box.row], shown.fold, to)
        kind = to.says("impact.kind", row=row, distance=kind)
    names = [_name(ci, labels) or cut(ci) for ci in box.biggest]
    return kind, items_text(box.count, to), failing_text(box.failing, to), names


def items_text(count: int, to: Presentation) -> str:
    """Return a number of items."""
    return to.says("impact.items", count=count, **({"case": "one"} if count == 1 else {}))


def failing_text(failing: int, to: Presentation) -> str:
    """Return how many items fail; empty where none does."""
    if not failing:
        return ""
    return to.says("impact.fail", count=failing, **({"case": "one"} if failing == 1 else {}))


def distance_name(hops: int, *, deeper: bool, to: Presentation) -> str:
    """Return the name of a distance, or of all from this one on."""
    if deeper:
        return to.says("impact.distance", case="deeper", hops=hops)
    return to.says("impact.distance", hops=hops, **({"case": "direct"} if hops == 1 else {}))


def row_name(row: Row, fold: FoldName, to: Presentation) -> str:
    """Return what the items of a row share."""
    if row.others:
        return to.says("impact.others", case=fold, count=row.others)
    return value_name(row.value, fold, to)


def value_name(value: str | None, fold: FoldName, to: Presentation) -> str:
    """Return what people call the value of a fold, or that it is unknown."""
    if value is None:
        return to.says("impact.unknown", case=fold)
    shown = {
        "tier": lambda: to.says("impact.tier", tier=value),
        "environment": lambda: to.names.environments.get(value) or value,
        "owner": lambda: _owner(value, to),
        "service": lambda: to.names.items.get(value) or value,
    }
    return cut(shown[fold]())


def folded_note(shown: Overview, flows: Sequence[Flow], to: Presentation) -> list[str]:
    """Return the sentences that say how much is folded, and what is not even counted.

    Args:
        shown: the whole.
        flows: those that are drawn.
        to: the reader.
    """
    said = [to.says("impact.folded", count=shown.count, boxes=len(shown.boxes))]
    if len(flows) < len(shown.flows):
        said.append(to.says("impact.lines"))
    if shown.unlisted:
        said.append(to.says("impact.uncounted", count=shown.unlisted))
    return said


def changed_boxes(impact: Impact | ImpactAnswer, labels: Labels, to: Presentation) -> list[Spot]:
    """Return the changed items, or one spot that stands for many of them."""
    if len(impact.changed) <= _MOST_CHANGED:
        return [_root(ci, labels, to) for ci in impact.changed]
    many = to.says("impact.many_changed", count=len(impact.changed))
    return [Spot(many, "", "", "changed", 1.0, 0, None, "", "")]


def flows_to_draw(shown: Overview, changed: int) -> list[Flow]:
    """Return the ways by which most items of a box are affected: at least one for each box.

    Args:
        shown: the whole.
        changed: boxes for changed items; where it is 1, it stands for all of them.
    """
    joined: Counter[tuple[int, int, bool]] = Counter()
    for flow in shown.flows:
        before = 0 if flow.changed and changed == 1 else flow.before
        joined[before, flow.box, flow.changed] += flow.count
    largest: Counter[int] = Counter()
    for (_, box, _), count in joined.items():
        largest[box] = max(largest[box], count)
    kept = []
    for (before, box, is_changed), count in joined.items():
        if count == largest[box] or count >= shown.boxes[box].count * _MUCH:
            kept.append(Flow(before, box, count, is_changed))
    return kept


# -- Mermaid ---------------------------------------------------------------------------------------


_COLOURS: Final = {
    "changed": "fill:#1f4e8c,stroke:#16396a,color:#ffffff",
    "fails": "fill:#fde8e6,stroke:#b3261e,color:#1b1f24",
    "degraded": "fill:#fff3d6,stroke:#9a6700,color:#1b1f24",
    "touched": "fill:#f2f4f7,stroke:#667085,color:#1b1f24",
}
_ARROWS: Final = {"hard": "-->", "soft": "-.->", "group": "==>", "weakened": "-.->", "": "-->"}


def mermaid(
    impact: Impact | ImpactAnswer,
    labels: Labels = NO_LABELS,
    most: int = MOST_EDGES,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> str:
    """Render a Mermaid flowchart within the limits of the hosts that draw it.

    Args:
        impact: the whole.
        labels: what the CMDB knows of items.
        most: affected items that are drawn one by one; more are folded.
        to: the reader.
        fold: by what they are folded; None: only where there are too many, by what tells most;
            "none": the strongest are drawn one by one, and the others are not drawn.
    """
    most = min(most, MOST_EDGES)
    if fold == "none":
        return _mermaid_of_strongest(impact, labels, most, to)
    few_changed = len(impact.changed) <= _MOST_SEPARATE
    if fold is None and few_changed and impact.affected_total <= most:
        text = _mermaid(picture(impact, labels, most, to), to)
        if len(text) <= MOST_CHARACTERS:
            return text
    return _mermaid_folded(impact, labels, to, fold)


def _mermaid_of_strongest(
    impact: Impact | ImpactAnswer, labels: Labels, most: int, to: Presentation
) -> str:
    while True:
        text = _mermaid(picture(impact, labels, most, to), to)
        if len(text) <= MOST_CHARACTERS:
            return text
        if most == 0:
            return _mermaid_folded(impact, labels, to, None)
        most = most * 3 // 4


def _mermaid(shown: Picture, to: Presentation) -> str:
    lines = ["flowchart LR"]
    for place, spot in enumerate(shown.spots):
        lines.append(_mermaid_node(f"n{place}", _spot_texts(spot), spot.severity))
    for place, spot in enumerate(shown.spots):
        if spot.before is not None:
            label = f"|{spot.link_name}|" if spot.link else ""
            lines.append(f"  n{spot.before} {_ARROWS[spot.link]}{label} n{place}")
    if shown.left_out:
        lines.append(_mermaid_node("more", [left_out(shown.left_out, to)], "touched"))
    return "\n".join([*lines, *_mermaid_classes()]) + "\n"


def _mermaid_folded(
    impact: Impact | ImpactAnswer, labels: Labels, to: Presentation, fold: FoldName | None
) -> str:
    shown = overview(impact, labels, fold)
    roots = changed_boxes(impact, labels, to)
    lines = ["flowchart LR"]
    for place, spot in enumerate(roots):
        lines.append(_mermaid_node(f"n{place}", _spot_texts(spot), "changed"))
    for place, box in enumerate(shown.boxes):
        lines.append(_mermaid_node(f"g{place}", _box_lines(box, shown, labels, to), _hue(box)))
    flows = flows_to_draw(shown, len(roots))
    for flow in flows:
        start = f"n{flow.before}" if flow.changed else f"g{flow.before}"
        lines.append(f"  {start} -->|{flow.count}| g{flow.box}")
    if shown.boxes:
        lines.append(_mermaid_node("more", folded_note(shown, flows, to), "touched"))
    return "\n".join([*lines, *_mermaid_classes()]) + "\n"


def _mermaid_node(name: str, texts: Sequence[str], severity: Severity) -> str:
    label = "<br/>".join(map(_entities, filter(None, texts)))
    return f'  {name}["{label}"]:::{severity}'


def _mermaid_classes() -> Iterator[str]:
    for name, colours in _COLOURS.items():
        yield f"  classDef {name} {colours}"


def _spot_texts(spot: Spot) -> tuple[str, ...]:
    return (spot.ci, shortened(spot.name, 40), spot.note)


def _box_lines(box: Box, shown: Overview, labels: Labels, to: Presentation) -> list[str]:
    """Return the lines of a box: what it stands for, how many items it has, the biggest ones."""
    kind, count, failing, names = box_texts(box, shown, labels, to)
    counted = to.says("impact.note", facts=[count, *filter(None, [failing])])
    named = [shortened(name, 40) for name in names]
    if box.count > len(named):
        named.append("…")
    return [kind, counted, *named]


def _hue(box: Box) -> Severity:
    return severity(box.score)


def _entities(text: str) -> str:
    """Escape a label; only letters, digits, spaces and a few harmless signs are kept."""
    return re.sub(r"[^\w ,.-]|_", lambda found: f"#{ord(found[0])};", spelled(text))


# -- Graphviz --------------------------------------------------------------------------------------

_DOT_STYLES: Final = {
    "hard": "solid",
    "soft": "dashed",
    "group": "bold",
    "weakened": "dotted",
    "": "solid",
}
_DOT_COLOURS: Final = {
    "changed": 'fillcolor="#1f4e8c", color="#16396a", fontcolor="#ffffff"',
    "fails": 'fillcolor="#fde8e6", color="#b3261e"',
    "degraded": 'fillcolor="#fff3d6", color="#9a6700"',
    "touched": 'fillcolor="#f2f4f7", color="#667085"',
}
_DOT_HEAD: Final = (
    "digraph impact {",
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
)


def dot(
    impact: Impact | ImpactAnswer,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> str:
    """Render a Graphviz graph, without a limit.

    Args:
        impact: the whole.
        labels: what the CMDB knows of items.
        to: the reader.
        fold: by what the items are folded; None: every listed item is a node, in a cluster for
            each environment or service; "none": without clusters.
    """
    if fold is None or fold == "none":
        return _dot_of_items(impact, labels, to, clustered=fold is None)
    return _dot_folded(impact, labels, to, fold)


def _dot_of_items(
    impact: Impact | ImpactAnswer, labels: Labels, to: Presentation, *, clustered: bool
) -> str:
    shown = picture(impact, labels, len(impact.affected), to)
    nodes = []
    for place, spot in enumerate(shown.spots):
        nodes.append(_dot_node(f"n{place}", (spot.ci, spot.name, spot.note), spot.severity))
    lines = [*_DOT_HEAD]
    if clustered:
        lines += _clusters(impact, labels, to, nodes)
    else:
        lines += nodes
    for place, spot in enumerate(shown.spots):
        if spot.before is not None:
            style = _DOT_STYLES[spot.link]
            lines.append(f'  n{spot.before} -> n{place} [label="{spot.link_name}", style={style}];')
    if shown.left_out:
        unlisted = to.says("impact.uncounted", count=shown.left_out)
        lines.append(_dot_node("more", [unlisted], "touched"))
    return "\n".join([*lines, "}"]) + "\n"


def _clusters(
    impact: Impact | ImpactAnswer, labels: Labels, to: Presentation, nodes: Sequence[str]
) -> Iterator[str]:
    """Yield the nodes, those of one environment (or else of one service) in a cluster."""
    fold: FoldName = "environment"
    values = values_of(impact, labels, fold)
    if len(set(values.values())) < _TWO:
        fold = "service"
        values = values_of(impact, labels, fold)
    together: dict[str | None, list[str]] = {}
    yield from nodes[: len(impact.changed)]
    for hit, node in zip(impact.affected, nodes[len(impact.changed) :], strict=True):
        together.setdefault(values[hit.ci], []).append(node)
    loose = together.pop(None, [])
    yield from loose
    for place, value in enumerate(sorted(filter(None, together))):
        yield f"  subgraph cluster_{place} {{"
        yield f'    label="{_quoted(value_name(value, fold, to))}"; fontname="sans-serif";'
        yield '    style=rounded; color="#98a2b3";'
        yield from together[value]
        yield "  }"


def _dot_folded(
    impact: Impact | ImpactAnswer, labels: Labels, to: Presentation, fold: FoldName
) -> str:
    shown = overview(impact, labels, fold)
    roots = changed_boxes(impact, labels, to)
    lines = [*_DOT_HEAD]
    for place, spot in enumerate(roots):
        lines.append(_dot_node(f"n{place}", (spot.ci, spot.name, spot.note), "changed"))
    for place, box in enumerate(shown.boxes):
        lines.append(_dot_node(f"g{place}", _box_lines(box, shown, labels, to), _hue(box)))
    flows = flows_to_draw(shown, len(roots))
    for flow in flows:
        start = f"n{flow.before}" if flow.changed else f"g{flow.before}"
        lines.append(f'  {start} -> g{flow.box} [label="{flow.count}"];')
    if shown.boxes:
        lines.append(_dot_node("more", folded_note(shown, flows, to), "touched"))
    return "\n".join([*lines, "}"]) + "\n"


def _dot_node(name: str, texts: Sequence[str], severity: Severity) -> str:
    label = "\\n".join(map(_quoted, filter(None, texts)))
    return f'  {name} [label="{label}", {_DOT_COLOURS[severity]}];'


def _quoted(text: str) -> str:
    return spelled(text).replace("\\", "\\\\").replace('"', '\\"')
