"""A decision as text, JSON and Markdown: one tree of reasons, rendered three ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final

from changeflow.model.answers import Decision, Reason, answer, sentence
from changeflow.model.base import format_instant
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import prose

_SIGN: Final = {
    "pass": "ok     ",
    "fail": "NO     ",
    "pending": "waiting",
    "error": "ERROR  ",
    "skipped": "-      ",
}
_ORDER: Final = {"error": 0, "fail": 1, "pending": 2, "pass": 3, "skipped": 4}


def text(decision: Decision) -> str:
    """The verdict first, then what keeps the gate shut, then what holds."""
    lines = [
        (
            f"gate {decision.gate} of {decision.change}: {'OPEN' if decision.open else 'SHUT'}  "
            f"({format_instant(decision.now)})"
        ),
        "",
    ]
    for item in ordered(decision.reasons):
        lines += _lines(item, "")
    lines += _people(decision)
    return "\n".join(lines) + "\n"


def ordered(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons that keep the gate shut first; what does not apply is left out."""
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
    lines = [""] if decision.approvals or decision.missing or decision.ignored else []
    lines += [
        f"approved  {item.by} as {item.role} at {format_instant(item.at)}"
        for item in decision.approvals
    ]
    lines += [
        f"missing   {seat.needed - seat.have} of {seat.needed} for {seat.role}; could act: "
        f"{', '.join(seat.eligible) or 'nobody'}"
        for seat in decision.missing
    ]
    lines += [
        f"ignored   {item.message or item.by}  [{item.reason_code}]" for item in decision.ignored
    ]
    if not decision.open and not decision.satisfiable:
        lines.append(
            "agreement alone cannot open this gate: "
            f"{'; '.join(decision.impossible) or 'see above'}"
        )
    elif not decision.open and decision.witness:
        lines.append(_would_open(decision))
    return lines


# What the agreement of people mends; everything else that is pending is waited for, whoever agrees.
_BY_AGREEMENT: Final = frozenset({
    "approvals.missing", "approval.missing", "approval.stale", "approval.expired", "review.rejected", "contributors.unknown",
    "paths.approval_missing",
})  # fmt: skip


def _would_open(decision: Decision) -> str:
    """Whose agreement is missing, and what the gate waits for besides."""
    people = ", ".join(decision.witness)
    shut = [item for item in decision.reasons if item.outcome in ("fail", "pending", "error")]
    rest = list(dict.fromkeys(item.rule for item in shut if item.reason_code not in _BY_AGREEMENT))
    if rest:
        return f"it needs the agreement of: {people}; and it waits for: {', '.join(rest)}"
    what = (
        "it can be approved by"
        if decision.gate == "deploy"
        else "it would open with the agreement of"
    )
    return f"{what}: {people}"


def markdown(decision: Decision) -> str:
    """For a comment: the verdict, a table of reasons, and who is missing.

    All text of the change is escaped.
    """
    lines = [
        f"### Gate `{decision.gate}`: {'open' if decision.open else 'shut'}",
        "",
        "| | Reason | Rule |",
        "| --- | --- | --- |",
    ]
    for item in ordered(decision.reasons):
        sign = "warning" if item.warns else item.outcome
        lines.append(f"| {sign} | {prose(sentence(item))} | `{item.rule}` |")
    lines += [
        "",
        *[
            f"- missing: {seat.needed - seat.have} of {seat.needed} for `{seat.role}`"
            + _could(seat.eligible)
            for seat in decision.missing
        ],
    ]
    lines += [f"- approved: {escaped(item.by)} as `{item.role}`" for item in decision.approvals]
    lines += [
        f"- not counted: {prose(item.message) if item.message else escaped(item.by)}"
        for item in decision.ignored
    ]
    return "\n".join(lines).rstrip() + "\n"


def _could(people: tuple[str, ...]) -> str:
    return (
        f"; could act: {', '.join(escaped(person) for person in people)}"
        if people
        else "; nobody could act"
    )


def as_json(decision: Decision) -> str:
    """`changeflow/decision/v1`."""
    return json.dumps(answer(decision), indent=2, ensure_ascii=False) + "\n"


FORMATS: Final[dict[str, Callable[[Decision], str]]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
}
