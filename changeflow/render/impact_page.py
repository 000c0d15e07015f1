"""A blast radius as one page to pan, zoom, search and fold; without JavaScript a picture and a table.

The page holds its data, its style and its script (`templates/pages/impact.*`), and asks nobody. The
script writes text only as text. The table is the same for people with and without JavaScript.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from changeflow.language.formats import named
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Affected, Impact, ImpactAnswer
from changeflow.render.escape import html, html_prose, spelled
from changeflow.render.graph import cut, distance_name, last_link, value_name
from changeflow.render.labels import Labels
from changeflow.render.overview import (
    FOLDS,
    Folding,
    FoldName,
    telling_fold,
    values_of,
)
from changeflow.render.page import page
from changeflow.render.presentation import Presentation
from changeflow.render.svg import MOST_ITEMS, figure

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

Blast = Impact | ImpactAnswer

_FILES: Final = Path(__file__).parent.parent / "templates" / "pages"
# rows of a table that show the whole path; in longer tables its last step stands for it
_WHOLE_PATHS: Final = 1_000
_COLUMNS: Final = ("item", "score", "tier", "owner", "environment", "how")
_TIERS: Final = ("tier1", "tier2", "tier3", "tier4")
# sentences of the script: their name there, their key, their case, and what stays open
_SAID: Final = (
    "changed", "fails", "score", "direct", "steps", "deeper", "items", "items_one", "fail",
    "fail_one", "found", "found_one", "nth", "changed_items", "more", "others", "heading", "no_tier",
    "no_owner", "no_environment", "no_service", "comma", "open", "close", "dismiss", "path", "id",
    "effect", "distance", "tier", "owner", "environment", "service", "type", "status", "followers",
)  # fmt: skip
# what the script fills in
_OPEN: Final = {"n": "{n}", "k": "{k}", "name": "{name}"}


@dataclass(frozen=True)
class Told:
    """What the text format says, too.

    Attributes:
        summary: the sum in a sentence.
        groups: how many items are affected in each environment, tier and team, and which services.
        path: writes the strongest path of an item.
    """

    summary: str
    groups: tuple[str, ...]
    path: Callable[[Affected], str]


def impact_page(
    impact: ImpactAnswer,
    said: Told,
    labels: Labels,
    to: Presentation,
    fold: Folding | None = None,
) -> str:
    """Render the page.

    Args:
        impact: the answer.
        said: its sentences.
        labels: what the CMDB knows of items.
        to: the reader.
        fold: by what items are folded when the page opens; None: nothing where there are few.
    """
    from changeflow.render.markup import Markup

    title = title_of(impact, to)
    body = Markup(
        '<a class="skip" href="#table">{skip}</a>\n<h1>{title}</h1>\n{body}'
    ).format(skip=_says("skip", to), title=html(title), body=impact_body(impact, said, labels, to, fold))
    script = script_text() if impact.affected else ""
    return page(title, body, to.language, style=style_text(to), script=script)


def title_of(impact: Blast, to: Presentation) -> str:
    """Return what a page about a blast radius is called."""
    return to.says("impact.title", items=[cut(ci) for ci in impact.changed[:3]])


def impact_body(
    impact: Blast,
    said: Told,
    labels: Labels,
    to: Presentation,
    fold: Folding | None = None,
) -> Markup:
    """Render the picture to fold and the table, for a page of their own or as a part of one."""
    from changeflow.render.markup import Markup

    rest = impact.affected_total - len(impact.affected)
    more = Markup("")
    if rest:
        more = Markup("<p>{}</p>\n").format(html(to.says("impact.more", count=rest)))
    return Markup(
        '<p class="quiet">{sum}</p>\n'
        '{more}{app}\n<div class="card picture static">{figure}</div>\n{groups}{table}\n'
        '<script type="application/json" id="data">{data}</script>'
    ).format(
        sum=html(said.summary),
        groups=_groups(said),
        more=more,
        app=_app(to) if impact.affected else "",
        figure=figure(impact, labels, to, None if fold == "none" else fold),
        table=_table(impact, said, labels, to),
        data=embedded(_data(impact, labels, to, fold)),
    )


def script_text() -> str:
    """Return the script that makes the picture move."""
    return (_FILES / "impact.js").read_text("utf-8")


def style_text(to: Presentation) -> str:
    """Return the style of the picture and the table."""
    return (_FILES / "impact.css").read_text("utf-8") + _card_labels(to)


def _groups(said: Told) -> Markup:
    from changeflow.render.markup import Markup

    if not said.groups:
        return Markup("")
    points = Markup("\n").join(Markup("<li>{}").format(html_prose(line)) for line in said.groups)
    return Markup("<section><ul>\n{}\n</ul></section>\n").format(points)


def _says(word: str, to: Presentation, **data: Any) -> str:
    return to.says("impact_page.word", case=word, **data)


def embedded(data: dict[str, Any]) -> Markup:
    """Return data as JSON that cannot end the element it stands in."""
    from changeflow.render.markup import Markup

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    # JSON without any sign that means something in HTML
    return Markup(text)  # noqa: S704


# -- data for the script ---------------------------------------------------------------------------


class _Words:
    """Texts that many items share, each once; number 0 is what is not known."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        """Return the number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def texts(self) -> list[str]:
        """Return all texts by their numbers."""
        return list(self._numbers)


