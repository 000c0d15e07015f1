"""A back-test for people, for programs, and as a picture of how far chances kept their word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from changeflow.language.formats import percent_text
from changeflow.model.answers.backtest import BackTestAnswer, BackTestPart, ScoreAnswer
from changeflow.model.times import format_instant
from changeflow.render.presentation import Presentation
from changeflow.render.reliability import reliability_curve
from changeflow.render.sheet import Block, Drawing, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

_COLUMNS: Final = ("score", "auc", "r05", "r10", "r20", "what")
_CHANCES: Final = ("score", "brier", "error")
_BUDGETS: Final = ("0.05", "0.10", "0.20")
_BANDS: Final = ("predicted", "observed", "changes")
_DRAWN: Final = ("changeflow", "fitted")
_NOTHING: Final = "-"


def sheet_of(answer: BackTestAnswer, to: Presentation) -> Sheet:
    """Return what was tested, how the scores did, what to beware of, and the reliability."""
    return Sheet(
        to.says("backtest.title"),
        "",
        (
            Section("", (Facts(tuple(_facts(answer, to))),)),
            Section(to.says("backtest.scores"), tuple(_scores(answer, to))),
            *_warnings(answer, to),
            *_reliability(answer, to),
            Section(to.says("backtest.limits"), (Points(_limits(to)),)),
        ),
    )


def _facts(answer: BackTestAnswer, to: Presentation) -> Iterator[tuple[str, str]]:
    def fact(case: str) -> str:
        return to.says("backtest.fact", case=case)

    kind, _, within = answer.label.partition(":")
    meaning = to.says("backtest.label_means", case=kind, within=within or "PT0S")
    yield fact("label"), to.says("backtest.label_named", label=answer.label, meaning=meaning)
    yield fact("history"), answer.history
    yield fact("model"), to.says("backtest.risk_model", case=answer.risk_model)
    yield fact("train"), _part(answer.train, to)
    yield fact("test"), _part(answer.test, to)
    left_out = answer.left_out
    told = to.says(
        "backtest.left_out",
        not_started=left_out.not_started,
        open=left_out.open,
        unknown=left_out.unknown,
        overlapping=left_out.overlapping,
    )
    yield fact("left_out"), told
    if answer.placebo is not None:
        before = percent_text(answer.placebo.positive, to)
        after = percent_text(answer.placebo.after, to)
        case = "excess" if answer.label.startswith("incident-excess") else None
        told = to.says("backtest.placebo", case=case, before=before, after=after)
        yield fact("placebo"), told


def _part(part: BackTestPart, to: Presentation) -> str:
    return to.says(
        "backtest.part",
        start=format_instant(part.from_),
        end=format_instant(part.to),
        changes=part.changes,
        positive=part.positive,
        share=percent_text(part.positive / part.changes, to),
    )


def _scores(answer: BackTestAnswer, to: Presentation) -> Iterator[Block]:
    headings = to.headings("backtest.column", _COLUMNS)
    yield Rows(headings, tuple(_row(one, to) for one in answer.models))
    yield Prose(to.says("backtest.reading"))
    headings = to.headings("backtest.column", _CHANCES)
    told = [one for one in answer.models if one.missing is None]
    rows = ((one.name, _number(one.brier), _number(one.calibration_error)) for one in told)
    yield Rows(headings, tuple(rows))
    yield Prose(to.says("backtest.chances"))


def _row(one: ScoreAnswer, to: Presentation) -> tuple[str, ...]:
    what = to.says("backtest.model", case=one.name)
    if one.recall_at is None:
        missing = to.says("backtest.missing", case=one.missing)
        return (one.name, *[_NOTHING] * (len(_BUDGETS) + 1), missing)
    return (one.name, _area(one), *(percent_text(one.recall_at[budget], to) for budget in _BUDGETS), what)


def _area(one: ScoreAnswer) -> str:
    if one.auc is None or one.auc_interval is None:
        return _NOTHING
    low, high = one.auc_interval
    return f"{one.auc:.3f} [{low:.2f}, {high:.2f}]"


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _warnings(answer: BackTestAnswer, to: Presentation) -> Iterator[Section]:
    if answer.warnings:
        points = []
        for warning in answer.warnings:
            said = to.says(
                "backtest.warning",
                case=warning,
                positive=min(answer.train.positive, answer.test.positive),
            )
            points.append((said, ()))
        yield Section(to.says("backtest.beware"), (Points(tuple(points)),))


def _reliability(answer: BackTestAnswer, to: Presentation) -> Iterator[Section]:
    blocks: list[Block] = [Drawing(lambda: reliability_curve(answer.models, to))]
    headings = to.headings("backtest.column", _BANDS)
    for one in answer.models:
        if one.name in _DRAWN and one.calibration:
            rows = tuple(
                (percent_text(band.predicted, to), percent_text(band.observed, to), str(band.changes))
                for band in one.calibration
            )
            blocks += [Prose(to.says("backtest.bands", name=one.name)), Rows(headings, rows)]
    yield Section(to.says("backtest.reliability"), tuple(blocks))


def _limits(to: Presentation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    cases = ("past", "done", "recorded", "noise")
    return tuple((to.says("backtest.limit", case=case), ()) for case in cases)


def svg(answer: BackTestAnswer, to: Presentation) -> str:
    """Render the reliability curve."""
    return str(reliability_curve(answer.models, to))


FORMATS: Final[dict[str, Callable[[BackTestAnswer, Presentation], str]]] = {
    **sheet_formats(sheet_of),
    "svg": svg,
}
