"""The pages of the CMDB: a list of all items, and a page for each."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from changeflow.model.answers.register import ListedChange
from changeflow.model.cmdb import ConfigurationItem, Dependency, DependsOnItem
from changeflow.model.incident import Incident
from changeflow.render.cmdb import item_facts
from changeflow.render.escape import html
from changeflow.render.page import facts_table
from changeflow.site import addresses
from changeflow.site.find import find_form, find_scripts
from changeflow.site.frame import Frame
from changeflow.site.parts import (
    Cell,
    PageSource,
    change_link,
    item_links,
    joined,
    pages_of,
    paragraph,
    points,
    section,
    table,
)
from changeflow.site.register_pages import open_section
from changeflow.usecases.cmdb.show import ShownItem

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

ON_PAGE: Final = 400
# neighbours, changes and incidents that a page of an item lists
_MOST: Final = 500
_CHANGES: Final = 200
_COLUMNS: Final = ("item", "type", "tier", "owner", "environment", "status")


def items_pages(
    items: Sequence[ConfigurationItem], chunks: int, frame: Frame
) -> Iterator[PageSource]:
    """Yield each page of the list. It depends on nothing but items and the files of the search."""
    parts = [items[start : start + ON_PAGE] for start in range(0, len(items), ON_PAGE)] or [()]
    for number, part in enumerate(parts, start=1):
        settings = number, len(parts), len(items), chunks
        make = partial(_list_page, part, *settings, frame)
        at = addresses.numbered(addresses.ITEMS, number)
        yield PageSource(at, partial(tuple, settings), make)


def _list_page(
    part: Sequence[ConfigurationItem],
    number: int,
    count: int,
    total: int,
    chunks: int,
    frame: Frame,
) -> str:
    from changeflow.render.markup import Markup

    title = frame.says("site.area", case="items")
    at = addresses.numbered(addresses.ITEMS, number)
    body = Markup("<h1>{}</h1>\n").format(title)
    if number == 1:
        body += find_form(frame, kinds=("item",))
    pages = pages_of(frame, at, addresses.ITEMS, number, count)
    headings = frame.to.headings("site.column", _COLUMNS)
    caption = frame.to.says("item.count", count=total)
    listed = table(caption, headings, (_row(one, at, frame) for one in part))
    body += Markup('<div class="static">\n{}{}{}</div>\n').format(pages, listed, pages)
    scripts = find_scripts(chunks) if number == 1 else ()
    return frame.page(at, title, body, "items", scripts=scripts)


def _row(item: ConfigurationItem, at: str, frame: Frame) -> list[Cell]:
    to, spec = frame.to, item.spec
    tier, environment = spec.criticality, spec.environment
    name = to.says("list.items", items=[item.metadata.id])
    return [
        Cell(frame.link(at, addresses.item_page(item.metadata.id), name)),
        Cell(html(spec.type or "")),
        Cell(html(to.shows("word", tier.value) if tier else "")),
        Cell(html(to.shows("owner", spec.owner) if spec.owner else "")),
        Cell(html(to.shows("environments", [environment]) if environment else "")),
        Cell(html(to.says("item.status", status=spec.status.value))),
    ]


def item_page(
    shown: ShownItem,
    changes: Sequence[ListedChange],
    incidents: Sequence[Incident],
    known: Container[str],
    frame: Frame,
) -> str:
    """Return the page of an item.

    Args:
        shown: the item with its neighbours.
        changes: those of it, the newest first.
        incidents: those that it was part of, the newest first.
        known: changes that have a page.
        frame: of the page.
    """
    from changeflow.render.markup import Markup

    to, item = frame.to, shown.item
    ci = item.metadata.id
    at = addresses.item_page(ci)
    title = to.says("item.heading", ci=ci)
    needs = [_need(one, at, shown, frame) for one in item.spec.depends_on]
    needed = []
    for other, strength in shown.needed_by:
        needed.append(_dependency(other, strength, at, shown, frame))
    body = joined(
        (
            Markup("<h1>{}</h1>\n").format(html(title)),
            Markup("<section>{}</section>\n").format(facts_table(item_facts(item, to))),
            section(to.says("item.needs"), _neighbours(needs, frame)),
            section(to.says("item.needed_by"), _neighbours(needed, frame)),
            open_section(frame.says("site.changes"), changes, at, _CHANGES, shown.items, frame),
            _incidents(incidents, at, known, frame),
        )
    )
    return frame.page(at, title, body, "items")


def _neighbours(found: Sequence[Markup], frame: Frame) -> Markup:
    if not found:
        return paragraph(frame.to.says("item.nothing"))
    rest = len(found) - _MOST
    more = paragraph(frame.says("site.more", count=rest)) if rest > 0 else joined(())
    return joined((points(found[:_MOST]), more))


def _need(need: Dependency, at: str, shown: ShownItem, frame: Frame) -> Markup:
    from changeflow.render.markup import Markup

    if isinstance(need, DependsOnItem):
        return _dependency(need.ci, need.strength, at, shown, frame)
    links = item_links(frame, at, need.any_of, shown.items)
    return Markup("{}: {}").format(html(frame.says("site.group", least=need.min)), links)


def _dependency(ci: str, strength: str, at: str, shown: ShownItem, frame: Frame) -> Markup:
    from changeflow.render.markup import Markup

    link = item_links(frame, at, [ci], shown.items)
    return Markup('{} <span class="quiet">{}</span>').format(
        link, html(frame.to.shows("word", strength))
    )


def _incidents(
    incidents: Sequence[Incident], at: str, known: Container[str], frame: Frame
) -> Markup:
    from changeflow.render.markup import Markup

    title = frame.says("site.relation", case="incidents")
    if not incidents:
        return section(title, paragraph(frame.to.says("show.none")))
    lines = []
    for one in incidents[:_MOST]:
        facts = [one.metadata.id, frame.to.time(one.spec.opened, seconds=False)]
        if one.spec.severity is not None:
            facts.append(frame.to.shows("word", one.spec.severity))
        said = Markup("{}").format(html(" · ".join(facts)))
        for change in one.spec.caused_by:
            if change in known:
                said += Markup(" {}").format(change_link(frame, at, change))
        lines.append(said)
    return section(title, points(lines))
