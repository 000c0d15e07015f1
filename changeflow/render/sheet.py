"""A sheet: a title and sections of facts, tables, lists and quotations, in three formats.

What a sheet says is put together once and shown as text, as Markdown, and as a page that prints.
Everything in it is text as it was written; it is escaped here for where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from changeflow.lazy_dataclass import dataclass
from changeflow.render.escape import code_span, html_prose, prose, spelled
from changeflow.render.escape import markdown as escaped
from changeflow.render.table import beside, cells, columns, hanging, longest, padded, wrapped

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_ACROSS: Final = """
@page { size: A4 landscape; margin: 12mm 10mm; }
@media print {
  body { font-size: 8.5pt; }
  th, td { padding-right: .4rem; }
}
"""
_DENSE: Final = """
@media print {
  body { font-size: 8pt; line-height: 1.3; }
  section { margin: 0 0 3mm; }
  h2 { font-size: 1.1em; margin: 0 0 .2rem; }
  th, td { padding: .1rem .5rem .1rem 0; }
  /* a digest may be broken anywhere, a word may not */
  td.long { overflow-wrap: anywhere; }
  ul { margin: .2rem 0; }
  li, p { margin: .1rem 0; }
  .picture svg { max-height: 60mm; }
}
"""
# cells of a line where nothing says how many there are, and the fewest that lines are broken to
WIDTH: Final = 80
NARROWEST: Final = 40
_INDENT: Final = "  "
# cells that the last column of a table must have; with fewer, each row is a block of its own
_ROOM: Final = 16
# cells up to which a word is not broken for the sake of a table
_WORD: Final = 32
# a word of a shell, with what is quoted in it
_SHELL_WORD: Final = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")
_GOES_ON: Final = " \\"


@dataclass(frozen=True)
class Facts:
    """Labels, each with what it names."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Rows:
    """A table.

    Attributes:
        headings: of its columns.
        rows: a cell for each of them.
        names_break: whether text breaks the first column, which names the row, and not the last.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names_break: bool = False


class TypedLine(str):
    """A line that a person types: where it is broken, a shell reads it as one."""

    __slots__ = ()


@dataclass(frozen=True)
class Points:
    """A list; below a point may stand the words of a person, and other lines."""

    points: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Drawing:
    """A picture, which only a page shows; it is drawn when the page is made."""

    draw: Callable[[], Markup]


Block: TypeAlias = Facts | Rows | Points | Prose | Drawing


@dataclass(frozen=True)
class Section:
    """A part of a sheet under a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Sheet:
    """What is shown.

    Attributes:
        name: the id that it is about, or what the sheet is called.
        title: what people call it; may be empty.
        sections: in order; those without a title come first.
        wide: whether a page of it prints across the paper.
        dense: whether it prints in small letters, so that it has few pages.
    """

    name: str
    title: str
    sections: tuple[Section, ...]
    wide: bool = False
    dense: bool = False


def width_of(width: int | None) -> int:
    """Return the cells of a line: those of the terminal, but not fewer than can be read."""
    return max(NARROWEST, width or WIDTH)


# -- text ------------------------------------------------------------------------------------------


def text(sheet: Sheet, width: int) -> str:
    """Render a sheet for a terminal of so many cells."""
    lines = [sheet.name]
    lines += wrapped(sheet.title, width) if sheet.title else []
    for section in sheet.sections:
        lines += text_lines(section, width)
    return "\n".join(spelled(line).rstrip() for line in lines) + "\n"


def text_lines(section: Section, width: int) -> Iterator[str]:
    """Yield the lines of a section for a terminal of so many cells, after a blank line."""
    yield ""
    if section.title:
        yield section.title
    indent = _INDENT if section.title else ""
    for block in section.blocks:
        yield from _text_of(block, width, indent)


def _text_of(block: Block, width: int, indent: str) -> Iterator[str]:
    match block:
        case Facts(rows):
            yield from _facts_text(rows, width, indent)
        case Rows(headings, rows, names_break):
            draw = _named_text if names_break else _table_text
            yield from draw(headings, rows, width, indent)
        case Points(points):
            for point, below in points:
                yield from hanging(point, width, indent, _INDENT)
                for line in below:
                    yield from _below(line, width, indent + _INDENT * 2)
        case Prose(said):
            yield from hanging(said, width, indent, "")
        case Drawing():
            pass
        case _ as never:
            assert_never(never)


def _below(line: str, width: int, indent: str) -> Iterator[str]:
    if isinstance(line, TypedLine):
        yield from (indent + part for part in _continued(line, width - cells(indent)))
    else:
        yield from hanging(line, width, indent, "")


def _continued(line: str, width: int) -> Iterator[str]:
    """Yield the lines of a command, each but the last with the sign that it goes on."""
    words = _SHELL_WORD.findall(line)
    begun = words[0]
    for word in words[1:]:
        if cells(begun) + 1 + cells(word) > width - cells(_GOES_ON):
            yield begun + _GOES_ON
            begun = _INDENT + word
        else:
            begun += " " + word
    yield begun


def _facts_text(rows: Sequence[tuple[str, str]], width: int, indent: str) -> Iterator[str]:
    room = max((cells(label) for label, _ in rows), default=0) + 2
    for label, value in rows:
        yield from beside(indent + padded(label, room), value, width)


