"""The tables of the past on disk: one Parquet file for each, in a folder.

A file holds the columns of `changeflow.insight.records` in their order, compressed with zstd, its
rows sorted by record. Equal rows give equal bytes, and a file whose rows stay the same is not
touched. Times are UTC.

Arrays of numpy stand for columns as follows: an instant is an int64 of microseconds since 1970 in
UTC, a number an int64, a flag an int8 of 0 or 1, a text an object. What is not known is `UNKNOWN`,
-1 for a flag, and None for a text or a list of texts.
"""

from __future__ import annotations

import errno
import filecmp
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow import errors
from changeflow.history import staged_files
from changeflow.history.engine import connected, duckdb, require_library
from changeflow.history.sql_text import (
    TYPES,
    as_pattern,
    columns_of,
    literal,
    name,
    names,
    nothing_in,
)
from changeflow.insight.instants import UNKNOWN, instant, microseconds
from changeflow.insight.records import TABLES, Column, ColumnType, Table
from changeflow.model.paths import shown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# the same in SQL, where the digits alone are too large
_UNKNOWN: Final = f"({UNKNOWN + 1} - 1)::BIGINT"
# the times that Python has
_FIRST: Final = "TIMESTAMPTZ '0001-01-01 00:00:00+00'"
_LAST: Final = "TIMESTAMPTZ '9999-12-31 23:59:59.999999+00'"

Row = Mapping[str, object]
NOTHING_MORE: Final[Mapping[str, Sequence[Row]]] = {}
# where a file of the folder lies
Places = Callable[[str], Path]


class NewRows(NamedTuple):
    """Rows for a table, as views of a connection.

    Attributes:
        view: with the columns of the table.
        records: with the columns of its `record`: rows of these records that are there already are
            replaced, also where the record has no rows any more.
    """

    view: str
    records: str


class TableChange(NamedTuple):
    """What came to a table: counts of records, and of rows afterwards."""

    added: int
    changed: int
    unchanged: int
    removed: int
    rows: int


def file_name(table: Table) -> str:
    """Return the name of the file of a table."""
    return f"{table.name}.parquet"


@contextmanager
def open_tables(folder: Path) -> Iterator[DuckDBPyConnection]:
    """Open the tables of a folder as views of their names, for statements of SQL.

    A table that has no file has no rows, and a column that its file lacks is not known.

    Raises:
        errors.NothingToDo: when there is no such folder.
        errors.Unreadable: when a file is no such table.
    """
    where = folder.absolute()
    with (
        _read_lock(where, folder) as places,
        connected(folders=[where]) as connection,
        _damage_told([folder]),
    ):
        view_tables(connection, places)
        yield connection


@contextmanager
def open_folders(folders: Sequence[Path]) -> Iterator[DuckDBPyConnection]:
    """Open the tables of several folders as views of their names.

    Of a record that several folders have, the rows of the first one count.

    Raises:
        errors.NothingToDo: when there is no such folder.
        errors.Unreadable: when a file is no such table.
    """
    there = [folder.absolute() for folder in folders]
    with (
        reading_tables(folders) as places,
        connected(folders=there) as connection,
        _damage_told(folders),
    ):
        for table in TABLES.values():
            _view_of_several(connection, table, places)
        yield connection


@contextmanager
def reading_tables(folders: Sequence[Path]) -> Iterator[Sequence[Places]]:
    """Yield for each folder what tells where its files lie, while no writer changes them.

    Raises:
        errors.NothingToDo: when there is no such folder.
    """
    with ExitStack() as stack:
        places = []
        for folder in folders:
            places.append(stack.enter_context(_read_lock(folder.absolute(), folder)))
        yield places