def _data(
    impact: Blast, labels: Labels, to: Presentation, fold: Folding | None
) -> dict[str, Any]:
    words = _Words()
    # the script sorts tiers by their numbers
    for tier in _TIERS:
        words.number(value_name(tier, "tier", to))
    values = {name: values_of(impact, labels, name) for name in FOLDS}
    numbers = {ci: place for place, ci in enumerate(impact.changed)}
    items = []
    for ci in impact.changed:
        items.append([*_told(ci, {}, labels, to, words), 1, 0, -1, 0])
    links = {}
    for hit in impact.affected:
        own = {name: values[name][hit.ci] for name in FOLDS}
        link = last_link(hit)
        number = words.number(to.shows("word", link)) if link else 0
        links[number] = link
        before = numbers[hit.path[-2]]
        numbers[hit.ci] = len(items)
        items.append([*_told(hit.ci, own, labels, to, words), hit.score, hit.hops, before, number])
    few = len(impact.changed) + len(impact.affected) <= MOST_ITEMS
    telling = telling_fold(impact, labels)
    return {
        "changed": len(impact.changed),
        "fold": fold or ("none" if few else telling),
        # by what it is folded where its reader would see a small part of the whole
        "if_tall": telling if few and fold is None else "",
        "items": items,
        "links": links,
        "say": {name: _says(name, to, **_OPEN) for name in _SAID},
        "words": words.texts(),
    }


def _told(
    ci: str, values: dict[FoldName, str | None], labels: Labels, to: Presentation, words: _Words
) -> list[Any]:
    """Return id and name of an item, and the numbers of what else is known of it."""
    told: list[Any] = [cut(ci), cut(labels.names.get(ci, ""))]
    for fold in ("tier", "owner", "environment", "service"):
        value = values.get(fold)
        told.append(words.number(value_name(value, fold, to)) if value else 0)
    told.append(words.number(cut(labels.types.get(ci, ""))))
    status = labels.statuses.get(ci, "")
    told.append(words.number(to.shows("word", status)) if status else 0)
    return told


# -- what stands in the page -----------------------------------------------------------------------


def _app(to: Presentation) -> Markup:
    """Render the frame of the picture, which the script fills."""
    from changeflow.render.markup import Markup

    choices = Markup("")
    for fold in (*FOLDS, "none"):
        choices += Markup('<option value="{}">{}</option>').format(fold, _says(f"by_{fold}", to))
    words = {name: _says(name, to) for name in (
        "search", "previous", "next", "fold_by", "fold_all", "zoom_out", "zoom_in", "fit", "keys",
    )}  # fmt: skip
    return Markup(
        '<div class="app" id="app" hidden>\n<div class="bar">'
        '<div class="seek" role="search"><input id="search" type="search" autocomplete="off" '
        'spellcheck="false" aria-label="{search}" placeholder="{search}">'
        '<button type="button" id="previous" aria-label="{previous}" title="{previous}">↑</button>'
        '<button type="button" id="next" aria-label="{next}" title="{next}">↓</button>'
        '<output id="found" class="count quiet" aria-live="polite"></output>'
        '<ul id="hits" class="hits" hidden></ul></div>'
        '<div class="tools"><label><span class="text">{fold_by}</span><select id="fold" aria-label="{fold_by}">'
        "{choices}</select></label>"
        '<button type="button" id="fold-all">{fold_all}</button>'
        '<button type="button" id="zoom-out" aria-label="{zoom_out}" title="{zoom_out}">−</button>'
        '<output id="scale" class="quiet"></output>'
        '<button type="button" id="zoom-in" aria-label="{zoom_in}" title="{zoom_in}">+</button>'
        '<button type="button" id="fit">{fit}</button></div></div>\n'
        '<div class="view"><div class="stage" id="stage" tabindex="0" role="group" '
        'aria-label="{keys}"><div class="paper" id="paper"><svg id="lines" aria-hidden="true">'
        '</svg><div id="boxes"></div></div></div>'
        '<aside class="facts-panel" id="facts" aria-live="polite" hidden></aside></div></div>'
    ).format(choices=choices, **words)


