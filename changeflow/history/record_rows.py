"""From typed rows to the rows of the tables: several rows of an export may be one record.

What rows of one record say differently of it is a finding. The value is unknown then, or that of
the first row where the mapping says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.cmdb_sources.rows import found_at
from changeflow.history.mapping import HistoryMappingSpec
from changeflow.history.sql_text import TYPES, literal, name, names
from changeflow.history.tables import NewRows
from changeflow.history.typed_rows import MOST_FINDINGS, TYPED, TypedRows
from changeflow.insight.records import CHANGE_ITEMS, CHANGES, DEPLOYMENTS, INCIDENTS, Table
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What each row says for itself, in tables whose records have one value of everything else. The rows
# of other tables stand beside each other.
_OF_ROWS: Final = {
    CHANGES.name: frozenset[str](),
    DEPLOYMENTS.name: frozenset[str](),
    INCIDENTS.name: frozenset(
        ("item", "item_type", "item_subtype", "service", "cause_item", "cause_service")
    ),
}
# of an incident, by the links of the mapping
_LINKED: Final = ("change", "link")
_RECORDS: Final = "one_of_each"
# more rows than a file may have; a place as one number is compared faster than a pair
_ROWS: Final = 2**40
_POSITION: Final = f"(file::BIGINT * {_ROWS} + row)"


class RecordRows:
    """The rows of the tables that a mapping fills, made from its typed rows.

    Args:
        connection: with the typed rows.
        table: that the mapping fills.
        spec: of the mapping.
        typed: what is known of the typed rows.
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        table: Table,
        spec: HistoryMappingSpec,
        typed: TypedRows,
    ) -> None:
        self._connection = connection
        self._table = table
        self._spec = spec
        self._typed = typed
        self._key = names(column for column in table.record if column != "source")
        self.findings: list[Finding] = []

    def make(self) -> dict[str, NewRows]:
        """Make the new rows of each table; `findings` has what the rows of a record contradict."""
        if self._table.name not in _OF_ROWS:
            return {self._table.name: self._beside_each_other()}
        self._group()
        if self._table is INCIDENTS:
            return {INCIDENTS.name: self._incidents()}
        made = {self._table.name: self._stored(self._table, f"SELECT {{}} FROM {_RECORDS}")}
        if self._spec.items:
            made[CHANGE_ITEMS.name] = self._items_of_changes(made[CHANGES.name].records)
        return made

    def _stored(self, table: Table, select: str, records: str = "") -> NewRows:
        """Keep rows as a table with all columns; `{}` in the statement stands for these columns.

        What the mapping does not name is unknown.
        """
        known = {
            row[0] for row in self._connection.execute(f"DESCRIBE {select.format('*')}").fetchall()
        }
        told = [f"{literal(self._spec.source)} AS source"]
        for column in table.columns[1:]:
            value = name(column.name) if column.name in known else "NULL"
            told.append(f"{value}::{TYPES[column.type]} AS {name(column.name)}")
        view = f"new_{table.name}"
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {view} AS {select.format(', '.join(told))}"
        )
        if not records:
            records = f"{view}_records"
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {records} AS "
                f"SELECT DISTINCT {names(table.record)} FROM {view}"
            )
        return NewRows(view, records)

    def _beside_each_other(self) -> NewRows:
        if self._table is not CHANGE_ITEMS:
            return self._stored(self._table, f"SELECT DISTINCT {{}} FROM {TYPED}")
        return self._stored(
            CHANGE_ITEMS,
            f"SELECT DISTINCT {{}} FROM (SELECT *, unnest(item_ids) AS item FROM {TYPED})",
        )

    def _items_of_changes(self, records: str) -> NewRows:
        own = ", ".join(f"{name(f'item {key}')} AS {name(key)}" for key in self._of_items())
        items = f"SELECT change, unnest(item_ids) AS item{', ' if own else ''}{own} FROM {TYPED}"
        return self._stored(CHANGE_ITEMS, f"SELECT DISTINCT {{}} FROM ({items})", records)

    def _of_items(self) -> list[str]:
        return [key for key in self._spec.items if key != "item"]

    # -- incidents: each with each of its items and each of its changes

    def _incidents(self) -> NewRows:
        of_rows = _OF_ROWS[INCIDENTS.name]
        direct = [key for key in self._spec.columns if key in of_rows and key != "item"]
        own = [name(key) for key in direct]
        own += [f"{name(f'item {key}')} AS {name(key)}" for key in self._of_items()]
        if "item" in self._spec.columns or self._spec.items:
            # A row without an item may have a cause.
            own.append("unnest(CASE WHEN len(item_ids) > 0 THEN item_ids ELSE [NULL] END) AS item")
        items = f"SELECT DISTINCT incident, {', '.join(own)} FROM {TYPED}" if own else ""
        links = " UNION ".join(self._links())
        whole = f"SELECT * FROM {_RECORDS}"
        if items:
            whole += f" LEFT JOIN ({items}) USING (incident)"
        if links:
            whole += f" LEFT JOIN ({links}) USING (incident)"
        return self._stored(INCIDENTS, f"SELECT DISTINCT {{}} FROM ({whole})")

    def _links(self) -> Iterator[str]:
        for number, link in enumerate(self._spec.links):
            ids = name(f"link {number}")
            yield (
                f"SELECT incident, unnest({ids}) AS change, {literal(link.link)} AS link FROM {TYPED}"
            )

    # -- several rows to one record

    def _group(self) -> None:
        """Make the table of records, each with one value of what holds for all of its rows."""
        of_rows = _OF_ROWS[self._table.name]
        columns = []
        for column in self._connection.execute(f"DESCRIBE {TYPED}").fetchall():
            of_record = self._table.column(column[0])
            if of_record and column[0] not in (*self._table.record, *of_rows, *_LINKED):
                columns.append(column[0])
        if (
            self._table is not INCIDENTS
            and "change" in self._spec.columns
            and self._table is not CHANGES
        ):
            columns.append("change")
        if self._each_once():
            listed = "".join(f", {name(column)}" for column in columns)
            extra = ", reverts" if self._spec.reverts is not None else ""
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {_RECORDS} AS "
                f"SELECT {self._key}{listed}{extra}, file, row FROM {TYPED}"
            )
            return
        told = [self._key, f"min({_POSITION}) AS first_row"]
        for column in columns:
            quoted = name(column)
            differs = f"min({quoted}) IS DISTINCT FROM max({quoted})"
            if self._spec.several_rows == "first":
                value = f"arg_min_null({quoted}, {_POSITION})"
            else:
                value = f"CASE WHEN {differs} THEN NULL ELSE min({quoted}) END"
            told.append(f"{value} AS {quoted}, {differs} AS {name(f'{column} differs')}")
        if self._spec.reverts is not None:
            told.append("list_distinct(flatten(list(reverts))) AS reverts")
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {_RECORDS} AS "
            f"SELECT *, first_row // {_ROWS} AS file, first_row % {_ROWS} AS row "
            f"FROM (SELECT {', '.join(told)} FROM {TYPED} GROUP BY {self._key})"
        )
        self.findings += self._differences(columns)

    def _each_once(self) -> bool:
        found = self._connection.execute(
            f"SELECT count(*) = count(DISTINCT {self._key}) FROM {TYPED}"
        ).fetchone()
        return found == (True,)

    def _differences(self, columns: Sequence[str]) -> Iterator[Finding]:
        if not columns:
            return
        flags = [name(f"{column} differs") for column in columns]
        where = " OR ".join(flags)
        count = self._connection.execute(
            f"SELECT count(*) FROM {_RECORDS} WHERE {where}"
        ).fetchone()
        rows = self._connection.execute(
            f"SELECT {self._key}, file, row, {', '.join(flags)} FROM {_RECORDS} "
            f"WHERE {where} ORDER BY file, row LIMIT {MOST_FINDINGS}"
        ).fetchall()
        for key, file, row, *differ in rows:
            named = [column for column, differs in zip(columns, differ, strict=True) if differs]
            yield found_at(
                "history-differs",
                self._typed.place(file, row),
                "warning",
                case=self._spec.several_rows,
                record=str(key),
                columns=named,
            )
        assert count is not None  # noqa: S101 - counts are always one row
        if count[0] > len(rows):
            place = self._typed.place(rows[0][1], rows[0][2])._replace(line=0)
            more = count[0] - len(rows)
            yield found_at("history-more", place, "warning", count=more, of="history-differs")
