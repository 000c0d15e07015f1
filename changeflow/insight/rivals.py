"""Scores that are set against the committed risk model in a back-test.

Each is fitted to the earlier changes alone, and says the chance of trouble of the later ones. Those
of one number show how much of a score is that number: the risk that people declared, whether it was
an emergency, the incidents on the items of the change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from changeflow.insight.card_fit import Card, fit
from changeflow.insight.logistic import Logistic, chances, regression
from changeflow.model.history_facts import fact_named

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Facts = Mapping[str, Numbers]

_PENALTY: Final = 1.0
# Changes that a boosted model or a regression on all facts is fitted to, at most.
_MOST: Final = 50_000
_SEED: Final = 5


class Judged(NamedTuple):
    """What a score says about the later changes.

    Attributes:
        score: in which order they are looked at; the highest first.
        chance: of trouble.
    """

    score: Numbers
    chance: Numbers


class NothingRecorded(ValueError):
    """What the score is made of is not recorded of any change."""


# facts and labels of the earlier changes, facts of the later ones
Rival = Callable[[Facts, Flags, Facts], Judged]


def by_number(earlier: Numbers, label: Flags, later: Numbers) -> Judged:
    """Judge by one number: its chance is a logistic regression on it."""
    scale = np.nanstd(earlier) if not np.isnan(earlier).all() else 0.0
    fitted = _regression((earlier / (scale or 1.0))[:, None], label)
    return Judged(later, chances(fitted.log_odds((later / (scale or 1.0))[:, None])))


def fitted_card(earlier: Facts, label: Flags, later: Facts) -> tuple[Judged, Card]:
    """Judge by a card fitted to the earlier changes, of the readable kind.

    Raises:
        changeflow.insight.card_fit.Unfit: when too few changes have trouble, or too few have none.
    """
    known = {name: values for name, values in earlier.items() if not np.isnan(values).all()}
    card = fit(known, label, directions(known))
    total = card.total(later)
    return Judged(total.astype(np.float64), card.chance(total)), card


def directions(facts: Facts) -> dict[str, str]:
    """Return which way the points of each fact may go."""
    found = {}
    for name in facts:
        fact = fact_named(name)
        found[name] = "free" if fact is None else str(fact.direction)
    return found


def _one_fact(name: str, worst: float) -> Rival:
    def judge(earlier: Facts, label: Flags, later: Facts) -> Judged:
        if np.isnan(earlier[name]).all():
            raise NothingRecorded(name)
        first = np.nan_to_num(earlier[name], nan=worst)
        return by_number(first, label, np.nan_to_num(later[name], nan=worst))

    return judge


def _item_incidents(earlier: Facts, label: Flags, later: Facts) -> Judged:
    """Judge by the incidents on the items in 30 days; their chance goes with the logarithm."""
    name = "item_incidents_30d"
    if np.isnan(earlier[name]).all():
        raise NothingRecorded(name)
    # A change that names no items has no record, so it counts as the worst.
    worst = np.nanmax(earlier[name])
    first = np.log1p(np.nan_to_num(earlier[name], nan=worst))
    return by_number(first, label, np.log1p(np.nan_to_num(later[name], nan=worst)))


def _logistic(earlier: Facts, label: Flags, later: Facts) -> Judged:
    """Judge by a logistic regression on all facts, their logarithms, and what is not known."""
    rows = _thinned(len(label))
    learned = {name: values[rows] for name, values in earlier.items()}
    columns = _Columns(learned)
    fitted = _regression(columns.of(learned), label[rows])
    chance = chances(fitted.log_odds(columns.of(later)))
    return Judged(chance, chance)


class _Columns:
    """Columns of a regression: scaled as the earlier changes are."""

    def __init__(self, facts: Facts) -> None:
        self._names = [name for name, values in facts.items() if not np.isnan(values).all()]
        self._middle = {name: float(np.nanmedian(facts[name])) for name in self._names}
        raw = self._raw(facts)
        self._mean, spread = raw.mean(axis=0), raw.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)

    def of(self, facts: Facts) -> Numbers:
        scaled: Numbers = (self._raw(facts) - self._mean) / self._spread
        return np.clip(scaled, -8, 8)

    def _raw(self, facts: Facts) -> Numbers:
        found = []
        for name in self._names:
            values = np.nan_to_num(facts[name], nan=self._middle[name])
            found += [values, np.sign(values) * np.log1p(np.abs(values))]
            found.append(np.isnan(facts[name]).astype(np.float64))
        return np.stack(found, axis=1)


def _regression(columns: Numbers, label: Flags) -> Logistic:
    trouble = label.astype(np.float64)
    return regression(columns, trouble, np.ones(len(trouble)), penalty=_PENALTY)


def _boosted(earlier: Facts, label: Flags, later: Facts) -> Judged:
    """Judge by boosted trees, which cannot be added up by hand: the yardstick of readable scores.

    Raises:
        ImportError: when scikit-learn is not installed.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    # it comes with scikit-learn
    limits: Any = import_module("threadpoolctl")
    names = [name for name, values in earlier.items() if len(np.unique(values)) > 1]
    first, second = (
        np.stack([facts[name] for name in names], axis=1) for facts in (earlier, later)
    )
    rows = _thinned(len(first))
    model = HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.06, random_state=_SEED, early_stopping=False
    )
    # Its threads wait for each other on a busy machine: 40 times as long was measured.
    with limits.threadpool_limits(1):
        model.fit(first[rows], label[rows])
        chance: Numbers = model.predict_proba(second)[:, 1]
    return Judged(chance, chance)


def _thinned(rows: int) -> NDArray[np.int64]:
    if rows <= _MOST:
        return np.arange(rows)
    return np.linspace(0, rows - 1, _MOST).astype(np.int64)


RIVALS: Final[dict[str, Rival]] = {
    "declared": _one_fact("declared_level", 3.0),
    "item-incidents": _item_incidents,
    "emergency": _one_fact("emergency", 1.0),
    "logistic": _logistic,
    "boosted": _boosted,
}
