"""From rules and facts to the demands of a gate: facts that must hold, and seats to fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import timedelta
from typing import Any, Final, Literal

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_english, say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_parts import format_duration
from changeflow.model.phrases import Told
from changeflow.model.policy import Gate, Policy, Proof, RequireEach, RequireRole, Rule
from changeflow.policy.cel import ConditionError, compile_condition
from changeflow.policy.facts_read import names_below

# the variables of which a fact may be absent because it is not known
_PARTLY_KNOWN: Final = ("history", "calendar")


@dataclass(frozen=True)
class Demand:
    """`count` seats for holders of `role` (a role, or a person's own name), asked for by a rule.

    `tenure` is how long they must have held it when they approve; None: it does not matter.
    """

    role: str
    count: int
    tenure: timedelta | None = None


@dataclass(frozen=True)
class RuleResult:
    """The demands of a rule, here and now.

    `seats` are still to be filled; `outcome` is about everything else.

    `skipped`: its condition does not hold. `error`: it could not be evaluated, and the gate stays
    shut even for a warning.

    `data` is what a sentence beside that of the rule names; empty where the rule speaks for itself.
    `proofs` say what came of the evidence that the rule asks for, in its order.
    """

    policy: str
    rule: Rule
    outcome: Literal["pass", "fail", "error", "skipped"]
    reason_code: str
    message: str
    seats: tuple[Demand, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()

    @property
    def asked(self) -> bool:
        """Return whether the rule takes part in opening the gate: it applies, and can deny."""
        return self.rule.level == "deny" and self.outcome != "skipped"


def evaluate(
    policies: Iterable[Policy], gate: Gate | str, facts: Mapping[str, Any]
) -> tuple[RuleResult, ...]:
    """Evaluate all rules of a gate, ordered by policy id and then as written."""
    results: list[RuleResult] = []
    for policy in sorted(policies, key=lambda policy: policy.metadata.id):
        if policy.spec.gate == gate:
            for rule in policy.spec.rules:
                results.append(_result_of_rule(policy.metadata.id, rule, facts))
    return tuple(results)


def _result_of_rule(policy: str, rule: Rule, facts: Mapping[str, Any]) -> RuleResult:
    def result(
        outcome: Literal["pass", "fail", "error", "skipped"],
        code: str,
        message: str,
        seats: tuple[Demand, ...] = (),
        proofs: tuple[Proof, ...] = (),
    ) -> RuleResult:
        return RuleResult(
            policy=policy,
            rule=rule,
            outcome=outcome,
            reason_code=code,
            message=message,
            seats=seats,
            proofs=proofs,
        )

    try:
        # Every condition is evaluated even when an earlier one decides: an error must not hide
        # behind a short circuit.
        if not _is_true_or_absent(rule.when, facts):
            return result("skipped", "rule.not_applicable", rule.message)
        seats = _seats_of_rule(rule, facts)
        holds = _is_true_or_absent(rule.assert_, facts)
        proofs = _proofs_of_rule(rule, facts)
    except ConditionError as error:
        why = [str(error), *_why_not_known(rule, facts)]
        return _explained(policy, rule, "error", "rule.error", {"why": why})
    if rule.require and not seats:
        return _explained(policy, rule, "fail", "approvals.nobody_named", {})
    if not holds:
        return result("fail", rule.code or "rule.violated", rule.message, seats, proofs)
    if not all(proof.holds for proof in proofs):
        return result("fail", rule.code or "evidence.unproved", rule.message, seats, proofs)
    return result("pass", "rule.satisfied", rule.message, seats, proofs)


def _why_not_known(rule: Rule, facts: Mapping[str, Any]) -> list[Told]:
    """Return why facts that a rule reads are not known, each once."""
    found: list[Told] = []
    for variable in _PARTLY_KNOWN:
        for name in names_below(rule, variable):
            unknown: Mapping[str, Told] = getattr(facts.get(variable), "unknown", {})
            if name in unknown and unknown[name] not in found:
                found.append(unknown[name])
    return found


def _explained(
    policy: str, rule: Rule, outcome: Literal["fail", "error"], code: str, data: dict[str, Any]
) -> RuleResult:
    """Return the result of a rule that cannot be answered as it is written."""
    data = {"asks": rule.message} | data
    return RuleResult(
        policy=policy,
        rule=rule,
        outcome=outcome,
        reason_code=code,
        message=say(code, data, MACHINE).text,
        data=data,
    )


def _is_true_or_absent(condition: str | None, facts: Mapping[str, Any]) -> bool:
    return condition is None or compile_condition(condition).truth(facts)


def _seats_of_rule(rule: Rule, facts: Mapping[str, Any]) -> tuple[Demand, ...]:
    found: list[Demand] = []
    for seat in rule.require or ():
        match seat:
            case RequireRole(role=role, count=count, tenure=tenure):
                found.append(Demand(role=role, count=count, tenure=tenure))
            case RequireEach(each=each, count=count, tenure=tenure):
                names = compile_condition(each).names(facts)
                found.extend(Demand(role=name, count=count, tenure=tenure) for name in names)
    return tuple(found)


def _proofs_of_rule(rule: Rule, facts: Mapping[str, Any]) -> tuple[Proof, ...]:
    """Return what came of the evidence that a rule asks for.

    Raises:
        ConditionError: when it is not known.
    """
    if not rule.require_evidence:
        return ()
    # most rules ask for none
    from changeflow.evidence_files.proof import proof_of

    try:
        found = facts["evidence"]
        return tuple(proof_of(demand, found) for demand in rule.require_evidence)
    except (KeyError, TypeError) as error:
        raise ConditionError(f"what is recorded as evidence is not known: {error}") from error


def merge(demands: Iterable[Demand]) -> dict[str, int]:
    """Return the seats by role: the largest demand on each, in the order first asked."""
    needed: dict[str, int] = {}
    for demand in demands:
        needed[demand.role] = max(needed.get(demand.role, 0), demand.count)
    return needed


def longest_tenure(demands: Iterable[Demand]) -> dict[str, timedelta]:
    """Return the tenure that each role needs: the longest that any rule demands.

    It applies to each seat of the role.
    """
    longest: dict[str, timedelta] = {}
    for demand in demands:
        if demand.tenure is not None:
            longest[demand.role] = max(longest.get(demand.role, demand.tenure), demand.tenure)
    return longest


def demands_of(rule: Rule) -> list[dict[str, Any]]:
    """Return what a rule asks for, as sentences of the catalogue."""
    demands: list[dict[str, Any]] = []
    for seat in rule.require or ():
        match seat:
            case RequireRole(role=role):
                demand = {"code": "pack.approvals", "role": role}
            case RequireEach(each=each):
                demand = {"code": "pack.each", "each": each}
        demand |= {"count": str(seat.count)}
        if seat.tenure is not None:
            demand |= {"case": "tenure", "tenure": format_duration(seat.tenure)}
        demands.append(demand)
    for evidence in rule.require_evidence or ():
        asked = {"code": "proof.asks", "kind": evidence.kind, "name": evidence.name}
        demands.append(asked | ({"case": "check"} if evidence.kind == "check" else {}))
    if rule.assert_ is not None:
        demands.append({"code": "pack.fact", "condition": rule.assert_})
    return demands


def asks(rule: Rule) -> str:
    """Return a sentence about what a rule asks for."""
    return " and ".join(map(in_english, demands_of(rule)))
