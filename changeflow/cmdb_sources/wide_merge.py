"""Large sources merged with others, by numpy: what `merge.Merged` says, in columns.

Most items are told of by one source alone, and are taken from its columns. Those of which several
tell, and those whose dependencies need a closer look, are merged one by one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.graph import FACTS, HARD, SOFT
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb.origins import Place, Provenance
from changeflow.cmdb.wide_columns import MoreRows, NeedRows, OriginRows, Part, combined, part_of
from changeflow.cmdb.wide_words import Finder, Texts, distinct, joined, sorting
from changeflow.cmdb_sources.merge import MOST_DEPENDENCIES, Merged, unknown_end
from changeflow.cmdb_sources.rows import ATTRIBUTES, DEFAULTED, SourceRows
from changeflow.cmdb_sources.wide_rows import FewFindings, Order, WideRows
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]

# bits of a number that sorts dependencies
_BITS: Final = 63


class WideMerged:
    """The items of native YAML and of sources; see `Merged`.

    Attributes:
        columns: all that items say.
        items: a record of each item, made when it is asked for.
        conflicts: as in `Merged`.

    Args:
        natives: native items by their id.
        wide: what large sources say.
        others: what other sources say.
        places: where native items stand.

    Raises:
        AlikeError: when ids cannot be told apart by their hashes.
    """

    def __init__(
        self,
        natives: Mapping[str, ConfigurationItem],
        wide: Sequence[WideRows],
        others: Sequence[SourceRows],
        places: Mapping[str, Place],
    ) -> None:
        self._wide, self._others = wide, others
        self._ids = _Ids(natives, wide, others)
        closer = self._ids.closer
        self._slow = Merged(
            {ci: natives[ci] for ci in self._ids.close_natives if ci in natives},
            [*others, *(one.about(flags) for one, flags in zip(wide, closer, strict=True))],
            places,
            self._ids.is_item,
        )
        self.conflicts = self._slow.conflicts
        self.columns = self._merged(natives, places)
        self.items: Mapping[str, ConfigurationItem] = ItemsView(self.columns)

    def _merged(
        self, natives: Mapping[str, ConfigurationItem], places: Mapping[str, Place]
    ) -> ItemColumns:
        parts = [_natives_alone(natives, self._ids.close_natives, places)]
        if self._slow.items:
            parts.append(part_of(columns_of(self._slow.items, self._slow.provenance, places)))
        for number, rows in enumerate(self._wide):
            parts.append(_part(rows, ~self._ids.closer[number], self._ids.exists[number]))
        return combined(parts)

    def provenance(self, ci: str) -> Provenance:
        """Return where the attributes and dependencies of an item come from."""
        return self.columns.provenance(ci)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return what `Merged.findings` does."""
        found = list(self._slow.about_items)
        exists = {rows.id: flags for rows, flags in zip(self._wide, self._ids.exists, strict=True)}
        both: list[WideRows | SourceRows] = [*self._wide, *self._others]
        for source in sorted(both, key=lambda one: (-one.precedence, one.id)):
            if isinstance(source, WideRows):
                found += _leading_nowhere(source, exists[source.id])
            else:
                found += self._slow.leading_nowhere(source)
        return tuple(found)