def _view_of_several(
    connection: DuckDBPyConnection, table: Table, places: Sequence[Places]
) -> None:
    columns, record = columns_of(table), names(table.record)
    for number, one in enumerate(places):
        part = f"SELECT {columns} FROM ({_stored(connection, table, one)})"
        if number:
            before = name(f"{table.name} {number - 1}")
            part = (
                f"SELECT {columns} FROM {before} UNION ALL SELECT {columns} FROM ({part}) AS more"
                f" ANTI JOIN {before} USING ({record})"
            )
        connection.execute(f"CREATE TEMP VIEW {name(f'{table.name} {number}')} AS {part}")
    last = name(f"{table.name} {len(places) - 1}")
    connection.execute(f"CREATE TEMP VIEW {name(table.name)} AS SELECT {columns} FROM {last}")


def read_columns(folder: Path, table: str, columns: Sequence[str]) -> dict[str, Any]:
    """Return columns of a table as arrays of numpy, sorted by record.

    Raises:
        errors.UsageError: when a library is not installed.
        errors.NothingToDo: when there is no such folder.
        errors.Unreadable: when the file is no such table.
    """
    require_library("numpy")
    found = columns_named(table, columns)
    wanted = ", ".join(array_of(column) for column in found)
    with open_tables(folder) as connection:
        arrays = connection.execute(f"SELECT {wanted} FROM {name(table)}").fetchnumpy()
    return {column.name: without_mask(arrays[column.name]) for column in found}


