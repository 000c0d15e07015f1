"""Policies as a subject of their own: list them, explain one rule, run their test cases."""

from __future__ import annotations

from dataclasses import dataclass

from changeflow import errors
from changeflow.model.phrases import near_hint
from changeflow.model.policy import Policy, Rule
from changeflow.policy.cel import compile_problems
from changeflow.policy.engine import asks
from changeflow.policy.testing import CaseResult, run_case
from changeflow.reading.state import State


@dataclass(frozen=True)
class RuleOfPolicy:
    """A rule with the policy it stands in."""

    policy: Policy
    rule: Rule

    @property
    def asks(self) -> str:
        """What it asks for, in words."""
        return asks(self.rule)


@dataclass(frozen=True)
class TestRun:
    """What the test cases of a pack said. `untested` are rules no case names."""

    # not a test class, whatever its name begins with
    __test__ = False

    results: tuple[CaseResult, ...]
    untested: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether there were cases and none failed."""
        return (
            bool(self.results)
            and not self.broken
            and all(not result.differences for result in self.results)
        )


def rules(source: State) -> tuple[RuleOfPolicy, ...]:
    """Every rule at one place, by gate in the order of a change's life, then as written.

    Raises:
        errors.Unreadable: when a policy cannot be read.
        errors.NothingToDo: when there are none.
    """
    base = source.require_readable()
    order = ["submit", "approve", "deploy", "close"]
    found = sorted(
        base.policies, key=lambda policy: (order.index(policy.spec.gate), policy.metadata.id)
    )
    if not found:
        raise errors.NothingToDo(
            f"there are no policies in {source.label}",
            "`changeflow init` writes a pack to start from",
        )
    return tuple(RuleOfPolicy(policy, rule) for policy in found for rule in policy.spec.rules)


def explain(source: State, name: str) -> tuple[RuleOfPolicy, ...]:
    """The rules with this id, or all rules of the policy with this id.

    Raises:
        errors.NothingToDo: when there is neither, with near misses in the hint.
    """
    listed = rules(source)
    found = [item for item in listed if name in (item.rule.id, item.policy.metadata.id)]
    if not found:
        names = {item.rule.id for item in listed} | {item.policy.metadata.id for item in listed}
        raise errors.NothingToDo(
            f"there is no rule or policy `{name}`",
            near_hint(name, sorted(names)) or "`changeflow policy list` shows them",
        )
    return tuple(found)


def run_tests(source: State) -> TestRun:
    """Run every case of `policies/tests/`.

    Raises:
        errors.Unreadable: when a policy or a test file cannot be read.
        errors.NothingToDo: when there are no test cases.
    """
    base = source.require_readable()
    by_id = {policy.metadata.id: policy for policy in base.policies}
    broken = [
        f"{policy.metadata.id}: {message}"
        for policy in base.policies
        for _, message in compile_problems(policy)
    ]
    broken += [
        f"{test.metadata.id}: there is no policy `{test.spec.policy}`"
        for test in base.tests
        if test.spec.policy not in by_id
    ]
    if not base.tests:
        raise errors.NothingToDo(
            f"there are no test cases in {source.label}",
            "write some in policies/tests/, kind PolicyTest",
        )
    known = [test for test in base.tests if test.spec.policy in by_id]
    named = {
        (test.spec.policy, rule)
        for test in known
        for case in test.spec.cases
        for rule in case.expect
    }
    return TestRun(
        results=tuple(
            run_case(by_id[test.spec.policy], case) for test in known for case in test.spec.cases
        ),
        untested=tuple(
            f"{policy.metadata.id}/{rule.id}"
            for policy in base.policies
            for rule in policy.spec.rules
            if (policy.metadata.id, rule.id) not in named
        ),
        broken=tuple(broken),
    )