class _Ids:
    """Which ids there are, and which need a closer look.

    Attributes:
        closer: for each large source which of its ids are merged one by one.
        exists: for each large source which of its ids are items, of whatever source.
        close_natives: ids of which those that are native items are merged one by one.
    """

    def __init__(
        self,
        natives: Mapping[str, ConfigurationItem],
        wide: Sequence[WideRows],
        others: Sequence[SourceRows],
    ) -> None:
        self._natives = natives
        self._in_others = {row.id for source in others for row in source.items}
        dependents = {edge.dependent for source in others for edge in source.edges}
        together = joined([Texts.none(), *(rows.ids for rows in wide)])
        firsts, numbers = distinct(together)
        self._known_ids = together.taken(firsts)
        self._finder = Finder(self._known_ids)
        size, at = len(firsts), 0
        self._numbers = []
        for rows in wide:
            self._numbers.append(numbers[at : at + len(rows.ids)])
            at += len(rows.ids)
        exists = np.zeros(size, dtype=np.bool_)
        sources = np.zeros(size, dtype=np.int32)
        closer = np.zeros(size, dtype=np.bool_)
        for rows, number in zip(wide, self._numbers, strict=True):
            exists[number[: rows.items]] = True
            told = np.zeros(size, dtype=np.bool_)
            told[number[: rows.items]] = True
            needs = np.bincount(rows.edges.dependents, minlength=len(rows.ids))
            told[number[needs > 0]] = True
            closer[number[needs > MOST_DEPENDENCIES]] = True
            sources += told
            closer[self._known({edge.dependent for edge in rows.grouped})] = True
        of_natives = self._known(natives)
        exists[of_natives] = True
        exists[self._known(self._in_others)] = True
        sources[of_natives] += 1
        closer[self._known(self._in_others | dependents)] = True
        closer |= sources > 1
        self._exists = exists
        self.close_natives = self._in_others | dependents
        ids = list(natives) if len(self._known_ids) else []
        found = self._finder.numbers(Texts.of(ids))
        named = np.flatnonzero(found >= 0)
        for at in named[closer[found[named]]].tolist():
            self.close_natives.add(ids[at])
        self.closer = [closer[number] for number in self._numbers]
        self.exists = [exists[number] for number in self._numbers]

    def _known(self, ids: Any) -> Numbers:
        """Return the numbers of those ids that large sources name."""
        wanted = list(ids) if len(self._known_ids) else []
        numbers = self._finder.numbers(Texts.of(wanted))
        return numbers[numbers >= 0]

    @cached_property
    def _items(self) -> frozenset[str]:
        return frozenset(self._known_ids.taken(np.flatnonzero(self._exists)).strings())

    def is_item(self, ci: str) -> bool:
        """Return whether anything tells of an item."""
        return ci in self._natives or ci in self._in_others or ci in self._items


def _natives_alone(
    natives: Mapping[str, ConfigurationItem], others: Collection[str], places: Mapping[str, Place]
) -> Part:
    """Return native items but for some."""
    if isinstance(natives, ItemsView):
        ids = natives.columns.graph.ids
        left_out = np.zeros(len(ids), dtype=np.bool_)
        for ci in others:
            number = ids.number_of(ci)
            if number is not None:
                left_out[number] = True
        return part_of(natives.columns).without(left_out)
    alone = {ci: item for ci, item in natives.items() if ci not in others}
    return part_of(columns_of(alone, places=places))


def _leading_nowhere(rows: WideRows, exists: Flags) -> Iterator[Finding]:
    """Yield what `Merged.leading_nowhere` does."""
    found, edges = FewFindings(), rows.edges
    bad = np.flatnonzero(~(exists[edges.dependents] & exists[edges.dependencies]))
    known = set(rows.ids.taken(np.flatnonzero(exists)).strings()) if rows.grouped else set()
    for file, path in enumerate(rows.paths):
        of_file = bad[edges.files[bad] == file]

        def tell(at: int, of_file: Any = of_file) -> Finding:
            row = int(of_file[at])
            is_known = bool(exists[edges.dependents[row]])
            return unknown_end(rows.edge(row), dependent_is_known=is_known, partial=rows.partial)

        orders: list[Order] = [(file, line, 0) for line in edges.lines[of_file].tolist()]
        found.add_many("source-unknown-item", path, orders, tell)
    for edge in rows.grouped:
        ends = (edge.dependent in known, edge.dependency in known)
        if not all(ends):
            order = (rows.path_rank[edge.place.path], edge.place.line, 0)
            found.add(order, unknown_end(edge, dependent_is_known=ends[0], partial=rows.partial))
    yield from found


def _part(rows: WideRows, alone: Flags, exists: Flags) -> Part:
    """Return the items of a source of which it alone tells.

    Args:
        rows: what the source says.
        alone: for each of its ids whether nothing else tells of it.
        exists: for each of its ids whether it is an item.
    """
    items = np.flatnonzero(alone[: rows.items]).astype(np.int32)
    needs, more = _needs(rows, alone, exists)
    rest_items, rest = _rest(rows, items)
    files = len(rows.paths)
    return Part(
        ids=rows.ids,
        words=rows.words,
        facts=_facts(rows, items),
        needs=needs,
        tipping=np.zeros(0, dtype=np.int32),
        rest_items=rest_items,
        rest=Texts.of(rest),
        having={},
        # the defaults of a source stand in no file
        sources=Texts.of([rows.id] * (files + 1)),
        paths=Texts.of([*rows.paths, ""]),
        rows=_origins(rows, items),
        more=more,
    )


