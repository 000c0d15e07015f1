"""A decision as text, JSON and Markdown: one tree of reasons, rendered three ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from changeflow.model.answers.decision import Decision, IgnoredReview, Reason, sentence
from changeflow.model.document_parts import format_instant
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import prose
from changeflow.render.json_text import answer_json

_SIGN: Final = {
    "pass": "ok     ",
    "fail": "NO     ",
    "pending": "waiting",
    "error": "ERROR  ",
    "skipped": "-      ",
}
_ORDER: Final = {"error": 0, "fail": 1, "pending": 2, "pass": 3, "skipped": 4}


def text(decision: Decision) -> str:
    """Render the verdict first, then the reasons that keep the gate shut, then the others."""
    verdict = "OPEN" if decision.open else "SHUT"
    at = format_instant(decision.now)
    lines = [f"gate {decision.gate} of {decision.change}: {verdict}  ({at})", ""]
    for item in ordered(decision.reasons):
        lines += _lines(item, "")
    lines += _people(decision)
    return "\n".join(lines) + "\n"


def ordered(reasons: Iterable[Reason]) -> list[Reason]:
    """Sort reasons, those that keep the gate shut first, without those that do not apply."""
    shown = [item for item in reasons if item.outcome != "skipped"]
    return sorted(shown, key=lambda item: _ORDER[item.outcome])


def _lines(item: Reason, indent: str) -> list[str]:
    sign = "warning" if item.warns else _SIGN[item.outcome]
    lines = [f"{indent}{sign}  {sentence(item)}  [{item.rule}: {item.reason_code}]"]
    if item.hint and item.outcome != "pass":
        lines.append(f"{indent}         hint: {item.hint}")
    for part in item.parts:
        lines += _lines(part, indent + "    ")
    return lines


def _people(decision: Decision) -> list[str]:
    lines = []
    for item in decision.approvals:
        lines.append(f"approved  {item.by} as {item.role} at {format_instant(item.at)}")
    for seat in decision.missing:
        vacant = f"{seat.needed - seat.have} of {seat.needed} for {seat.role}"
        lines.append(f"missing   {vacant}; could act: {', '.join(seat.eligible) or 'nobody'}")
    for opinion in decision.ignored:
        lines.append(f"ignored   {opinion.message or opinion.by}  [{opinion.reason_code}]")
    if lines:
        lines.insert(0, "")
    if not decision.open:
        lines += _way_to_open(decision)
    return lines


def _way_to_open(decision: Decision) -> list[str]:
    if not decision.satisfiable:
        reasons = "; ".join(decision.impossible) or "see above"
        return [f"agreement alone cannot open this gate: {reasons}"]
    return [_would_open(decision)] if decision.witness else []


# Reasons that approvals remove; everything else that is pending stays so, however many agree.
_BY_AGREEMENT: Final = frozenset({
    "approvals.missing", "approval.missing", "approval.stale", "approval.expired",
    "review.rejected", "contributors.unknown", "paths.approval_missing",
})  # fmt: skip


def _would_open(decision: Decision) -> str:
    """Render whose agreement is missing, and what else the gate waits for."""
    people = ", ".join(decision.witness)
    rest: list[str] = []
    for item in decision.reasons:
        if item.shuts and item.reason_code not in _BY_AGREEMENT and item.rule not in rest:
            rest.append(item.rule)
    if rest:
        return f"it needs the agreement of: {people}; and it waits for: {', '.join(rest)}"
    if decision.gate == "deploy":
        return f"it can be approved by: {people}"
    return f"it would open with the agreement of: {people}"


def markdown(decision: Decision) -> str:
    """Render a comment: the verdict, a table of reasons, and the missing approvals.

    All text of the change is escaped.
    """
    verdict = "open" if decision.open else "shut"
    lines = [f"### Gate `{decision.gate}`: {verdict}", "", "| | Reason | Rule |"]
    lines.append("| --- | --- | --- |")
    for item in ordered(decision.reasons):
        sign = "warning" if item.warns else item.outcome
        lines.append(f"| {sign} | {prose(sentence(item))} | `{item.rule}` |")
    lines.append("")
    for seat in decision.missing:
        vacant = f"{seat.needed - seat.have} of {seat.needed} for `{seat.role}`"
        lines.append(f"- missing: {vacant}; {_could_act(seat.eligible)}")
    for approval in decision.approvals:
        lines.append(f"- approved: {escaped(approval.by)} as `{approval.role}`")
    lines += not_counted(decision.ignored)
    return "\n".join(lines).rstrip() + "\n"


def _could_act(people: tuple[str, ...]) -> str:
    if not people:
        return "nobody could act"
    return f"could act: {', '.join(map(escaped, people))}"


def not_counted(ignored: Iterable[IgnoredReview]) -> list[str]:
    """Render a Markdown item for each opinion that does not count."""
    lines = []
    for item in ignored:
        reason = prose(item.message) if item.message else escaped(item.by)
        lines.append(f"- not counted: {reason}")
    return lines


FORMATS: Final[dict[str, Callable[[Decision], str]]] = {
    "text": text,
    "json": answer_json,
    "markdown": markdown,
}
