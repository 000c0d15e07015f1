"""An assessment for people (text, Markdown, HTML, a picture) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Protocol

from changeflow.model.answers.assessment import Assessment, Conflict, Risk, RiskFactor
from changeflow.render import impact as blast
from changeflow.render.escape import code_span, spelled
from changeflow.render.escape import markdown as escaped
from changeflow.render.json_text import answer_json
from changeflow.render.labels import NO_LABELS, Labels
from changeflow.render.lines import bulleted, indented
from changeflow.render.presentation import MACHINE, Presentation
from changeflow.render.table import columns

if TYPE_CHECKING:
    from markupsafe import Markup

NO_CONFLICT: Final = "with no other open change"
NO_APPROVAL: Final = "policy asks for no approval"


class AssessmentFormat(Protocol):
    """An output format.

    `labels` adds what people call the items; without it ids stand alone. `to` is the reader.
    """

    def __call__(
        self, assessment: Assessment, labels: Labels = NO_LABELS, to: Presentation = MACHINE
    ) -> str:
        """Return the whole output, ending in a line break."""


def text(assessment: Assessment, labels: Labels = NO_LABELS, to: Presentation = MACHINE) -> str:
    """Render class, risk point by point, impact, approvals with their reasons, and conflicts."""
    kind, risk = assessment.type, assessment.risk
    lines = [
        assessment.change,
        "",
        f"Class: {kind.class_} (declared {kind.declared}, computed {kind.computed})",
        *indented(kind.reasons),
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
        *indented(_conflict_lines(assessment, to)),
    ]
    return "\n".join(map(spelled, lines)) + "\n"


def risk_lines(risk: Risk) -> list[str]:
    """Render the score, and a table of its factors whose points add up to it."""
    heading = (
        f"Risk: {risk.level}, {risk.score} of 100 (likelihood {risk.likelihood} of 5, "
        f"impact {risk.impact} of 5)"
    )
    head = ("pts.".rjust(4), "source", "factor", "reason")
    table = columns([head, *point_rows(risk.factors)], indent=2)
    return [heading, *table]


def point_rows(factors: Iterable[RiskFactor]) -> list[tuple[str, ...]]:
    """Return the cells of each factor: points, source, id, reason."""
    return [(f"{f.points:+d}".rjust(4), f.source, f.id, f.reason) for f in factors]


def _undecided(assessment: Assessment) -> list[str]:
    """Return rules that could not be evaluated, as sentences.

    They may ask for approvals, and they keep the gate shut.
    """
    rules = assessment.policy.get("rules", ())
    return [f"{rule['rule']}: {rule['message']}" for rule in rules if rule["outcome"] == "error"]


def _no_approval(assessment: Assessment) -> str:
    """Return the text for an assessment that asks for no approval."""
    undecided = _undecided(assessment)
    if undecided:
        return f"cannot be told: {'; '.join(undecided)}"
    return NO_APPROVAL


def _approval_lines(assessment: Assessment) -> list[str]:
    if not assessment.approvals:
        return [f"  {_no_approval(assessment)}"]
    rows = []
    for seat in assessment.approvals:
        rule = f"[{seat.rule}]" if seat.rule else ""
        rows.append((f"{seat.count} x", seat.role, seat.because, rule))
    lines = columns(rows, indent=2)
    for rule in _undecided(assessment):
        lines.append(f"  cannot be told: {rule}")
    return lines


def _conflict_lines(assessment: Assessment, to: Presentation) -> list[str]:
    lines = [f"{found.change}: {_collision(found, to)}" for found in assessment.conflicts]
    return lines or [NO_CONFLICT]


def _collision(found: Conflict, to: Presentation) -> str:
    when = f"{to.time(found.overlap_start)} to {to.time(found.overlap_end)}"
    return f"{found.message} ({when}; {found.kind}: {', '.join(found.items)})"


def as_json(
    assessment: Assessment,
    labels: Labels = NO_LABELS,  # noqa: ARG001
    to: Presentation = MACHINE,  # noqa: ARG001
) -> str:
    """Render the answer `changeflow/assessment/v1`, which has ids and no labels."""
    return answer_json(assessment)


def markdown(assessment: Assessment, labels: Labels = NO_LABELS, to: Presentation = MACHINE) -> str:
    """Render a comment for a pull request: verdict, approvals, impact, and the risk folded away."""
    kind, risk = assessment.type, assessment.risk
    lines = [
        (
            f"### {code_span(assessment.change)}: {kind.class_} change, {risk.level} risk "
            f"({risk.score} of 100)"
        ),
        "",
        *bulleted(map(escaped, kind.reasons)),
        "",
        "**Approvals**",
        "",
        *_approval_items(assessment),
        "",
        "**Conflicts**",
        "",
        *bulleted(map(escaped, _conflict_lines(assessment, to))),
        "",
        "**Impact**",
        "",
        *blast.markdown_body(assessment.impact, labels),
        "",
        "<details>",
        (
            f"<summary>Risk: likelihood {risk.likelihood} of 5, impact {risk.impact} of 5, "
            "every point explained</summary>"
        ),
        "",
        *factor_rows(risk.factors, risk.score),
        "",
        "</details>",
    ]
    return "\n".join(lines) + "\n"


def _approval_items(assessment: Assessment) -> list[str]:
    lines = []
    for seat in assessment.approvals:
        lines.append(f"- {seat.count} × {code_span(seat.role)}: {escaped(seat.because)}")
    return lines or [f"- {escaped(_no_approval(assessment))}"]


def factor_rows(factors: Iterable[RiskFactor], score: int) -> list[str]:
    """Render a table of factors and their sum."""
    lines = ["| Points | Source | Factor | Reason |", "| ---: | --- | --- | --- |"]
    for factor in factors:
        name, reason = code_span(factor.id), escaped(factor.reason)
        lines.append(f"| {factor.points:+d} | {factor.source} | {name} | {reason} |")
    lines.append(f"| **{score}** | | | sum |")
    return lines


def svg(
    assessment: Assessment,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,  # noqa: ARG001
) -> str:
    """Draw the blast radius as a picture."""
    from changeflow.render.svg import svg as picture

    return picture(assessment.impact, labels)


def html(assessment: Assessment, labels: Labels = NO_LABELS, to: Presentation = MACHINE) -> str:
    """Render one page with everything the text format says, and the picture."""
    from markupsafe import Markup

    from changeflow.render.page import page

    body = Markup(
        "<h1>{change}</h1>\n<p class='quiet'>Assessment of content "
        "<code>{digest}</code></p>\n{facts}\n"
        "<section><h2>Approvals</h2>{approvals}</section>\n"
        "<section><h2>Conflicts</h2>{conflicts}</section>\n"
        "<h2>Impact</h2>\n{impact}\n<section><h2>Risk, point by point</h2>{factors}</section>"
    ).format(
        change=spelled(assessment.change),
        digest=spelled(assessment.digest),
        facts=_facts(assessment),
        approvals=_approvals_html(assessment),
        conflicts=_conflicts_html(assessment, to),
        impact=blast.html_body(assessment.impact, labels),
        factors=_factors_html(assessment.risk),
    )
    return page(f"{assessment.change}: assessment", body)


def _approvals_html(assessment: Assessment) -> Markup | str:
    from changeflow.render.page import table

    if not assessment.approvals:
        return f"{_no_approval(assessment)}."
    rows = [(str(seat.count), seat.role, seat.because) for seat in assessment.approvals]
    return table(("Seats", "Role", "Because"), rows, numbers=(0,))


def _conflicts_html(assessment: Assessment, to: Presentation) -> Markup | str:
    from changeflow.render.page import table

    if not assessment.conflicts:
        return f"{NO_CONFLICT}."
    rows = [(found.change, _collision(found, to)) for found in assessment.conflicts]
    return table(("Change", "What"), rows)


def _factors_html(risk: Risk) -> Markup:
    from changeflow.render.page import table

    rows: list[tuple[str, ...]]
    rows = [(f"{f.points:+d}", f.source, f.id, f.reason) for f in risk.factors]
    rows.append((str(risk.score), "", "", "sum"))
    return table(("Points", "Source", "Factor", "Reason"), rows, numbers=(0,))


def _facts(assessment: Assessment) -> Markup:
    """Render class and risk at the top of the page."""
    from markupsafe import Markup

    kind, risk = assessment.type, assessment.risk
    reasons = Markup("")
    for reason in kind.reasons:
        reasons += Markup("<div class='quiet'>{}</div>").format(spelled(reason))
    return Markup(
        '<section><div class="facts"><div>Class<b>{}</b></div><div class="level {}">Risk<b>{}, {} '
        "of 100</b></div>"
        "<div>Likelihood<b>{} of 5</b></div><div>Impact<b>{} of 5</b></div></div>{}</section>"
    ).format(kind.class_, risk.level, risk.level, risk.score, risk.likelihood, risk.impact, reasons)


FORMATS: Final[dict[str, AssessmentFormat]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
    "svg": svg,
    "html": html,
}
