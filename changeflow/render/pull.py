"""What the bot publishes about a pull request: title, comment, job summary and annotations.

The verdict comes first, then the missing approvals, then the reasons. All text from outside is
escaped, and secrets in it are redacted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from changeflow.gate_cases.assessment import Assessed
from changeflow.language.reader import MACHINE
from changeflow.language.reasons import sentence
from changeflow.model.answers.assessment import Assessment
from changeflow.model.answers.decision import Missing, Reason, shutting
from changeflow.model.document_parts import format_instant
from changeflow.model.phrases import counted
from changeflow.model.publication import OWN_LABELS, Annotation, Publication
from changeflow.model.pull_results import PullVerdict
from changeflow.model.redaction import redact
from changeflow.render.assessment import factor_rows
from changeflow.render.decision import not_counted, ordered
from changeflow.render.escape import code_span, prose
from changeflow.render.escape import markdown as escaped
from changeflow.render.graph import mermaid
from changeflow.usecases.pull.judge import JudgedPull
from changeflow.usecases.pull.since_approval import SinceApproval

_WORD: Final = {"open": "open", "shut": "shut", "pending": "waiting", "error": "cannot be decided"}
_SIGN: Final = {
    "pass": "✅ ok",
    "fail": "❌ no",
    "pending": "⏳ waiting",
    "error": "⛔ error",
    "skipped": "",
}
_WARNINGS: Final = frozenset(
    {"history.governed", "identity.mismatch", "pull.edited", "review.edited"}
)
MOST_REVIEWERS: Final = 5
OPEN_LABEL: Final = f"{OWN_LABELS}{_WORD['open']}"


def publication(judged: JudgedPull, since: Sequence[SinceApproval]) -> Publication:
    """Return everything to publish about one pull request."""
    verdict = judged.verdict
    body = comment(judged, since)
    return Publication(
        head=verdict.head,
        outcome=verdict.state,
        title=title(verdict),
        summary=body,
        annotations=tuple(_annotations(judged)),
        comment=body,
        labels=labels(judged),
        reviewers=reviewers(judged),
    )


def title(verdict: PullVerdict) -> str:
    """Render one line: the verdict, and the first thing that is missing."""
    if verdict.open:
        people = ", ".join(item.by for item in verdict.approvals)
        return f"Gate open, approved by {people}" if people else "Gate open"
    missing = []
    for reason in _blocking(verdict):
        if reason.reason_code not in ("approvals.missing", "approvals.impossible"):
            missing.append(sentence(reason, MACHINE))
            break
    if verdict.missing:
        seats = [_vacant(seat) for seat in verdict.missing]
        missing.append(f"approvals missing: {', '.join(seats)}")
    return redact(f"Gate {_WORD[verdict.state]}: {'; '.join(missing) or 'see below'}")


def _vacant(seat: Missing) -> str:
    return f"{seat.needed - seat.have} of {seat.needed} for {seat.role}"


def comment(judged: JudgedPull, since: Sequence[SinceApproval]) -> str:
    """Render the sticky comment."""
    verdict = judged.verdict
    lines = [f"## changeflow: gate {_WORD[verdict.state]}", ""]
    lines += _missing(verdict)
    lines += _reasons("What keeps it shut", _blocking(verdict))
    for assessed in judged.assessed:
        lines += _request(assessed)
    lines += _since(since)
    lines += _people(verdict)
    lines += _reasons("Warnings", [item for item in _all(verdict) if item.reason_code in _WARNINGS])
    lines += _footer(verdict)
    return redact("\n".join(lines)) + "\n"


def _all(verdict: PullVerdict) -> list[Reason]:
    reasons = list(verdict.reasons)
    for decision in verdict.decisions:
        reasons += decision.reasons
    return reasons


def _blocking(verdict: PullVerdict) -> list[Reason]:
    return shutting(ordered(_all(verdict)))


def _missing(verdict: PullVerdict) -> list[str]:
    if verdict.open:
        return ["Everything the policy asks for is there.", ""]
    lines = []
    for seat in verdict.missing:
        who = ", ".join(map(code_span, seat.eligible)) or "nobody"
        lines.append(
            f"- **{seat.needed - seat.have} of {seat.needed}** approvals missing for "
            f"{code_span(seat.role)}; could act: {who}"
        )
    if verdict.impossible:
        reasons = escaped("; ".join(verdict.impossible))
        lines.append(f"- Nobody can open this gate as things stand: {reasons}")
    return [*lines, ""] if lines else []


def _reasons(heading: str, reasons: Iterable[Reason]) -> list[str]:
    rows = []
    for item in reasons:
        hint = f" — {prose(item.hint)}" if item.hint else ""
        sign = _SIGN[item.outcome]
        if item.warns or item.reason_code in _WARNINGS:
            sign = "⚠️ warning"
        rows.append(f"| {sign} | {prose(sentence(item, MACHINE))}{hint} | `{item.rule}` |")
    if not rows:
        return []
    head = [f"### {heading}", "", "| | Reason | Rule |", "| --- | --- | --- |"]
    return [*head, *dict.fromkeys(rows), ""]


def _request(assessed: Assessed) -> list[str]:
    found = assessed.assessment
    change = assessed.content.change
    lines = [
        f"### {code_span(found.change)}",
        "",
        f"> {escaped(change.metadata.title)}",
        "",
        "| Class | Risk | Hit | Digest |",
        "| --- | --- | --- | --- |",
        _row(found),
        "",
    ]
    lines += [f"- {prose(reason)}" for reason in found.type.reasons]
    lines += [
        "",
        "<details><summary>Why this risk</summary>",
        "",
        *factor_rows(found.risk.factors, found.risk.score),
        "",
        "</details>",
        "",
    ]
    if found.impact.affected:
        lines += [
            "<details open><summary>Blast radius</summary>",
            "",
            "```mermaid",
            mermaid(found.impact).rstrip("\n"),
            "```",
            "",
            "</details>",
            "",
        ]
    lines += [f"- conflict: {prose(conflict.message)}" for conflict in found.conflicts]
    if found.conflicts:
        lines.append("")
    return lines


def _row(found: Assessment) -> str:
    risk = (
        f"**{found.risk.level}**, {found.risk.score} of 100 (likelihood "
        f"{found.risk.likelihood}, impact {found.risk.impact})"
    )
    kind = f"{found.type.class_} (declared {found.type.declared})"
    hit = counted(len(found.impact.affected), "item")
    return f"| {kind} | {risk} | {hit} | `{found.digest.removeprefix('sha256:')[:12]}` |"


def _since(since: Sequence[SinceApproval]) -> list[str]:
    lines: list[str] = []
    for one in since:
        lines += [
            (
                f"<details><summary>What changed since {escaped(one.person)} approved "
                f"<code>{one.commit[:12]}</code></summary>"
            ),
            "",
        ]
        lines += [f"- {code_span(line)}" for line in one.lines]
        lines += ["", "</details>", ""]
    return ["### Earlier approvals", "", *lines] if lines else []


def _people(verdict: PullVerdict) -> list[str]:
    lines = []
    for item in verdict.approvals:
        at = format_instant(item.at)
        lines.append(f"- {code_span(item.by)} for {code_span(item.role)}, {at}")
    lines += not_counted(verdict.ignored, MACHINE)
    return ["### Opinions", "", *lines, ""] if lines else []


def _footer(verdict: PullVerdict) -> list[str]:
    text = (
        f"<sub>head <code>{verdict.head[:12]}</code>, base <code>{verdict.base[:12]}</code>, "
        "effective change "
        f"<code>{verdict.digest.removeprefix('sha256:')[:16]}</code>. Policies, roster and CMDB "
        "are those of the base. "
        "A review on this pull request is an approval of exactly this content.</sub>"
    )
    return [text]


def labels(judged: JudgedPull) -> tuple[str, ...]:
    """Return the program's labels: the verdict, and class and risk of each request."""
    found = {f"{OWN_LABELS}{_WORD[judged.verdict.state].replace(' ', '-')}"}
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
