"""Names and values as SQL text. Nothing else in the program puts foreign text into a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from changeflow.insight.records import ColumnType, Table

TYPES: Final = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.FLAG: "BOOLEAN",
    ColumnType.NUMBER: "BIGINT",
    ColumnType.INSTANT: "TIMESTAMPTZ",
    ColumnType.TEXTS: "VARCHAR[]",
}


def name(text: str) -> str:
    """Return a name in quotation marks: of a column, a table or a view.

    Raises:
        ValueError: when it holds a NUL, which no statement can.
    """
    _refuse_nul(text)
    return '"' + text.replace('"', '""') + '"'


def names(texts: Iterable[str]) -> str:
    """Return names, separated by commas."""
    return ", ".join(name(text) for text in texts)


def literal(text: str) -> str:
    """Return text as a value.

    Raises:
        ValueError: when it holds a NUL, which no statement can.
    """
    _refuse_nul(text)
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Return texts as values, separated by commas."""
    return ", ".join(literal(text) for text in texts)


def as_pattern(path: str) -> str:
    """Return the pattern that stands for a path and for no other one.

    The database takes a path that it reads for a pattern.
    """
    return re.sub(r"[*?\[]", r"[\g<0>]", path)


def columns_of(table: Table) -> str:
    """Return the names of all columns of a table."""
    return names(column.name for column in table.columns)


def nothing_in(table: Table) -> str:
    """Return a statement that selects no row, with the columns of a table."""
    told = [f"NULL::{TYPES[column.type]} AS {name(column.name)}" for column in table.columns]
    return f"SELECT {', '.join(told)} WHERE false"


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise ValueError("a NUL cannot stand in SQL")
