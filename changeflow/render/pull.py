"""What the bot publishes about a pull request: title, comment, job summary and annotations.

The verdict comes first, then the missing approvals, then the reasons. All text from outside is
escaped, and secrets in it are redacted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.gate_cases.assessment import Assessed
from changeflow.language.reasons import said_by, sentence
from changeflow.model.answers.assessment import Assessment
from changeflow.model.answers.decision import CountedApproval, Missing, Reason, shutting
from changeflow.model.answers.lessons import NO_REVIEWS, EarlierReviews
from changeflow.model.change import ChangeRequest, ChangeSpec
from changeflow.model.document_parts import format_duration, format_instant
from changeflow.model.document_paths import plan_path
from changeflow.model.opinions import shortened
from changeflow.model.publication import OWN_LABELS, Annotation, Publication
from changeflow.model.pull_results import PullVerdict
from changeflow.model.redaction import redact
from changeflow.render.assessment import factor_rows
from changeflow.render.decision import (
    holds_until,
    labelled,
    not_counted,
    ordered,
    vacant_seat,
    what_is_missing,
)
from changeflow.render.escape import code_span, prose
from changeflow.render.escape import markdown as escaped
from changeflow.render.factors import what_collides, why_classified
from changeflow.render.graph import MOST_DRAWN, mermaid
from changeflow.render.labels import Labels
from changeflow.render.lines import bulleted
from changeflow.render.presentation import Presentation
from changeflow.usecases.pull.judge import JudgedPull
from changeflow.usecases.pull.since_approval import SinceApproval

if TYPE_CHECKING:
    from changeflow.render.policy_backtest import TriedPolicies

# criteria of acceptance that the comment shows
_CRITERIA: Final = 5
# characters of the reason for a change that the comment shows
_REASON: Final = 500
# begins the codes of what proves a demand for evidence, and how many of them a row of the comment says
_EVIDENCE: Final = "evidence."
_MOST_EVIDENCE: Final = 5
# Labels are names that filters know; they are the same in every language.
_LABEL: Final = {"open": "open", "shut": "shut", "pending": "waiting", "error": "cannot-be-decided"}
_WARNINGS: Final = frozenset(
    {
        "history.governed",
        "identity.mismatch",
        "pull.edited",
        "review.edited",
        "scope.proposed",
        "scope.undeclared",
        "scope.untouched",
    }
)
MOST_REVIEWERS: Final = 5
OPEN_LABEL: Final = f"{OWN_LABELS}{_LABEL['open']}"


def publication(
    judged: JudgedPull,
    since: Sequence[SinceApproval],
    to: Presentation,
    policies: TriedPolicies | None = None,
    lessons: EarlierReviews = NO_REVIEWS,
) -> Publication:
    """Return everything to publish about one pull request.

    Args:
        judged: the pull request.
        since: what changed since approvals of other content.
        to: the reader.
        policies: what the policies that it changes come to; None where it changes none.
        lessons: what earlier reviews learnt, and which are owed.
    """
    verdict = judged.verdict
    body = comment(judged, since, to, policies, lessons)
    return Publication(
        head=verdict.head,
        outcome=verdict.state,
        title=title(verdict, to),
        summary=body,
        annotations=tuple(_annotations(judged)),
        comment=body,
        labels=labels(judged),
        reviewers=reviewers(judged),
    )


def title(verdict: PullVerdict, to: Presentation) -> str:
    """Render one line: the verdict, and the first thing that is missing."""
    if verdict.open:
        said = _open_title(verdict, to)
        if verdict.holds_until is None:
            return said
        return to.says("verdict.until", verdict=said, at=format_instant(verdict.holds_until))
    missing = []
    for reason in _blocking(verdict):
        if reason.reason_code not in ("approvals.missing", "approvals.impossible"):
            missing.append(sentence(reason, to))
            break
    if verdict.missing:
        seats = list(map(_vacant, verdict.missing))
        missing.append(to.says("comment.seats_missing", seats=seats))
    why = missing or [to.says("comment.see_below")]
    return redact(to.says("verdict.state_because", state=_state(verdict, to), why=why))


def _open_title(verdict: PullVerdict, to: Presentation) -> str:
    people = [item.by for item in verdict.approvals]
    if people:
        return to.says("verdict.open_by", people=people)
    return to.says("verdict.state", state=_state(verdict, to))


def _state(verdict: PullVerdict, to: Presentation) -> str:
    return to.says(f"state.{verdict.state}")


def _vacant(seat: Missing) -> dict[str, object]:
    vacant = seat.needed - seat.have
    return {"code": "comment.seat", "vacant": vacant, "needed": seat.needed, "role": seat.role}


def comment(
    judged: JudgedPull,
    since: Sequence[SinceApproval],
    to: Presentation,
    policies: TriedPolicies | None = None,
    lessons: EarlierReviews = NO_REVIEWS,
) -> str:
    """Render the sticky comment. Arguments are those of `publication`."""
    verdict = judged.verdict
    warnings = [item for item in _all(verdict) if item.reason_code in _WARNINGS]
    lines = [f"## {to.says('comment.heading', state=_state(verdict, to))}", ""]
    lines += _missing(verdict, to)
    lines += _reasons("comment.shut_by", _blocking(verdict), to)
    for assessed in judged.assessed:
        lines += _request(assessed, to)
    if policies is not None:
        from changeflow.render.policy_backtest import comment_lines

        lines += comment_lines(policies, to)
    lines += _since(since, to)
    lines += _people(verdict, to)
    lines += _reasons("comment.warnings", warnings, to)
    if lessons.shown or lessons.owed.shown:
        from changeflow.render.lessons import lesson_lines, owed_lines

        # last, so that a comment that is too long is shortened here first
        lines += [*owed_lines(lessons.owed, to), *lesson_lines(lessons, to)]
    lines += _footer(verdict, to)
    return redact("\n".join(lines)) + "\n"


def _all(verdict: PullVerdict) -> list[Reason]:
    reasons = list(verdict.reasons)
    for decision in verdict.decisions:
        reasons += decision.reasons
    return reasons


def _blocking(verdict: PullVerdict) -> list[Reason]:
    return shutting(ordered(_all(verdict)))


def _missing(verdict: PullVerdict, to: Presentation) -> list[str]:
    if verdict.open:
        complete = [to.says("comment.complete"), ""]
        if verdict.holds_until is not None:
            complete += [prose(holds_until(verdict.holds_until, to)), ""]
        return complete
    lines = [labelled("decision.missing", vacant_seat(seat, to), to) for seat in verdict.missing]
    if verdict.impossible:
        lines.append(prose(to.says("comment.impossible", why=what_is_missing(verdict.impossible))))
    return [*bulleted(lines), ""] if lines else []


def _lacking_evidence(item: Reason, to: Presentation) -> str:
    """Return what lacks of the evidence that a rule asks for; empty where it asks for none."""
    found = [one for one in shutting(item.parts) if one.reason_code.startswith(_EVIDENCE)]
    return "; ".join(prose(said_by(one, to).text) for one in found[:_MOST_EVIDENCE])


def _reasons(heading: str, reasons: Iterable[Reason], to: Presentation) -> list[str]:
    rows = []
    for item in reasons:
        said = prose(sentence(item, to))
        lacking = _lacking_evidence(item, to)
        if lacking:
            said += f": {lacking}"
        hint = said_by(item, to).hint
        if hint:
            said += f" — {prose(hint)}"
        warns = item.warns or item.reason_code in _WARNINGS
        mark = to.says(f"mark.{'warning' if warns else item.outcome}")
        rows.append(f"| {mark} | {said} | `{item.rule}` |")
    if not rows:
        return []
    return [
        f"### {to.says(heading)}",
        "",
        f"| | {to.says('decision.reason')} | {to.says('decision.rule')} |",
        "| --- | --- | --- |",
        *dict.fromkeys(rows),
        "",
    ]


def _request(assessed: Assessed, to: Presentation) -> list[str]:
    found, change = assessed.listing(None), assessed.content.change
    lines = [
        f"### {code_span(found.change)}",
        "",
        f"> {escaped(change.metadata.title)}",
        "",
        *bulleted(map(prose, _about(change, to))),
        *bulleted(map(prose, _way_back(found, to))),
        "",
        f"| {to.says('comment.columns')} |",
        "| --- | --- | --- | --- |",
        _row(found, to),
        "",
        *bulleted(map(prose, why_classified(found.type, to))),
        "",
        f"<details><summary>{to.says('comment.why_risk')}</summary>",
        "",
        *factor_rows(found.risk.factors, found.risk.score, to),
        "",
        "</details>",
        "",
    ]
    if found.impact.affected:
        lines += [
            f"<details open><summary>{to.says('comment.impact')}</summary>",
            "",
            "```mermaid",
            mermaid(found.impact, Labels.of(assessed.graph), MOST_DRAWN, to).rstrip("\n"),
            "```",
            "",
            "</details>",
            "",
        ]
    for conflict in found.conflicts:
        lines.append(f"- {prose(to.says('comment.conflict', what=what_collides(conflict, to)))}")
    if found.conflicts:
        lines.append("")
    return lines


def _about(change: ChangeRequest, to: Presentation) -> Iterator[str]:
    """Yield why, when and by whom the change is to be made, and how it is undone."""
    spec = change.spec
    yield to.says("comment.because", reason=shortened(spec.reason, _REASON))
    people = {"requester": change.metadata.requester}
    if spec.implementer is None:
        people["case"] = "requester"
    else:
        people["implementer"] = spec.implementer
    yield to.says("comment.people", **people)
    if spec.window is not None:
        start, end = format_instant(spec.window.start), format_instant(spec.window.end)
        yield to.says("comment.window", start=start, end=end)
    yield from _planning(spec, to)
    steps = len(spec.implementation.steps) if spec.implementation is not None else 0
    back = len(spec.rollback.steps) if spec.rollback is not None else 0
    if spec.rollback is not None and spec.rollback.limit is not None:
        limit = format_duration(spec.rollback.limit)
        yield to.says("comment.steps", case="limit", steps=steps, back=back, limit=limit)
    else:
        yield to.says("comment.steps", steps=steps, back=back)
    plans = [plan_path(change.id, number, program.format) for number, program in spec.plans]
    if plans:
        yield to.says("comment.plans", paths=plans)
    workflows = [workflow.shown for workflow in spec.workflows]
    if workflows:
        yield to.says("comment.workflows", workflows=workflows)


def _planning(spec: ChangeSpec, to: Presentation) -> Iterator[str]:
    """Yield what the request says for the planning of releases."""
    if spec.priority is not None:
        yield to.says("comment.priority", priority=spec.priority)
    if spec.acceptance:
        criteria = [shortened(one, _REASON) for one in spec.acceptance[:_CRITERIA]]
        yield to.says("comment.acceptance", criteria=criteria)
    parts: list[str] = []
    for name, said in spec.transition or ():
        if said:
            parts.append(to.says("show.considered", name=name, said=shortened(said, _REASON)))
    if parts:
        yield to.says("comment.transition", parts=parts)


def _way_back(found: Assessment, to: Presentation) -> Iterator[str]:
    """Yield how far the change can be taken back, as far as its steps say so."""
    back = found.returning
    if back.longest is not None:
        yield to.says("comment.return", longest=format_duration(back.longest))
    elif back.point_of_no_return is not None:
        share = round(100 * back.reversible)
        name = back.point_of_no_return
        yield to.says("comment.return", case="part", share=share, name=name)
    if back.rehearsed_at is not None:
        at = format_instant(back.rehearsed_at)
        yield to.says("comment.rehearsed", case=None if back.rehearsed else "outdated", at=at)


def _row(found: Assessment, to: Presentation) -> str:
    risk = to.says(
        "comment.risk",
        level=found.risk.level,
        score=found.risk.score,
        likelihood=found.risk.likelihood,
        impact=found.risk.impact,
    )
    kind = to.says("comment.class", class_=found.type.class_, declared=found.type.declared)
    hit = to.says("comment.affected", count=found.impact.affected_total)
    return f"| {kind} | {risk} | {hit} | `{found.digest.removeprefix('sha256:')[:12]}` |"


def _since(since: Sequence[SinceApproval], to: Presentation) -> list[str]:
    lines: list[str] = []
    for one in since:
        summary = prose(to.says("since.commit", who=one.person, commit=one.commit[:12]))
        lines += [f"<details open><summary>{summary}</summary>", ""]
        lines += [*bulleted(map(code_span, one.lines)), "", "</details>", ""]
    return [f"### {to.says('comment.earlier')}", "", *lines] if lines else []


def _people(verdict: PullVerdict, to: Presentation) -> list[str]:
    lines = [f"- {_approval(item, to)}" for item in verdict.approvals]
    lines += not_counted(verdict.ignored, to)
    return [f"### {to.says('comment.opinions')}", "", *lines, ""] if lines else []


def _approval(item: CountedApproval, to: Presentation) -> str:
    """Render who filled which seat, and when; name and ids are Markdown already."""
    who, name = code_span(item.by), to.names.people.get(item.by)
    if name and name.casefold() != item.by.casefold():
        who = f"{escaped(name)} ({who})"
    at, role = format_instant(item.at), prose(to.shows("quoted_role", item.role))
    return to.says("comment.approval", who=who, role=role, at=at)


def _footer(verdict: PullVerdict, to: Presentation) -> list[str]:
    text = to.says(
        "comment.footer",
        head=verdict.head[:12],
        base=verdict.base[:12],
        digest=verdict.digest.removeprefix("sha256:")[:16],
    )
    return [f"<sub>{prose(text)}</sub>"]


def labels(judged: JudgedPull) -> tuple[str, ...]:
    """Return the program's labels: the verdict, and class and risk of each request."""
    found = {f"{OWN_LABELS}{_LABEL[judged.verdict.state]}"}
    for assessed in judged.assessed:
        found |= {
            f"{OWN_LABELS}{assessed.assessment.type.class_}",
            f"{OWN_LABELS}risk-{assessed.assessment.risk.level}",
        }
    return tuple(sorted(found))


def reviewers(judged: JudgedPull) -> tuple[str, ...]:
    """Return the logins of a few people who could fill the empty seats.

    For each role at most one more than are needed.
    """
    people = judged.base.roster.spec.people
    wanted: list[str] = []
    for seat in judged.verdict.missing:
        logins = [people[name].github or "" for name in seat.eligible]
        wanted += list(filter(None, logins))[: seat.needed - seat.have + 1]
    return tuple(dict.fromkeys(wanted))[:MOST_REVIEWERS]


def _annotations(judged: JudgedPull) -> Iterable[Annotation]:
    for finding in judged.findings:
        hint = f"\nhint: {finding.hint}" if finding.hint else ""
        yield Annotation(
            path=finding.path,
            line=max(finding.line, 1),
            level="failure" if finding.level == "error" else "warning",
            title=finding.rule,
            message=redact(finding.message + hint),
        )
