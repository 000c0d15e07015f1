"""This repository's own records as tables of the past."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from changeflow import errors
from changeflow.gate_cases.deliveries import delivery_rows
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.history.tables import TableChange, write
from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding
from changeflow.reading.own_records import (
    NOTHING_KNOWN,
    KnownRecords,
    OwnRecords,
    own_records,
)
from changeflow.reading.view import View
from changeflow.usecases.history.import_records import Folder


@dataclass(frozen=True)
class RecordsExported:
    """What an export wrote.

    Attributes:
        source: the name of the repository, which is that of its records.
        folder: as the operator named it.
        tables: what came to each table.
        unreadable: paths of requests and incidents that cannot be read, and are left out.
        findings: links of incidents that times contradict.
    """

    source: str
    folder: str
    tables: Mapping[str, TableChange]
    unreadable: tuple[str, ...]
    findings: tuple[Finding, ...]


def export_records(view: View, now: datetime, into: Folder) -> RecordsExported:
    """Write what the main branch and the ledger say into the tables of a folder.

    Raises:
        errors.UsageError: when a library is not installed, or the folder cannot be written.
        errors.Unreadable: when the ledger does not hold, or a table cannot be read.
    """
    found = records_of(view, now)
    tables = write(into.path, found.tables)
    source = view.base.config.source_name
    unreadable, findings = tuple(found.unreadable), tuple(found.findings)
    return RecordsExported(source, into.told, tables, unreadable, findings)


def records_of(
    view: View, now: datetime, known: Mapping[str, KnownRecords] = NOTHING_KNOWN
) -> OwnRecords:
    """Return the rows of the tables of the past that a repository has to give.

    Args:
        view: the repository.
        now: the time.
        known: the rows of changes that need not be made again.

    Raises:
        errors.Unreadable: when the rulebook cannot be read, or the ledger does not hold.
    """
    view = view.of_base()
    if not known:
        view = view.for_many()
    evidence = view.ledger.evidence(view.base, "")
    if evidence.problems:
        raise errors.Unreadable.of("append.not_held", problem=evidence.problems[0].quoted_with_path)
    standings = standings_of_head(view, now)
    found = own_records(view.git, view.base, evidence, standings, now, known)
    rows = delivery_rows(view, now, standings)
    found.add("deliveries", rows, {"source": view.base.config.source_name})
    return found
