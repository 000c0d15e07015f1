"""Rules as values: each function is asked once, and a finding has the level of its rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from changeflow.model.finding_rules import FindingRule, RuleSet, of_kinds
from changeflow.model.findings import Finding

CALLS: list[str] = []


def look(subject: str) -> Iterator[Finding]:
    CALLS.append(subject)
    yield Finding("a-bad", "error", "bad")
    yield Finding("a-odd", "error", "odd")


def compare(subject: str, rest: str) -> Iterator[Finding]:
    yield Finding("b-mild", "warning", f"{subject} beside {rest}")


BAD, ODD = FindingRule("a-bad", "error", "It is bad.", "A", find=look), FindingRule("a-odd", "warning", "It is odd.", "A", find=look)
MILD = FindingRule("b-mild", "error", "It may be mild.", "B", find_with=compare)


def test_a_function_that_looks_for_two_rules_is_called_once_and_each_finding_has_its_rules_level() -> None:
    CALLS.clear()
    found = RuleSet([BAD, ODD]).look("x")
    assert [(finding.rule, finding.level) for finding in found] == [("a-bad", "error"), ("a-odd", "warning")]
    assert CALLS == ["x"]


def test_a_function_may_say_warning_where_the_rule_says_error() -> None:
    assert [finding.level for finding in RuleSet([MILD]).look("x", "y")] == ["warning"]


def test_what_needs_the_rest_of_the_repository_is_not_asked_without_it() -> None:
    assert RuleSet([MILD]).look("x") == []


def test_a_finding_without_a_rule_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError, match="a-odd"):
        RuleSet([BAD]).look("x")


def test_rules_are_grouped_by_the_kind_they_are_about() -> None:
    assert {kind: list(rules.by_id) for kind, rules in of_kinds([BAD, MILD, ODD]).items()} == {"A": ["a-bad", "a-odd"], "B": ["b-mild"]}
