"""The records of this repository as tables that measures are computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from changeflow.history.tables import write
from changeflow.model.answers.report import ReportCutoff
from changeflow.reading.own_records import NOTHING_KNOWN, KnownRecords
from changeflow.reading.view import View
from changeflow.usecases.history.export_records import records_of


class OwnTables(NamedTuple):
    """The tables, and what they were made from.

    Attributes:
        folder: with the tables; it is gone afterwards.
        cutoff: the commits that were read.
        changes: how many changes they have.
        unreadable: requests and incidents that could not be read.
    """

    folder: Path
    cutoff: ReportCutoff
    changes: int
    unreadable: tuple[str, ...]


@contextmanager
def own_tables(
    view: View, now: datetime, known: Mapping[str, KnownRecords] = NOTHING_KNOWN
) -> Iterator[OwnTables]:
    """Yield the tables of a repository.

    Raises:
        errors.UsageError: when a library is not installed.
        errors.Unreadable: when the rulebook cannot be read, or the ledger does not hold.
    """
    found = records_of(view, now, known)
    with TemporaryDirectory(prefix="changeflow-report-") as name:
        folder = Path(name)
        write(folder, found.tables)
        cutoff = ReportCutoff(main=view.base.commit, ledger=found.ledger)
        changes = len(found.tables["changes"])
        yield OwnTables(folder, cutoff, changes, tuple(found.unreadable))
