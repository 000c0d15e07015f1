"""The pages of the register: all changes, the newest first, so many on each page."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.language.sentences import in_a_row
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import ListedChange
from changeflow.model.document_parts import format_instant
from changeflow.render.changes import kind_of, people_of, place_of
from changeflow.render.escape import html
from changeflow.render.owed import owed_to
from changeflow.site import addresses
from changeflow.site.find import find_form, find_scripts
from changeflow.site.frame import Frame
from changeflow.site.parts import (
    Cell,
    change_link,
    item_links,
    joined,
    pages_of,
    paragraph,
    points,
    section,
    table,
)

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

ON_PAGE: Final = 200
_COLUMNS: Final = ("change", "title", "state", "type", "window", "people", "items", "owed")
# items of a change that its row names
_FEW: Final = 5


def parts_of(rows: Sequence[ListedChange]) -> list[Sequence[ListedChange]]:
    """Return the changes of each page, the newest first."""
    newest = [*reversed(rows)]
    return [newest[start : start + ON_PAGE] for start in range(0, len(newest), ON_PAGE)] or [[]]


@dataclass(frozen=True)
class RegisterPage:
    """A page of the register.

    Attributes:
        rows: its changes.
        number: of the page, from 1.
        count: of pages.
        total: of changes.
        unreadable: changes whose request cannot be read.
        chunks: how many files the search has.
    """

    rows: Sequence[ListedChange]
    number: int
    count: int
    total: int
    unreadable: Sequence[str]
    chunks: int

    @property
    def at(self) -> str:
        """Return its path in the folder of a language."""
        return addresses.numbered(addresses.REGISTER, self.number)

    @property
    def settings(self) -> tuple[object, ...]:
        """Return what the page depends on beside its changes."""
        return self.number, self.count, self.total, tuple(self.unreadable), self.chunks

    def text(self, items: Container[str], frame: Frame) -> str:
        """Return the page.

        Args:
            items: those that have a page.
            frame: of the page.
        """
        from changeflow.render.markup import Markup

        title = frame.to.says("list.title")
        body = Markup("<h1>{}</h1>\n").format(html(title))
        scripts: Sequence[str] = ()
        if self.number == 1:
            body += find_form(frame, kinds=("change",))
            body += _lost(self.unreadable, frame)
            scripts = find_scripts(self.chunks)
        body += self._list(items, frame)
        return frame.page(self.at, title, body, "register", scripts=scripts)

    def _list(self, items: Container[str], frame: Frame) -> Markup:
        from changeflow.render.markup import Markup

        if not self.rows:
            return paragraph(frame.to.says("list.empty"))
        first = (self.number - 1) * ON_PAGE + 1
        last = first + len(self.rows) - 1
        caption = frame.says("site.range", first=first, last=last, total=self.total)
        pages = pages_of(frame, self.at, addresses.REGISTER, self.number, self.count)
        listed = change_table(caption, self.rows, self.at, items, frame)
        return Markup('<div class="static">\n{}{}{}</div>\n').format(pages, listed, pages)


def _lost(unreadable: Sequence[str], frame: Frame) -> Markup:
    from changeflow.render.markup import Markup

    if not unreadable:
        return Markup("")
    return points(html(frame.to.says("list.unreadable", change=name)) for name in unreadable)


def change_table(
    caption: str, rows: Sequence[ListedChange], at: str, items: Container[str], frame: Frame
) -> Markup:
    """Return a table of changes with links."""
    headings = frame.to.headings("list.heading", _COLUMNS)
    return table(caption, headings, (_row(one, at, items, frame) for one in rows))


def _row(one: ListedChange, at: str, items: Container[str], frame: Frame) -> list[Cell]:
    to = frame.to
    place = [] if one.at == "main" else [place_of(one.at, one.state, to)]
    named = item_links(frame, at, one.items[:_FEW], items)
    if len(one.items) > _FEW:
        named += html(frame.says("site.more", count=len(one.items) - _FEW))
    return [
        Cell(change_link(frame, at, one.change)),
        Cell(html(one.title)),
        Cell(html(in_a_row([to.says("list.state", state=one.state), *place], to))),
        Cell(html(in_a_row(kind_of(one, to), to))),
        Cell(html(window_text(one, frame))),
        Cell(html(people_of(one, to))),
        Cell(named),
        Cell(html(in_a_row([owed_to(what, to) for what in one.owed], to))),
    ]


def window_text(one: ListedChange, frame: Frame) -> str:
    """Return when a change is planned; empty where it is not."""
    if one.window is None:
        return ""
    start, end = format_instant(one.window.start), format_instant(one.window.end)
    return frame.to.says("list.window", case="period", start=start, end=end)


def owed_points(rows: Sequence[ListedChange], at: str, most: int, frame: Frame) -> Markup:
    """Return what is owed for changes, overdue things first, with links; so much of it."""
    from changeflow.render.markup import Markup

    found = []
    for row in rows:
        for one in row.owed:
            found.append(
                (
                    not one.overdue,
                    one.due is None,
                    format_instant(one.due) if one.due else "",
                    row,
                    one,
                )
            )
    found.sort(key=lambda one: (one[:3], one[3].change))
    if not found:
        return paragraph(frame.to.says("show.none"))
    lines = []
    for *_, row, one in found[:most]:
        said = html(owed_to(one, frame.to))
        if one.overdue:
            said = Markup('<strong class="overdue">{}</strong>').format(said)
        link = change_link(frame, at, row.change, row.title)
        lines.append(
            Markup('{} <span class="quiet">{}</span><br>{}').format(link, row.change, said)
        )
    rest = len(found) - most
    more = paragraph(frame.says("site.more", count=rest)) if rest > 0 else Markup("")
    return joined((points(lines), more))


def open_section(
    title: str,
    rows: Sequence[ListedChange],
    at: str,
    most: int,
    items: Container[str],
    frame: Frame,
) -> Markup:
    """Return a part of a page with a table of changes; so many of them."""
    from changeflow.render.markup import Markup

    if not rows:
        return section(title, paragraph(frame.to.says("list.empty")))
    caption = frame.says("site.count", count=len(rows))
    rest = len(rows) - most
    more = Markup("")
    if rest > 0:
        more = Markup("<p>{}</p>").format(
            frame.link(at, addresses.REGISTER, frame.says("site.more", count=rest))
        )
    return section(title, joined((change_table(caption, rows[:most], at, items, frame), more)))
