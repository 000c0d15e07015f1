"""What records say of each other: links that times contradict, and changes that were undone.

Both may come in either order: the incidents before the changes, the revert before what it undoes.
So stored rows are looked at as well as new ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from changeflow.cmdb_sources.rows import Place, found_at
from changeflow.history.sql_text import columns_of, names
from changeflow.history.tables import NewRows, has_rows
from changeflow.history.typed_rows import MOST_FINDINGS
from changeflow.insight.records import CHANGES, INCIDENTS, Table
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# An incident cannot be caused by what had not begun, nor mended by what had ended before it.
CONTRADICTED: Final = (
    "((incident.link = 'caused_by' AND incident.opened_at < change.actual_start)"
    " OR (incident.link = 'fixes' AND change.actual_end < incident.opened_at))"
)
# A change of the incident's own source, or of another one where that has no changes.
_JOINED: Final = (
    "every_incident AS incident JOIN every_change AS change ON incident.change = change.change "
    "AND (incident.source = change.source OR NOT EXISTS "
    "(FROM every_change AS own WHERE own.source = incident.source))"
)


def note_reverts(
    connection: DuckDBPyConnection, new: dict[str, NewRows], pairs: str | None
) -> None:
    """Note at changes which change undid them, and when.

    Args:
        connection: with the stored tables as views.
        new: the new rows; a stored change that was undone joins them.
        pairs: a statement that selects `source`, `change` and what it `undid`; None where the
            export says only by which change one was undone.
    """
    rows = new.get(CHANGES.name)
    if rows is None:
        return
    if pairs is not None:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE undone AS {pairs}")
        _bring(
            connection, CHANGES, rows, "(source, change) IN (SELECT (source, undid) FROM undone)"
        )
        connection.execute(
            f"UPDATE {rows.view} AS it SET reverted_by = undone.change FROM undone "
            f"WHERE it.source = undone.source AND it.change = undone.undid AND it.reverted_by IS NULL"
        )
        # what an earlier import knew of changes that this export has without their revert
        connection.execute(
            f"UPDATE {rows.view} AS it SET reverted_by = old.reverted_by, reverted_at = old.reverted_at "
            f"FROM changes AS old WHERE (it.source, it.change) = (old.source, old.change)"
            f" AND it.reverted_by IS NULL"
        )
    if not has_rows(connection, f"{rows.view} WHERE reverted_by IS NOT NULL AND reverted_at IS NULL"):
        return
    _every(connection, CHANGES, rows)
    connection.execute(
        f"UPDATE {rows.view} AS it SET reverted_at = coalesce(later.actual_end, later.actual_start) "
        f"FROM (SELECT * FROM every_change) AS later WHERE it.source = later.source "
        f"AND it.reverted_by = later.change AND it.reverted_at IS NULL"
    )


def mend_links(
    connection: DuckDBPyConnection, new: dict[str, NewRows], named: str
) -> list[Finding]:
    """Call links `related` that times contradict; return a finding for each.

    Args:
        connection: with the stored tables as views.
        new: the new rows; a stored incident whose link is contradicted joins them.
        named: the export that is imported.
    """
    _every(connection, CHANGES, new.get(CHANGES.name))
    _every(connection, INCIDENTS, new.get(INCIDENTS.name))
    if not (has_rows(connection, "every_incident") and has_rows(connection, "every_change")):
        return []
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE contradicted AS SELECT DISTINCT incident.source, "
        f"incident.incident, incident.change, incident.link FROM {_JOINED} WHERE {CONTRADICTED}"
    )
    found = connection.execute(
        "SELECT incident, change, link FROM contradicted ORDER BY ALL"
    ).fetchall()
    if not found:
        return []
    if INCIDENTS.name not in new:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE new_incidents AS FROM incidents LIMIT 0;"
            "CREATE OR REPLACE TEMP TABLE new_incidents_records AS "
            f"SELECT {names(INCIDENTS.record)} FROM incidents LIMIT 0"
        )
        new[INCIDENTS.name] = NewRows("new_incidents", "new_incidents_records")
    rows = new[INCIDENTS.name]
    _bring(
        connection,
        INCIDENTS,
        rows,
        "(source, incident) IN (SELECT (source, incident) FROM contradicted)",
    )
    connection.execute(
        f"UPDATE {rows.view} AS it SET link = 'related' FROM contradicted AS no "
        "WHERE (it.source, it.incident, it.change, it.link)"
        " = (no.source, no.incident, no.change, no.link);"
        # where the two were linked as related as well
        f"CREATE OR REPLACE TEMP TABLE {rows.view} AS SELECT DISTINCT * FROM {rows.view}"
    )
    return list(_findings(found, named))


def _findings(found: list[tuple[str, str, str]], named: str) -> Iterator[Finding]:
    place = Place(named)
    for incident, change, link in found[:MOST_FINDINGS]:
        data = {"incident": incident, "change": change}
        yield found_at("history-link", place, "warning", case=link, **data)
    if len(found) > MOST_FINDINGS:
        more = len(found) - MOST_FINDINGS
        yield found_at("history-more", place, "warning", count=more, of="history-link")


def _every(connection: DuckDBPyConnection, table: Table, rows: NewRows | None) -> None:
    """Make a view of all rows of a table: the new ones, and those stored that they do not replace."""
    view = "every_change" if table is CHANGES else "every_incident"
    record, columns = names(table.record), columns_of(table)
    stored = f"SELECT {columns} FROM {table.name}"
    if rows is not None:
        stored += f" ANTI JOIN {rows.records} USING ({record}) UNION ALL SELECT {columns} FROM {rows.view}"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {stored}")


def _bring(connection: DuckDBPyConnection, table: Table, rows: NewRows, which: str) -> None:
    """Take stored records among the new rows, unless they are replaced by new ones anyway."""
    record, columns = names(table.record), columns_of(table)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE brought AS SELECT {columns} FROM {table.name} "
        f"ANTI JOIN {rows.records} USING ({record}) WHERE {which}"
    )
    connection.execute(
        f"INSERT INTO {rows.view} ({columns}) SELECT {columns} FROM brought;"
        f"INSERT INTO {rows.records} SELECT DISTINCT {record} FROM brought"
    )
