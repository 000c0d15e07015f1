"""Large lists of dependencies, by numpy: what `edge_list` and `collect` find in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from changeflow.cmdb.wide_words import Texts, distinct, joined
from changeflow.cmdb_sources.collect import as_read, self_dependency, value_problem
from changeflow.cmdb_sources.edge_list import (
    NamedEdge,
    edge_on,
    nothing_in,
    separator_of,
    strength_of,
)
from changeflow.cmdb_sources.plain_lines import Cells, Layout, cut, whole
from changeflow.cmdb_sources.plain_text import TOP, Line, PlainText, plain_text
from changeflow.cmdb_sources.rows import ATTRIBUTES, Place, SourceFile
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.cmdb_sources.wide_rows import LIVE, FewFindings, RowOrders, WideEdges, WideRows
from changeflow.cmdb_sources.wide_values import Cleaned, ids_of
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]

_LIMIT: Final = FORMATS["edges"].limit
# the cells of a line that count: who needs, what is needed, and how much
_COLUMNS: Final = (0, 1, 2)
_STRENGTH: Final = 2
# what comes first in a row: the items, then the dependency
_OF_EDGE: Final = 2
# the share of the work that is done when lists are cut
_CUT_DONE: Final = 0.4


def collect_wide(
    source: str, spec: SourceSpec, files: Sequence[SourceFile], tell: Callable[[float], None]
) -> tuple[WideRows, tuple[Finding, ...]]:
    """Read the files of a source; see `collect.collect`.

    Args:
        source: its id.
        spec: what the source says about itself.
        files: in the order of their paths.
        tell: is told what share of the work is done.

    Raises:
        NotPlainError: when its files are not plain.
        AlikeError: when names cannot be told apart by their hashes.
    """
    reader = _Reader()
    for number, file in enumerate(files, 1):
        reader.read(file)
        tell(_CUT_DONE * number / len(files))
    rows = _Rows(reader)
    items = rows.items(spec)
    found = WideRows(
        source,
        spec.precedence,
        spec.defaults,
        FORMATS[spec.format].partial,
        tuple(reader.paths),
        rows.ids,
        items.words,
        items.values,
        items.default_words,
        rows.files[rows.firsts // 2],
        rows.lines[rows.firsts // 2],
        {},
        rows.edges(),
        (),
    )
    return found, tuple(reader.findings)


class _Reader:
    """Cuts the files of a source, and reads the lines that are not plain."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.findings = FewFindings()
        self.files: list[Numbers] = []
        self.lines: list[Numbers] = []
        # for each column the cells of each file
        self.cells: list[list[Texts]] = [[], [], []]
        self.odd: list[tuple[int, int, NamedEdge]] = []

    def read(self, file: SourceFile) -> None:
        text = plain_text(file, _LIMIT)
        number = len(self.paths)
        self.paths.append(file.path)
        separator = separator_of(text.lines())
        pieces: list[Cells] = []
        is_empty = True
        for cells in cut(text, Layout(separator, 0, is_ragged=True), _COLUMNS, TOP):
            plain = (cells.lengths[0] > 0) & (cells.lengths[1] > 0)
            is_read = self._read_odd(text, number, separator, [*cells.odd, *cells.at(~plain)])
            is_empty &= not (plain.any() or is_read)
            pieces.append(cells if plain.all() else cells.only(plain))
        if is_empty:
            self.findings.add((number, 0, 0), nothing_in(file.path))
        self.lines.append(whole([cells.lines for cells in pieces]))
        self.files.append(np.full(len(self.lines[-1]), number, dtype=np.int32))
        for column, found in enumerate(self.cells):
            starts = whole([cells.starts[column] for cells in pieces])
            lengths = whole([cells.lengths[column] for cells in pieces])
            found.append(Texts(text.data, starts, lengths))

    def _read_odd(
        self, text: PlainText, file: int, separator: str | None, lines: Sequence[Line]
    ) -> bool:
        """Read lines that are not plain one by one; return whether one of them says something."""
        is_read = False
        for line in lines:
            content = text.line(line.begin, line.end)
            found = edge_on(content, Place(self.paths[file], line.number), separator)
            is_read |= found is not None
            if isinstance(found, Finding):
                self.findings.add((file, line.number, 0), found)
            elif found is not None:
                self.odd.append((file, line.number, found))
        return is_read


class _Items(NamedTuple):
    """What is known of items, as `WideRows` has it: their names, where these are no ids."""

    words: Texts
    values: dict[str, Numbers]
    default_words: dict[str, int]


