"""`risk backtest`: test the risk model, and what it is set against, against what happened."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from changeflow import errors
from changeflow.history.coded_columns import read_coded
from changeflow.history.engine import require_library
from changeflow.history.records_asked import RecordsAsked
from changeflow.insight.instants import UNKNOWN, instant, microseconds_if_known
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.backtest import (
    BackTestAnswer,
    BackTestPart,
    CalibrationBand,
    NotJudged,
    PlaceboAnswer,
    ScoreAnswer,
)
from changeflow.model.paths import shown
from changeflow.model.riskmodel import RiskModelSpec

LABELS: Final = (
    "failed", "caused-incident", "incident-within:P7D", "incident-excess:P7D",
    "reverted-within:P7D",
)  # fmt: skip
# Digits of shares and areas: more would be noise of machines.
_DIGITS: Final = 4
_UTC: Final = ZoneInfo("UTC")
# Where so many changes had an incident before them for each that had one after, what comes after
# says little about the change.
_ALIKE: Final = 0.5


@dataclass(frozen=True)
class BackTestRequest(RecordsAsked):
    """What is asked.

    Attributes:
        zone: whose clock says what working hours are.
    """

    zone: ZoneInfo = _UTC


def back_test(request: BackTestRequest, committed: RiskModelSpec | None) -> BackTestAnswer:
    """Return how well scores told trouble beforehand.

    Args:
        request: what is asked.
        committed: the risk model of the repository; None: the built-in one.

    Raises:
        errors.UsageError: when a library is not installed, or there is no such label.
        errors.NothingToDo: when there is nothing that a score could be tested against.
        errors.Unreadable: when a file is no such table.
    """
    require_library("numpy")
    from changeflow.insight.backtest import Limits, Untestable, backtest
    from changeflow.insight.labels import label_named
    from changeflow.insight.past import LIKE, NAMES, READS, past
    from changeflow.insight.wide_facts import wide_facts

    try:
        label = label_named(request.label)
    except ValueError as error:
        raise errors.UsageError.of(
            "backtest.label", label=request.label, labels=list(LABELS)
        ) from error
    model = committed or RiskModelSpec()
    told = past(read_coded(request.folder, READS, like=LIKE, names=NAMES))
    facts = wide_facts(told, model.smoothing, zone=request.zone)
    ends = (request.since, request.until, request.train_until)
    limits = Limits(*map(microseconds_if_known, ends))
    try:
        found = backtest(told, facts, model.likelihood, label, limits)
    except Untestable as error:
        raise _untestable(request, error, told.first_incident == UNKNOWN) from error
    return _answer(request, committed is not None, found)


def _untestable(request: BackTestRequest, error: Any, no_incidents: bool) -> errors.NothingToDo:
    """Return why nothing can be tested."""
    by_incidents = "incident" in request.label
    folder = shown(str(request.folder))
    if no_incidents and by_incidents:
        return errors.NothingToDo.of("backtest.no_incidents", folder=folder, label=request.label)
    if error.part is None or not error.part.changes:
        return errors.NothingToDo.of(
            "backtest.no_changes", case=error.why, folder=folder, label=request.label
        )
    return errors.NothingToDo.of(
        "backtest.one_kind",
        case=error.why,
        label=request.label,
        changes=error.part.changes,
        positive=error.part.positive,
    )


def _answer(request: BackTestRequest, committed: bool, found: Any) -> BackTestAnswer:
    from changeflow.insight.backtest import FEW

    placebo = None
    warnings: list[Any] = []
    if found.placebo is not None:
        placebo = PlaceboAnswer(positive=_share(found.placebo), after=_share(found.share))
        if found.placebo >= _ALIKE * found.share:
            warnings.append("proximity")
    if min(found.train.positive, found.test.positive) < FEW:
        warnings.append("few")
    if request.label == "caused-incident":
        warnings.append("related")
    return BackTestAnswer(
        label=request.label,
        history=shown(str(request.folder)),
        risk_model="committed" if committed else "built-in",
        train=_part(found.train),
        test=_part(found.test),
        models=tuple(map(_score, found.results)),
        placebo=placebo,
        left_out=NotJudged(**found.left_out._asdict()),
        warnings=tuple(warnings),
    )


def _part(part: Any) -> BackTestPart:
    return BackTestPart.model_validate(
        {
            "from": instant(part.since),
            "to": instant(part.until),
            "changes": part.changes,
            "positive": part.positive,
        }
    )


def _score(result: Any) -> ScoreAnswer:
    if result.missing is not None:
        return ScoreAnswer(
            name=result.name,
            auc=None,
            auc_interval=None,
            recall_at=None,
            recall_interval=None,
            brier=None,
            calibration=(),
            calibration_error=None,
            missing=result.missing,
        )
    bands = tuple(
        CalibrationBand(
            predicted=_share(band.predicted), observed=_share(band.observed), changes=band.changes
        )
        for band in result.bands
    )
    return ScoreAnswer(
        name=result.name,
        auc=_share(result.auc),
        auc_interval=_interval(result.auc_interval),
        recall_at={f"{budget:.2f}": _share(value) for budget, value in result.recall.items()},
        recall_interval={
            f"{budget:.2f}": _interval(value) for budget, value in result.recall_intervals.items()
        },
        brier=_share(result.brier),
        calibration=bands,
        calibration_error=_share(result.error),
    )


def _interval(interval: Any) -> tuple[float, float]:
    return _share(interval.low), _share(interval.high)


def _share(value: float) -> float:
    return round(float(value), _DIGITS)
