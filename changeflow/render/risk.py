"""A risk score in full: both sides point by point, their bands, and the place on the matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from changeflow.model.answers.assessment import Assessment, Risk, RiskFactor
from changeflow.model.answers.plain import answer
from changeflow.model.riskmodel import RiskModelSpec
from changeflow.render.assessment import factor_rows, point_lines
from changeflow.render.escape import code_span, prose, spelled
from changeflow.render.json_text import as_json
from changeflow.render.presentation import MACHINE, Presentation
from changeflow.render.table import cells, folded, grid
from changeflow.risk.lower import LEVELS, Proposal

Lower = Sequence[Proposal]


def text(
    assessment: Assessment, model: RiskModelSpec, lower: Lower, to: Presentation = MACHINE
) -> str:
    """Render the arithmetic from the first point to the level."""
    risk = assessment.risk
    total = to.says("risk_sheet.total", level=risk.level, score=risk.score)
    lines = [assessment.change, "", total]
    for side, band, starts in _sides(risk, model):
        lines += ["", *_side(risk, side, band, starts, to)]
    lines += ["", *_matrix(risk, model, to)]
    lines += ["", *_lower(risk, lower, to)]
    return folded("\n".join(map(spelled, lines)), to.width) + "\n"


def _sides(risk: Risk, model: RiskModelSpec) -> tuple[tuple[str, int, tuple[int, ...]], ...]:
    return (
        ("likelihood", risk.likelihood, model.likelihood_bands),
        ("impact", risk.impact, model.impact_bands),
    )


def _side(risk: Risk, side: str, band: int, starts: tuple[int, ...], to: Presentation) -> list[str]:
    found = risk.factors_of(side)
    begin = {f"band{number}": start for number, start in enumerate(starts, start=2)}
    total = to.says("risk_sheet.side", case=side, band=band, total=_points(found), **begin)
    if not found:
        return [total, f"  {to.says('risk_sheet.nothing')}"]
    return [total, *point_lines(found, to)]


def _lower(risk: Risk, lower: Lower, to: Presentation) -> list[str]:
    """Render what would lower a risk; nothing of the lowest level."""
    if risk.level == LEVELS[0]:
        return []
    if not lower:
        return [to.says("risk_sheet.lower_none")]
    return [to.says("risk_sheet.lower"), *(f"- {_then(one, to)}" for one in lower)]


def _then(proposal: Proposal, to: Presentation) -> str:
    work = [one.told for one in proposal.work]
    risk = proposal.risk
    return to.says("risk_sheet.then", work=work, level=risk.level, score=risk.score)


def _points(factors: Iterable[RiskFactor]) -> int:
    return sum(factor.points for factor in factors)


def _matrix(risk: Risk, model: RiskModelSpec, to: Presentation) -> list[str]:
    """Render the matrix with the cell of this change in brackets.

    Likelihood 5 is on top, as such matrices are drawn.
    """
    heading = to.says("risk_sheet.likelihood")
    rows = [[heading]]
    rows[0] += [to.says("risk_sheet.impact", band=band) for band in range(1, 6)]
    for row in range(5, 0, -1):
        levels = [to.says("risk_sheet.level", level=level) for level in model.matrix[row - 1]]
        shown = [f" {level}" for level in levels]
        if row == risk.likelihood:
            shown[risk.impact - 1] = f"[{levels[risk.impact - 1]}]"
        rows.append([f"{row}".rjust(cells(heading)), *shown])
    return grid(rows, to.width)


def risk_json(
    assessment: Assessment,
    model: RiskModelSpec,
    lower: Lower,
    to: Presentation = MACHINE,  # noqa: ARG001
) -> str:
    """Render the risk with the side of each factor, and the bands and matrix that were used."""
    risk = assessment.risk
    factors = [answer(factor) | {"side": factor.side} for factor in risk.factors]
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
        "lower": list(map(_lower_in_json, lower)),
    }
    return as_json(value)


def _lower_in_json(proposal: Proposal) -> dict[str, object]:
    work: list[dict[str, object]] = []
    for one in proposal.work:
        message = MACHINE.says(one.told["code"], **one.told)
        work.append({"what": one.what, "to": one.to, "items": one.items, "message": message})
    return {"work": work, "score": proposal.risk.score, "level": proposal.risk.level}


def markdown(
    assessment: Assessment, model: RiskModelSpec, lower: Lower, to: Presentation = MACHINE
) -> str:
    """Render the factors as a table."""
    risk = assessment.risk
    total = to.says("risk_sheet.total", level=risk.level, score=risk.score)
    lines = [f"### {code_span(assessment.change)}: {total}", ""]
    for side, band, _ in _sides(risk, model):
        found = risk.factors_of(side)
        lines += [
            f"**{to.says('risk_sheet.band', case=side, band=band)}**",
            "",
            *factor_rows(found, _points(found), to),
            "",
        ]
    lines += [*map(prose, _lower(risk, lower, to)), ""]
    return "\n".join(lines[:-1]) + "\n"


FORMATS: Final[dict[str, Callable[[Assessment, RiskModelSpec, Lower, Presentation], str]]] = {
    "text": text,
    "json": risk_json,
    "markdown": markdown,
}
