"""A decision as text, JSON and Markdown: one tree of reasons, rendered three ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from changeflow.language.reader import Reader
from changeflow.language.reasons import NOT_ASKED, said_by, sentence, why_ignored
from changeflow.language.sentences import say
from changeflow.model.answers.decision import (
    CountedApproval,
    Decision,
    IgnoredReview,
    Missing,
    Reason,
)
from changeflow.model.phrases import Told, told
from changeflow.model.times import format_instant
from changeflow.render.escape import prose
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.table import beside, padded

_OUTCOMES: Final = ("error", "fail", "pending", "pass", "skipped")
# cells of the column with what came of a reason, and of the one that says what a person did
_SIGN: Final = 9
_DID: Final = 10


def text(decision: Decision, to: Presentation) -> str:
    """Render the verdict first, then the reasons that keep the gate shut, then the others."""
    verdict = _verdict(decision)
    heading = to.says(
        "verdict.heading",
        gate=decision.gate,
        change=decision.change,
        verdict=to.painted(verdict, to.says(f"verdict.{verdict}")),
        at=format_instant(decision.now),
    )
    lines = beside("", heading, to.width)
    if decision.holds_until is not None:
        lines += beside("", holds_until(decision.holds_until, to), to.width)
    lines.append("")
    for item in ordered(decision.reasons):
        lines += _lines(item, to, "")
    lines += _people(decision, to)
    return "\n".join(lines) + "\n"


def holds_until(end: datetime, to: Presentation) -> str:
    """Return until when an open verdict holds, as a sentence."""
    return to.says("verdict.holds_until", at=format_instant(end))


def _verdict(decision: Decision) -> str:
    return "open" if decision.open else "shut"


def ordered(reasons: Iterable[Reason]) -> list[Reason]:
    """Sort reasons, those that keep the gate shut first, without those that do not apply."""
    shown = [item for item in reasons if item.outcome != "skipped"]
    return sorted(shown, key=lambda item: _OUTCOMES.index(item.outcome))


def _sign(item: Reason) -> str:
    return "warning" if item.warns else item.outcome


# Warnings whose hint is the line that mends them.
_MENDED_BY_A_LINE: Final = ("scope.undeclared", "scope.proposed")


def _lines(item: Reason, to: Presentation, indent: str) -> list[str]:
    sign = padded(to.painted(_sign(item), to.says(f"outcome.{_sign(item)}")), _SIGN)
    said = sentence(item, to)
    if to.shows_codes:
        said += f"  [{item.rule}: {item.reason_code}]"
    lines = beside(indent + sign, said, to.width)
    hint = said_by(item, to).hint
    if hint and (item.outcome != "pass" or item.reason_code in _MENDED_BY_A_LINE):
        lines += beside(indent + " " * _SIGN, to.says("decision.hint", hint=hint), to.width)
    for part in item.parts:
        lines += _lines(part, to, indent + "    ")
    return lines


def _people(decision: Decision, to: Presentation) -> list[str]:
    lines = []
    for item in decision.approvals:
        lines += _row("decision.approved", _approval(item, to), to)
    for seat in decision.missing:
        lines += _row("decision.missing", vacant_seat(seat, to), to)
    for opinion in decision.ignored:
        said = why_ignored(opinion, to, at_one_gate=True)
        if to.shows_codes:
            said += f"  [{opinion.reason_code}]"
        lines += beside(padded(_ignored(opinion, to), _DID), said, to.width)
    if lines:
        lines.insert(0, "")
    if not decision.open:
        for said in _way_to_open(decision, to):
            lines += beside("", said, to.width)
    return lines


def _ignored(opinion: IgnoredReview, to: Presentation) -> str:
    case = "role" if opinion.reason_code == NOT_ASKED else None
    return to.says("decision.ignored", case=case)


def _approval(item: CountedApproval, to: Reader) -> str:
    data = {"who": item.by, "role": item.role, "at": format_instant(item.at)}
    return say("decision.approval", data, to).text


def _row(key: str, said: str, to: Presentation) -> list[str]:
    return beside(padded(to.says(key), _DID), said, to.width)


def vacant_seat(seat: Missing, to: Reader) -> str:
    """Return how many people a role lacks, and who could act."""
    data = {
        "role": seat.role,
        "vacant": seat.needed - seat.have,
        "needed": seat.needed,
        "people": list(seat.eligible),
    }
    case = {} if seat.eligible else {"case": "none"}
    return say("decision.seat", data | case, to).text


def what_is_missing(impossible: Iterable[str]) -> list[str | Told]:
    """Return what agreement alone cannot mend: roles with the people they need, or rules."""
    found: list[str | Told] = []
    for one in impossible:
        role, _, needed = one.partition(": ")
        count = needed.removesuffix(" needed")
        is_seat = count.isdigit() and count != needed
        found.append(told("decision.seats", role=role, needed=int(count)) if is_seat else one)
    return found


def _way_to_open(decision: Decision, to: Presentation) -> list[str]:
    if decision.satisfiable:
        return [_would_open(decision, to)] if decision.witness else []
    if decision.impossible:
        return [to.says("decision.not_by_agreement", why=what_is_missing(decision.impossible))]
    return [to.says("decision.not_by_agreement", case="reasons")]


# What the gate `deploy` says of the gate `approve`; its parts are that gate's reasons.
_APPROVAL: Final = "changeflow.approval"
# Reasons that approvals remove; everything else that is pending stays so, however many agree.
_BY_AGREEMENT: Final = frozenset({
    "approvals.missing", "approval.missing", "approval.stale", "approval.expired",
    "review.rejected", "contributors.unknown", "paths.approval_missing",
})  # fmt: skip


def _beside_agreement(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """Yield what shuts the gate and stays when people agree.

    The approval that the gate `deploy` waits for may wait for other things itself.
    """
    for item in reasons:
        if item.shuts and item.reason_code not in _BY_AGREEMENT:
            yield item
        elif item.shuts and item.rule == _APPROVAL:
            yield from _beside_agreement(item.parts)


def _would_open(decision: Decision, to: Presentation) -> str:
    """Render whose agreement is missing, and what else the gate waits for."""
    agreed = {item.by for item in decision.approvals}
    people = [person for person in decision.witness if person not in agreed]
    rest = list(dict.fromkeys(item.rule for item in _beside_agreement(decision.reasons)))
    if rest and not people:
        return to.says("decision.waits", case="agreed", rules=rest)
    if rest:
        return to.says("decision.waits", people=people, rules=rest)
    if decision.gate == "deploy":
        return to.says("decision.approvable", people=people)
    return to.says("decision.would_open", people=people)


def markdown(decision: Decision, to: Presentation) -> str:
    """Render a comment: the verdict, a table of reasons, and the missing approvals.

    All text of the change is escaped.
    """
    title = to.says("verdict.title", gate=decision.gate, verdict=_verdict(decision))
    reason, rule = to.says("decision.reason"), to.says("decision.rule")
    lines = [f"### {title}", ""]
    if decision.holds_until is not None:
        lines += [prose(holds_until(decision.holds_until, to)), ""]
    lines += [f"| | {reason} | {rule} |", "| --- | --- | --- |"]
    for item in ordered(decision.reasons):
        sign = to.says(f"sign.{_sign(item)}")
        lines.append(f"| {sign} | {prose(sentence(item, to))} | `{item.rule}` |")
    lines.append("")
    for seat in decision.missing:
        lines.append(f"- {labelled('decision.missing', vacant_seat(seat, to), to)}")
    for one in decision.approvals:
        said = _approval(one, to)
        lines.append(f"- {labelled('decision.approved', said, to)}")
    for opinion in decision.ignored:
        said = why_ignored(opinion, to, at_one_gate=True)
        lines.append(
            f"- {prose(to.says('decision.labelled', label=_ignored(opinion, to), said=said))}"
        )
    return "\n".join(lines).rstrip() + "\n"


def labelled(label: str, said: str, to: Presentation) -> str:
    """Render what a person did or could do, escaped for Markdown, behind its label."""
    return prose(to.says("decision.labelled", label=to.says(label), said=said))


def not_counted(ignored: Iterable[IgnoredReview], to: Reader) -> list[str]:
    """Render a Markdown item for each opinion that does not count."""
    lines = []
    for item in ignored:
        said = say("decision.not_counted", {"why": why_ignored(item, to)}, to).text
        lines.append(f"- {prose(said)}")
    return lines


FORMATS: Final[dict[str, Callable[[Decision, Presentation], str]]] = {
    "text": text,
    "json": for_programs(answer_json),
    "markdown": markdown,
}
