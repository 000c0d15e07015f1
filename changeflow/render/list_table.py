"""The lists of a paper with typed cells: written once, for CSV and for workbooks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

from changeflow.lazy_dataclass import dataclass
from changeflow.render.csv_table import csv_table
from changeflow.render.presentation import Presentation

# A text is in the reader's words already; None: not known, or there is none.
Cell: TypeAlias = str | bool | int | float | date | datetime | None


@dataclass(frozen=True)
class ListTable:
    """A list.

    Attributes:
        title: what it is called.
        headings: of its columns.
        rows: a cell for each column.
        times: the columns whose cells are instants; a reader's clock shows them.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    times: frozenset[int] = frozenset()


def list_table(
    title: str,
    key: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Cell]],
    to: Presentation,
    times: Collection[str] = (),
) -> ListTable:
    """Return a list whose headings are cases of one sentence.

    Args:
        title: what it is called.
        key: of the sentence.
        columns: the cases, in order.
        rows: a cell for each of them.
        to: the reader.
        times: the columns with instants.
    """
    return ListTable(
        title,
        to.headings(key, columns),
        tuple(tuple(row[name] for name in columns) for row in rows),
        frozenset(number for number, name in enumerate(columns) if name in times),
    )


def list_csv(table: ListTable, to: Presentation) -> str:
    """Render a list as CSV, its headings first."""
    rows = [[_csv_cell(cell, to) for cell in row] for row in table.rows]
    return csv_table([table.headings, *rows])


def local_time(at: datetime, to: Presentation) -> datetime:
    """Return an instant by the reader's clock, as spreadsheets have it: without a zone."""
    return at.astimezone(to.zone or UTC).replace(tzinfo=None)


def _csv_cell(cell: Cell, to: Presentation) -> str | int | float:
    match cell:
        case None:
            return ""
        case bool():
            return to.says("paper.flag", case="yes" if cell else "no")
        case datetime():
            return local_time(cell, to).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return cell.isoformat()
    return cell
