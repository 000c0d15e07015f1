"""Rows that were read one by one in columns, so that merging makes no record of each item."""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import numpy as np

from changeflow.cmdb.wide_words import Texts, ints
from changeflow.cmdb_sources.rows import ATTRIBUTES, EdgeRow, ItemRow, Place, SourceRows
from changeflow.cmdb_sources.wide_rows import LIVE, WideEdges, WideRows


def in_columns(rows: SourceRows) -> WideRows | None:
    """Return rows in columns; None where their dependencies do not come in the order of places."""
    found = _Columns(rows.defaults)
    for edge in rows.edges:
        found.add_edge(edge)
    if not found.is_ordered:
        return None
    for item in rows.items:
        found.add_item(item)
    return found.of(rows)


class _Columns:
    """Collects rows; dependencies come first, so that their files are numbered in their order."""

    def __init__(self, defaults: Mapping[str, str]) -> None:
        self._words = {"": 0}
        self._default_words: dict[str, int] = {}
        for name, text in {"status": LIVE, **defaults}.items():
            self._default_words[name] = self._word(text)
        self._paths: dict[str, int] = {}
        self._ids: dict[str, int] = {}
        self._values = {name: array("i") for name in ATTRIBUTES}
        self._places = (array("i"), array("i"))
        self._labels: dict[int, Mapping[str, str]] = {}
        self._plain: list[EdgeRow] = []
        self._plain_places = (array("i"), array("i"))
        self._grouped: list[EdgeRow] = []
        self._last, self._last_is_plain = (0, 0), True
        self.is_ordered = True

    def _word(self, text: str | None) -> int:
        return self._words.setdefault(text or "", len(self._words))

    def _place(self, place: Place) -> tuple[int, int]:
        return self._paths.setdefault(place.path, len(self._paths)), place.line

    def add_edge(self, edge: EdgeRow) -> None:
        place, is_plain = self._place(edge.place), edge.group is None
        is_behind = place > self._last or is_plain is self._last_is_plain
        self.is_ordered &= place >= self._last and is_behind
        self._last, self._last_is_plain = place, is_plain
        if is_plain:
            self._plain.append(edge)
            self._plain_places[0].append(place[0])
            self._plain_places[1].append(place[1])
        else:
            self._grouped.append(edge)

    def add_item(self, item: ItemRow) -> None:
        number = self._ids.setdefault(item.id, len(self._ids))
        for name, column in self._values.items():
            column.append(self._word(getattr(item, name)))
        file, line = self._place(item.place)
        self._places[0].append(file)
        self._places[1].append(line)
        if item.labels:
            self._labels[number] = item.labels

    def of(self, rows: SourceRows) -> WideRows:
        """Return what was collected, as a source says it."""
        ids, dependents, dependencies = self._ids, array("i"), array("i")
        for edge in self._plain:
            dependents.append(ids.setdefault(edge.dependent, len(ids)))
            dependencies.append(ids.setdefault(edge.dependency, len(ids)))
        for edge in self._grouped:
            ids.setdefault(edge.dependent, len(ids))
            ids.setdefault(edge.dependency, len(ids))
        soft = [edge.strength == "soft" for edge in self._plain]
        files, lines = map(ints, self._plain_places)
        edges = WideEdges(
            ints(dependents), ints(dependencies), np.array(soft, dtype=np.bool_), files, lines
        )
        return WideRows(
            rows.id,
            rows.precedence,
            rows.defaults,
            rows.partial,
            tuple(self._paths),
            Texts.of(list(ids)),
            Texts.of(list(self._words)),
            {name: ints(column) for name, column in self._values.items()},
            self._default_words,
            ints(self._places[0]),
            ints(self._places[1]),
            self._labels,
            edges,
            tuple(self._grouped),
        )
