"""What a fitted card would have told of the later changes, beside the committed one, as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from changeflow.insight import card_effect, measures
from changeflow.insight.blocks import blocks_of
from changeflow.insight.card_fit import Card
from changeflow.insight.card_points import Scale, scale_of_totals
from changeflow.insight.card_stability import LineSureness
from changeflow.insight.fit_parts import Judged
from changeflow.insight.instants import instant
from changeflow.insight.wide_card import model_points
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.answers.fit import (
    FitAnswer,
    FitBand,
    FitLevel,
    FitLine,
    FitModel,
    FitMoves,
    FitPart,
    FitTotals,
    FitUnknown,
)
from changeflow.model.history_facts import AS_EXPORTED, TRAIT
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import LikelihoodPoints, RiskModelSpec
from changeflow.model.times import format_instant
from changeflow.risk.card import fact_phrase, worst_points

_SHARES: Final = ("0.05", "0.10", "0.20")
_MAIN_SHARE: Final = 0.10
# Share of pairs that a coin puts in the right order.
_COIN: Final = 0.5
# In microseconds: the part ends behind its last change.
_SECOND: Final = 1_000_000
# Points of a band of totals.
_WIDTH: Final = 3


class Asked(NamedTuple):
    """What was asked.

    Attributes:
        label: what trouble is, as it was typed.
        resamples: how often changes were drawn anew.
        teams: of the records that are one person.
        moved_by: what the kinds are.
        kinds: class or type of each change that judges the card.
    """

    label: str
    resamples: int
    teams: Sequence[str]
    moved_by: Literal["class", "type"]
    kinds: Sequence[str | None]


def fit_answer(
    judged: Judged,
    asked: Asked,
    model: RiskModelSpec,
    card: Card,
    sure: Sequence[LineSureness],
) -> FitAnswer:
    """Return the answer; which file it changes is still to be said.

    Args:
        judged: the changes.
        asked: what was asked.
        model: the committed risk model.
        card: that was fitted.
        sure: how sure each of its lines is.
    """
    train, test = judged.train, judged.test
    proposed = model.likelihood.model_copy(update={"record": card.lines})
    before, committed = _scored("committed", judged, model.likelihood)
    after, fitted = _scored("proposed", judged, proposed)
    scale = Scale(card.intercept, card.slope)
    totals = card_effect.total_bands(
        card.total(judged.part(test)), judged.positive(test), scale, _WIDTH
    )
    blind = (*_coin(fitted), *_blind(judged, card, asked.teams))
    placebo = None
    if judged.labelled.placebo is not None:
        placebo = float(judged.labelled.placebo[judged.rows].mean())
    return FitAnswer.model_construct(
        schema_="changeflow/fit/v1",
        label=asked.label,
        train=_part(judged, train, judged.past.start[train[0]], judged.until),
        test=_part(judged, test, judged.until, judged.past.start[test[-1]] + _SECOND),
        open=int(judged.labelled.open.sum()),
        lines=tuple(map(_line, sure)),
        intercept=round(card.intercept, 4),
        slope=round(card.slope, 4),
        most_points=_most_points(card),
        resamples=asked.resamples,
        models=(committed, fitted),
        totals=tuple(map(_totals, totals)),
        placebo=placebo,
        blind=tuple(map(_said, blind)),
        blind_told=blind,
        unknown=tuple(_unknown(judged, card)),
        path="",
        written=False,
        diff="",
        **_levels(asked, model, before, after),
    )


def _most_points(card: Card) -> int:
    """Return the points of a change that has the worst of every fact."""
    most = 0
    for fact in dict.fromkeys(line.fact for line in card.lines):
        most += worst_points([line for line in card.lines if line.fact == fact])
    return most


def _totals(band: card_effect.TotalBand) -> FitTotals:
    told = {
        "from": band.lowest,
        "to": band.highest,
        "changes": band.changes,
        "positive": band.positive,
        "chance": round(band.chance, 4),
    }
    return FitTotals.model_validate(told)


def _said(sentence: Told) -> str:
    return say(sentence["code"], sentence, MACHINE).text


def _part(judged: Judged, rows: Any, since: int, until: int) -> FitPart:
    part = {
        "from": format_instant(instant(int(since))),
        "to": format_instant(instant(int(until))),
        "changes": len(rows),
        "positive": int(judged.positive(rows).sum()),
    }
    return FitPart.model_validate(part)


def _line(one: LineSureness) -> FitLine:
    return FitLine(
        fact=one.line.fact,
        at_least=float(one.line.at_least),
        points=one.line.points,
        total=one.points_of_fact,
        interval=(one.low, one.high),
        chosen=one.chosen,
    )


def _scored(name: Any, judged: Judged, points: LikelihoodPoints) -> tuple[Any, FitModel]:
    """Return what a risk model gives the later changes, and how well it tells them."""
    train, test = judged.train, judged.test
    totals = model_points(points, judged.part(train))
    scale = scale_of_totals(totals, judged.positive(train).astype(float), np.ones(len(train)))
    found = model_points(points, judged.part(test))
    return found, _model(name, judged, found, scale.chance(found))


def _model(name: Any, judged: Judged, totals: Any, chance: Any) -> FitModel:
    positive = judged.positive(judged.test)
    of = measures.ranked(totals, positive)
    bands = measures.calibration(chance, positive)
    main = partial(measures.recall_at, share=_MAIN_SHARE)
    [[of_area, of_recall]] = measures.intervals(
        [totals], positive, [measures.auc, main], blocks=blocks_of(judged.past, judged.test)
    )
    recall: dict[str, float] = {}
    for share in _SHARES if of.bad.sum() else ():
        recall[share] = round(measures.recall_at(of, float(share)), 4)
    return FitModel(
        name=name,
        auc=round(measures.auc(of), 4) if of.both else None,
        auc_interval=_interval(of_area),
        recall_at=recall,
        recall_interval=_interval(of_recall),
        brier=round(measures.brier(chance, positive), 4),
        calibration_error=round(measures.calibration_error(bands), 4),
        calibration=tuple(map(_band, bands)),
    )


def _band(band: measures.Band) -> FitBand:
    return FitBand(
        predicted=round(band.predicted, 4), observed=round(band.observed, 4), changes=band.changes
    )


def _interval(found: measures.Interval | None) -> tuple[float, float] | None:
    return None if found is None else (round(found.low, 4), round(found.high, 4))


def _levels(asked: Asked, model: RiskModelSpec, before: Any, after: Any) -> dict[str, Any]:
    other = card_effect.usual_points(model)
    old = card_effect.bands(before, other, model)
    new = card_effect.bands(after, other, model)
    names = card_effect.level_of_band(model)
    every = ("low", "medium", "high", "critical")
    rank = np.array(list(map(every.index, names)))
    counts = []
    for place, level in enumerate(every):
        was, becomes = (int(np.count_nonzero(rank[found] == place)) for found in (old, new))
        counts.append(FitLevel(level=level, before=was, after=becomes))
    moved = []
    for one in card_effect.moves(rank[old], rank[new], asked.kinds):
        moved.append(
            FitMoves(kind=one.kind, changes=one.changes, higher=one.higher, lower=one.lower)
        )
    return {
        "other_points": other,
        "levels": tuple(counts),
        "moved_by": asked.moved_by,
        "moved": tuple(moved),
    }


def _unknown(judged: Judged, card: Card) -> list[FitUnknown]:
    found = []
    for fact in dict.fromkeys(line.fact for line in card.lines):
        count = int(np.isnan(judged.facts[fact][judged.rows]).sum())
        if count:
            found.append(FitUnknown(fact=fact, changes=count))
    return found


def _blind(judged: Judged, card: Card, teams: Sequence[str]) -> list[Told]:
    """Return what the card cannot see, as sentences."""
    train = judged.train
    bad, share = int(judged.positive(train).sum()), float(judged.positive(train).mean())
    later = float(judged.positive(judged.test).mean())
    found = [
        told("fit.blind", case=judged.label.kind),
        told("fit.blind", case="positives", count=bad),
        told("fit.blind", case="drift", earlier=_percent(share), later=_percent(later)),
    ]
    if judged.labelled.placebo is not None:
        placebo = float(judged.labelled.placebo[judged.rows].mean())
        whole = float(judged.positive(judged.rows).mean())
        case = "placebo_excess" if judged.label.kind == "incident-excess" else "placebo"
        found.append(told("fit.blind", case=case, after=_percent(whole), before=_percent(placebo)))
    found += _as_exported(judged, card)
    never = []
    for name, values in judged.facts.items():
        if not name.startswith(TRAIT) and bool(np.isnan(values[judged.rows]).all()):
            never.append(fact_phrase(name))
    if never:
        found.append(told("fit.blind", case="never", facts=never))
    for one in _unknown(judged, card):
        found.append(
            told(
                "fit.blind",
                case="unknown",
                what=[fact_phrase(one.fact)],
                count=one.changes,
                changes=len(judged.rows),
            )
        )
    if teams:
        found.append(told("fit.blind", case="teams", teams=list(teams)))
    if count := int(judged.labelled.open.sum()):
        found.append(told("fit.blind", case="open", count=count))
    found += [told("fit.blind", case="declared"), told("fit.blind", case="stopped")]
    return found


def _coin(fitted: FitModel) -> list[Told]:
    """Return the sentence that a card is no better than chance, where that may be so."""
    if fitted.auc_interval is not None and fitted.auc_interval[0] > _COIN:
        return []
    return [told("fit.blind", case="coin")]


def _as_exported(judged: Judged, card: Card) -> list[Told]:
    """Return the sentence about facts of the card that may have been edited afterwards."""
    facts = []
    for fact in dict.fromkeys(line.fact for line in card.lines):
        if fact in AS_EXPORTED or fact.startswith(TRAIT):
            facts.append(fact)
    if not facts:
        return []
    recorded = judged.past.columns["recorded_at"][judged.rows]
    late = int(np.count_nonzero(recorded > judged.past.start[judged.rows]))
    changes = len(judged.rows)
    return [told("fit.blind", case="as_exported", facts=facts, count=late, changes=changes)]


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
