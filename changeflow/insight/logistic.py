"""Logistic regression with a ridge penalty, weights and signs that coefficients must have.

Products are made by `numpy.einsum`: those of BLAS use as many threads as the machine has cores, which
wait for each other on a busy machine (40 times as long was measured), and their last digits differ
with the number of threads.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_ROUNDS: Final = 30
_CLOSE: Final = 1e-7
# Log odds beyond this say "surely" in any case.
_SURE: Final = 30.0


class Logistic(NamedTuple):
    """A fitted regression: log odds = intercept + sum of coefficient times column."""

    intercept: float
    coefficients: Numbers

    def log_odds(self, columns: Numbers) -> Numbers:
        """Return the log odds of each row."""
        return self.intercept + _times(columns, self.coefficients)


def _times(columns: Numbers, coefficients: Numbers) -> Numbers:
    product: Numbers = np.einsum("ij,j->i", columns, coefficients)
    return product


def crossed(one: Numbers, other: Numbers) -> Numbers:
    """Return the sums over all rows of each column of one times each column of the other."""
    sums: Numbers = np.einsum("ij,ik->jk", one, other)
    return sums


def chances(log_odds: Numbers) -> Numbers:
    """Return chances from log odds."""
    odds = np.exp(-np.clip(log_odds, -_SURE, _SURE))
    chance: Numbers = 1.0 / (1.0 + odds)
    return chance


def losses(log_odds: Numbers, label: Numbers) -> Numbers:
    """Return the log loss of each row."""
    each: Numbers = np.logaddexp(0.0, log_odds) - label * log_odds
    return each


def loss(log_odds: Numbers, label: Numbers, weights: Numbers) -> float:
    """Return the mean log loss."""
    return float(np.sum(weights * losses(log_odds, label)) / np.sum(weights))


def regression(
    columns: Numbers,
    label: Numbers,
    weights: Numbers,
    *,
    penalty: float,
    signs: Numbers | None = None,
    start: Logistic | None = None,
) -> Logistic:
    """Fit a regression by Newton steps; the intercept has no penalty.

    A coefficient whose sign would be wrong stays at 0. The label may lie between 0 and 1.
    """
    count = columns.shape[1]
    bounded = signs if signs is not None else np.zeros(count)
    design = np.column_stack([np.ones(len(columns)), columns])
    ridge = np.full(count + 1, penalty)
    ridge[0] = 0.0
    if start is None:
        share = float(np.clip(np.average(label, weights=weights), 1e-6, 1 - 1e-6))
        beta = np.zeros(count + 1)
        beta[0] = np.log(share / (1.0 - share))
    else:
        beta = np.concatenate([[start.intercept], start.coefficients])
    signed = np.concatenate([[0.0], bounded])
    best = _objective(design, label, weights, ridge, beta)
    for _ in range(_ROUNDS):
        beta, now = _step(design, label, weights, ridge, signed, beta, best)
        if best - now <= _CLOSE * max(1.0, abs(best)):
            break
        best = now
    return Logistic(float(beta[0]), beta[1:])


def _objective(
    design: Numbers, label: Numbers, weights: Numbers, ridge: Numbers, beta: Numbers
) -> float:
    log_odds = _times(design, beta)
    each = np.logaddexp(0.0, log_odds) - label * log_odds
    return float(np.sum(weights * each) + 0.5 * np.sum(ridge * beta * beta))


def _step(
    design: Numbers,
    label: Numbers,
    weights: Numbers,
    ridge: Numbers,
    signed: Numbers,
    beta: Numbers,
    best: float,
) -> tuple[Numbers, float]:
    """Return what a Newton step leads to, halved until it is no worse."""
    chance = chances(_times(design, beta))
    slope = np.einsum("ij,i->j", design, weights * (chance - label)) + ridge * beta
    # Those that stand at 0 and are pushed over it stay there.
    free = ~((signed != 0) & (beta == 0) & (signed * slope >= 0))
    spread = weights * np.maximum(chance * (1.0 - chance), 1e-9)
    part = design[:, free]
    curve = crossed(part, spread[:, None] * part)
    curve[np.diag_indices_from(curve)] += ridge[free] + 1e-9
    move = np.zeros_like(beta)
    move[free] = np.linalg.solve(curve, slope[free])
    size = 1.0
    for _ in range(12):
        tried = beta - size * move
        tried = np.where(signed * tried < 0, 0.0, tried)
        now = _objective(design, label, weights, ridge, tried)
        if now <= best:
            return tried, now
        size /= 2
    return beta, best
