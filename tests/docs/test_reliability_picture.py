"""The reliability curve of `docs/concepts/risk-and-history.md` is drawn by the program, from made-up numbers.

Run this module to draw it anew: `python -m tests.docs.test_reliability_picture`.
"""

from __future__ import annotations

from pathlib import Path

from changeflow.model.answers.backtest import CalibrationBand, ScoreAnswer
from changeflow.render.presentation import MACHINE
from changeflow.render.reliability import reliability_curve

PICTURE = Path(__file__).resolve().parents[2] / "docs/concepts/reliability-curve.svg"
# predicted and observed share of each band
BANDS = {
    "changeflow": (
        (0.004, 0.002), (0.008, 0.01), (0.012, 0.008), (0.02, 0.026), (0.03, 0.022),
        (0.05, 0.062), (0.08, 0.11), (0.14, 0.2), (0.28, 0.37), (0.61, 0.54),
    ),
    "fitted": (
        (0.003, 0.004), (0.006, 0.004), (0.01, 0.012), (0.018, 0.016), (0.03, 0.034),
        (0.05, 0.046), (0.09, 0.1), (0.17, 0.16), (0.34, 0.36), (0.66, 0.64),
    ),
}  # fmt: skip


def drawn() -> str:
    scores = []
    for name, bands in BANDS.items():
        told = tuple(CalibrationBand(predicted=one, observed=other, changes=200) for one, other in bands)
        scores.append(
            ScoreAnswer(
                name=name, auc=None, auc_interval=None, recall_at=None, recall_interval=None, brier=None, calibration=told, calibration_error=None
            )
        )
    return str(reliability_curve(tuple(scores), MACHINE))


def test_the_picture_is_what_the_program_draws() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn(), "python -m tests.docs.test_reliability_picture"


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
