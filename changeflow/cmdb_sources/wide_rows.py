"""Rows of a large source in columns: what `rows.SourceRows` says, without an object for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from changeflow.cmdb.wide_words import Texts
from changeflow.cmdb_sources.collect import MOST
from changeflow.cmdb_sources.rows import ATTRIBUTES, EdgeRow, ItemRow, Place, SourceRows, found_at
from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]

# what the status is of an item about which nothing says it
LIVE: Final = "live"

# a finding's place in the order in which rows are read: file, line, and what comes first in a row
Order = tuple[int, int, int]


class RowOrders(Sequence[Order]):
    """Places in the order of rows, made one by one.

    Args:
        files: for each row its file; or the file of all of them.
        lines: for each row its line.
        rows: those that are meant.
        rank: what comes first in a row.
    """

    def __init__(self, files: Numbers | int, lines: Numbers, rows: Any, rank: int = 0) -> None:
        self._files, self._lines, self._rows, self._rank = files, lines, rows, rank

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        row = int(self._rows[at])
        file = self._files if isinstance(self._files, int) else int(self._files[row])
        return file, int(self._lines[row]), self._rank


class WideEdges(NamedTuple):
    """Dependencies in the order of their rows, without those that belong to a group."""

    dependents: Numbers
    dependencies: Numbers
    soft: Flags
    files: Numbers
    lines: Numbers

    def taken(self, which: Any) -> WideEdges:
        """Return some of them."""
        return WideEdges(
            self.dependents[which],
            self.dependencies[which],
            self.soft[which],
            self.files[which],
            self.lines[which],
        )


def all_edges(parts: Sequence[WideEdges]) -> WideEdges:
    """Return the dependencies of all parts."""
    none = np.zeros(0, dtype=np.int32)
    nothing = WideEdges(none, none, none.astype(np.bool_), none, none)
    if len(parts) == 1:
        return parts[0]
    return WideEdges(*map(np.concatenate, zip(nothing, *parts, strict=True)))


@dataclass(frozen=True)
class WideRows:
    """Everything that one source says.

    Attributes:
        id: of the source.
        precedence: as in `SourceRows`.
        defaults: as in `SourceRows`.
        partial: as in `SourceRows`.
        paths: the files of the source, by number.
        ids: first those of items, in the order of their rows, then those that dependencies name.
        words: what attributes say; number 0 is what is not known.
        values: for each attribute the numbers of the items' words.
        default_words: the numbers of the defaults' words.
        files: for each item the file of its row.
        lines: for each item its line.
        labels: of the items that have some.
        edges: plain dependencies.
        grouped: dependencies that belong to a group, in the order of their rows.
    """

    id: str
    precedence: int
    defaults: Mapping[str, str]
    partial: bool
    paths: tuple[str, ...]
    ids: Texts
    words: Texts
    values: Mapping[str, Numbers]
    default_words: Mapping[str, int]
    files: Numbers
    lines: Numbers
    labels: Mapping[int, Mapping[str, str]]
    edges: WideEdges
    grouped: tuple[EdgeRow, ...]

    @property
    def items(self) -> int:
        """Return how many items there are."""
        return len(self.lines)

    @cached_property
    def path_rank(self) -> dict[str, int]:
        """Return the number of each file."""
        return {path: number for number, path in enumerate(self.paths)}

    def place(self, file: int, line: int) -> Place:
        """Return a place in one of the files."""
        return Place(self.paths[file], line)

    def item(self, number: int) -> ItemRow:
        """Return the row of an item."""
        values: dict[str, Any] = {}
        for name in ATTRIBUTES:
            word = int(self.values[name][number])
            values[name] = self.words.string(word) if word else None
        place = self.place(int(self.files[number]), int(self.lines[number]))
        return ItemRow(
            self.ids.string(number), place, **values, labels=self.labels.get(number) or None
        )

    def edge(self, at: int) -> EdgeRow:
        """Return the row of a plain dependency."""
        edges = self.edges
        return EdgeRow(
            self.ids.string(int(edges.dependents[at])),
            self.ids.string(int(edges.dependencies[at])),
            self.place(int(edges.files[at]), int(edges.lines[at])),
            "soft" if edges.soft[at] else "hard",
        )

    def all_rows(self) -> SourceRows:
        """Return everything as an ordinary source says it."""
        return self.about(np.ones(len(self.ids), dtype=np.bool_))

    def about(self, which: Flags) -> SourceRows:
        """Return the rows about some ids as those of an ordinary source.

        Args:
            which: for each id whether it is one of them.
        """
        items = [self.item(number) for number in np.flatnonzero(which[: self.items]).tolist()]
        edges = [self.edge(at) for at in np.flatnonzero(which[self.edges.dependents]).tolist()]
        wanted = set(self.ids.taken(np.flatnonzero(which)).strings())
        edges += [edge for edge in self.grouped if edge.dependent in wanted]
        edges.sort(key=lambda edge: (self.path_rank[edge.place.path], edge.place.line))
        items.sort(key=lambda item: item.id)
        return SourceRows(
            self.id, self.precedence, self.defaults, tuple(items), tuple(edges), self.partial
        )


@dataclass
class _Same:
    """Findings of one rule in one file."""

    count: int = 0
    first: list[tuple[Order, Finding]] = field(default_factory=list)
    last: tuple[Order, Finding] | None = None


class FewFindings:
    """Findings in the order of their rows, as `few_of_each` leaves them, made only if they stay."""

    def __init__(self) -> None:
        self._same: dict[tuple[str, str], _Same] = {}

    def add(self, order: Order, finding: Finding) -> None:
        """Add a finding."""
        self.add_many(finding.rule, finding.path, [order], lambda _: finding)

    def add_many(
        self, rule: str, path: str, orders: Sequence[Order], make: Callable[[int], Finding | None]
    ) -> None:
        """Add findings of one rule in one file.

        Args:
            rule: of all of them.
            path: of the file.
            orders: where each stands, rising.
            make: returns one of them.
        """
        if not len(orders):
            return
        same = self._same.setdefault((rule, path), _Same())
        same.count += len(orders)
        for at in range(min(len(orders), MOST)):
            finding = make(at)
            if finding is not None:
                same.first.append((orders[at], finding))
        same.first.sort(key=lambda one: one[0])
        del same.first[MOST:]
        behind = len(orders) - 1
        finding = make(behind)
        if finding is not None and (same.last is None or orders[behind] > same.last[0]):
            same.last = orders[behind], finding

    def __iter__(self) -> Iterator[Finding]:
        shown = [one for same in self._same.values() for one in same.first]
        for _, finding in sorted(shown, key=lambda one: one[0]):
            yield finding
        for (rule, path), same in sorted(self._same.items(), key=lambda one: one[1].first[0][0]):
            if same.count > MOST and same.last is not None:
                last = same.last[1]
                place = Place(path, last.line)
                yield found_at("source-more", place, last.level, of=rule, count=same.count - MOST)
