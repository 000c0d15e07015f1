"""The tables of the past as columns of numbers: one row for each change, item of a change, event.

Texts become codes, so that groups can be sorted and counted. Rows that say the same twice are one
row: an incident counts once for an item, however many changes it is linked to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np

from changeflow.insight.coded_texts import codes, one_of
from changeflow.insight.event_counts import (
    NO_CODE,
    Codes,
    Flags,
    Instants,
    Numbers,
)
from changeflow.insight.instants import UNKNOWN, microseconds_if_known
from changeflow.insight.records import FAILED, NOT_DONE, TABLES, ColumnType
from changeflow.lazy_dataclass import dataclass

# Arrays by table and column, as `changeflow.history.coded_columns.read_coded` returns them, or with
# arrays of texts in the place of `Texts`.
Columns = Mapping[str, Mapping[str, Any]]

# What is read of each table. No column about a person is.
READS: Final[dict[str, tuple[str, ...]]] = {
    "changes": (
        "source", "change", "type", "category", "model", "team", "declared_risk", "cab_required",
        "traits", "files", "lines_added", "lines_deleted", "recorded_at", "planned_start",
        "planned_end", "outage_start", "outage_end", "actual_start", "actual_end", "closed_at",
        "outcome", "reverted_at",
    ),
    "change_items": ("source", "change", "item", "service", "outage_seconds"),
    "incidents": (
        "source", "incident", "item", "service", "cause_item", "change", "link", "linked_at",
        "opened_at", "resolved_at", "closed_at",
    ),
}  # fmt: skip

# Columns that are compared with one of another name: both are numbered together.
LIKE: Final = {"cause_item": "item"}
# Columns of which it only matters which of them are equal.
NAMES: Final = ("source", "change", "incident", "item", "service")



@dataclass(frozen=True)
class ItemEvents:
    """Something that happened to groups, such as incidents of items."""

    group: Codes
    at: Instants


@dataclass(frozen=True)
class Past:
    """Changes, what they are about, and what happened.

    Attributes:
        columns: of the table `changes`, as they were read.
        start: actual start of each change.
        end: actual end of each change.
        item_change: the change of each item of a change.
        item: its code.
        service_change: the change of each service of a change.
        service: its code.
        item_incidents: incidents that affect an item, when they were opened.
        service_incidents: the same for the services of items.
        caused: incidents whose cause was found in an item, when that was known.
        first_incident: when the first incident was opened; `UNKNOWN` if none is recorded.
        last_incident: when the last one was opened.
        finished: when it was known how a change ended; `UNKNOWN` if it was not carried out.
        failed_at: when it was known that a change failed; `UNKNOWN` if it did not.
        linked: changes that an incident names which was opened after their start.
        linked_at: when the first of these incidents named them; `UNKNOWN` while it is open.
    """

    columns: Mapping[str, Any]
    start: Instants
    end: Instants
    item_change: Codes
    item: Codes
    outage_seconds: Numbers
    service_change: Codes
    service: Codes
    item_incidents: ItemEvents
    service_incidents: ItemEvents
    caused: ItemEvents
    first_incident: int
    last_incident: int
    finished: Instants
    failed_at: Instants
    linked: Flags
    linked_at: Instants

    @property
    def changes(self) -> int:
        """Return how many changes are recorded."""
        return len(self.start)

    def codes(self, column: str) -> Codes:
        """Return the values of a text column of changes as codes."""
        return codes(self.columns[column])[0]

    def numbers(self, column: str) -> Numbers:
        """Return a number or flag of changes; NaN where it is not known."""
        return numbers(self.columns[column])

    def texts(self, column: str) -> list[str | None]:
        """Return a text column of changes, which is none of `NAMES`."""
        found: list[str | None] = self.columns[column].tolist()
        return found

    def equals(self, column: str, values: Collection[str]) -> Flags:
        """Return which changes have one of these texts in a column."""
        return one_of(self.columns[column], values)


def past(tables: Columns) -> Past:
    """Put the tables together; columns as in `READS`."""
    changes, items, incidents = (tables[name] for name in READS)
    names = _ChangeNames(changes, items, incidents)
    start, end = changes["actual_start"], changes["actual_end"]
    item, affected, cause = codes(items["item"], incidents["item"], incidents["cause_item"])
    service, hit_service = codes(items["service"], incidents["service"])
    incident = _incident_codes(incidents)
    of_change = names.rows(1)
    opened, named = incidents["opened_at"], _named_at(incidents)
    linked_change = names.rows(2, any_source=True)
    blaming = _blaming(linked_change, incidents, start)
    blamed = linked_change[blaming]
    linked_at = _first_of_changes(blamed, named[blaming], len(start))
    pair_change, pair_item, first = _distinct(of_change, item)
    service_change, of_service, _ = _distinct(of_change, service)
    finished, failed_at = _endings(changes, linked_at)
    known = opened[opened != UNKNOWN]
    return Past(
        columns=changes,
        start=start,
        end=end,
        item_change=pair_change,
        item=pair_item,
        outage_seconds=numbers(items["outage_seconds"])[first],
        service_change=service_change,
        service=of_service,
        item_incidents=_events(affected, incident, opened),
        service_incidents=_events(hit_service, incident, opened),
        caused=_events(cause, incident, named),
        first_incident=int(known.min()) if len(known) else UNKNOWN,
        last_incident=int(known.max()) if len(known) else UNKNOWN,
        finished=finished,
        failed_at=failed_at,
        linked=np.bincount(blamed, minlength=len(start)) > 0,
        linked_at=linked_at,
    )


def columns_of_rows(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Return plain rows of the tables as arrays, as they would be read from Parquet."""
    found: dict[str, dict[str, Any]] = {}
    for table, names in READS.items():
        of_table = rows.get(table, ())
        found[table] = {name: _array(table, name, of_table) for name in names}
    return found


