"""A risk score in full: both sides point by point, their bands, and the place on the matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from changeflow.model.answers.assessment import Assessment, Risk, RiskFactor
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.render.assessment import factor_rows, point_rows
from changeflow.render.escape import code_span, spelled
from changeflow.render.json_text import as_json
from changeflow.render.table import columns


def text(assessment: Assessment, model: RiskModelSpec) -> str:
    """Render the arithmetic from the first point to the level."""
    risk = assessment.risk
    lines = [assessment.change, "", f"Risk: {risk.level}, {risk.score} of 100"]
    for side, band, starts in _sides(risk, model):
        lines += ["", *_side(risk, side, band, starts)]
    lines += ["", *_matrix(risk, model)]
    return "\n".join(map(spelled, lines)) + "\n"


def _sides(risk: Risk, model: RiskModelSpec) -> tuple[tuple[str, int, tuple[int, ...]], ...]:
    return (
        ("likelihood", risk.likelihood, model.likelihood_bands),
        ("impact", risk.impact, model.impact_bands),
    )


def _side(risk: Risk, side: str, band: int, starts: tuple[int, ...]) -> list[str]:
    found = risk.factors_of(side)
    total = _points(found)
    bands = f"2 begins at {starts[0]}, 3 at {starts[1]}, 4 at {starts[2]}, 5 at {starts[3]}"
    table = columns(point_rows(found), indent=2) if found else ["  nothing counts"]
    return [f"{side.capitalize()}: {band} of 5, from {total} points ({bands})", *table]


def _points(factors: Iterable[RiskFactor]) -> int:
    return sum(factor.points for factor in factors)


def _matrix(risk: Risk, model: RiskModelSpec) -> list[str]:
    """Render the matrix with the cell of this change in brackets.

    Likelihood 5 is on top, as such matrices are drawn.
    """
    rows = [["likelihood", "impact 1", "impact 2", "impact 3", "impact 4", "impact 5"]]
    for row in range(5, 0, -1):
        cells = [f" {level}" for level in model.matrix[row - 1]]
        if row == risk.likelihood:
            cells[risk.impact - 1] = f"[{model.matrix[row - 1][risk.impact - 1]}]"
        rows.append([f"{row}".rjust(10), *cells])
    return columns(rows)


def risk_json(assessment: Assessment, model: RiskModelSpec) -> str:
    """Render the risk with the side of each factor, and the bands and matrix that were used."""
    risk = assessment.risk
    factors = [factor.model_dump(mode="json") | {"side": factor.side} for factor in risk.factors]
    value = {
        "schema": "changeflow/risk/v1",
        "change": assessment.change,
        "score": risk.score,
        "level": risk.level,
        "likelihood": risk.likelihood,
        "impact": risk.impact,
        "factors": factors,
        "likelihood_bands": model.likelihood_bands,
        "impact_bands": model.impact_bands,
        "matrix": model.matrix,
    }
    return as_json(value)


def markdown(assessment: Assessment, model: RiskModelSpec) -> str:
    """Render the factors as a table."""
    risk = assessment.risk
    lines = [f"### {code_span(assessment.change)}: {risk.level} risk, {risk.score} of 100", ""]
    for side, band, _ in _sides(risk, model):
        found = risk.factors_of(side)
        lines += [
            f"**{side.capitalize()} {band} of 5**",
            "",
            *factor_rows(found, _points(found)),
            "",
        ]
    return "\n".join(lines[:-1]) + "\n"


FORMATS: Final[dict[str, Callable[[Assessment, RiskModelSpec], str]]] = {
    "text": text,
    "json": risk_json,
    "markdown": markdown,
}
