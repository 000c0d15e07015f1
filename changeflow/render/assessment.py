"""An assessment for people (text, Markdown, HTML, a picture) and for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Protocol

from changeflow.model.answers import Assessment, Conflict, Risk, RiskFactor, answer
from changeflow.model.base import format_instant
from changeflow.render import impact as blast
from changeflow.render.escape import code_span, spelled
from changeflow.render.escape import markdown as escaped
from changeflow.render.graph import NO_LABELS, Labels
from changeflow.render.svg import svg as picture
from changeflow.render.table import columns

if TYPE_CHECKING:
    from markupsafe import Markup

NO_CONFLICT: Final = "with no other open change"
NO_APPROVAL: Final = "policy asks for no approval"


class Format(Protocol):
    """An output format. `labels` adds what people call the items; without it ids stand alone."""

    def __call__(self, assessment: Assessment, labels: Labels = NO_LABELS) -> str:
        """The whole output, ending in a line break."""


def text(assessment: Assessment, labels: Labels = NO_LABELS) -> str:
    """Class, risk with every point, blast radius, who must approve and why, conflicts."""
    kind, risk = assessment.type, assessment.risk
    lines = [
        assessment.change,
        "",
        f"Class: {kind.class_} (declared {kind.declared}, computed {kind.computed})",
        *(f"  {reason}" for reason in kind.reasons),
        "",
        *risk_lines(risk),
        "",
        f"Impact: {blast.summary(assessment.impact)}",
        *blast.sections(assessment.impact, labels),
        "",
        "Approvals",
        *_approval_lines(assessment),
        "",
        "Conflicts",
        *([f"  {_conflict(found)}" for found in assessment.conflicts] or [f"  {NO_CONFLICT}"]),
    ]
    return "\n".join(spelled(line) for line in lines) + "\n"


def risk_lines(risk: Risk) -> list[str]:
    """The score, and a table of its factors whose points add up to it."""
    heading = (
        f"Risk: {risk.level}, {risk.score} of 100 (likelihood {risk.likelihood} of 5, "
        f"impact {risk.impact} of 5)"
    )
    rows = [
        (f"{factor.points:+d}".rjust(4), factor.source, factor.id, factor.reason)
        for factor in risk.factors
    ]
    table = columns([("pts.".rjust(4), "source", "factor", "reason"), *rows], indent=2)
    return [heading, *table]


def _undecided(assessment: Assessment) -> list[str]:
    """Rules that could not be asked, as sentences: they may ask for approvals, and keep the gate shut."""
    rules = assessment.policy.get("rules", ())
    return [f"{rule['rule']}: {rule['message']}" for rule in rules if rule["outcome"] == "error"]


def _none(assessment: Assessment) -> str:
    """What stands where no approval is asked for."""
    undecided = _undecided(assessment)
    return f"cannot be told: {'; '.join(undecided)}" if undecided else NO_APPROVAL


def _approval_lines(assessment: Assessment) -> list[str]:
    if not assessment.approvals:
        return [f"  {_none(assessment)}"]
    rows = [
        (f"{seat.count} x", seat.role, seat.because, f"[{seat.rule}]" if seat.rule else "")
        for seat in assessment.approvals
    ]
    return columns(rows, indent=2) + [
        f"  cannot be told: {line}" for line in _undecided(assessment)
    ]


def _conflict(found: Conflict) -> str:
    return f"{found.change}: {_collision(found)}"


def _collision(found: Conflict) -> str:
    when = f"{format_instant(found.overlap_start)} to {format_instant(found.overlap_end)}"
    return f"{found.message} ({when}; {found.kind}: {', '.join(found.items)})"


def as_json(assessment: Assessment, labels: Labels = NO_LABELS) -> str:  # noqa: ARG001 - the contract has ids only
    """The answer `changeflow/assessment/v1`."""
    return json.dumps(answer(assessment), indent=2, ensure_ascii=False) + "\n"


def markdown(assessment: Assessment, labels: Labels = NO_LABELS) -> str:
    """For a pull request: the verdict first, then approvals, picture, and the points of the risk folded away."""
    kind, risk = assessment.type, assessment.risk
    lines = [
        (
            f"### {code_span(assessment.change)}: {kind.class_} change, {risk.level} risk "
            f"({risk.score} of 100)"
        ),
        "",
        *(f"- {escaped(reason)}" for reason in kind.reasons),
        "",
        "**Approvals**",
        "",
        *(_approval_items(assessment) or [f"- {escaped(_none(assessment))}"]),
        "",
        "**Conflicts**",
        "",
        *(
            [f"- {escaped(_conflict(found))}" for found in assessment.conflicts]
            or [f"- {NO_CONFLICT}"]
        ),
        "",
        "**Impact**",
        "",
        *blast.markdown_body(assessment.impact, labels),
        "",
        "<details>",
        (
            f"<summary>Risk: likelihood {risk.likelihood} of 5, impact {risk.impact} of 5, every point "
            "explained</summary>"
        ),
        "",
        *factor_rows(risk.factors, risk.score),
        "",
        "</details>",
    ]
    return "\n".join(lines) + "\n"


def _approval_items(assessment: Assessment) -> list[str]:
    return [
        f"- {seat.count} × {code_span(seat.role)}: {escaped(seat.because)}"
        for seat in assessment.approvals
    ]


def factor_rows(factors: Iterable[RiskFactor], score: int) -> list[str]:
    """A table of factors and their sum."""
    rows = [
        f"| {f.points:+d} | {f.source} | {code_span(f.id)} | {escaped(f.reason)} |" for f in factors
    ]
    return [
        "| Points | Source | Factor | Reason |",
        "| ---: | --- | --- | --- |",
        *rows,
        f"| **{score}** | | | sum |",
    ]


def svg(assessment: Assessment, labels: Labels = NO_LABELS) -> str:
    """The blast radius as a picture."""
    return picture(assessment.impact, labels)


def html(assessment: Assessment, labels: Labels = NO_LABELS) -> str:
    """One page with everything the text format says, and the picture."""
    from markupsafe import Markup

    from changeflow.render.page import page, table

    risk = assessment.risk
    body = Markup(
        "<h1>{change}</h1>\n<p class='quiet'>Assessment of content "
        "<code>{digest}</code></p>\n{facts}\n"
        "<section><h2>Approvals</h2>{approvals}</section>\n<section><h2>Conflicts</h2>{conflicts}</section>\n"
        "<h2>Impact</h2>\n{impact}\n<section><h2>Risk, point by point</h2>{factors}</section>"
    ).format(
        change=spelled(assessment.change),
        digest=spelled(assessment.digest),
        facts=_facts(assessment),
        approvals=table(
            ("Seats", "Role", "Because"),
            [(str(s.count), s.role, s.because) for s in assessment.approvals],
            numbers=(0,),
        )
        if assessment.approvals
        else f"{_none(assessment)}.",
        conflicts=table(
            ("Change", "What"),
            [(found.change, _collision(found)) for found in assessment.conflicts],
        )
        if assessment.conflicts
        else f"{NO_CONFLICT}.",
        impact=blast.html_body(assessment.impact, labels),
        factors=table(
            ("Points", "Source", "Factor", "Reason"),
            [(f"{f.points:+d}", f.source, f.id, f.reason) for f in risk.factors]
            + [(str(risk.score), "", "", "sum")],
            numbers=(0,),
        ),
    )
    return page(f"{assessment.change}: assessment", body)


def _facts(assessment: Assessment) -> Markup:
    """Class and risk at the top of the page."""
    from markupsafe import Markup

    kind, risk = assessment.type, assessment.risk
    reasons = Markup("").join(
        Markup("<div class='quiet'>{}</div>").format(spelled(reason)) for reason in kind.reasons
    )
    return Markup(
        '<section><div class="facts"><div>Class<b>{}</b></div><div class="level {}">Risk<b>{}, {} '
        "of 100</b></div>"
        "<div>Likelihood<b>{} of 5</b></div><div>Impact<b>{} of 5</b></div></div>{}</section>"
    ).format(kind.class_, risk.level, risk.level, risk.score, risk.likelihood, risk.impact, reasons)


FORMATS: Final[dict[str, Format]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
    "svg": svg,
    "html": html,
}