def _table_text(
    headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], width: int, indent: str
) -> Iterator[str]:
    """Yield a table whose last column is broken, or a block for each row where it has no room."""
    every = [headings, *rows]
    fixed = columns([row[:-1] for row in every], indent=len(indent))
    used = max(map(cells, fixed)) + 2
    if width - used < max(_ROOM, *(min(_WORD, longest(row[-1])) for row in every)):
        yield from _row_by_row(headings, rows, width, indent)
        return
    for line, row in zip(fixed, every, strict=True):
        first, *rest = wrapped(row[-1], width - used) or [""]
        yield padded(line, used) + first
        yield from (" " * used + more for more in rest)


def _named_text(
    headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], width: int, indent: str
) -> Iterator[str]:
    """Yield a table whose first column is broken, or a block for each row where it has no room."""
    every = [headings, *rows]
    others = columns([row[1:] for row in every])
    most = width - len(indent) - 2 - max(map(cells, others))
    if most < max(min(_WORD, longest(row[0])) for row in every):
        yield from _row_by_row(headings, rows, width, indent)
        return
    names = [wrapped(row[0], most) or [""] for row in every]
    room = 2 + max(cells(line) for name in names for line in name)
    for (first, *rest), other in zip(names, others, strict=True):
        yield indent + padded(first, room) + other
        yield from (indent + more for more in rest)


def _row_by_row(
    headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], width: int, indent: str
) -> Iterator[str]:
    for number, row in enumerate(rows):
        if number:
            yield ""
        pairs = tuple(zip(headings, row, strict=True))
        yield from _facts_text([pair for pair in pairs if pair[1]], width, indent)


# -- markdown --------------------------------------------------------------------------------------


def markdown(sheet: Sheet) -> str:
    """Render a sheet as Markdown."""
    heading = escaped(sheet.name)
    if sheet.title:
        heading = f"{heading}: {escaped(sheet.title)}"
    return "\n".join([f"# {heading}", *markdown_sections(sheet.sections)]) + "\n"


def markdown_sections(sections: Sequence[Section], heading: str = "## {}") -> Iterator[str]:
    """Yield the lines of sections as Markdown, each part after a blank line."""
    for section in sections:
        if section.title:
            yield ""
            yield heading.format(escaped(section.title))
        for block in section.blocks:
            yield ""
            yield from _markdown_of(block)


def _markdown_of(block: Block) -> Iterator[str]:
    match block:
        case Facts(rows):
            yield "| | |"
            yield "| --- | --- |"
            yield from map(_markdown_row, rows)
        case Rows(headings, rows):
            yield _markdown_row(headings)
            yield "|" + " --- |" * len(headings)
            yield from map(_markdown_row, rows)
        case Points(points):
            for point, below in points:
                yield f"- {prose(point)}"
                for line in below:
                    said = code_span(line) if isinstance(line, TypedLine) else prose(line)
                    yield f"  <br>{said}"
        case Prose(said):
            yield prose(said)
        case Drawing():
            pass
        case _ as never:
            assert_never(never)


def _markdown_row(row: Sequence[str]) -> str:
    return "| " + " | ".join(map(prose, row)) + " |"


# -- html ------------------------------------------------------------------------------------------


def html(sheet: Sheet, language: str) -> str:
    """Render a sheet as a page that prints on A4."""
    from changeflow.render.markup import Markup
    from changeflow.render.page import page

    body = Markup("<h1>{}</h1>\n<p class='quiet'>{}</p>\n").format(
        spelled(sheet.title or sheet.name), spelled(sheet.name if sheet.title else "")
    )
    body += html_sections(sheet.sections)
    title = f"{sheet.name}: {sheet.title}" if sheet.title else sheet.name
    style = _ACROSS if sheet.wide else ""
    if sheet.dense:
        style += _DENSE
    return page(title, body, language, style=style)


def html_sections(sections: Sequence[Section]) -> Markup:
    """Render sections as parts of a page."""
    from changeflow.render.markup import Markup

    body = Markup("")
    for section in sections:
        blocks = Markup("\n").join(_html_of(block) for block in section.blocks)
        heading = Markup("")
        if section.title:
            heading = Markup("<h2>{}</h2>\n").format(spelled(section.title))
        body += Markup("<section>{}{}</section>\n").format(heading, blocks)
    return body


def _html_of(block: Block) -> Markup:
    from changeflow.render.markup import Markup
    from changeflow.render.page import facts_table, table

    match block:
        case Facts(rows):
            return facts_table(rows)
        case Rows(headings, rows):
            return table(headings, rows)
        case Points(points):
            return _html_list(points)
        case Prose(said):
            return Markup("<p>{}</p>").format(html_prose(said))
        case Drawing(draw):
            return Markup('<div class="picture">{}</div>').format(draw())
        case _ as never:
            assert_never(never)


def _html_line(line: str) -> Markup:
    from changeflow.render.markup import Markup

    if isinstance(line, TypedLine):
        return Markup("<code>{}</code>").format(spelled(line))
    return html_prose(line)


def _html_list(points: Sequence[tuple[str, tuple[str, ...]]]) -> Markup:
    from changeflow.render.markup import Markup

    items = Markup("")
    for point, below in points:
        inside = html_prose(point)
        for line in below:
            inside += Markup("<div class='quiet'>{}</div>").format(_html_line(line))
        items += Markup("<li>{}</li>\n").format(inside)
    return Markup("<ul>\n{}</ul>").format(items)