def _array(table: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    column = TABLES[table].column(name)
    assert column is not None  # noqa: S101 - a name of `READS`
    values = [row.get(name) for row in rows]
    match column.type:
        case ColumnType.INSTANT:
            return np.array([microseconds_if_known(value) for value in values], np.int64)
        case ColumnType.NUMBER:
            return np.array([UNKNOWN if value is None else value for value in values], np.int64)
        case ColumnType.FLAG:
            return np.array([-1 if value is None else value for value in values], np.int8)
        case ColumnType.TEXT | ColumnType.TEXTS:
            array = np.empty(len(values), object)
            array[:] = values
            return array


def numbers(column: Any) -> Numbers:
    """Return a column of numbers or flags; NaN where it is not known."""
    unknown = column < 0 if column.dtype == np.int8 else column == UNKNOWN
    values: Numbers = column.astype(np.float64)
    values[unknown] = np.nan
    return values


class _ChangeNames:
    """Rows of changes by source and id, of all tables that name changes."""

    def __init__(self, changes: Mapping[str, Any], *others: Mapping[str, Any]) -> None:
        tables = (changes, *others)
        self._sources = codes(*(table["source"] for table in tables))
        self._ids = codes(*(table["change"] for table in tables))
        self._width = 1 + max(int(ids.max(initial=0)) for ids in self._ids)
        self._keys = self._sources[0] * self._width + self._ids[0]
        self._order = np.argsort(self._keys, kind="stable")

    def rows(self, table: int, *, any_source: bool = False) -> Codes:
        """Return the row of the change that each row of a table names.

        It is `NO_CODE` for one that is not recorded.

        Args:
            table: number of the table, in the order in which they were given.
            any_source: whether a change of another source may be meant, where that source alone
                has the id. An incident is often recorded elsewhere than the change.
        """
        sources, ids = self._sources[table], self._ids[table]
        found = self._found(sources * self._width + ids)
        found[ids == NO_CODE] = NO_CODE
        if any_source:
            lost = np.flatnonzero((found == NO_CODE) & (ids != NO_CODE))
            found[lost] = self._of_only_source()[ids[lost]]
        return found

    def _found(self, keys: Codes) -> Codes:
        if not len(self._keys):
            return np.full(len(keys), NO_CODE)
        in_order = self._keys[self._order]
        places = np.minimum(np.searchsorted(in_order, keys), len(in_order) - 1)
        return np.where(in_order[places] == keys, self._order[places], NO_CODE)

    def _of_only_source(self) -> Codes:
        """Return the row of each id that one source alone has."""
        ids = self._ids[0]
        rows = np.full(self._width, NO_CODE)
        rows[ids] = np.arange(len(ids))
        rows[np.bincount(ids, minlength=self._width) > 1] = NO_CODE
        return rows


def _incident_codes(incidents: Mapping[str, Any]) -> Codes:
    source, name = codes(incidents["source"])[0], codes(incidents["incident"])[0]
    numbered: Codes = source * (name.max(initial=0) + 1) + name
    return numbered


def _named_at(incidents: Mapping[str, Any]) -> Instants:
    """Return when it was known what an incident is linked to and where its cause lay.

    It is what the record says, else when it was closed, else when it was resolved; never before it
    was opened. While an incident is open, neither is known.
    """
    at = incidents["linked_at"]
    for column in ("closed_at", "resolved_at"):
        at = np.where(at == UNKNOWN, incidents[column], at)
    opened = incidents["opened_at"]
    known = (at != UNKNOWN) & (opened != UNKNOWN)
    return np.where(known, np.maximum(at, opened), UNKNOWN)


def _first_of_changes(change: Codes, at: Instants, changes: int) -> Instants:
    latest = np.iinfo(np.int64).max
    first = np.full(changes, latest)
    known = at != UNKNOWN
    np.minimum.at(first, change[known], at[known])
    return np.where(first == latest, UNKNOWN, first)


def _blaming(change: Codes, incidents: Mapping[str, Any], start: Instants) -> Codes:
    """Return the rows of incidents that name a change as their cause.

    They were opened after the change started. What the change fixes came before.
    """
    rows = np.flatnonzero((change != NO_CODE) & ~one_of(incidents["link"], ["fixes"]))
    began, opened = start[change[rows]], incidents["opened_at"][rows]
    later: Flags = (began != UNKNOWN) & (opened != UNKNOWN) & (opened >= began)
    return rows[later]


def _distinct(change: Codes, group: Codes) -> tuple[Codes, Codes, Codes]:
    """Return the different pairs of a change and a group, and the first row of each."""
    rows = np.flatnonzero((change != NO_CODE) & (group != NO_CODE))
    width = group.max(initial=0) + 1
    pairs, first = np.unique(change[rows] * width + group[rows], return_index=True)
    return pairs // width, pairs % width, rows[first]


def _events(group: Codes, incident: Codes, at: Instants) -> ItemEvents:
    """Return events of groups; an incident is one event of a group, however many rows it has."""
    rows = np.flatnonzero((group != NO_CODE) & (at != UNKNOWN))
    pairs = np.sort(group[rows] * (incident.max(initial=0) + 1) + incident[rows])
    if not np.any(np.diff(pairs) == 0):
        return ItemEvents(group[rows], at[rows])
    order = rows[np.lexsort((at[rows], incident[rows], group[rows]))]
    same = (np.diff(group[order]) == 0) & (np.diff(incident[order]) == 0)
    first = order[np.concatenate(([True], ~same))] if len(order) else order
    return ItemEvents(group[first], at[first])


def _earliest(*instants: Instants) -> Instants:
    latest = np.iinfo(np.int64).max
    first = np.full(len(instants[0]), latest)
    for one in instants:
        first = np.minimum(first, np.where(one == UNKNOWN, latest, one))
    return np.where(first == latest, UNKNOWN, first)


def _endings(changes: Mapping[str, Any], linked_at: Instants) -> tuple[Instants, Instants]:
    """Return when it was known how each change ended, and when that it failed.

    A change that did not start has neither. One that was withdrawn after its start is no record of
    success, and what went wrong until then still counts.
    """
    end = changes["actual_end"]
    end = np.where(end == UNKNOWN, changes["closed_at"], end)
    unsuccessful = np.where(one_of(changes["outcome"], FAILED), end, UNKNOWN)
    failed = _earliest(unsuccessful, changes["reverted_at"], linked_at)
    carried_out = np.where(one_of(changes["outcome"], NOT_DONE), UNKNOWN, end)
    start = changes["actual_start"]
    return _not_before(start, _earliest(carried_out, failed)), _not_before(start, failed)


def _not_before(start: Instants, instants: Instants) -> Instants:
    """Return instants, but none before a start: nothing is known of a change before that."""
    known = (start != UNKNOWN) & (instants != UNKNOWN)
    return np.where(known, np.maximum(start, instants), UNKNOWN)
