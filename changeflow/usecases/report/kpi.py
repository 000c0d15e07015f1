"""`report kpi`: measures of a period, with the period before and the records behind them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from changeflow import errors
from changeflow.history.duckdb_measures import duckdb_measures
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.history.measuring import (
    NO_MORE,
    Measured,
    MeasuringEngine,
    due_during,
    has_changes,
    measure_targets,
    measure_with_before,
    whole_period,
)
from changeflow.history.tables import file_name
from changeflow.insight.kpi import Counted, Kpi, value_of
from changeflow.insight.kpi_tables import COLUMNS
from changeflow.insight.period import Period
from changeflow.insight.records import TABLES
from changeflow.insight.targets import is_met, target_of
from changeflow.model.answers.completeness import NotAsked
from changeflow.model.answers.report import KpiAnswer, KpiReport, ReportInput
from changeflow.model.languages import ENGLISH
from changeflow.model.measuring_engines import EngineName
from changeflow.model.objectives import Objective
from changeflow.model.paths import shown
from changeflow.model.watched_time import WatchedTime, hold
from changeflow.reading.paper_head import NOTHING_READ, paper_head
from changeflow.usecases.report.own_tables import OwnTables


class _Unread(NamedTuple):
    """What no record tells of.

    Attributes:
        lost: how many documents cannot be read.
        untold: what of deliveries the code host alone can tell, and was not asked for.
    """

    lost: int
    untold: tuple[NotAsked, ...]

    def of(self, kpi: Kpi) -> tuple[NotAsked, ...]:
        """Return what of a measure the code host alone can tell."""
        return self.untold if kpi.zone == "delivered" else ()


def kpi_report(
    folders: Sequence[Path],
    period: Period,
    engine: EngineName = "duckdb",
    objectives: Sequence[Objective] = (),
    own: OwnTables | None = None,
    *,
    now: datetime,
    organisation: str | None = None,
) -> KpiReport:
    """Return the measures of a period.

    Args:
        folders: with tables of records.
        period: an open end is that of the records.
        engine: what computes.
        objectives: targets of measures.
        own: the records of this repository, where they count; they come first.
        now: the time.
        organisation: whom the paper is about.

    Raises:
        errors.UsageError: when the engine is not installed.
        errors.NothingToDo: when there is no such folder, or no change in any.
        errors.Unreadable: when a file is no such table.
    """
    with opened_records(engine, folders, own) as tables:
        period = whole_period(tables, period)
        if isinstance(now, WatchedTime):
            hold(now, due_during(tables, now.unnoted))
            now = now.unnoted
        head = head_of(organisation, period, now, folders, own)
        lost = 0 if own is None else len(own.unreadable)
        unread = _Unread(lost, () if own is None else own.untold)
        kpis = _kpis(tables, period, objectives, unread, now)
        return KpiReport.model_validate({**head, "kpis": kpis})


def head_of(
    organisation: str | None,
    period: Period,
    now: datetime,
    folders: Sequence[Path],
    own: OwnTables | None,
    more: Mapping[str, Sequence[str]] = NO_MORE,
) -> dict[str, Any]:
    """Return the head of a paper that is made from tables.

    Args:
        organisation: whom it is about.
        period: what it is about.
        now: when it is made.
        folders: with tables of records.
        own: the records of this repository, where they count.
        more: tables that are read beside those of measures.
    """
    cutoff = NOTHING_READ if own is None else own.cutoff
    tables = [*COLUMNS, *more]
    inputs = _inputs(folders, tables)
    if own is not None:
        inputs = [*_inputs_of_repository(own, tables), *inputs]
    head = paper_head(organisation, period, now, inputs, cutoff)
    if own is not None:
        # Without a ledger that holds there are no tables of it.
        holds = None if own.cutoff.ledger is None else True
        head |= {"ledger_holds": holds, "unreadable": own.unreadable}
    return head


@contextmanager
def opened_records(
    engine: EngineName,
    folders: Sequence[Path],
    own: OwnTables | None,
    more: Mapping[str, Sequence[str]] = NO_MORE,
) -> Iterator[MeasuringEngine]:
    """Open tables in an engine, in which there is a change.

    Args:
        engine: what computes.
        folders: with tables of records; each is opened once.
        own: the records of this repository, where they count; they come first.
        more: columns that are asked for beside those of measures.

    Raises:
        errors.UsageError: when the engine is not installed.
        errors.NothingToDo: when there is no such folder, or no change in any.
        errors.Unreadable: when a file is no such table.
    """
    once = dict.fromkeys(map(Path.resolve, folders))
    every = tuple(once) if own is None else (own.folder, *once)
    with _opened(engine, every, more) as tables:
        if not has_changes(tables):
            raise errors.NothingToDo.of("report.no_records")
        yield tables


def _opened(
    engine: EngineName, folders: Sequence[Path], more: Mapping[str, Sequence[str]]
) -> AbstractContextManager[MeasuringEngine]:
    if engine == "spark":
        # pyspark takes a quarter of a second to import
        from changeflow.history.spark_measures import spark_measures

        return spark_measures(folders, more)
    return duckdb_measures(folders, more)


def _kpis(
    engine: MeasuringEngine,
    period: Period,
    objectives: Sequence[Objective],
    unread: _Unread,
    now: datetime,
) -> tuple[KpiAnswer, ...]:
    """Return all measures."""
    definitions = kpi_definitions()
    found, before = measure_with_before(engine, definitions, period, now)
    for one in definitions:
        for measured in (found, before):
            if one.id in measured and unread.of(one):
                measured[one.id] = _not_nothing(measured[one.id])
    targets = {one.kpi: one.target for one in objectives}
    for one in definitions:
        if one.zone == "targets":
            found[one.id] = _of_targets(engine, one, definitions, found, targets, unread)
            if before:
                before[one.id] = _of_targets(engine, one, definitions, before, targets, unread)
    answers = []
    for one in definitions:
        target = targets.get(one.id)
        answers.append(_answer(one, found[one.id], before.get(one.id), target, unread))
    return tuple(answers)


def _not_nothing(found: Measured) -> Measured:
    """Return a count of which the code host may know more: that there is none is not known."""
    return found if found.value else found._replace(value=None)


def _of_targets(
    engine: MeasuringEngine,
    kpi: Kpi,
    definitions: Sequence[Kpi],
    found: Mapping[str, Measured],
    targets: Mapping[str, str],
    unread: _Unread,
) -> Measured:
    """Return what a measure of the targets of all others comes to."""
    judged: dict[str, bool] = {}
    for one in definitions:
        met = _is_met(one, found[one.id], targets.get(one.id), unread)
        if met is not None and one.zone != "targets":
            judged[one.id] = met
    return measure_targets(engine, kpi, judged)


def _answer(
    kpi: Kpi, now: Measured, before: Measured | None, target: str | None, unread: _Unread
) -> KpiAnswer:
    return KpiAnswer(
        id=kpi.id,
        definition=definition_of(kpi),
        value=now.value,
        unit=kpi.unit,
        numerator=now.found.numerator,
        denominator=now.found.denominator,
        unknown=now.found.unknown,
        missing=now.missing,
        better=kpi.better,
        previous=None if before is None else before.value,
        target=target,
        met=_is_met(kpi, now, target, unread),
        records=now.records,
        records_total=now.total,
        untold=unread.of(kpi),
    )


def definition_of(kpi: Kpi) -> str:
    """Return what a measure is, in English: `numerator / denominator`."""
    definition = kpi.numerator[ENGLISH]
    if kpi.denominator is not None:
        definition += f" / {kpi.denominator[ENGLISH]}"
    return definition


def _is_met(kpi: Kpi, now: Measured, target: str | None, unread: _Unread) -> bool | None:
    """Return whether a target is met; None where that is not known.

    What nobody recorded may still add to the numerator: a share that is at most so much is not met
    by what is known alone. Documents that cannot be read may add to both sides of a share.
    """
    if target is None or now.value is None:
        return None
    asked = target_of(target)
    if asked.unit != ("" if kpi.unit == "count" else kpi.unit):
        # `check` says what is wrong with it.
        return None
    lost = unread.lost
    if lost and kpi.unit not in ("count", "%"):
        # a time that is not known may move a median anywhere
        return None
    known: set[bool] = set()
    for found in _possible(now.found, lost):
        value = value_of(kpi.unit, found)
        if value is None:
            return None
        known.add(is_met(asked, value))
    if unread.of(kpi):
        # as many as there may be
        known.add(is_met(asked, math.inf))
    return known.pop() if len(known) == 1 else None


def _possible(found: Counted, lost: int) -> Iterator[Counted]:
    """Yield what is known, and the most and the least that it can be."""
    most = found.with_all_unknown()
    yield found
    yield most
    if lost and found.numerator is not None and most.numerator is not None:
        of = None if found.denominator is None else found.denominator + lost
        yield found._replace(denominator=of)
        yield most._replace(numerator=most.numerator + lost, denominator=of)


def _inputs_of_repository(own: OwnTables, tables: Sequence[str]) -> Iterator[ReportInput]:
    """Yield the tables of this repository by their names: their folder is gone afterwards."""
    for one in _inputs([own.folder], tables):
        yield one.model_copy(update={"path": Path(one.path).name})


def _inputs(folders: Sequence[Path], tables: Sequence[str]) -> list[ReportInput]:
    found = []
    for folder in folders:
        for table in dict.fromkeys(tables):
            path = folder / file_name(TABLES[table])
            if path.is_file():
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                found.append(ReportInput(path=shown(str(path)), sha256=digest))
    return found
