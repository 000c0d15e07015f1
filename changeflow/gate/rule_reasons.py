"""What the rules of the policies say at a gate, as reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from changeflow.gate.opinions import Seating
from changeflow.gate.reasons import reason
from changeflow.gate.seats import roles_of
from changeflow.gate.what_shuts import Named, Seen, needed_twice, shut_by
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Outcome, Reason
from changeflow.model.opinions import Contributors
from changeflow.model.people import RoleHistory
from changeflow.model.policy import Gate
from changeflow.policy.engine import Demand, RuleResult, longest_tenure


@dataclass(frozen=True)
class RuleResults:
    """What the rules of a gate answered about one change.

    Attributes:
        results: of each rule.
        broken: why rules could not be asked at all.
        facts: what conditions saw.
        seen: the conflicts and freezes among the facts.
    """

    results: tuple[RuleResult, ...]
    broken: tuple[Reason, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)

    @property
    def any(self) -> bool:
        """Return whether at least one rule asked."""
        return any(result.asked for result in self.results)

    @property
    def demands(self) -> tuple[Demand, ...]:
        """Return the seats that the rules ask for."""
        demands: list[Demand] = []
        for result in self.results:
            if result.asked:
                demands += result.seats
        return tuple(demands)


def rule_reason(
    result: RuleResult, asked: RuleResults, seating: Seating, history: RoleHistory | None
) -> Reason:
    """Return what a rule says, with who sits in the seats it asks for."""
    named = shut_by(result.rule, asked.facts, asked.seen) if result.outcome == "fail" else {}
    data: dict[str, Any] = dict(result.data)
    outcome: Outcome = result.outcome
    code, message = result.reason_code, result.message
    if result.asked and result.outcome == "pass" and result.seats:
        outcome, code, data = _seats_outcome(result, seating, history)
        message = say(code, data, MACHINE).text
        named = _needed_twice(result, seating) if code == "approvals.impossible" else {}
    elif result.rule.level == "warn" and result.outcome == "fail":
        outcome, code = "pass", result.rule.code or "rule.warning"
    if named:
        data["shut_by"] = named
    if translations := result.rule.translations:
        data["translations"] = translations
    parts = _proof_parts(result)
    if result.asked:
        parts += _seat_parts(result, seating)
    return Reason(
        rule=result.rule.id,
        outcome=outcome,
        reason_code=code,
        message=message,
        level=result.rule.level,
        clause=result.rule.clause or "",
        hint=result.rule.hint or "",
        data=data,
        parts=parts,
    )


def _seats_outcome(
    result: RuleResult, seating: Seating, history: RoleHistory | None
) -> tuple[Outcome, str, dict[str, Any]]:
    """Return outcome, code and data of a rule that asks for people."""
    data: dict[str, Any] = {"asks": result.message}
    if history is None and longest_tenure(result.seats):
        return "error", "tenure.unknown", data
    seated = seating.table.seated
    short = [seat for seat in result.seats if len(seated.get(seat.role, ())) < seat.count]
    if not short:
        return "pass", "approvals.complete", data
    if roles_of(short).intersection(seating.impossible):
        why = _nobody_left(short, seating)
        return "fail", "approvals.impossible", data | {"why": why}
    return "pending", "approvals.missing", data


def _needed_twice(result: RuleResult, seating: Seating) -> Named:
    """Return the people this rule needs who are needed for another role as well."""
    return needed_twice(seating.shared, roles_of(result.seats))


def _nobody_left(short: Sequence[Demand], seating: Seating) -> list[dict[str, Any]]:
    """Return why people cannot fill seats, with who still could."""
    missing = {seat.role: seat for seat in seating.missing}
    told: list[dict[str, Any]] = []
    for seat in short:
        able = set(seating.table.seated.get(seat.role, ()))
        if seat.role in missing:
            able.update(missing[seat.role].eligible)
        one = {"code": "seats.too_few", "needed": seat.count, "role": seat.role}
        told.append(one | ({"people": sorted(able)} if able else {"case": "none"}))
    others = sorted(set(seating.impossible) - roles_of(short))
    if others:
        told.append({"code": "seats.shared", "roles": others})
    return told


def _proof_parts(result: RuleResult) -> tuple[Reason, ...]:
    """Return what came of each piece of evidence that a rule asks for.

    Of a rule that only warns nothing shuts the gate.
    """
    parts: list[Reason] = []
    warns = result.rule.level == "warn"
    for proof in result.proofs:
        text, hint = say(proof.code, proof.data, MACHINE)
        outcome: Outcome = "pass" if proof.holds or warns else "fail"
        part = Reason(
            rule=result.rule.id,
            outcome=outcome,
            reason_code=proof.code,
            message=text,
            level=result.rule.level if not proof.holds else "deny",
            hint=hint,
            data=proof.data,
        )
        parts.append(part)
    return tuple(parts)


def _seat_parts(result: RuleResult, seating: Seating) -> tuple[Reason, ...]:
    parts = []
    for seat in result.seats:
        people = list(seating.table.seated.get(seat.role, ())[: seat.count])
        data: dict[str, Any] = {"have": len(people), "needed": seat.count, "role": seat.role}
        if people:
            data["people"] = people
        outcome: Outcome = "pending"
        code = "seat.empty"
        if len(people) >= seat.count:
            outcome, code = "pass", "seat.filled"
        elif people:
            data["case"] = "people"
        text = say(code, data, MACHINE).text
        part = Reason(
            rule=result.rule.id, outcome=outcome, reason_code=code, message=text, data=data
        )
        parts.append(part)
    return tuple(parts)


def unknown_contributors(
    contributors: Contributors, cab: str, seating: Seating
) -> tuple[Reason, ...]:
    """Return that an unknown contributor wrote part of this.

    The reason says whether the further seat that this asks for is filled.
    """
    if not contributors.unknown:
        return ()
    full = len(seating.table.seated.get(cab, ())) >= seating.table.needed.get(cab, 1)
    data = {"people": list(contributors.unknown), "role": cab}
    outcome: Outcome = "pass" if full else "pending"
    return (reason("contributors", outcome, "contributors.unknown", data),)


def silence(asked: RuleResults, gate: Gate) -> tuple[Reason, ...]:
    """Return that no rule asked for anything: that is no consent."""
    data = {"gate": gate.value}
    if not asked.results:
        return (reason("silence", "fail", "policy.none", data),)
    if not asked.any:
        return (reason("silence", "fail", "policy.no_rule_applies", data),)
    return ()
