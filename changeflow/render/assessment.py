"""An assessment for people (text, Markdown, HTML, a picture) and for programs (JSON).

For people it begins with the request: what, why, when, who, the steps, and how it is undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from changeflow.language.reasons import translated
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import (
    Assessment,
    RequiredApproval,
    Risk,
    RiskFactor,
)
from changeflow.model.change import ChangeRequest
from changeflow.model.document_parts import format_instant
from changeflow.render import impact as blast
from changeflow.render import sheet
from changeflow.render.escape import code_span, html_prose, prose, spelled
from changeflow.render.factors import collision, conflict_lines, freeze_lines, why, why_classified
from changeflow.render.json_text import answer_json
from changeflow.render.labels import NO_LABELS, Labels
from changeflow.render.lines import bulleted, indented
from changeflow.render.presentation import MACHINE, Presentation
from changeflow.render.request import RequestPage
from changeflow.render.sheet import Section
from changeflow.render.table import folded, grid

if TYPE_CHECKING:
    from changeflow.model.answers.lessons import EarlierReviews
    from changeflow.render.markup import Markup
    from changeflow.usecases.gate.since_opinion import SinceOpinion


@dataclass(frozen=True)
class About:
    """What an assessment is about, for people who decide by it.

    Attributes:
        request: the request; None: only the assessment is shown.
        since: what changed since people approved another content.
        lessons: what earlier reviews learnt.
    """

    request: ChangeRequest | None = None
    since: tuple[SinceOpinion, ...] = ()
    lessons: EarlierReviews | None = None


ALONE: Final = About()


class AssessmentFormat(Protocol):
    """An output format.

    `labels` adds what people call the items; without it ids stand alone. `to` is the reader.
    """

    def __call__(
        self,
        assessment: Assessment,
        labels: Labels = NO_LABELS,
        to: Presentation = MACHINE,
        about: About = ALONE,
    ) -> str:
        """Return the whole output, ending in a line break."""


def _title(about: About) -> str:
    return about.request.metadata.title if about.request is not None else ""


def _request(about: About, to: Presentation) -> tuple[Section, ...]:
    """Return the request, its steps, its rollback, and what changed since people approved it."""
    if about.request is None:
        return ()
    page = RequestPage(about.request.plain, to)
    request = page.section("request", page.labelled(page.facts()))
    found = (request, page.plan(), page.rollback(), *_since(about, to))
    if about.lessons is None:
        return found
    # few repositories have reviews of these items
    from changeflow.render.lessons import lesson_sections

    return (*found, *lesson_sections(about.lessons, to))


def _since(about: About, to: Presentation) -> Iterator[Section]:
    for one in about.since:
        title = to.says("since.title", who=one.person, at=format_instant(one.at))
        points = tuple((line, ()) for line in one.lines)
        yield Section(title, (sheet.Points(points),))


def _service_levels(assessment: Assessment, to: Presentation) -> tuple[Section, ...]:
    if not assessment.impact.sla and not assessment.impact.sla_degraded:
        return ()
    from changeflow.render.service_levels import service_levels

    return service_levels(assessment.impact, to)


def text(
    assessment: Assessment,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    about: About = ALONE,
) -> str:
    """Render the request, class, risk point by point, impact, approvals, and conflicts."""
    about_request = sheet.Sheet(assessment.change, _title(about), _request(about, to))
    kind, risk = assessment.type, assessment.risk
    lines = [
        "",
        to.says(
            "assess.class",
            class_=kind.class_,
            declared=kind.declared,
            computed=kind.computed,
        ),
        *indented(why_classified(kind, to)),
        "",
        *risk_lines(risk, to),
        "",
        to.says("assess.impact", sum=blast.summary(assessment.impact, to)),
        *blast.sections(assessment.impact, labels, to),
        *_service_level_lines(assessment, to),
        "",
        _section("approvals", to),
        *_approval_lines(assessment, to),
        "",
        _section("conflicts", to),
        *indented(conflict_lines(assessment.conflicts, to)),
    ]
    if assessment.freezes:
        lines += ["", _section("freezes", to), *indented(freeze_lines(assessment.freezes, to))]
    begun = sheet.text(about_request, sheet.width_of(to.width))
    return begun + folded("\n".join(map(spelled, lines)), to.width) + "\n"


def _service_level_lines(assessment: Assessment, to: Presentation) -> list[str]:
    lines: list[str] = []
    for section in _service_levels(assessment, to):
        lines += sheet.text_lines(section, sheet.width_of(to.width))
    return lines


def _section(name: str, to: Presentation) -> str:
    return to.says("assess.section", case=name)


def _column(name: str, to: Presentation) -> str:
    return to.says("assess.column", case=name)


def risk_lines(risk: Risk, to: Presentation = MACHINE) -> list[str]:
    """Render the score, and a table of its factors whose points add up to it."""
    facts = risk.in_numbers
    return [to.says("assess.risk", **facts), *point_lines(risk.factors, to, head=True)]


def point_lines(
    factors: Iterable[RiskFactor], to: Presentation, *, head: bool = False
) -> list[str]:
    """Render a table of factors, at a terminal without their ids unless they are asked for."""
    names = ("source", "factor", "reason")
    heading = [_column("short_points", to).rjust(4), *(_column(name, to).lower() for name in names)]
    rows: list[Sequence[str]] = [heading] if head else []
    rows += point_rows(factors, to)
    if not to.shows_codes:
        rows = [(points, source, reason) for points, source, _, reason in rows]
    return grid(rows, to.width, indent=2)


def point_rows(factors: Iterable[RiskFactor], to: Presentation = MACHINE) -> list[tuple[str, ...]]:
    """Return the cells of each factor: points, source, id, reason."""
    rows: list[tuple[str, ...]] = []
    for one in factors:
        source = to.says("assess.source", source=one.source)
        rows.append((f"{one.points:+d}".rjust(4), source, one.id, why(one, to)))
    return rows


def _undecided(assessment: Assessment) -> list[str]:
    """Return rules that could not be evaluated, as sentences.

    They may ask for approvals, and they keep the gate shut.
    """
    rules = assessment.policy.get("rules", ())
    return [f"{rule['rule']}: {rule['message']}" for rule in rules if rule["outcome"] == "error"]


def _no_approval(assessment: Assessment, to: Presentation) -> str:
    """Return the text for an assessment that asks for no approval."""
    undecided = _undecided(assessment)
    if undecided:
        return to.says("assess.undecided", rules=undecided)
    return to.says("assess.no_approval")


def _because(seat: RequiredApproval, to: Presentation) -> str:
    """Return what the rule says that asks for a seat, in the reader's language where it can."""
    return translated(seat.translations, "message", to, seat.because)