class _Rows:
    """Makes columns of what a reader has cut.

    Attributes:
        files: for each row its file.
        lines: for each row its line.
        firsts: for each item where it is named first: twice the row, and one more for what is
            needed.
        ids: of the items, in the order in which they are named.
    """

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader
        odd = reader.odd
        files = [*reader.files, np.array([file for file, _, _ in odd], dtype=np.int32)]
        lines = [*reader.lines, np.array([line for _, line, _ in odd], dtype=np.int32)]
        self.files, self.lines = whole(files), whole(lines)
        self._order: Any = slice(None)
        if odd:
            self._order = np.lexsort((self.lines, self.files))
            self.files, self.lines = self.files[self._order], self.lines[self._order]
        names = _in_turn(self._column(0), self._column(1))
        self.firsts, self._numbers = distinct(names)
        self._names = names.taken(self.firsts)
        self.ids, self._renamed = ids_of(self._names)

    def _column(self, column: int) -> Texts:
        """Return what all rows say, in their order."""
        parts = [*self._reader.cells[column]]
        if self._reader.odd:
            parts.append(Texts.of([edge[column] for _, _, edge in self._reader.odd]))
        return joined(parts).taken(self._order) if parts else Texts.none()

    def items(self, spec: SourceSpec) -> _Items:
        """Return what is known of items."""
        cleaned = Cleaned("name", self._names.taken(self._renamed), None)
        cut_ones = np.flatnonzero(cleaned.cut)
        if len(cut_ones):
            self._tell_cut(self._renamed[cut_ones])
        defaults = {"status": LIVE, **spec.defaults}
        words = joined([Texts.of(["", *defaults.values()]), cleaned.texts])
        firsts, numbers = distinct(words)
        none = np.zeros(len(self.ids), dtype=np.int32)
        names = none.copy()
        names[self._renamed] = numbers[cleaned.numbers + 1 + len(defaults)]
        values = {**dict.fromkeys(ATTRIBUTES, none), "name": names}
        default_words = {name: int(numbers[at]) for at, name in enumerate(defaults, 1)}
        return _Items(words.taken(firsts), values, default_words)

    def _tell_cut(self, items: Numbers) -> None:
        """Tell of names that are too long."""
        for item in items.tolist():
            row, rank = divmod(int(self.firsts[item]), 2)
            text = self._names.string(item)
            found = value_problem(
                self.ids.string(item), self._place(row), "name", text, as_read("name", text)
            )
            if found is not None:
                order = (int(self.files[row]), int(self.lines[row]), rank)
                self._reader.findings.add(order, found)

    def _place(self, row: int) -> Place:
        return Place(self._reader.paths[int(self.files[row])], int(self.lines[row]))

    def edges(self) -> WideEdges:
        """Return the dependencies."""
        dependents, dependencies = self._numbers[::2], self._numbers[1::2]
        to_itself = dependents == dependencies
        if to_itself.any():
            self._tell_self(np.flatnonzero(to_itself))
        edges = WideEdges(dependents, dependencies, self._soft(), self.files, self.lines)
        return edges.taken(~to_itself) if to_itself.any() else edges

    def _soft(self) -> Flags:
        """Return which dependencies are soft."""
        words = self._column(_STRENGTH)
        if not words.lengths.any():
            return np.zeros(len(words), dtype=np.bool_)
        firsts, numbers = distinct(words)
        soft = [strength_of(word) == "soft" for word in words.taken(firsts).strings()]
        found: Flags = np.array(soft, dtype=np.bool_)[numbers]
        return found

    def _tell_self(self, rows: Any) -> None:
        for file, path in enumerate(self._reader.paths):
            of_file = rows[self.files[rows] == file]

            def found(at: int, of_file: Any = of_file) -> Finding:
                row = int(of_file[at])
                return self_dependency(
                    self.ids.string(int(self._numbers[2 * row])), self._place(row)
                )

            orders = RowOrders(self.files, self.lines, of_file, _OF_EDGE)
            self._reader.findings.add_many("source-self-dependency", path, orders, found)


def _in_turn(some: Texts, others: Texts) -> Texts:
    """Return texts of two columns by turns."""
    if some.data is not others.data:
        both = joined([some, others])
        some, others = both.taken(slice(len(some))), both.taken(slice(len(some), None))
    starts = np.column_stack([some.starts, others.starts]).ravel()
    return Texts(some.data, starts, np.column_stack([some.lengths, others.lengths]).ravel())
