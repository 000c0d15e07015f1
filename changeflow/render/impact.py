"""A blast radius for people (text, Markdown, HTML, pictures) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from changeflow.model.answers.assessment import Affected, Impact, ImpactAnswer
from changeflow.model.phrases import counted
from changeflow.render.escape import code_span, spelled
from changeflow.render.escape import markdown as escaped
from changeflow.render.json_text import answer_json
from changeflow.render.labels import NO_LABELS, Labels
from changeflow.render.table import columns

if TYPE_CHECKING:
    from markupsafe import Markup

# items in a picture inside a comment: more cannot be read there
MOST_DRAWN: Final = 60
# rows in a comment, which a code host cuts at 65,536 characters
MOST_LISTED: Final = 200

Blast = Impact | ImpactAnswer


class ImpactFormat(Protocol):
    """An output format. `labels` adds what people call the items; without it ids stand alone."""

    def __call__(self, impact: ImpactAnswer, labels: Labels = NO_LABELS) -> str:
        """Return the whole output, ending in a line break."""


def text(impact: ImpactAnswer, labels: Labels = NO_LABELS) -> str:
    """Render a sentence, then direct and transitive items apart, each with its strongest path."""
    lines = [
        *(f"Changing {_named(ci, labels)}" for ci in impact.changed),
        "",
        f"{summary(impact)}{_within(impact.depth)}",
    ]
    return "\n".join([*lines, *sections(impact, labels)]) + "\n"


def _within(depth: int | None) -> str:
    return "" if depth is None else f" (within {counted(depth, 'step')})"


def summary(impact: Blast) -> str:
    """Render the sum: `5 items are hit, 3 of them fail: 2 directly, 3 further away`."""
    count, direct = len(impact.affected), len(nearby(impact)[0])
    failing = sum(hit.score == 1 for hit in impact.affected)
    if not count:
        return "nothing else is hit"
    items = "1 item is hit" if count == 1 else f"{count} items are hit"
    fail = "fails" if failing == 1 else "fail"
    fails = f"{failing or 'none'} of them {fail}"
    return f"{items}, {fails}: {direct} directly, {count - direct} further away"


def nearby(impact: Blast) -> tuple[list[Affected], list[Affected]]:
    """Return items hit directly, and those further away, each strongest first."""
    direct = [hit for hit in impact.affected if hit.hops == 1]
    transitive = [hit for hit in impact.affected if hit.hops > 1]
    return direct, transitive


def sections(impact: Blast, labels: Labels) -> list[str]:
    """Render the two tables of the text format, with columns that line up across both."""
    direct, transitive = nearby(impact)
    rows = [_row(hit, labels) for hit in (*direct, *transitive)]
    heading, *lines = columns([("score", "item", "tier", "owner", "how"), *rows], indent=2)
    found: list[str] = []
    if direct:
        found += ["", "Direct", heading, *lines[: len(direct)]]
    if transitive:
        found += ["", "Further away", heading, *lines[len(direct) :]]
    return found


def _row(hit: Affected, labels: Labels) -> tuple[str, ...]:
    return (
        f"{hit.score:.2f}",
        _named(hit.ci, labels),
        hit.criticality or "no tier",
        hit.owner or "no owner",
        path(hit),
    )


def _named(ci: str, labels: Labels) -> str:
    """Render an id with its name and, where it is not live, its status."""
    known = (labels.names.get(ci), labels.statuses.get(ci))
    shown = ", ".join(spelled(label) for label in known if label)
    return f"{ci} ({shown})" if shown else ci


def path(hit: Affected) -> str:
    """Render the strongest path, from the item back to a changed one.

    For example `checkout <- payments-api, hard <- payments-db, hard`.
    """
    links = hit.strengths or ("",) * hit.hops
    shown = hit.ci
    for before, link in reversed(list(zip(hit.path[:-1], links, strict=True))):
        shown += f" <- {before}, {link}" if link else f" <- {before}"
    return shown


def as_json(impact: ImpactAnswer, labels: Labels = NO_LABELS) -> str:  # noqa: ARG001
    """Render the answer `changeflow/impact/v1`, which has ids and no labels."""
    return answer_json(impact)


def markdown(impact: ImpactAnswer, labels: Labels = NO_LABELS) -> str:
    """Render a heading, the picture, and the tables."""
    changed = ", ".join(map(code_span, impact.changed))
    return "\n".join([f"### Blast radius of {changed}", "", *markdown_body(impact, labels)]) + "\n"


def markdown_body(impact: Blast, labels: Labels) -> list[str]:
    """Render a sentence, a picture that GitHub draws, and folded tables."""
    lines = [f"{summary(impact)}."]
    if not impact.affected:
        return lines
    from changeflow.render.graph import mermaid

    lines += ["", "```mermaid", mermaid(impact, labels, MOST_DRAWN).rstrip("\n"), "```", ""]
    direct, transitive = nearby(impact)
    for title, hits in (("Direct", direct), ("Further away", transitive)):
        if hits:
            lines += [
                "<details>",
                f"<summary>{title}: {len(hits)}</summary>",
                "",
                *_rows(hits, labels),
                "",
                "</details>",
                "",
            ]
    return lines[:-1]


def _rows(hits: Sequence[Affected], labels: Labels) -> list[str]:
    lines = ["| Score | Item | Tier | Owner | How |", "| ---: | --- | --- | --- | --- |"]
    for hit in hits[:MOST_LISTED]:
        cells = (
            _named(hit.ci, labels),
            hit.criticality or "no tier",
            hit.owner or "no owner",
            path(hit),
        )
        lines.append(f"| {hit.score:.2f} | " + " | ".join(map(escaped, cells)) + " |")
    more = len(hits) - MOST_LISTED
    if more > 0:
        lines += ["", f"{more} more are not listed here; `changeflow impact` lists them all."]
    return lines


def html(impact: ImpactAnswer, labels: Labels = NO_LABELS) -> str:
    """Render one page: the picture and a table."""
    from markupsafe import Markup

    from changeflow.render.page import page

    title = f"Blast radius of {', '.join(impact.changed)}"
    return page(title, Markup("<h1>{}</h1>\n{}").format(spelled(title), html_body(impact, labels)))


def html_body(impact: Blast, labels: Labels) -> Markup:
    """Render the picture and the table, for a page of their own or a part of one."""
    from markupsafe import Markup

    from changeflow.render.page import table
    from changeflow.render.svg import svg_markup

    rows = []
    for hit in impact.affected:
        distance = "direct" if hit.hops == 1 else f"{hit.hops} steps"
        score, *facts = _row(hit, labels)
        rows.append((score, distance, *facts))
    listed = Markup("")
    if rows:
        listed = table(("Score", "Distance", "Item", "Tier", "Owner", "How"), rows, numbers=(0,))
    return Markup(
        '<p class="quiet">{}.</p>\n<div class="card picture">{}</div>\n<section>{}</section>'
    ).format(summary(impact), svg_markup(impact, labels), listed)


def as_mermaid(impact: Blast, labels: Labels = NO_LABELS) -> str:
    """Draw the blast radius for Mermaid."""
    from changeflow.render.graph import mermaid

    return mermaid(impact, labels)


def as_dot(impact: Blast, labels: Labels = NO_LABELS) -> str:
    """Draw the blast radius for Graphviz."""
    from changeflow.render.graph import dot

    return dot(impact, labels)


def as_svg(impact: Blast, labels: Labels = NO_LABELS) -> str:
    """Draw the blast radius as a picture."""
    from changeflow.render.svg import svg

    return svg(impact, labels)


FORMATS: Final[dict[str, ImpactFormat]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
    "mermaid": as_mermaid,
    "dot": as_dot,
    "svg": as_svg,
    "html": html,
}
