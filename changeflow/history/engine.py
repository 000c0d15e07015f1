"""DuckDB, shut in: it reads and writes the named places, and neither extensions nor the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from changeflow import errors
from changeflow.history.sql_text import as_pattern, literals

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHUT: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    # it is not to leave files behind where it was started
    "temp_directory": "",
}


def require_library(library: str, extra: str = "insight") -> Any:
    """Return a library of an extra.

    Raises:
        errors.UsageError: when it is not installed.
    """
    try:
        return import_module(library)
    except ImportError as error:
        raise errors.UsageError.of("tables.library", library=library, extra=extra) from error


def duckdb() -> Any:
    """Return the library of the database.

    Raises:
        errors.UsageError: when it is not installed.
    """
    return require_library("duckdb")


@contextmanager
def connected(
    files: Iterable[Path] = (), folders: Iterable[Path] = ()
) -> Iterator[DuckDBPyConnection]:
    """Open a database in memory, in UTC, that reaches these places and no others.

    Args:
        files: that it may read.
        folders: in which it may read and write.

    Raises:
        errors.UsageError: when the library is not installed.
    """
    connection = duckdb().connect(":memory:", config=_SHUT)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(f"SET allowed_paths = [{literals(_both_ways(files))}]")
        connection.execute(f"SET allowed_directories = [{literals(_both_ways(folders))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _both_ways(paths: Iterable[Path]) -> Iterator[str]:
    """Yield paths as they are written to, and as they are read: each is looked at."""
    for path in map(str, paths):
        yield from dict.fromkeys((path, as_pattern(path)))
