"""Columns of the tables of the past as arrays, with a number in the place of each text.

DuckDB numbers the texts, which takes a fraction of the time that Python needs for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from changeflow.history.engine import require_library
from changeflow.history.sql_text import name
from changeflow.history.tables import array_of, columns_named, open_tables, without_mask
from changeflow.insight.records import ColumnType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# a column that no table has
_ROW = name("row number")


def read_coded(
    folder: Path,
    wanted: Mapping[str, Sequence[str]],
    *,
    like: Mapping[str, str],
    names: Collection[str],
) -> dict[str, dict[str, Any]]:
    """Return columns of tables as arrays of numpy, sorted by record; texts as `Texts`.

    Columns of one name have the same numbers in all tables.

    Args:
        folder: with the tables.
        wanted: columns by table.
        like: columns that are numbered as another one is.
        names: columns whose texts are not wanted, only their numbers.

    Raises:
        errors.UsageError: when a library is not installed.
        errors.NothingToDo: when there is no such folder.
        errors.Unreadable: when a file is no such table.
    """
    require_library("numpy")
    from changeflow.insight.coded_texts import Texts

    texts = {table: _texts(table, columns) for table, columns in wanted.items()}
    with open_tables(folder) as connection:
        lexicons: dict[str, Any] = {}
        for column in dict.fromkeys(chain.from_iterable(texts.values())):
            if column not in like:
                lexicons[column] = _lexicon(connection, column, texts, like, column in names)
        found = {}
        for table, columns in wanted.items():
            arrays = _arrays(connection, table, columns, texts[table], like)
            for column in texts[table]:
                arrays[column] = Texts(arrays[column], lexicons[like.get(column, column)])
            found[table] = arrays
    return found


def _texts(table: str, columns: Sequence[str]) -> list[str]:
    found = columns_named(table, columns)
    return [column.name for column in found if column.type is ColumnType.TEXT]


def _lexicon(
    connection: DuckDBPyConnection,
    number_of: str,
    texts: Mapping[str, Sequence[str]],
    like: Mapping[str, str],
    is_name: bool,
) -> Any:
    """Make a table of the texts of some columns with their numbers; return the texts in order."""
    parts = []
    for table, columns in texts.items():
        for column in columns:
            if like.get(column, column) == number_of:
                parts.append(f"SELECT {name(column)} AS text FROM {name(table)}")
    different = f"SELECT DISTINCT text FROM ({' UNION ALL '.join(parts)}) WHERE text IS NOT NULL"
    connection.execute(
        f"CREATE TEMP TABLE {_lexicon_name(number_of)} AS "
        f"SELECT text, row_number() OVER (ORDER BY text) - 1 AS code FROM ({different})"
    )
    limit = " LIMIT 0" if is_name else ""
    told = connection.execute(
        f"SELECT text FROM {_lexicon_name(number_of)} ORDER BY code{limit}"
    ).fetchnumpy()
    return without_mask(told["text"])


def _lexicon_name(column: str) -> str:
    return name(f"texts of {column}")


def _arrays(
    connection: DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    texts: Sequence[str],
    like: Mapping[str, str],
) -> dict[str, Any]:
    told, joins = [], []
    for column in columns_named(table, columns):
        if column.name not in texts:
            told.append(array_of(column))
            continue
        code = name(f"code of {column.name}")
        told.append(f"coalesce({code}.code, -1)::BIGINT AS {name(column.name)}")
        lexicon = _lexicon_name(like.get(column.name, column.name))
        joins.append(f" LEFT JOIN {lexicon} AS {code} ON {code}.text = {name(column.name)}")
    arrays = connection.execute(
        f"SELECT {', '.join(told)} FROM (SELECT *, row_number() OVER () AS {_ROW}"
        f" FROM {name(table)}){''.join(joins)} ORDER BY {_ROW}"
    ).fetchnumpy()
    return {column: without_mask(arrays[column]) for column in columns}