def _facts(rows: WideRows, items: Numbers) -> dict[str, Numbers]:
    found = {}
    for name in FACTS:
        said = rows.values[name][items]
        column = np.zeros(len(rows.ids), dtype=np.int32)
        column[items] = np.where(said > 0, said, rows.default_words.get(name, 0))
        found[name] = column
    return found


def _origins(rows: WideRows, items: Numbers) -> OriginRows:
    bits = np.zeros(len(items), dtype=np.int32)
    of_defaults = np.zeros(len(items), dtype=np.int32)
    for bit, name in enumerate(ATTRIBUTES):
        said = rows.values[name][items] > 0
        bits |= said.astype(np.int32) << bit
        if name in DEFAULTED and name in rows.defaults:
            of_defaults |= (~said).astype(np.int32) << bit
    told, defaulted = bits > 0, of_defaults > 0
    default_file = np.full(int(np.count_nonzero(defaulted)), len(rows.paths), dtype=np.int32)
    return OriginRows(
        np.concatenate([items[told], items[defaulted]]),
        np.concatenate([rows.files[items[told]], default_file]),
        np.concatenate([rows.lines[items[told]], np.zeros_like(default_file)]),
        np.concatenate([bits[told], of_defaults[defaulted]]),
    )


def _rest(rows: WideRows, items: Numbers) -> tuple[Numbers, list[str]]:
    """Return the items that say more than facts, and JSON of it."""
    descriptions = rows.values["description"][items]
    wanted = set(items[descriptions > 0].tolist())
    alone = np.zeros(rows.items, dtype=np.bool_)
    alone[items] = True
    wanted.update(number for number in rows.labels if alone[number])
    numbers, found = sorted(wanted), []
    for number in numbers:
        said: dict[str, Any] = {}
        labels = rows.labels.get(number)
        if labels:
            said["metadata"] = {"labels": dict(sorted(labels.items()))}
        word = int(rows.values["description"][number])
        if word:
            said["spec"] = {"description": rows.words.string(word)}
        found.append(json.dumps(said, ensure_ascii=False, separators=(",", ":")))
    return np.array(numbers, dtype=np.int32), found


def _needs(rows: WideRows, alone: Flags, exists: Flags) -> tuple[NeedRows, MoreRows]:
    """Return dependencies by dependent and dependency, each once, and the rows that say it again."""
    edges = rows.edges
    kept = alone[edges.dependents] & (edges.dependents < rows.items) & exists[edges.dependencies]
    if not kept.all():
        edges = edges.taken(kept)
    order = sorting(rows.ids)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order), dtype=np.int32)
    rows_in_order = _order(rank[edges.dependents], rank[edges.dependencies], len(order))
    edges = edges.taken(rows_in_order)
    begins = np.ones(len(edges.lines), dtype=np.bool_)
    begins[1:] = edges.dependents[1:] != edges.dependents[:-1]
    begins[1:] |= edges.dependencies[1:] != edges.dependencies[:-1]
    starts = np.flatnonzero(begins)
    again = np.flatnonzero(~begins)
    place = np.cumsum(begins, dtype=np.int32) - 1
    # of two strengths the hard one holds
    soft = np.logical_and.reduceat(edges.soft, starts) if len(starts) else edges.soft
    needs = NeedRows(
        edges.dependents[starts],
        edges.dependencies[starts],
        np.where(soft, np.int32(SOFT), np.int32(HARD)),
        edges.files[starts],
        edges.lines[starts],
    )
    return needs, MoreRows(place[again], edges.files[again], edges.lines[again])


def _order(dependents: Numbers, dependencies: Numbers, size: int) -> Any:
    """Return the order by two numbers below `size`; equal ones stay in their order."""
    of_id, of_row = max(size - 1, 1).bit_length(), max(len(dependents) - 1, 1).bit_length()
    keys = dependents.astype(np.int64)
    keys <<= of_id
    keys |= dependencies
    if 2 * of_id + of_row > _BITS:
        return np.argsort(keys, kind="stable")
    keys <<= of_row
    keys |= np.arange(len(keys), dtype=np.int64)
    keys.sort()
    keys &= (1 << of_row) - 1
    return keys
