"""Large tables of items and dependencies, by numpy: what `csv_export` and `collect` find in them.

Plain lines are read in columns. Of values that repeat each is looked at once, and every line that is
not plain goes through the readers of single rows, so that rows and findings are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from changeflow.cmdb_sources.csv_export import Columns, strength_of
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.plain_text import NotPlainError
from changeflow.cmdb_sources.rows import ATTRIBUTES, EdgeRow, Place, SourceFile, found_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.cmdb_sources.wide_rows import (
    LIVE,
    Order,
    RowOrders,
    WideEdges,
    WideRows,
    all_edges,
)
from changeflow.cmdb_sources.wide_tables import ENDS, CutTable, TableReader, Tell
from changeflow.cmdb_sources.wide_values import Cleaned, ids_of, with_others
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]

# the share of the work that is done when items and dependencies are numbered
_ITEMS_DONE: Final = 0.5
_EDGES_DONE: Final = 0.75
# cells whose names are looked up at a time
_AT_ONCE: Final = 1_000_000


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
    if any(Columns(spec).translates(name) for name in ("id", *ENDS)):
        raise NotPlainError
    reader = TableReader(spec, tell, sum(len(file.data) for file in files))
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

    def __init__(self, reader: TableReader) -> None:
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

    def _table_edges(self, table: CutTable, finder: Finder) -> WideEdges:
        dependents, dependencies = (
            self._numbers(table.cells(self._columns.of(name)), finder) for name in ENDS
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

    def _soft(self, cells: Texts, table: CutTable) -> tuple[Flags, Flags]:
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

    def _tell_self(self, table: CutTable, rows: Any, dependents: Numbers) -> None:
        def found(at: int) -> Finding:
            row = int(rows[at])
            place = Place(self._reader.paths[table.file], int(table.lines[row]))
            return self_dependency(self._ci(int(dependents[row])), place)

        orders = RowOrders(table.file, table.lines, rows)
        path = self._reader.paths[table.file]
        self._findings.add_many("source-self-dependency", path, orders, found)
