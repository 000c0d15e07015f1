"""Pictures of a blast radius as text for other programs: Mermaid and Graphviz.

A picture shows the strongest path to each item, as a tree from the changed items outwards. It never
has more edges than items. A sentence says how much of a large one is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from changeflow.model.answers.assessment import Affected, Impact, ImpactAnswer
from changeflow.render.escape import spelled
from changeflow.render.labels import NO_LABELS, Labels
from changeflow.render.presentation import MACHINE, Presentation
from changeflow.render.table import shortened

# Mermaid 11 refuses 50,000 characters and 500 edges, and a picture cannot raise that; GitHub adds
# its own frame around it.
MOST_EDGES: Final = 450
MOST_CHARACTERS: Final = 40_000
DEGRADED: Final = 0.5

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
    return Spot(ci, labels.names.get(ci, ""), note, "changed", 1.0, 0, None, "", "")


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
        hit.ci,
        labels.names.get(hit.ci, ""),
        note,
        severity(hit.score),
        hit.score,
        hit.hops,
        before,
        link,
        to.shows("word", link) if link else "",
    )


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
) -> str:
    """Render a Mermaid flowchart within the limits of the hosts that draw it.

    The strongest items are kept when it must be cut.
    """
    most = min(most, MOST_EDGES)
    while True:
        text = _mermaid(picture(impact, labels, most, to), to)
        if len(text) <= MOST_CHARACTERS:
            return text
        if most == 0:
            return _mermaid_of_many(impact, to)
        most = most * 3 // 4


def _mermaid(shown: Picture, to: Presentation) -> str:
    lines = ["flowchart LR"]
    for place, spot in enumerate(shown.spots):
        texts = (spot.ci, shortened(spot.name, 40), spot.note)
        label = "<br/>".join(map(_entities, filter(None, texts)))
        lines.append(f'  n{place}["{label}"]:::{spot.severity}')
    for place, spot in enumerate(shown.spots):
        if spot.before is not None:
            label = f"|{spot.link_name}|" if spot.link else ""
            lines.append(f"  n{spot.before} {_ARROWS[spot.link]}{label} n{place}")
    if shown.left_out:
        lines.append(f'  more["{_entities(left_out(shown.left_out, to))}"]:::touched')
    for name, colours in _COLOURS.items():
        lines.append(f"  classDef {name} {colours}")
    return "\n".join(lines) + "\n"


def _mermaid_of_many(impact: Impact | ImpactAnswer, to: Presentation) -> str:
    """Render one box that stands for hundreds of changed items with long names."""
    changed, hit = len(impact.changed), impact.affected_total
    label = _entities(to.says("impact.too_many", changed=changed, hit=hit))
    colours = _COLOURS["changed"]
    return f'flowchart LR\n  n0["{label}"]:::changed\n  classDef changed {colours}\n'


def _entities(text: str) -> str:
    """Escape a label; only letters, digits, spaces and a few harmless signs are kept."""
    return re.sub(r"[^\w ,.-]|_", lambda found: f"#{ord(found[0])};", spelled(text))


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


def dot(
    impact: Impact | ImpactAnswer, labels: Labels = NO_LABELS, to: Presentation = MACHINE
) -> str:
    """Render a Graphviz graph of everything that is hit, without a limit."""
    lines = [
        "digraph impact {",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fontname="sans-serif"];',
    ]
    shown = picture(impact, labels, len(impact.affected), to)
    for place, spot in enumerate(shown.spots):
        texts = (spot.ci, spot.name, spot.note)
        label = "\\n".join(map(_quoted, filter(None, texts)))
        lines.append(f'  n{place} [label="{label}", {_DOT_COLOURS[spot.severity]}];')
    for place, spot in enumerate(shown.spots):
        if spot.before is not None:
            style = _DOT_STYLES[spot.link]
            lines.append(f'  n{spot.before} -> n{place} [label="{spot.link_name}", style={style}];')
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return spelled(text).replace("\\", "\\\\").replace('"', '\\"')
