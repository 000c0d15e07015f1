"""What a decision says of each rule, and of the people that are asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from changeflow.insight.judged_changes import GateName, JudgedChange, RuleAnswer, RuleOf, RuleSaid
from changeflow.model.answers.decision import Decision, Reason, shutting
from changeflow.model.answers.policy_backtest import CameOut
from changeflow.model.policy import Policy, Rule
from changeflow.policy.engine import RuleResult
from changeflow.replaying.past_gates import DecidedThen

_SILENCE = "silence"


def rules_of(policies: Iterable[Policy], gates: Sequence[GateName]) -> tuple[RuleOf, ...]:
    """Return the rules of some gates, in the order in which they are asked."""
    found: list[RuleOf] = []
    for gate in gates:
        for policy, rule in _in_order(policies, gate):
            found.append(RuleOf(gate, policy, rule.id, rule.level))
    return tuple(found)


def _in_order(policies: Iterable[Policy], gate: GateName) -> Iterable[tuple[str, Rule]]:
    for policy in sorted(policies, key=lambda policy: policy.metadata.id):
        if policy.spec.gate == gate:
            for rule in policy.spec.rules:
                yield policy.metadata.id, rule


def judged(then: DecidedThen) -> JudgedChange:
    """Return what a decision to approve comes to: seats, and what each rule says."""
    decision, policies = then.decision, then.case.common.policies
    rules: dict[RuleOf, RuleSaid] = {}
    for result in then.earlier:
        key = RuleOf("submit", result.policy, result.rule.id, result.rule.level)
        rules[key] = RuleSaid(_of_result(result))
    own = rules_of(policies, (decision.gate,))
    for rule, said in zip(own, _reasons_of_rules(decision, own), strict=True):
        rules[rule] = RuleSaid("unknown") if said is None else _of_reason(said)
    seats = _seats(decision)
    lacking: dict[str, int] = {}
    for one in decision.missing:
        lacking[one.role] = one.needed - one.have
    return JudgedChange(came_out(decision), seats, lacking, rules)


def came_out(decision: Decision) -> CameOut:
    """Return how a decision came out: what fails outranks what is not known, and that what waits."""
    outcomes = {reason.outcome for reason in shutting(decision.reasons)}
    if decision.open:
        return "open"
    if "fail" in outcomes or not outcomes:
        return "shut"
    return "unknown" if "error" in outcomes else "waiting"


def _reasons_of_rules(decision: Decision, rules: Sequence[RuleOf]) -> Sequence[Reason | None]:
    """Return the reason of each rule: they stand last, but for that of silence.

    None for all of them where the rules could not be asked.
    """
    reasons = decision.reasons
    if reasons and reasons[-1].rule == _SILENCE:
        reasons = reasons[:-1]
    found = reasons[len(reasons) - len(rules) :] if len(rules) <= len(reasons) else ()
    named = zip(found, rules, strict=True) if len(found) == len(rules) else ()
    if not named or any(reason.rule != rule.rule for reason, rule in named):
        return [None] * len(rules)
    return found


def _of_reason(reason: Reason) -> RuleSaid:
    roles = tuple(str(part.data["role"]) for part in reason.parts if "role" in part.data)
    answers: dict[str, RuleAnswer] = {
        "pass": "warned" if reason.warns else "held",
        "fail": "shut",
        "pending": "waiting",
        "error": "unknown",
        "skipped": "skipped",
    }
    return RuleSaid(answers[reason.outcome], roles)


def _of_result(result: RuleResult) -> RuleAnswer:
    if result.outcome == "fail":
        return "warned" if result.rule.level == "warn" else "shut"
    answers: dict[str, RuleAnswer] = {"pass": "held", "error": "unknown", "skipped": "skipped"}
    return answers[result.outcome]


def _seats(decision: Decision) -> dict[str, int]:
    """Return how many approvals are asked of each role: the most that any reason asks."""
    found: dict[str, int] = {}
    for reason in decision.reasons:
        for part in reason.parts:
            if part.reason_code.startswith("seat."):
                role, needed = str(part.data["role"]), int(part.data["needed"])
                found[role] = max(found.get(role, 0), needed)
    for one in decision.missing:
        found[one.role] = max(found.get(one.role, 0), one.needed)
    return found