def _approval_lines(assessment: Assessment, to: Presentation) -> list[str]:
    if not assessment.approvals:
        return [f"  {_no_approval(assessment, to)}"]
    rows = []
    for seat in assessment.approvals:
        rule = f"[{seat.rule}]" if seat.rule and to.shows_codes else ""
        role = to.shows("role", seat.role)
        because = _because(seat, to)
        rows.append((to.says("assess.seat", count=seat.count), role, because, rule))
    lines = grid(rows, to.width, indent=2)
    for rule in _undecided(assessment):
        lines.append(f"  {to.says('assess.undecided', rules=[rule])}")
    return lines


def as_json(
    assessment: Assessment,
    labels: Labels = NO_LABELS,  # noqa: ARG001
    to: Presentation = MACHINE,  # noqa: ARG001
    about: About = ALONE,  # noqa: ARG001
) -> str:
    """Render the answer `changeflow/assessment/v1`, which has ids and no labels."""
    return answer_json(assessment)


def markdown(
    assessment: Assessment,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    about: About = ALONE,
) -> str:
    """Render a comment: the request, approvals, impact, and the risk folded away."""
    kind, risk = assessment.type, assessment.risk
    title = _title(about)
    total = to.says("assess.summary", class_=kind.class_, level=risk.level, score=risk.score)
    lines = [f"### {code_span(assessment.change)}: {prose(title or total)}"]
    lines += sheet.markdown_sections(_request(about, to), "**{}**")
    lines += ["", f"**{total}**"] if title else []
    folded = to.says("assess.risk_folded", likelihood=risk.likelihood, impact=risk.impact)
    lines += [
        "",
        *bulleted(map(prose, why_classified(kind, to))),
        "",
        f"**{_section('approvals', to)}**",
        "",
        *_approval_items(assessment, to),
        "",
        f"**{_section('conflicts', to)}**",
        "",
        *bulleted(map(prose, conflict_lines(assessment.conflicts, to))),
        "",
    ]
    if assessment.freezes:
        lines += [f"**{_section('freezes', to)}**", ""]
        lines += [*bulleted(map(prose, freeze_lines(assessment.freezes, to))), ""]
    lines += [
        f"**{_section('impact', to)}**",
        "",
        *blast.markdown_body(assessment.impact, labels, to),
        *sheet.markdown_sections(_service_levels(assessment, to), "**{}**"),
        "",
        "<details>",
        f"<summary>{folded}</summary>",
        "",
        *factor_rows(risk.factors, risk.score, to),
        "",
        "</details>",
    ]
    return "\n".join(lines) + "\n"


def _approval_items(assessment: Assessment, to: Presentation) -> list[str]:
    lines = []
    for seat in assessment.approvals:
        role = to.shows("quoted_role", seat.role)
        lines.append(f"- {seat.count} × {prose(role)}: {prose(_because(seat, to))}")
    return lines or [f"- {prose(_no_approval(assessment, to))}"]


