"""Policies as a subject of their own: list them, explain one rule, run their test cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.history_facts import DEBT_PERIOD
from changeflow.model.phrases import Told, meant, told
from changeflow.model.policy import Policy, Rule
from changeflow.policy.cel import compile_problems
from changeflow.policy.engine import asks, demands_of
from changeflow.policy.facts_read import debt_names
from changeflow.policy.testing import CaseResult, run_case
from changeflow.reading.state import State

# the sentences that say what facts about earlier changes count
_MEANINGS: Final = {
    "changes": "debt.changes",
    "emergency_share": "debt.emergency_share",
    "failures": "debt.failures",
    "overdue_reviews": "debt.overdue_reviews",
    "open_followups": "debt.open_followups",
    "claimed_improvements": "debt.claimed_improvements",
}


@dataclass(frozen=True)
class RuleOfPolicy:
    """A rule with its policy."""

    policy: Policy
    rule: Rule

    @property
    def asks(self) -> str:
        """Return what the rule asks for, as a sentence."""
        return asks(self.rule)

    @property
    def demands(self) -> list[dict[str, Any]]:
        """Return what the rule asks for, as sentences of the catalogue."""
        return demands_of(self.rule)

    @property
    def reads(self) -> list[Told]:
        """Return the facts about earlier changes that it reads, each with what it counts."""
        found: list[Told] = []
        for name in debt_names(self.rule):
            if name in _MEANINGS:
                meaning = told(_MEANINGS[name], days=DEBT_PERIOD.days)
                found.append(told("debt.fact", name=name, meaning=[meaning]))
        return found


@dataclass(frozen=True)
class TestRun:
    """Results of the test cases of a pack. `untested` are rules no case names."""

    # not a test class, whatever its name begins with
    __test__ = False

    results: tuple[CaseResult, ...]
    untested: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Tell whether there were cases and none failed."""
        if not self.results or self.broken:
            return False
        return all(not result.differences for result in self.results)


def rules(source: State) -> tuple[RuleOfPolicy, ...]:
    """Return every rule at one place, by gate in the order of a change's life, then as written.

    Those of policies that are switched off are among them.

    Raises:
        errors.Unreadable: when a policy cannot be read.
        errors.NothingToDo: when there are none.
    """
    base = source.require_readable()
    order = ["submit", "approve", "deploy", "close"]
    found = sorted(
        (*base.policies, *base.switched_off),
        key=lambda policy: (order.index(policy.spec.gate), policy.metadata.id),
    )
    if not found:
        raise errors.NothingToDo.of("unknown.policies", place=source.label)
    listed: list[RuleOfPolicy] = []
    for policy in found:
        listed += [RuleOfPolicy(policy, rule) for rule in policy.spec.rules]
    return tuple(listed)


def explain(source: State, name: str) -> tuple[RuleOfPolicy, ...]:
    """Return the rules with this id, or all rules of the policy with this id.

    Raises:
        errors.NothingToDo: when there is neither, with near misses in the hint.
    """
    listed = rules(source)
    found: list[RuleOfPolicy] = []
    names: set[str] = set()
    for item in listed:
        own = {item.rule.id, item.policy.metadata.id}
        names |= own
        if name in own:
            found.append(item)
    if not found:
        raise errors.NothingToDo.of(
            "unknown.rule",
            name=name,
            hint=meant(name, sorted(names)) or told("unknown.list_rules"),
        )
    return tuple(found)


def run_tests(source: State) -> TestRun:
    """Run every case of `policies/tests/`, also those of policies that are switched off.

    Raises:
        errors.Unreadable: when a policy or a test file cannot be read.
        errors.NothingToDo: when there are no test cases.
    """
    base = source.require_readable()
    policies = (*base.policies, *base.switched_off)
    by_id = {policy.metadata.id: policy for policy in policies}
    broken: list[str] = []
    for policy in policies:
        broken += [f"{policy.metadata.id}: {message}" for _, message in compile_problems(policy)]
    for test in base.tests:
        if test.spec.policy not in by_id:
            broken.append(f"{test.metadata.id}: there is no policy `{test.spec.policy}`")
    if not base.tests:
        raise errors.NothingToDo.of("unknown.tests", place=source.label)
    results: list[CaseResult] = []
    tested: set[tuple[str, str]] = set()
    for test in base.tests:
        if test.spec.policy in by_id:
            for case in test.spec.cases:
                results.append(run_case(by_id[test.spec.policy], case))
                tested.update((test.spec.policy, rule) for rule in case.expect)
    untested = []
    for name, rule in _rules_of(policies):
        if (name, rule) not in tested:
            untested.append(f"{name}/{rule}")
    return TestRun(results=tuple(results), untested=tuple(untested), broken=tuple(broken))


def _rules_of(policies: Iterable[Policy]) -> Iterator[tuple[str, str]]:
    for policy in policies:
        for rule in policy.spec.rules:
            yield policy.metadata.id, rule.id
