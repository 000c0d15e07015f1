"""The records of this repository as tables that measures are computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from changeflow.garbage_collection import nothing_to_collect
from changeflow.gate_cases.told_by_host import told_by_host_alone
from changeflow.history.tables import write
from changeflow.model.answers.completeness import NotAsked
from changeflow.model.answers.report import ReportCutoff
from changeflow.model.watched_time import Holding, Watch, WatchedTime, hold, unnoted
from changeflow.reading.own_records import NOTHING_KNOWN, KnownRecords, Row
from changeflow.reading.tables_memory import TablesMemory
from changeflow.reading.view import View
from changeflow.usecases.history.export_records import records_of

# writes rows into an empty folder, by the names of their tables
WriteTables = Callable[[Path, Mapping[str, Sequence[Row]]], object]


class OwnTables(NamedTuple):
    """The tables, and what they were made from.

    Attributes:
        folder: with the tables; it is gone afterwards.
        cutoff: the commits that were read.
        changes: how many changes they have.
        unreadable: requests and incidents that could not be read.
        untold: what of deliveries the code host alone can tell: it is not asked for tables.
    """

    folder: Path
    cutoff: ReportCutoff
    changes: int
    unreadable: tuple[str, ...]
    untold: tuple[NotAsked, ...] = ()


@contextmanager
def own_tables(
    view: View,
    now: datetime,
    known: Mapping[str, KnownRecords] = NOTHING_KNOWN,
    write_tables: WriteTables = write,
) -> Iterator[OwnTables]:
    """Yield the tables of a repository.

    Args:
        view: the repository.
        now: the time; a watched one notes how long the rows hold.
        known: the rows of changes that were made before.
        write_tables: writes them.

    Raises:
        errors.UsageError: when a library is not installed.
        errors.Unreadable: when the rulebook cannot be read, or the ledger does not hold.
    """
    view = view.of_base()
    if not known:
        view = view.for_many()
    # What the site knows already depends on more than the repository.
    memory = None if known else TablesMemory.of(view)
    with TemporaryDirectory(prefix="changeflow-report-") as name:
        folder = Path(name)
        found = memory.recall(now, folder) if memory is not None else None
        if found is None:
            found = _made(view, now, known, folder, write_tables)
            if memory is not None:
                memory.keep(folder, *found)
        about, during = found
        hold(now, during)
        cutoff = ReportCutoff(main=view.base.commit, ledger=about["ledger"])
        untold = told_by_host_alone(view.base.config.host)
        unreadable = tuple(about["unreadable"])
        yield OwnTables(folder, cutoff, about["changes"], unreadable, untold)


def _made(
    view: View,
    now: datetime,
    known: Mapping[str, KnownRecords],
    folder: Path,
    write_tables: WriteTables,
) -> tuple[Mapping[str, Any], Holding]:
    """Write the tables into a folder; return what is told of them, and how long they hold."""
    watch = Watch(unnoted(now))
    with nothing_to_collect():
        found = records_of(view, watch.now, known)
        for rows in found.tables.values():
            for row in rows:
                _untimed(row, watch)
        write_tables(folder, found.tables)
    about = {
        "ledger": found.ledger,
        "changes": len(found.tables["changes"]),
        "unreadable": list(found.unreadable),
    }
    return about, watch.holding


def _untimed(row: Row, watch: Watch) -> None:
    """Take the time of asking out of a row; what names it holds for this moment alone."""
    for column, value in row.items():
        if isinstance(value, WatchedTime):
            watch.only_now()
            row[column] = value.unnoted