def _card_labels(to: Presentation) -> str:
    """Return the style by which the cells of a table name their columns on a narrow screen."""
    rules = []
    for place, name in enumerate(_COLUMNS[1:], start=2):
        text = _column(name, to).replace("\\", "").replace('"', "")
        rules.append(f'.items td:nth-child({place})::before {{ content: "{text}"; }}')
    inside = "\n".join(rules)
    return f"@media screen and (max-width: 40rem) {{\n{inside}\n}}\n"


def _column(name: str, to: Presentation) -> str:
    return to.says("impact.column", case=name)


def _table(impact: Blast, said: Told, labels: Labels, to: Presentation) -> Markup:
    """Render every listed item, those of one distance together, the strongest first."""
    from changeflow.render.markup import Markup

    if not impact.affected:
        return Markup("")
    head = Markup("")
    for name in _COLUMNS:
        kind = Markup(' class="score"') if name == "score" else ""
        head += Markup("<th{}>{}").format(kind, _column(name, to))
    places = {hit.ci: place for place, hit in enumerate(impact.affected, len(impact.changed))}
    by_distance = sorted(impact.affected, key=lambda hit: (hit.hops, places[hit.ci]))
    whole = len(impact.affected) <= _WHOLE_PATHS
    bodies = []
    for hops, hits in groupby(by_distance, key=lambda hit: hit.hops):
        rows = list(_rows(list(hits), places, said, labels, to, whole=whole))
        name = distance_name(hops, deeper=False, to=to)
        heading = to.says("impact.count", heading=name, count=f"{len(rows):,}")
        bodies.append(
            Markup('<tbody><tr><th colspan="{}" scope="rowgroup">{}\n{}').format(
                len(_COLUMNS), heading, Markup("\n").join(rows)
            )
        )
    return Markup(
        '<section class="items" id="table" tabindex="-1"><table><thead><tr>{}</thead>\n{}'
        "</table></section>"
    ).format(head, Markup("\n").join(bodies))


def _rows(
    hits: Sequence[Affected],
    places: dict[str, int],
    said: Told,
    labels: Labels,
    to: Presentation,
    *,
    whole: bool,
) -> Iterator[Markup]:
    from changeflow.render.markup import Markup

    row = Markup('<tr data-at="{}"><td>{}<td>{:.2f}<td>{}<td>{}<td>{}<td>{}')
    for hit in hits:
        shown = hit if whole else _last_step(hit)
        environment = labels.environments.get(hit.ci)
        yield row.format(
            places[hit.ci],
            html(_named(hit.ci, labels, to)),
            hit.score,
            html(value_name(hit.criticality, "tier", to)),
            html(cut(to.shows("owner", hit.owner)) if hit.owner else to.says("impact.no_owner")),
            html(value_name(environment, "environment", to)) if environment else "",
            html(said.path(shown)),
        )


def _last_step(hit: Affected) -> Affected:
    return replace(hit, path=hit.path[-2:], strengths=hit.strengths[-1:], hops=1)


def _named(ci: str, labels: Labels, to: Presentation) -> str:
    name, status = labels.names.get(ci, ""), labels.statuses.get(ci, "")
    said = named(cut(name), cut(ci))
    if status:
        facts = [said, to.shows("word", status)]
        said = to.says("impact.note", facts=facts)
    return spelled(said)
