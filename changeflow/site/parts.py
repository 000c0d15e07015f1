"""Parts that several pages have: sections, lists of links, tables that hold links, pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from changeflow.render.escape import html
from changeflow.site import addresses
from changeflow.site.frame import Frame, relative

if TYPE_CHECKING:
    from changeflow.render.markup import Markup


def section(title: str, body: Markup, *, kind: str = "") -> Markup:
    """Return a part of a page under a heading."""
    from changeflow.render.markup import Markup

    named = Markup(' class="{}"').format(kind) if kind else ""
    return Markup("<section{}><h2>{}</h2>\n{}</section>\n").format(named, html(title), body)


def joined(parts: Iterable[Markup]) -> Markup:
    """Return parts one after the other."""
    from changeflow.render.markup import Markup

    return Markup("").join(parts)


def points(parts: Iterable[Markup], kind: str = "plain") -> Markup:
    """Return a list."""
    from changeflow.render.markup import Markup

    inside = joined(Markup("<li>{}\n").format(part) for part in parts)
    return Markup('<ul class="{}">\n{}</ul>\n').format(kind, inside)


def paragraph(text: str) -> Markup:
    """Return a paragraph."""
    from changeflow.render.markup import Markup

    return Markup("<p>{}</p>\n").format(html(text))


class PageSource(NamedTuple):
    """A page that is made where it is made from something else than before.

    Attributes:
        at: its path.
        source: returns what it is made from.
        make: returns its text.
    """

    at: str
    source: Callable[[], object]
    make: Callable[[], str]


class Cell(NamedTuple):
    """A cell of a table: its text with links, and its class."""

    body: Markup
    kind: str = ""


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Markup:
    """Return a table whose first column names what its row is about."""
    from changeflow.render.markup import Markup

    head = joined(Markup('<th scope="col">{}').format(html(one)) for one in headings)
    labels = [html(one) for one in headings]
    body = Markup("")
    for row in rows:
        first, *rest = row
        inside = Markup('<th scope="row">{}').format(first.body)
        for label, cell in zip(labels[1:], rest, strict=True):
            kind = cell.kind if cell.body else f"{cell.kind} empty".strip()
            named = Markup(' class="{}"').format(kind) if kind else ""
            inside += Markup('<td data-label="{}"{}><span>{}</span>').format(
                label, named, cell.body
            )
        body += Markup("<tr>{}\n").format(inside)
    return Markup(
        '<table class="list"><caption>{}</caption>\n<thead><tr>{}</thead>\n<tbody>\n{}</tbody></table>\n'
    ).format(html(caption), head, body)


def pages_of(frame: Frame, at: str, first: str, number: int, count: int) -> Markup:
    """Return links to all pages of a list, of which this one has a number."""
    from changeflow.render.markup import Markup

    if count == 1:
        return Markup("")
    found = Markup("")
    for one in range(1, count + 1):
        here = Markup(' aria-current="page"') if one == number else ""
        there = relative(at, addresses.numbered(first, one))
        found += Markup('<li><a href="{}"{}>{}</a>').format(there, here, one)
    label = frame.says("site.pages")
    return Markup('<nav class="pages" aria-label="{}"><ul>{}</ul></nav>\n').format(label, found)


def change_link(frame: Frame, at: str, change: str, text: str | None = None) -> Markup:
    """Return a link to the page of a change."""
    return frame.link(at, addresses.change_page(change), text or change)


def item_links(frame: Frame, at: str, items: Iterable[str], known: Container[str]) -> Markup:
    """Return items in a row, those that have a page as links."""
    found = []
    for ci in items:
        name = frame.to.says("list.items", items=[ci])
        if ci in known:
            found.append(frame.link(at, addresses.item_page(ci), name))
        else:
            found.append(html(name))
    return html(frame.says("site.between")).join(found)
