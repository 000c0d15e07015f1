"""Large tables of items and dependencies, by numpy: what `csv_export` and `collect` find in them.

Plain lines are read in columns. Of values that repeat each is looked at once, and every line that is
not plain goes through the readers of single rows, so that rows and findings are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from changeflow.cmdb.wide_words import Finder, Texts, distinct, joined
from changeflow.cmdb_sources.collect import (
    as_read,
    clean_labels,
    repeated_id,
    self_dependency,
    value_problem,
)
from changeflow.cmdb_sources.csv_export import Columns, looks_like, said, strength_of
from changeflow.cmdb_sources.delimited import (
    TableRow,
    csv_rows,
    filled,
    folded,
    known_names,
    not_csv,
    separator_of,
)
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.plain_lines import (
    Cells,
    Layout,
    Line,
    NotPlainError,
    PlainText,
    cut,
    plain_text,
    whole,
)
from changeflow.cmdb_sources.rows import (
    ATTRIBUTES,
    EdgeRow,
    ItemRow,
    Place,
    SourceFile,
    found_at,
)
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.cmdb_sources.wide_rows import (
    LIVE,
    FewFindings,
    Order,
    RowOrders,
    WideEdges,
    WideRows,
    all_edges,
)
from changeflow.cmdb_sources.wide_values import Cleaned, ids_of, with_others
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]

# the share of the work that is done when tables are cut, and items and dependencies numbered
_CUT_DONE: Final = 0.35
_ITEMS_DONE: Final = 0.5
_EDGES_DONE: Final = 0.75
_LIMIT: Final = FORMATS["csv"].limit
_ENDS: Final = ("from", "to")
# cells by which a line of dependencies is more than a plain one
_OF_GROUPS: Final = ("group", "min")


Tell = Callable[[float], None]


def collect_wide(
    source: str, spec: SourceSpec, files: Sequence[SourceFile], tell: Tell
) -> tuple[WideRows, tuple[Finding, ...]]:
    """Read the files of a source; see `collect.collect`.

    Args:
        source: its id.
        spec: what the source says about itself.
        files: in the order of their paths.
        tell: is told what share of the work is done.

    Raises:
        NotPlainError: when its tables are not plain.
        AlikeError: when names cannot be told apart by their hashes.
    """
    if any(Columns(spec).translates(name) for name in ("id", *_ENDS)):
        raise NotPlainError
    reader = _Reader(spec, tell, sum(len(file.data) for file in files))
    for file in files:
        reader.read(file)
    rows = _Rows(reader)
    items = rows.items()
    tell(_ITEMS_DONE)
    edges, grouped = rows.edges()
    tell(_EDGES_DONE)
    found = WideRows(
        source,
        spec.precedence,
        spec.defaults,
        FORMATS[spec.format].partial,
        tuple(reader.paths),
        rows.ids(),
        items.words,
        items.values,
        items.default_words,
        items.files,
        items.lines,
        items.labels,
        edges,
        tuple(grouped),
    )
    return found, tuple(reader.findings)


class _Table(NamedTuple):
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
class _OddItem:
    """An item of a line that is not plain."""

    order: Order
    name: str
    row: ItemRow


class _Reader:
    """Cuts the files of a source into tables, and reads the lines that are not plain."""

    def __init__(self, spec: SourceSpec, tell: Tell, size: int) -> None:
        self.spec, self.columns = spec, Columns(spec)
        self._tell, self._size, self._done, self._now = tell, max(size, 1), 0, 0
        self.paths: list[str] = []
        self.nodes: list[_Table] = []
        self.edges: list[_Table] = []
        self.odd_items: list[_OddItem] = []
        self.odd_edges: list[tuple[Order, EdgeRow]] = []
        self.findings = FewFindings()

    def read(self, file: SourceFile) -> None:
        text = plain_text(file, _LIMIT)
        self._done, self._now = self._done + self._now, len(file.data)
        self.paths.append(file.path)
        head = _Head(file.path, text, self.columns.other_names)
        kind = said(file.path, self.spec) or self._looks_like(head)
        if not kind:
            return
        needed = _ENDS if kind == "edges" else ("id",)
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
        table = _Table(
            file,
            head.text,
            whole([cells.lines for cells in pieces]),
            {name: whole([cells.starts[at] for cells in pieces]) for name, at in numbers.items()},
            {name: whole([cells.lengths[at] for cells in pieces]) for name, at in numbers.items()},
        )
        (self.edges if kind == "edges" else self.nodes).append(table)

    def _wanted(self, head: _Head, kind: str) -> list[str]:
        if kind == "edges":
            named = [self.columns.of(name) for name in (*_ENDS, "strength", *_OF_GROUPS)]
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
                    self.odd_items.append(_OddItem(order, name, found))
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


class _Items(NamedTuple):
    """Items in columns, as `WideRows` has them."""

    words: Texts
    values: dict[str, Numbers]
    default_words: dict[str, int]
    files: Numbers
    lines: Numbers
    labels: dict[int, dict[str, str]]


class _Rows:
    """Makes columns of what a reader has cut: unique items with clean values, and dependencies."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader
        self._findings, self._columns = reader.findings, reader.columns
        tables = reader.nodes
        odd = reader.odd_items
        files = [np.full(len(table.lines), table.file, dtype=np.int32) for table in tables]
        files.append(np.array([one.order[0] for one in odd], dtype=np.int32))
        lines = [table.lines for table in tables]
        lines.append(np.array([one.order[1] for one in odd], dtype=np.int32))
        self._files, self._lines = np.concatenate(files), np.concatenate(lines)
        self._order: Any = slice(None)
        if odd:
            self._order = np.lexsort((self._lines, self._files))
            self._files, self._lines = self._files[self._order], self._lines[self._order]
        self._names = self._column("id")
        firsts, numbers = distinct(self._names)
        self._tell_repeated(firsts, numbers)
        self._unique = firsts
        self._names = self._names.taken(firsts)
        self._files, self._lines = self._files[firsts], self._lines[firsts]
        self._item_ids, self._renamed = ids_of(self._names)
        # ids that only dependencies name
        self._others: dict[str, int] = {}

    def _column(self, name: str) -> Texts:
        """Return what all rows say, empty where they say nothing, in their order."""
        column = self._columns.of(name)
        parts = [table.cells(column) for table in self._reader.nodes]
        odd = self._reader.odd_items
        if odd and name == "id":
            parts.append(Texts.of([one.name for one in odd]))
        elif odd:
            parts.append(Texts.of([getattr(one.row, name) or "" for one in odd]))
        together = joined(parts) if parts else Texts.none()
        return together.taken(self._order)

    def _tell_repeated(self, firsts: Numbers, numbers: Numbers) -> None:
        """Tell of rows whose name an earlier one has."""
        again = np.ones(len(numbers), dtype=np.bool_)
        again[firsts] = False
        for file in range(len(self._reader.paths)):
            rows = np.flatnonzero(again & (self._files == file))

            def found(at: int, rows: Any = rows) -> Finding:
                row = int(rows[at])
                ci = id_of(self._names.string(row))
                first = int(firsts[numbers[row]])
                return repeated_id(ci, self._place(row), self._place(first), "error")

            path = self._reader.paths[file]
            self._findings.add_many("source-duplicate-id", path, self._orders(rows), found)

    def _place(self, row: int) -> Place:
        return Place(self._reader.paths[int(self._files[row])], int(self._lines[row]))

    def _orders(self, rows: Any, rank: int = 0) -> Sequence[Order]:
        return RowOrders(self._files, self._lines, rows, rank)

    # -- items ---------------------------------------------------------------------------------

    def items(self) -> _Items:
        """Return the items."""
        values: dict[str, Numbers] = {}
        defaults = {"status": LIVE, **self._reader.spec.defaults}
        words, many = [Texts.of(["", *defaults.values()])], 1 + len(defaults)
        for rank, attribute in enumerate(ATTRIBUTES):
            numbers, cleaned = self._values(attribute, rank)
            values[attribute] = np.where(numbers >= 0, numbers + many, 0).astype(np.int32)
            words.append(cleaned)
            many += len(cleaned)
        together = joined(words)
        firsts, numbers = distinct(together)
        values = {name: numbers[column] for name, column in values.items()}
        default_words = {name: int(numbers[at]) for at, name in enumerate(defaults, 1)}
        labels = dict(self._labels())
        return _Items(
            together.taken(firsts), values, default_words, self._files, self._lines, labels
        )

    def _values(self, attribute: str, rank: int) -> tuple[Numbers, Texts]:
        """Return for each item the number of its value, -1 for none, and the different values."""
        cells = self._column(attribute).taken(self._unique)
        if attribute == "name" and len(self._renamed):
            # A name that is no id is kept as the name.
            unnamed = self._renamed[cells.lengths[self._renamed] == 0]
            cells = with_others(cells, unnamed, self._names.taken(unnamed))
        said_some = np.flatnonzero(cells.lengths)
        texts = cells.taken(said_some)
        firsts, numbers = distinct(texts)
        different = texts.taken(firsts)
        cleaned = Cleaned(attribute, different, self._translated(attribute))
        found = np.full(len(cells), -1, dtype=np.int32)
        found[said_some] = cleaned.numbers[numbers]
        rules = (("source-value", cleaned.unknown), ("source-shortened", cleaned.cut))
        for rule, flags in rules:
            if flags.any():
                rows = said_some[flags[numbers]]
                self._tell_values(rule, attribute, rank, rows, cells)
        return found, cleaned.texts

    def _translated(self, attribute: str) -> Columns | None:
        return self._columns if self._columns.translates(attribute) else None

    def _tell_values(self, rule: str, attribute: str, rank: int, rows: Any, cells: Texts) -> None:
        for file, path in enumerate(self._reader.paths):
            of_file = rows[self._files[rows] == file]

            def found(at: int, of_file: Any = of_file) -> Finding | None:
                row = int(of_file[at])
                text = self._columns.translated(attribute, cells.string(row)).strip()
                ci, place = self._item_ids.string(row), self._place(row)
                return value_problem(ci, place, attribute, text, as_read(attribute, text))

            self._findings.add_many(rule, path, self._orders(of_file, rank), found)

    def _labels(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the labels of items that have some."""
        said_by: dict[tuple[int, int], dict[str, str]] = {}
        for table in self._reader.nodes:
            for name in filter(self._columns.is_label, table.starts):
                cells = table.cells(name)
                filled_in = np.flatnonzero(cells.lengths)
                lines = table.lines[filled_in].tolist()
                for line, text in zip(lines, cells.taken(filled_in).strings(), strict=True):
                    said_by.setdefault((table.file, line), {})[name] = text
        for odd in self._reader.odd_items:
            if odd.row.labels:
                said_by[odd.order[:2]] = dict(odd.row.labels)
        if not said_by:
            return
        rows = zip(self._files.tolist(), self._lines.tolist(), strict=True)
        for number, row in enumerate(rows):
            labels = dict(clean_labels(said_by.get(row, {})))
            if labels:
                yield number, labels

    # -- dependencies --------------------------------------------------------------------------

    def ids(self) -> Texts:
        """Return the ids of items, and those that dependencies name beside them."""
        return joined([self._item_ids, Texts.of(list(self._others))])

    def edges(self) -> tuple[WideEdges, list[EdgeRow]]:
        """Return plain dependencies, and those that belong to a group."""
        finder = Finder(self._names)
        found = [self._table_edges(table, finder) for table in self._reader.edges]
        grouped, alone = [], []
        for order, edge in self._reader.odd_edges:
            if edge.dependent == edge.dependency:
                self._findings.add(order, self_dependency(edge.dependent, edge.place))
            elif edge.group is not None:
                grouped.append(edge)
            else:
                alone.append((order, edge))
        found.append(self._row_edges(alone))
        for edge in grouped:
            self._number(edge.dependent)
            self._number(edge.dependency)
        together = all_edges(found)
        if self._reader.odd_edges:
            together = together.taken(np.lexsort((together.lines, together.files)))
        return together, grouped

    def _row_edges(self, rows: Sequence[tuple[Order, EdgeRow]]) -> WideEdges:
        """Return the dependencies of rows that were read one by one."""
        ends, soft, places = [], [], []
        for order, edge in rows:
            ends.append((self._number(edge.dependent), self._number(edge.dependency)))
            soft.append(edge.strength == "soft")
            places.append(order[:2])
        dependents, dependencies = np.array(ends, dtype=np.int32).reshape(-1, 2).T
        files, lines = np.array(places, dtype=np.int32).reshape(-1, 2).T
        return WideEdges(dependents, dependencies, np.array(soft, dtype=np.bool_), files, lines)

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {ci: number for number, ci in enumerate(self._item_ids.strings())}

    def _ci(self, number: int) -> str:
        items = len(self._item_ids)
        if number < items:
            return self._item_ids.string(number)
        return list(self._others)[number - items]

    def _number(self, ci: str) -> int:
        """Return the number of an id, which is another one where no item has it."""
        number = self._by_id.get(ci)
        if number is not None:
            return number
        return self._others.setdefault(ci, len(self._item_ids) + len(self._others))

    def _table_edges(self, table: _Table, finder: Finder) -> WideEdges:
        dependents, dependencies = (
            self._numbers(table.cells(self._columns.of(name)), finder) for name in _ENDS
        )
        soft, known = self._soft(table.cells(self._columns.of("strength")), table)
        kept = known & (dependents != dependencies)
        self._tell_self(table, np.flatnonzero(known & (dependents == dependencies)), dependents)
        files = np.full(len(table.lines), table.file, dtype=np.int32)
        found = WideEdges(dependents, dependencies, soft, files, table.lines)
        return found if kept.all() else found.taken(kept)

    def _numbers(self, cells: Texts, finder: Finder) -> Numbers:
        """Return the numbers of the items that are named; others get a number of their own."""
        found = np.empty(len(cells), dtype=np.int32)
        for begin in range(0, len(cells), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            found[part] = finder.numbers(cells.taken(part))
        unknown = np.flatnonzero(found < 0)
        if len(unknown):
            names = cells.taken(unknown)
            firsts, numbers = distinct(names)
            others = []
            for name in names.taken(firsts).strings():
                ci = id_of(name)
                number = self._others.setdefault(ci, len(self._item_ids) + len(self._others))
                others.append(number)
            found[unknown] = np.array(others, dtype=np.int32)[numbers]
        return found

    def _soft(self, cells: Texts, table: _Table) -> tuple[Flags, Flags]:
        """Return which dependencies are soft, and of which the strength is known."""
        soft, known = np.zeros(len(cells), dtype=np.bool_), np.ones(len(cells), dtype=np.bool_)
        for begin in range(0, len(cells), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            firsts, numbers = distinct(cells.taken(part))
            meant = []
            for word in cells.taken(part).taken(firsts).strings():
                meant.append(
                    "hard" if not word else strength_of(self._columns.translated("strength", word))
                )
            soft[part] = np.array([one == "soft" for one in meant], dtype=np.bool_)[numbers]
            known[part] = np.array([one is not None for one in meant], dtype=np.bool_)[numbers]
        rows = np.flatnonzero(~known)

        def found(at: int) -> Finding:
            row = int(rows[at])
            place = Place(self._reader.paths[table.file], int(table.lines[row]))
            word = self._columns.translated("strength", cells.string(row))
            return found_at("source-row", place, case="strength", value=word)

        orders = RowOrders(table.file, table.lines, rows)
        self._findings.add_many("source-row", self._reader.paths[table.file], orders, found)
        return soft, known

    def _tell_self(self, table: _Table, rows: Any, dependents: Numbers) -> None:
        def found(at: int) -> Finding:
            row = int(rows[at])
            place = Place(self._reader.paths[table.file], int(table.lines[row]))
            return self_dependency(self._ci(int(dependents[row])), place)

        orders = RowOrders(table.file, table.lines, rows)
        path = self._reader.paths[table.file]
        self._findings.add_many("source-self-dependency", path, orders, found)


# cells whose names are looked up at a time
_AT_ONCE: Final = 1_000_000