def factor_rows(factors: Iterable[RiskFactor], score: int, to: Presentation = MACHINE) -> list[str]:
    """Render a table of factors and their sum."""
    names = ("points", "source", "factor", "reason")
    lines = [f"| {' | '.join(_column(name, to) for name in names)} |", "| ---: | --- | --- | --- |"]
    for factor in factors:
        source = to.says("assess.source", source=factor.source)
        name, reason = code_span(factor.id), prose(why(factor, to))
        lines.append(f"| {factor.points:+d} | {source} | {name} | {reason} |")
    lines.append(f"| **{score}** | | | {to.says('assess.sum')} |")
    return lines


def svg(
    assessment: Assessment,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    about: About = ALONE,  # noqa: ARG001
) -> str:
    """Draw the blast radius as a picture."""
    from changeflow.render.svg import svg as picture

    return picture(assessment.impact, labels, to)


def html(
    assessment: Assessment,
    labels: Labels = NO_LABELS,
    to: Presentation = MACHINE,
    about: About = ALONE,
) -> str:
    """Render one page with everything the text format says, and the picture."""
    from changeflow.render.markup import Markup
    from changeflow.render.page import page

    title = _title(about)
    digest = html_prose(to.says("assess.digest", digest=assessment.digest))
    named = Markup("{}<br>").format(spelled(assessment.change)) if title else Markup("")
    body = Markup(
        "<h1>{title}</h1>\n<p class='quiet'>{named}{digest}</p>\n{request}{facts}\n"
        "{approvals}{conflicts}{freezes}"
        "<h2>{heading}</h2>\n{impact}\n{levels}{factors}"
    ).format(
        title=spelled(title or assessment.change),
        named=named,
        digest=digest,
        request=sheet.html_sections(_request(about, to)),
        facts=_facts(assessment, to),
        approvals=_part("approvals", _approvals_html(assessment, to), to),
        conflicts=_part("conflicts", _conflicts_html(assessment, to), to),
        freezes=_freezes_html(assessment, to),
        heading=_section("impact", to),
        impact=blast.html_body(assessment.impact, labels, to),
        levels=sheet.html_sections(_service_levels(assessment, to)),
        factors=_part("risk", _factors_html(assessment.risk, to), to),
    )
    return page(to.says("assess.title", change=assessment.change), body, to.language)


def _part(name: str, inside: Markup | str, to: Presentation) -> Markup:
    from changeflow.render.markup import Markup

    return Markup("<section><h2>{}</h2>{}</section>\n").format(_section(name, to), inside)


def _approvals_html(assessment: Assessment, to: Presentation) -> Markup | str:
    from changeflow.render.page import table

    if not assessment.approvals:
        return spelled(_no_approval(assessment, to))
    rows = []
    for seat in assessment.approvals:
        role = to.shows("role", seat.role)
        rows.append((str(seat.count), role, _because(seat, to)))
    names = ("count", "role", "because")
    return table(tuple(_column(name, to) for name in names), rows, numbers=(0,))


def _conflicts_html(assessment: Assessment, to: Presentation) -> Markup | str:
    from changeflow.render.page import table

    if not assessment.conflicts:
        return to.says("assess.no_conflict")
    rows = [(found.change, collision(found, to)) for found in assessment.conflicts]
    return table((_column("change", to), _column("what", to)), rows)


def _freezes_html(assessment: Assessment, to: Presentation) -> Markup | str:
    if not assessment.freezes:
        return ""
    points = tuple((line, ()) for line in freeze_lines(assessment.freezes, to))
    return sheet.html_sections([Section(_section("freezes", to), (sheet.Points(points),))])


def _factors_html(risk: Risk, to: Presentation) -> Markup:
    from changeflow.render.page import table

    rows = point_rows(risk.factors, to)
    rows.append((str(risk.score), "", "", to.says("assess.sum")))
    names = ("points", "source", "factor", "reason")
    return table(tuple(_column(name, to) for name in names), rows, numbers=(0,))


def _facts(assessment: Assessment, to: Presentation) -> Markup:
    """Render class and risk at the top of the page."""
    from changeflow.render.markup import Markup

    kind, risk = assessment.type, assessment.risk
    reasons = Markup("")
    for reason in why_classified(kind, to):
        reasons += Markup("<div class='quiet'>{}</div>").format(html_prose(reason))
    return Markup(
        '<section><div class="facts"><div>{}<b>{}</b></div><div class="level {}">{}<b>{}</b></div>'
        "<div>{}<b>{}</b></div><div>{}<b>{}</b></div></div>{}</section>"
    ).format(
        _section("class", to),
        to.says("assess.kind", class_=kind.class_),
        risk.level,
        _section("level", to),
        to.says("assess.level", level=risk.level, score=risk.score),
        _column("likelihood", to),
        to.says("assess.of_five", points=risk.likelihood),
        _column("impact", to),
        to.says("assess.of_five", points=risk.impact),
        reasons,
    )


FORMATS: Final[dict[str, AssessmentFormat]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
    "svg": svg,
    "html": html,
}
