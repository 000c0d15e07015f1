"""A blast radius for people (text, Markdown, HTML, pictures) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final, Protocol

from changeflow.model.answers.impact import Affected, Impact, ImpactAnswer, number_of_affected
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import prose, spelled
from changeflow.render.impact_groups import group_lines
from changeflow.render.json_text import answer_json
from changeflow.render.labels import NO_LABELS, Labels
from changeflow.render.presentation import MACHINE, Presentation
from changeflow.render.table import folded, grid_rows

if TYPE_CHECKING:
    from changeflow.render.markup import Markup
    from changeflow.render.overview import Folding

# rows in a comment, which a code host cuts at 65,536 characters
MOST_LISTED: Final = 200

Blast = Impact | ImpactAnswer


class ImpactFormat(Protocol):
    """An output format.

    `labels` adds what people call the items; without it ids stand alone. `to` is the reader.
    """

    def __call__(
        self, impact: ImpactAnswer, labels: Labels = NO_LABELS, to: Presentation = MACHINE
    ) -> str:
        """Return the whole output, ending in a line break."""


class PictureFormat(Protocol):
    """An output format that folds items. `fold` says by what, "none" forbids it."""

    def __call__(
        self,
        impact: ImpactAnswer,
        labels: Labels = NO_LABELS,
        to: Presentation = MACHINE,
        fold: Folding | None = None,
    ) -> str:
        """Return the whole output, ending in a line break."""


def text(impact: ImpactAnswer, labels: Labels = NO_LABELS, to: Presentation = MACHINE) -> str:
    """Render a sentence, then direct and transitive items apart, each with its strongest path."""
    total = summary(impact, to)
    if impact.depth is not None:
        total = to.says("impact.within", sum=total, depth=impact.depth)
    changing = [to.says("impact.changing", item=_named(ci, labels, to)) for ci in impact.changed]
    by_group = list(group_lines(impact, to))
    groups = ["", *by_group] if by_group else []
    lines = [*changing, "", total, *groups, *sections(impact, labels, to)]
    return folded("\n".join(lines), to.width) + "\n"


def summary(impact: Blast, to: Presentation = MACHINE) -> str:
    """Render the sum: `5 items are affected, 3 of them fail: 2 directly, 3 further away`."""
    count = impact.affected_total
    if not count:
        return to.says("impact.sum", case="none")
    hit = number_of_affected(count, impact.failing)
    return to.says("impact.sum", hit=[hit], direct=impact.direct, further=count - impact.direct)


def nearby(impact: Blast) -> tuple[list[Affected], list[Affected]]:
    """Return items hit directly, and those further away, each strongest first."""
    ordered = strongest_first(impact)
    direct = [hit for hit in ordered if hit.hops == 1]
    transitive = [hit for hit in ordered if hit.hops > 1]
    return direct, transitive


def strongest_first(impact: Blast) -> list[Affected]:
    """Return affected items by score, and those with equal scores by their tier."""
    return sorted(impact.affected, key=_rank)


def _rank(hit: Affected) -> tuple[float, str, int, str]:
    return -hit.score, hit.criticality or "unknown", hit.hops, hit.ci


def sections(impact: Blast, labels: Labels, to: Presentation = MACHINE) -> list[str]:
    """Render the two tables of the text format, with columns that line up across both."""
    direct, transitive = nearby(impact)
    head = tuple(_column(name, to).lower() for name in ("score", "item", "tier", "owner", "how"))
    rows = [_row(hit, labels, to) for hit in (*direct, *transitive)]
    heading, *lines = grid_rows([head, *rows], to.width, indent=2)
    found: list[str] = []
    for title, part in (
        ("impact.near", lines[: len(direct)]),
        ("impact.far", lines[len(direct) :]),
    ):
        if part:
            found += ["", to.says(title), *heading, *chain.from_iterable(part)]
    rest = impact.affected_total - len(impact.affected)
    if rest:
        found += ["", to.says("impact.more", count=rest)]
    return found


def _column(name: str, to: Presentation) -> str:
    return to.says("impact.column", case=name)


def _row(hit: Affected, labels: Labels, to: Presentation) -> tuple[str, ...]:
    # every terminal has this arrow
    return (f"{hit.score:.2f}", *_facts(hit, labels, to, "<-"))


def _facts(hit: Affected, labels: Labels, to: Presentation, arrow: str = "←") -> tuple[str, ...]:
    tier, owner = to.says("impact.no_tier"), to.says("impact.no_owner")
    if hit.owner:
        owner = spelled(to.shows("owner", hit.owner))
    if hit.criticality:
        tier = to.says("impact.tier", tier=hit.criticality)
    return (_named(hit.ci, labels, to), tier, owner, path(hit, to, arrow))


def _named(ci: str, labels: Labels, to: Presentation) -> str:
    """Render an item with its name and, where it is not live, its status."""
    if to.exact:
        known = (labels.names.get(ci), labels.statuses.get(ci))
        shown = ", ".join(spelled(label) for label in known if label)
        return f"{ci} ({shown})" if shown else ci
    if ci in labels.statuses:
        return spelled(to.says("impact.status", ci=ci, status=labels.statuses[ci]))
    return spelled(to.says("impact.item", ci=ci))


def path(hit: Affected, to: Presentation, arrow: str = "<-") -> str:
    """Render the strongest path, from the item back to a changed one.

    For example `checkout <- payments-api, hard <- payments-db, hard`.
    """
    links = hit.strengths or ("",) * hit.hops
    shown = hit.ci
    for before, link in reversed(list(zip(hit.path[:-1], links, strict=True))):
        data = {"arrow": arrow, "before": before, "link": link}
        shown += " " + to.says("impact.link", **data, case=None if link else "unknown")
    return shown


def as_json(
    impact: ImpactAnswer,
    labels: Labels = NO_LABELS,  # noqa: ARG001
    to: Presentation = MACHINE,  # noqa: ARG001
) -> str:
    """Render the answer `changeflow/impact/v1`, which has ids and no labels."""
    return answer_json(impact)


def markdown(impact: ImpactAnswer, labels: Labels = NO_LABELS, to: Presentation = MACHINE) -> str:
    """Render a heading, the picture, and the tables."""
    title = escaped(to.says("impact.title", items=list(impact.changed)))
    groups = [f"- {escaped(line)}" for line in group_lines(impact, to)]
    if groups:
        groups.append("")
    return "\n".join([f"### {title}", "", *groups, *markdown_body(impact, labels, to)]) + "\n"


def markdown_body(impact: Blast, labels: Labels, to: Presentation = MACHINE) -> list[str]:
    """Render a sentence, a picture that GitHub draws, and folded tables."""
    lines = [escaped(summary(impact, to))]
    if not impact.affected:
        return lines
    from changeflow.render.graph import MOST_DRAWN, mermaid

    lines += ["", "```mermaid", mermaid(impact, labels, MOST_DRAWN, to).rstrip("\n"), "```", ""]
    direct, transitive = nearby(impact)
    further = impact.affected_total - impact.direct
    tables = (("impact.near", direct, impact.direct), ("impact.far", transitive, further))
    for title, hits, count in tables:
        if hits:
            heading = to.says("impact.count", heading=to.says(title), count=f"{count:,}")
            lines += [
                "<details>",
                f"<summary>{heading}</summary>",
                "",
                *_rows(hits, count, labels, to),
                "",
                "</details>",
                "",
            ]
    return lines[:-1]


def _rows(hits: Sequence[Affected], count: int, labels: Labels, to: Presentation) -> list[str]:
    names = ("score", "item", "tier", "owner", "how")
    lines = [f"| {' | '.join(_column(name, to) for name in names)} |"]
    lines.append("| ---: | --- | --- | --- | --- |")
    for hit in hits[:MOST_LISTED]:
        cells = " | ".join(map(escaped, _facts(hit, labels, to)))
        lines.append(f"| {hit.score:.2f} | {cells} |")
    more = count - len(hits[:MOST_LISTED])
    if more:
        lines += ["", prose(to.says("impact.more", count=more))]
    return lines


def html(
    impact: ImpactAnswer,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> str:
    """Render one page to pan, zoom, search and fold: the picture and a table."""
    from changeflow.render.impact_page import Told, impact_page

    def way(hit: Affected) -> str:
        return path(hit, to, "←")

    return impact_page(
        impact, Told(summary(impact, to), tuple(group_lines(impact, to)), way), labels, to, fold
    )


def html_body(impact: Blast, labels: Labels, to: Presentation = MACHINE) -> Markup:
    """Render the picture and the table, for a page of their own or a part of one."""
    from changeflow.render.markup import Markup
    from changeflow.render.page import table
    from changeflow.render.svg import figure

    rows = []
    for hit in strongest_first(impact):
        case = {"case": "direct"} if hit.hops == 1 else {}
        distance = to.says("impact.distance", hops=hit.hops, **case)
        rows.append((f"{hit.score:.2f}", distance, *_facts(hit, labels, to)))
    listed = Markup("")
    if rows:
        names = ("score", "distance", "item", "tier", "owner", "how")
        headings = tuple(_column(name, to) for name in names)
        listed = Markup("<section>{}</section>").format(table(headings, rows, numbers=(0,)))
    rest = impact.affected_total - len(impact.affected)
    if rest:
        listed += Markup("\n<p>{}</p>").format(to.says("impact.more", count=rest))
    return Markup('<p class="quiet">{}</p>\n<div class="card picture">{}</div>\n{}').format(
        summary(impact, to), figure(impact, labels, to), listed
    )


def as_mermaid(
    impact: Blast,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> str:
    """Draw the blast radius for Mermaid."""
    from changeflow.render.graph import mermaid

    return mermaid(impact, labels, to=to, fold=fold)


def as_dot(
    impact: Blast,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> str:
    """Draw the blast radius for Graphviz."""
    from changeflow.render.graph import dot

    return dot(impact, labels, to, fold=fold)


def as_svg(
    impact: Blast,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    fold: Folding | None = None,
) -> str:
    """Draw the blast radius as a picture."""
    from changeflow.render.svg import svg

    return svg(impact, labels, to, fold=fold)


FORMATS: Final[dict[str, ImpactFormat]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
    "mermaid": as_mermaid,
    "dot": as_dot,
    "svg": as_svg,
    "html": html,
}
# the formats that fold items
PICTURES: Final[dict[str, PictureFormat]] = {
    "mermaid": as_mermaid,
    "dot": as_dot,
    "svg": as_svg,
    "html": html,
}
