"""Start the review of a period from its trends, and make the trends that a review looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from changeflow import errors
from changeflow.documents.period_review_draft import DraftedTrend
from changeflow.insight.period import Period
from changeflow.insight.sub_periods import SubPeriodUnit
from changeflow.language.measured_values import measured_value
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.model.answers.report_trends import ChartAnswer, TrendsPaper
from changeflow.model.document_paths import HISTORY
from changeflow.model.period_review import (
    ConcludedSignal,
    LookedAt,
    ReviewedPeriod,
    ReviewPurpose,
)
from changeflow.reading.ledger_then import LedgerThen
from changeflow.reading.objectives import objectives_of
from changeflow.reading.view import View
from changeflow.usecases.report.own_tables import own_tables
from changeflow.usecases.report.period_review import start_review
from changeflow.usecases.report.trends import asked_of_view, trends_paper


def start_review_of_trends(
    view: View,
    path: str,
    purpose: ReviewPurpose,
    paper: TrendsPaper,
    unit: SubPeriodUnit | None,
    titles: Mapping[str, str],
    reader: Reader,
) -> None:
    """Write the review of a period that looked at its trends.

    Args:
        view: the repository.
        path: of the review.
        purpose: why the period is reviewed.
        paper: that was looked at.
        unit: of the points of charts, where it was asked for.
        titles: what measures are called, by id.
        reader: in whose language the comments are.

    Raises:
        errors.Refused: when there is such a file.
        errors.UsageError: when it cannot be written.
    """
    looked_at = LookedAt(
        report="trends",
        numbers=paper.numbers,
        main=paper.cutoff.main or "",
        ledger=paper.cutoff.ledger,
        made=paper.made,
        by=unit,
        inputs=paper.digest if paper.inputs else None,
    )
    trends = list(_drafted(paper, titles, reader))
    start_review(view, path, purpose, paper.period, looked_at, trends, reader)


def _drafted(
    paper: TrendsPaper, titles: Mapping[str, str], reader: Reader
) -> Iterator[DraftedTrend]:
    measures = {one.id: one for one in paper.measures}
    for chart in paper.charts:
        found = measures.get(chart.id)
        told = titles[chart.id]
        if found is not None:
            data = {
                "measure": told,
                "value": _told(found.value, found.unit, reader),
                "previous": _told(found.previous, found.unit, reader),
                "year_before": _told(found.year_before, found.unit, reader),
            }
            told = say("period_review.measured", data, reader).text
        yield DraftedTrend(chart.id, told, tuple(signals_of(chart)))


def _told(value: float | None, unit: str, reader: Reader) -> str:
    return "-" if value is None else measured_value(value, unit, reader)


def signals_of(chart: ChartAnswer) -> Iterator[ConcludedSignal]:
    """Yield the signals of a chart that fall into the period."""
    for one in chart.signals:
        if one.in_period:
            yield ConcludedSignal(rule=one.rule, side=one.side, first=one.first, last=one.last)


def trends_again(view: View, period: ReviewedPeriod, looked_at: LookedAt) -> TrendsPaper | None:
    """Return the trends that a review looked at, made again; None where that cannot be done.

    It cannot where a commit is not here, where the ledger does not hold, or where other tables of
    records were part of it.
    """
    for commit in (looked_at.main, looked_at.ledger):
        if commit is not None and view.git.resolve(commit) is None:
            return None
    base = view.store.at(looked_at.main)
    ledger = LedgerThen(view.git, looked_at.ledger)
    then = replace(view, base=base, head=base, main=None, ledger=ledger, many=True, whole=True)
    asked_for = Period(period.from_, period.to, ZoneInfo(period.zone))
    history = view.root / HISTORY
    folders: tuple[Path, ...] = ()
    if looked_at.inputs is not None:
        folders = (history,) if history.is_dir() else ()
    try:
        asked = asked_of_view(then, asked_for, looked_at.by, objectives=objectives_of(base))
        with own_tables(then, looked_at.made) as own:
            paper = trends_paper(folders, asked, own, now=looked_at.made)
    except (errors.Unreadable, errors.NothingToDo, errors.UsageError):
        return None
    if (looked_at.inputs or paper.digest) != paper.digest:
        return None
    return paper
