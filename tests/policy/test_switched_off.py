"""A policy with `enabled: false` is on file: listed, checked and tested, and asked by no gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changeflow.reading.other_rules import rules_in
from tests.register.office import BEFORE, CHANGE, Office

NEVER = {"id": "never", "assert": "false", "message": "Nothing is approved", "messages": {"zh": "一概不批"}, "level": "deny"}


def strict(*, enabled: bool, **rule: Any) -> dict[str, Any]:
    spec = {"gate": "approve", "enabled": enabled, "rules": [NEVER | rule]}
    return {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "strict"}, "spec": spec}


def cases(expected: str) -> dict[str, Any]:
    spec = {"policy": "strict", "cases": [{"name": "anything", "expect": {"never": expected}}]}
    return {"apiVersion": "changeflow/v1", "kind": "PolicyTest", "metadata": {"id": "strict"}, "spec": spec}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path / "shop")
    found.ask()
    return found


def put(office: Office, policy: dict[str, Any]) -> None:
    office.write("policies/strict.yaml", policy)
    office.commit("strict")


def rules_asked(office: Office) -> list[str]:
    return [one["rule"] for one in office.answer("assess", CHANGE)["policy"]["rules"]]


def test_no_gate_asks_a_policy_that_is_switched_off(office: Office) -> None:
    before = office.say("gate", "approve", CHANGE, "--now", BEFORE).out
    put(office, strict(enabled=False))
    assert "never" not in rules_asked(office)
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).out == before
    put(office, strict(enabled=True))
    assert "never" in rules_asked(office)
    assert "Nothing is approved" in office.say("gate", "approve", CHANGE, "--now", BEFORE).out


def test_lists_say_that_it_is_off_in_both_languages(office: Office) -> None:
    put(office, strict(enabled=False))
    listed = office.done("policy", "list", "--lang", "en")
    assert "(switched off) Nothing is approved" in listed
    assert listed.count("(switched off)") == 1
    assert "（已停用）一概不批" in office.done("policy", "list", "--lang", "zh")
    assert "none: its policy is switched off" in office.done("policy", "explain", "never", "--lang", "en")
    found = json.loads(office.done("policy", "list", "--format", "json"))["rules"]
    assert {one["rule"] if "rule" in one else one["id"] for one in found if not one["enabled"]} == {"never"}


def test_its_cases_run_all_the_same(office: Office) -> None:
    office.write("policies/tests/strict.yaml", cases("fail"))
    put(office, strict(enabled=False))
    assert office.say("policy", "test").code == 0
    office.write("policies/tests/strict.yaml", cases("pass"))
    assert office.say("policy", "test").code == 1


def test_check_finds_its_mistakes_all_the_same(office: Office) -> None:
    put(office, strict(enabled=False, **{"assert": "risk.levle == 'low'"}))
    said = office.say("check")
    assert said.code == 1
    assert "policy-unknown-fact" in said.out


def test_a_proposal_that_switches_it_on_differs(office: Office) -> None:
    put(office, strict(enabled=False))
    today = rules_in(office.root)
    put(office, strict(enabled=True))
    proposed = rules_in(office.root)
    assert not proposed.same_as(today)
    assert {one.metadata.id for one in proposed.policies} - {one.metadata.id for one in today.policies} == {"strict"}


def test_switching_every_policy_of_a_gate_off_leaves_it_shut(office: Office) -> None:
    for path in sorted((office.root / "policies").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if "\n  gate: approve\n" in text:
            path.write_text(text.replace("\n  gate: approve\n", "\n  gate: approve\n  enabled: false\n"), encoding="utf-8")
    office.commit("off")
    said = office.say("gate", "approve", CHANGE, "--now", BEFORE)
    assert said.code == 1
    assert "policy.none" in office.say("gate", "approve", CHANGE, "--now", BEFORE, "--format", "json").out
