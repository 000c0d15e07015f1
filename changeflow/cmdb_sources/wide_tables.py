"""Large tables that are cut into cells by numpy, and their lines that are not plain, read one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from changeflow.cmdb.wide_words import Texts
from changeflow.cmdb_sources.csv_export import Columns, looks_like, said
from changeflow.cmdb_sources.delimited import (
    TableRow,
    csv_rows,
    declared_separator,
    filled,
    folded,
    known_names,
    not_csv,
    separator_of,
)
from changeflow.cmdb_sources.plain_lines import Cells, Layout, cut, whole
from changeflow.cmdb_sources.plain_text import Line, NotPlainError, PlainText, plain_text
from changeflow.cmdb_sources.rows import EdgeRow, ItemRow, Place, SourceFile, found_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.cmdb_sources.wide_rows import FewFindings, Order
from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from changeflow.cmdb.wide_words import Numbers

ENDS: Final = ("from", "to")
# the share of the work that is done when tables are cut
_CUT_DONE: Final = 0.35
_LIMIT: Final = FORMATS["csv"].limit
# cells by which a line of dependencies is more than a plain one
_OF_GROUPS: Final = ("group", "min")

Tell = Callable[[float], None]


class CutTable(NamedTuple):
    """A file that was cut into cells: for each column of its header where the cells lie."""

    file: int
    text: PlainText
    lines: Numbers
    starts: Mapping[str, Numbers]
    lengths: Mapping[str, Numbers]

    def cells(self, column: str) -> Texts:
        """Return the cells of a column; empty ones where the table does not have it."""
        if column not in self.starts:
            nothing = np.zeros(len(self.lines), dtype=np.int32)
            return Texts(self.text.data, nothing, nothing)
        return Texts(self.text.data, self.starts[column], self.lengths[column])


@dataclass
class OddItem:
    """An item of a line that is not plain."""

    order: Order
    name: str
    row: ItemRow


class TableReader:
    """Cuts the files of a source into tables, and reads the lines that are not plain."""

    def __init__(self, spec: SourceSpec, tell: Tell, size: int) -> None:
        self.spec, self.columns = spec, Columns(spec)
        self._tell, self._size, self._done, self._now = tell, max(size, 1), 0, 0
        self.paths: list[str] = []
        self.nodes: list[CutTable] = []
        self.edges: list[CutTable] = []
        self.odd_items: list[OddItem] = []
        self.odd_edges: list[tuple[Order, EdgeRow]] = []
        self.findings = FewFindings()

    def read(self, file: SourceFile) -> None:
        """Read a file.

        Raises:
            NotPlainError: when it is not plain, or no row shows what it holds.
        """
        text = plain_text(file, _LIMIT)
        self._done, self._now = self._done + self._now, len(file.data)
        self.paths.append(file.path)
        head = _Head(file.path, text, self.columns.other_names)
        kind = said(file.path, self.spec) or self._looks_like(head)
        if not kind:
            # a table of bad rows alone
            raise NotPlainError
        needed = ENDS if kind == "edges" else ("id",)
        if any(self.columns.of(name) not in head.columns for name in needed):
            raise NotPlainError
        self._cut(head, kind, [self.columns.of(name) for name in needed])

    def _tell_cut(self, share: float) -> None:
        """Tell what share of the file that is read now was cut."""
        self._tell(_CUT_DONE * (self._done + share * self._now) / self._size)

    def _looks_like(self, head: _Head) -> str:
        for row in head.rows():
            return looks_like(row, self.columns)
        return ""

    def _cut(self, head: _Head, kind: str, needed: Sequence[str]) -> None:
        """Cut a file into cells up to its end, or to a row that has no id."""
        file, wanted = len(self.paths) - 1, self._wanted(head, kind)
        numbers = {column: head.header.index(column) for column in wanted}
        filled_in = [numbers[column] for column in needed]
        empty = []
        if kind == "edges":
            named = map(self.columns.of, _OF_GROUPS)
            empty = [numbers[column] for column in named if column in numbers]
        pieces: list[Cells] = []
        for cells in head.cut(list(numbers.values())):
            plain = np.ones(len(cells.lines), dtype=np.bool_)
            for at in filled_in:
                plain &= cells.lengths[at] > 0
            for at in empty:
                plain &= cells.lengths[at] == 0
            stop = self._read_odd(head, file, kind, sorted([*cells.odd, *cells.at(~plain)]))
            if stop:
                plain &= cells.lines < stop
            pieces.append(cells if plain.all() else cells.only(plain))
            if cells.behind is not None:
                self._tell_cut(cells.behind.begin / head.text.size)
            if stop:
                break
        table = CutTable(
            file,
            head.text,
            whole([cells.lines for cells in pieces]),
            {name: whole([cells.starts[at] for cells in pieces]) for name, at in numbers.items()},
            {name: whole([cells.lengths[at] for cells in pieces]) for name, at in numbers.items()},
        )
        (self.edges if kind == "edges" else self.nodes).append(table)

    def _wanted(self, head: _Head, kind: str) -> list[str]:
        if kind == "edges":
            named = [self.columns.of(name) for name in (*ENDS, "strength", *_OF_GROUPS)]
            return [column for column in dict.fromkeys(named) if column in head.columns]
        return [column for column in head.header if column]

    def _read_odd(self, head: _Head, file: int, kind: str, lines: Sequence[Line]) -> int:
        """Read lines that are not plain one by one; return at which to stop, or 0."""
        for line in lines:
            order = (file, line.number, 0)
            if line.problem:
                self.findings.add(order, not_csv(Place(head.path, line.number), line.problem))
                return line.number
            row = head.row(line)
            if isinstance(row, TableRow):
                found = self.columns.edge(row) if kind == "edges" else self.columns.item(row)
                if isinstance(found, ItemRow):
                    name = self.columns.value(row, "id") or found.id
                    self.odd_items.append(OddItem(order, name, found))
                elif isinstance(found, EdgeRow):
                    self.odd_edges.append((order, found))
                else:
                    self.findings.add(order, found)
                    if found.rule == "source-column":
                        return line.number
            elif row is not None:
                self.findings.add(order, row)
        return 0


class _Head:
    """The header of a table, and what it says about the lines behind it.

    Raises:
        NotPlainError: when there is none, one with a name twice, or nothing behind it.
    """

    def __init__(self, path: str, text: PlainText, other_names: Mapping[str, str]) -> None:
        self.path, self.text = path, text
        self.header: list[str] = []
        if declared_separator(next(text.lines(), "") + "\n") is not None:
            raise NotPlainError
        self.separator = separator_of(next(filter(str.strip, text.lines()), ""))
        for line in text.rows(self.separator):
            self._behind = line.behind
            cells = self._cells_of(line)
            if any(map(str.strip, cells)):
                self.header = known_names([folded(name) for name in cells], other_names)
                break
        self.columns = frozenset(self.header) - {""}
        if not self.header or len(self.columns) < len([name for name in self.header if name]):
            raise NotPlainError
        if not self._has_rows():
            raise NotPlainError

    def _cells_of(self, line: Line) -> list[str]:
        """Return the cells of a line.

        Raises:
            NotPlainError: when its quotes cannot be read.
        """
        if line.problem:
            raise NotPlainError
        if line.cells is not None:
            return line.cells
        content = self.text.line(line.begin, line.end)
        return (
            next(csv_rows([content], self.separator))
            if '"' in content
            else content.split(self.separator)
        )

    def _has_rows(self) -> bool:
        lines = self.text.rows(self.separator, self._behind)
        return any(self.row(line) is not None for line in lines)

    def cut(self, columns: Sequence[int]) -> Iterator[Cells]:
        """Yield the cells of some columns; see `plain_lines.cut`."""
        layout = Layout(self.separator, len(self.header), has_quotes=True)
        return cut(self.text, layout, columns, self._behind)

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows of the table that can be read, one by one."""
        for line in self.text.rows(self.separator, self._behind):
            row = self.row(line)
            if isinstance(row, TableRow):
                yield row

    def row(self, line: Line) -> TableRow | Finding | None:
        """Return what `delimited.table_rows` yields for a line; None for an empty one.

        Raises:
            NotPlainError: when its quotes cannot be read.
        """
        cells = self._cells_of(line)
        place = Place(self.path, line.number)
        if not any(map(str.strip, cells)):
            return None
        if len(cells) != len(self.header):
            columns = len(self.header)
            return found_at("source-row", place, case="cells", cells=len(cells), columns=columns)
        return TableRow(place, filled(self.header, cells))
