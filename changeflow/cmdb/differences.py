"""Items of which two CMDBs say different things, told without making a record of any."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.cmdb.graph import FACTS, FIRST_GROUP, SOFT
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.words import Words


def differing_items(before: ItemColumns, after: ItemColumns) -> list[str]:
    """Return the items that only one of two CMDBs has, or whose records are not equal, sorted."""
    if before is after:
        return []
    one, other = _Said(before), _Said(after)
    mine, theirs = before.graph.item_ids(), after.graph.item_ids()
    found = set(mine).symmetric_difference(theirs)
    for ci in set(mine).intersection(theirs):
        if one.of(ci) != other.of(ci):
            found.add(ci)
    return sorted(found)


class _Said:
    """What one CMDB says of an item, so that it can be compared."""

    def __init__(self, columns: ItemColumns) -> None:
        self._columns = columns
        self._words = list(columns.graph.words)

    def of(self, ci: str) -> object:
        columns = self._columns
        number = columns.graph.ids.number_of(ci)
        assert number is not None  # noqa: S101 - the id is one of its own
        facts = [self._words[columns.graph.facts[name][number]] for name in FACTS]
        return facts, columns.rest_of(number), list(self._needs(number))

    def _needs(self, number: int) -> Iterator[object]:
        columns = self._columns
        ids: Words = columns.graph.ids
        for stretch in columns.stretches(number):
            named = [ids[columns.needs.dependencies[at]] for at in stretch]
            code = columns.needs.codes[stretch.start]
            if code >= FIRST_GROUP:
                yield tuple(named), columns.graph.tipping[code - FIRST_GROUP]
            else:
                yield named, code == SOFT
