"""The lists of a paper as a workbook (Office Open XML, `.xlsx`), by XlsxWriter.

The first sheet is the head of the paper; each list has a sheet of its own. Equal papers are equal
bytes: no time of the clock is written. No text is a formula or a link, whatever it begins with.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from changeflow import errors
from changeflow.history.engine import require_library
from changeflow.model.answers.report import Paper
from changeflow.render.csv_table import looks_like_formula
from changeflow.render.escape import spelled
from changeflow.render.list_table import Cell, ListTable, local_time
from changeflow.render.presentation import Presentation
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Facts, Points, Rows, Section
from changeflow.render.table import cells

# limits of the format; lengths are those of UTF-16
MOST_ROWS: Final = 1_048_576
LONGEST_CELL: Final = 32_767
LONGEST_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# spreadsheets keep this name for themselves
_RESERVED: Final = "history"
# before it, spreadsheets disagree about what a day is
_FIRST_YEAR: Final = 1901
# widths of columns, in letters; Chinese characters are two wide
_NARROWEST: Final = 8
_WIDEST: Final = 60
_MARGIN: Final = 2
_TIME_WIDTH: Final = 19
_A4: Final = 9
_FONTS: Final = {"zh": "Microsoft YaHei"}
_TIME: Final = "yyyy-mm-dd hh:mm:ss"
_DAY: Final = "yyyy-mm-dd"


def workbook(title: str, paper: Paper, tables: Sequence[ListTable], to: Presentation) -> bytes:
    """Return the file.

    Args:
        title: what the paper is called.
        paper: with its head.
        tables: its lists.
        to: the reader.

    Raises:
        errors.UsageError: when XlsxWriter is not installed, or a list is longer than a sheet.
    """
    for table in tables:
        if len(table.rows) >= MOST_ROWS:
            raise errors.UsageError.of("workbook.rows", rows=len(table.rows), most=MOST_ROWS - 1)
    out = io.BytesIO()
    book = _Book(out, title, paper.made, to)
    sections = (head_section(paper, to), *tail_sections(paper, to))
    book.cover(title, sections)
    for table in tables:
        book.list(table)
    book.close()
    return out.getvalue()


def sheet_name(title: str, taken: Collection[str]) -> str:
    """Return the name of a sheet: a title as the format allows it, and unlike those before."""
    plain = _cut(_NOT_IN_NAMES.sub(" ", spelled(title)), LONGEST_NAME).strip(" '") or "-"
    known = {name.casefold() for name in taken} | {_RESERVED}
    name, number = plain, 1
    while name.casefold() in known:
        number += 1
        end = f" {number}"
        name = _cut(plain, LONGEST_NAME - len(end)) + end
    return name


def _cut(text: str, most: int) -> str:
    """Return the begin of a text that has so many units of UTF-16, and no half character."""
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def zone_name(to: Presentation) -> str:
    """Return the zone by whose clock times are shown."""
    return to.zone.key if isinstance(to.zone, ZoneInfo) else "UTC"


class _Book:
    """A workbook that is being written."""

    def __init__(self, out: io.BytesIO, title: str, made: datetime, to: Presentation) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        require_library("xlsxwriter", "xlsx")
        import xlsxwriter

        self._book = xlsxwriter.Workbook(out, options)
        stamp = made.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": spelled(title), "created": stamp})
        self._to = to
        self._names: list[str] = []
        font = {"font_name": _FONTS[to.language]} if to.language in _FONTS else {}
        self._font = font | {"valign": "top", "text_wrap": True}
        self._formats: dict[str, Any] = {
            "text": self._book.add_format(self._font),
            # also after a person has edited the cell it is no formula
            "quoted": self._book.add_format(self._font | {"quote_prefix": True}),
            "time": self._book.add_format(self._font | {"num_format": _TIME}),
            "day": self._book.add_format(self._font | {"num_format": _DAY}),
            "head": self._book.add_format(self._font | {"bold": True, "bg_color": "#E7EBF0"}),
            "label": self._book.add_format(self._font | {"bold": True}),
            "title": self._book.add_format(font | {"bold": True, "font_size": 16}),
        }

    def close(self) -> None:
        """Write it."""
        self._book.close()

    def cover(self, title: str, sections: Iterable[Section]) -> None:
        """Add the first sheet, with what the paper is about and who signs it."""
        sheet = self._sheet(self._to.says("workbook.cover"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 72)
        sheet.set_column(2, 3, 24)
        sheet.write_string(0, 0, spelled(title), self._formats["title"])
        row = 2
        for section in sections:
            if section.title:
                self._put(sheet, row, 0, section.title, "label")
                row += 1
            for line, is_heading in _lines(section):
                for column, cell in enumerate(line):
                    bold = is_heading or column == 0
                    self._put(sheet, row, column, cell, "label" if bold else "text")
                row += 1
            row += 1

    def list(self, table: ListTable) -> None:
        """Add a sheet with a list, whose headings stay in sight."""
        sheet = self._sheet(table.title)
        zone = zone_name(self._to)
        headings = []
        for number, heading in enumerate(table.headings):
            timed = self._to.says("workbook.timed", heading=heading, zone=zone)
            headings.append(timed if number in table.times else heading)
        for number, width in enumerate(_widths(headings, table)):
            sheet.set_column(number, number, width)
        for column, heading in enumerate(headings):
            self._put(sheet, 0, column, heading, "head")
        for number, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                self._put(sheet, number, column, cell, "text")
        sheet.freeze_panes(1, 1)
        if headings:
            sheet.autofilter(0, 0, len(table.rows), len(headings) - 1)
        sheet.repeat_rows(0)

    def _sheet(self, title: str) -> Any:
        """Return a new sheet that prints on A4 across, as wide as the paper."""
        name = sheet_name(title, self._names)
        self._names.append(name)
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def _put(self, sheet: Any, row: int, column: int, cell: Cell, kind: str) -> None:
        formats = self._formats
        match cell:
            case None | "":
                return
            case bool():
                flag = self._to.says("paper.flag", case="yes" if cell else "no")
                sheet.write_string(row, column, flag, formats[kind])
            case str():
                text = self._told(cell)
                quoted = kind == "text" and looks_like_formula(text)
                sheet.write_string(row, column, text, formats["quoted" if quoted else kind])
            case datetime():
                self._put_time(sheet, row, column, local_time(cell, self._to), "time")
            case date():
                self._put_time(sheet, row, column, cell, "day")
            case _:
                sheet.write_number(row, column, cell, formats[kind])

    def _put_time(self, sheet: Any, row: int, column: int, at: date, kind: str) -> None:
        if at.year < _FIRST_YEAR:
            sheet.write_string(row, column, at.isoformat(), self._formats["text"])
        else:
            sheet.write_datetime(row, column, at, self._formats[kind])

    def _told(self, text: str) -> str:
        """Return a text as a cell holds it: hidden characters spelt out, and what is cut said."""
        shown = "\n".join(map(spelled, text.split("\n")))
        if _units(shown) <= LONGEST_CELL:
            return shown
        end = self._to.says("workbook.cut", length=len(shown))
        return _cut(shown, LONGEST_CELL - _units(end)) + end


def _lines(section: Section) -> Iterable[tuple[Sequence[str], bool]]:
    """Yield the lines of a section of the first sheet, each with whether it is a heading."""
    for block in section.blocks:
        match block:
            case Facts(rows):
                for pair in rows:
                    yield pair, False
            case Rows(headings, rows):
                yield headings, True
                for row in rows:
                    yield row, False
            case Points(points):
                for point, _ in points:
                    yield (point,), False


def _widths(headings: Sequence[str], table: ListTable) -> list[int]:
    widest = [max(_NARROWEST, cells(heading)) for heading in headings]
    for row in table.rows:
        for column, cell in enumerate(row):
            widest[column] = max(widest[column], min(_WIDEST, _width(cell)))
    return [min(_WIDEST, width) + _MARGIN for width in widest]


def _width(cell: Cell) -> int:
    match cell:
        case str():
            # what is far too wide is not measured to its end
            lines = cell[: _WIDEST * 8].split("\n")
            return max(map(cells, map(spelled, lines)))
        case datetime():
            return _TIME_WIDTH
    return len(str(cell))