def read_rows(folder: Path, table: str, columns: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the rows of a table, sorted by record, with plain values of Python.

    Args:
        folder: with the tables.
        table: a name of `TABLES`.
        columns: that are wanted; all of them if there are none.

    Raises:
        errors.NothingToDo: when there is no such folder.
        errors.Unreadable: when the file is no such table.
    """
    found = columns_named(table, columns or [column.name for column in TABLES[table].columns])
    wanted = ", ".join(_as_plain(column) for column in found)
    with open_tables(folder) as connection:
        rows = connection.execute(f"SELECT {wanted} FROM {name(table)}").fetchall()
    readers = [(column.name, _READ.get(column.type)) for column in found]
    return [_row(readers, values) for values in rows]


def write(
    folder: Path,
    rows: Mapping[str, Iterable[Row]],
    replaced: Mapping[str, Sequence[Row]] = NOTHING_MORE,
) -> dict[str, TableChange]:
    """Add rows to the tables of a folder; records that are there already are replaced.

    Args:
        folder: made when needed.
        rows: by the name of their table: values by column; instants are aware `datetime`s. A column
            that is left out is not known.
        replaced: records of tables that are replaced, too: those without rows are removed.

    Raises:
        ValueError: when a row has an unknown column, no record, or a time without a zone.
        errors.UsageError: when the folder cannot be written.
        errors.Unreadable: when a file that is there is no such table.
    """
    tables = {one: list(found) for one, found in rows.items()}
    with connected(folders=[folder.absolute()]) as connection:
        staged = {}
        for table, found in tables.items():
            staged[table] = _insert(connection, TABLES[table], found, replaced.get(table, ()))
        return merge(connection, folder, lambda: staged)


def merge(
    connection: DuckDBPyConnection,
    folder: Path,
    prepare: Callable[[], Mapping[str, NewRows]],
    *,
    keep: bool = True,
) -> dict[str, TableChange]:
    """Add rows of views to the tables of a folder, at once.

    Args:
        connection: with the folder among its own.
        folder: made when needed.
        prepare: returns rows by the name of their table. Meanwhile the stored tables are views of
            their names, and no other process changes them.
        keep: False: say what would change, and change nothing.

    Raises:
        errors.UsageError: when the folder cannot be written.
        errors.Unreadable: when a file that is there is no such table.
    """
    where = folder.absolute()
    if not keep:
        lock = _read_lock(where, folder) if where.is_dir() else _nowhere(where)
        with lock as places, _damage_told([folder]):
            _view_for_merge(connection, places)
            return {
                table: _merge_one(connection, TABLES[table], rows)
                for table, rows in prepare().items()
            }
    try:
        with staged_files.replacing(where) as (places, stage), _damage_told([folder]):
            _view_for_merge(connection, places)
            told = {}
            for table, rows in prepare().items():
                told[table] = _merge_one(connection, TABLES[table], rows)
                _write_merged(connection, TABLES[table], places, stage)
            return told
    except OSError as error:
        raise _unwritten(folder, error) from error


@contextmanager
def _nowhere(where: Path) -> Iterator[Places]:
    yield lambda file: where / file


def view_tables(connection: DuckDBPyConnection, places: Places) -> None:
    """Make a view of each table.

    Raises:
        errors.Unreadable: when a file is no such table.
    """
    for table in TABLES.values():
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {name(table.name)} AS {_stored(connection, table, places)}"
        )


def _view_for_merge(connection: DuckDBPyConnection, places: Places) -> None:
    """Make a view of each table as it is stored, after looking at all of its rows.

    What the database knows of plain columns is stored with them: the bytes depend on it.
    """
    for table in TABLES.values():
        if os.path.lexists(places(file_name(table))):
            counted = ", ".join(f"count({name(column.name)})" for column in table.columns)
            believed = _stored(connection, table, places)
            connection.execute(f"SELECT {counted} FROM ({believed})").fetchall()
        plain = _stored(connection, table, places, believed=_plain)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name(table.name)} AS {plain}")


def _plain(_table: Table, column: Column) -> str:
    return name(column.name)


def _believed(table: Table, column: Column) -> str:
    """Return a column whose rows are refused where it holds what no table does."""
    quoted = name(column.name)
    if column.name in table.record:
        missing = literal(f"a row without `{column.name}`")
        return f"coalesce({quoted}, error({missing})) AS {quoted}"
    if column.type is ColumnType.INSTANT:
        outside = literal(f"a time in `{column.name}` outside of the years 1 to 9999")
        between = f"{quoted} BETWEEN {_FIRST} AND {_LAST}"
        return f"CASE WHEN NOT {between} THEN error({outside}) ELSE {quoted} END AS {quoted}"
    return quoted


def _stored(
    connection: DuckDBPyConnection,
    table: Table,
    places: Places,
    believed: Callable[[Table, Column], str] = _believed,
) -> str:
    """Return a statement that selects the rows of a file.

    Raises:
        errors.Unreadable: when the file is no such table.
    """
    path = places(file_name(table))
    # a link that leads nowhere is no table, too
    if not os.path.lexists(path):
        return nothing_in(table)
    scan = f"read_parquet({literal(as_pattern(str(path)))})"
    library = duckdb()
    try:
        there = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    except library.Error as error:
        raise _damaged([path], error) from error
    types = {found[0]: found[1] for found in there}
    told = []
    for column in table.columns:
        unknown = _unknown_in(table, column, types, path)
        told.append(unknown or believed(table, column))
    return f"SELECT {', '.join(told)} FROM {scan}"


@contextmanager
def _damage_told(folders: Sequence[Path]) -> Iterator[None]:
    """Say what the database finds in files only while it reads their rows.

    Raises:
        errors.Unreadable: when a file is damaged, or holds what no table does.
    """
    library = duckdb()
    try:
        yield
    except (library.DataError, library.IOException, library.PermissionException) as error:
        raise _damaged(folders, error) from error
    except library.InvalidInputException as error:
        raise _damaged(folders, error) from error


def _damaged(paths: Sequence[Path], error: Exception) -> errors.Unreadable:
    why = str(error).partition("\n")[0]
    named = ", ".join(shown(str(path)) for path in paths)
    return errors.Unreadable.of("tables.unreadable", file=named, why=why)


def _unknown_in(table: Table, column: Column, types: Mapping[str, str], path: Path) -> str | None:
    """Return a column that a file lacks; None where it has it.

    Raises:
        errors.Unreadable: when it has another type, or is needed.
    """
    type_ = TYPES[column.type]
    found = types.get(column.name)
    if found is None and column.name not in table.record:
        return f"NULL::{type_} AS {name(column.name)}"
    # the library's own name of the type
    if (found or "").replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") != type_:
        raise errors.Unreadable.of(
            "tables.column",
            file=shown(str(path)),
            column=column.name,
            found=found or "NULL",
            type=column.type.value,
        )
    return None


def _merge_one(connection: DuckDBPyConnection, table: Table, rows: NewRows) -> TableChange:
    """Make the view `merged` of a table with its new rows; return what they change."""
    record, columns, stored = names(table.record), columns_of(table), name(table.name)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW merged AS "
        f"SELECT {columns} FROM {stored} ANTI JOIN {name(rows.records)} USING ({record}) "
        f"UNION ALL SELECT {columns} FROM {name(rows.view)}"
    )
    if not has_rows(connection, stored):
        counts = connection.execute(
            f"SELECT count(*), 0, 0, 0, (SELECT count(*) FROM {name(rows.view)}) "
            f"FROM (SELECT DISTINCT {record} FROM {name(rows.view)})"
        ).fetchone()
        assert counts is not None  # noqa: S101 - counts are always one row
        return TableChange(*counts)
    summed = f"SELECT {record}, count(*) AS n, sum(hash({columns})) AS h"
    counts = connection.execute(
        f"WITH before AS ({summed} FROM {stored} SEMI JOIN {name(rows.records)} USING ({record})"
        f" GROUP BY ALL), after AS ({summed} FROM {name(rows.view)} GROUP BY ALL) "
        f"SELECT count(*) FILTER (before.n IS NULL), "
        f"count(*) FILTER (before.n IS NOT NULL AND after.n IS NOT NULL"
        f" AND (before.n, before.h) != (after.n, after.h)), "
        f"count(*) FILTER ((before.n, before.h) = (after.n, after.h)), "
        f"count(*) FILTER (after.n IS NULL), (SELECT count(*) FROM merged) "
        f"FROM before FULL JOIN after USING ({record})"
    ).fetchone()
    assert counts is not None  # noqa: S101 - counts are always one row
    return TableChange(*counts)


def has_rows(connection: DuckDBPyConnection, rows: str) -> bool:
    """Return whether a table, a view or what follows its name (`WHERE ...`) has a row."""
    return connection.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchone() is not None


def _write_merged(
    connection: DuckDBPyConnection, table: Table, places: Places, stage: Path
) -> None:
    """Write the rows of `merged` into the stage, unless the file in its place has these bytes."""
    new, old = stage / file_name(table), places(file_name(table))
    columns = columns_of(table)
    # A column is written as required where DuckDB happens to know that no value is missing, which
    # depends on the rows that were there before. Of what `TRY` returns it never knows that.
    told = ", ".join(f"TRY({name(column.name)}) AS {name(column.name)}" for column in table.columns)
    try:
        connection.execute(
            f"COPY (SELECT {told} FROM (SELECT {columns} FROM merged ORDER BY {columns}))"
            f" TO {literal(str(new))} (FORMAT parquet, COMPRESSION zstd)"
        )
    except duckdb().IOException as error:
        # All that is stored was read before: the disk fails.
        raise OSError(errno.EIO, str(error).partition("\n")[0]) from error
    if old.is_file() and filecmp.cmp(new, old, shallow=False):
        new.unlink()


@contextmanager
def _read_lock(where: Path, folder: Path) -> Iterator[Places]:
    try:
        with staged_files.reading(where) as places:
            yield places
    except FileNotFoundError as error:
        raise errors.NothingToDo.of("tables.no_folder", folder=shown(str(folder))) from error
    except OSError as error:
        why = errors.refusal(error)
        raise errors.UsageError.of("tables.unopened", folder=shown(str(folder)), why=why) from error


def _unwritten(folder: Path, error: OSError) -> errors.UsageError:
    why = errors.refusal(error)
    return errors.UsageError.of("tables.unwritten", folder=shown(str(folder)), why=why)


def columns_named(table: str, columns: Sequence[str]) -> list[Column]:
    """Return columns of a table.

    Raises:
        ValueError: when it has no such column.
    """
    found = [TABLES[table].column(one) for one in columns]
    if None in found:
        unknown = sorted(set(columns) - {column.name for column in TABLES[table].columns})
        raise ValueError(f"{table} has no column {', '.join(unknown)}")
    return [column for column in found if column is not None]


# -- values of Python, and arrays


def array_of(column: Column) -> str:
    """Return the expression of a column whose values are to become an array."""
    quoted = name(column.name)
    match column.type:
        case ColumnType.INSTANT:
            return f"coalesce(epoch_us({quoted}), {_UNKNOWN}) AS {quoted}"
        case ColumnType.NUMBER:
            return f"coalesce({quoted}, {_UNKNOWN}) AS {quoted}"
        case ColumnType.FLAG:
            return f"coalesce({quoted}::TINYINT, -1::TINYINT) AS {quoted}"
        case ColumnType.TEXT | ColumnType.TEXTS:
            return quoted


def without_mask(array: Any) -> Any:
    """Return an array in which None stands for what is masked."""
    if not hasattr(array, "mask"):
        return array
    plain = array.data
    plain[array.mask] = None
    return plain


def _as_plain(column: Column) -> str:
    quoted = name(column.name)
    return f"epoch_us({quoted})" if column.type is ColumnType.INSTANT else quoted


_READ: Final[dict[ColumnType, Callable[[Any], Any]]] = {
    ColumnType.INSTANT: instant,
    ColumnType.TEXTS: tuple,
}


def _row(
    readers: Iterable[tuple[str, Callable[[Any], Any] | None]], values: Iterable[Any]
) -> dict[str, Any]:
    row = {}
    for (column, read), value in zip(readers, values, strict=True):
        row[column] = value if read is None or value is None else read(value)
    return row


def _insert(
    connection: DuckDBPyConnection, table: Table, rows: Sequence[Row], replaced: Sequence[Row]
) -> NewRows:
    """Make tables of rows of Python, and of their records.

    Raises:
        ValueError: when a row has an unknown column, no record, or a time without a zone.
    """
    _require_sound(table, rows)
    told, values = [], []
    for number, column in enumerate(table.columns, start=1):
        values.append([_stored_value(column, row.get(column.name)) for row in rows])
        told.append(f"{_from_list(column, number)} AS {name(column.name)}")
    view, records = f"new_{table.name}", f"new_{table.name}_records"
    connection.execute(f"CREATE TEMP TABLE {name(view)} AS SELECT {', '.join(told)}", values)
    found, keys = f"SELECT {names(table.record)} FROM {name(view)}", []
    if replaced:
        values_of = ", ".join(["unnest(?::VARCHAR[])"] * len(table.record))
        found += f" UNION ALL SELECT {values_of}"
        for key in table.record:
            keys.append(list(map(itemgetter(key), replaced)))
    distinct = f"SELECT DISTINCT {names(table.record)} FROM ({found})"
    connection.execute(f"CREATE TEMP TABLE {name(records)} AS {distinct}", keys)
    return NewRows(view, records)


def _require_sound(table: Table, rows: Sequence[Row]) -> None:
    known = {column.name for column in table.columns}
    for row in rows:
        if not row.keys() <= known:
            raise ValueError(f"{table.name} has no column {', '.join(sorted(set(row) - known))}")
        if not all(row.get(column) for column in table.record):
            raise ValueError(f"a row of {table.name} needs {', '.join(table.record)}")


def _stored_value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.type is ColumnType.INSTANT:
        if value.tzinfo is None:
            raise ValueError(f"{column.name} has no zone")
        return microseconds(value)
    return list(value) if column.type is ColumnType.TEXTS else value


def _from_list(column: Column, number: int) -> str:
    if column.type is ColumnType.INSTANT:
        return f"make_timestamptz(unnest(${number}::BIGINT[]))"
    return f"unnest(${number}::{TYPES[column.type]}[])"
