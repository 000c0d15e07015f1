"""Rules of policies that fail name what shuts them: conflicts, freezes, and people who are needed twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from changeflow.language.reader import MACHINE
from changeflow.language.reasons import sentence
from changeflow.model.answers.assessment import Conflict
from changeflow.model.answers.decision import Reason
from changeflow.model.answers.plain import answer
from changeflow.model.canonical import on_record
from changeflow.policy.facts_read import reads

from .builders import NOW, assessment, case, change, decide, policy, roster
from .test_decide import freeze

ITEM, DEPENDENCY, OVER = "CHG-20261120-first", "CHG-20261122-other", "CHG-20261119-over"


def conflict(name: str, kind: str = "same-item", items: tuple[str, ...] = ("db",), *, ends: int = 90, **over: Any) -> Conflict:
    words: dict[str, Any] = {
        "change": name,
        "kind": kind,
        "items": items,
        "overlap_start": NOW + timedelta(hours=-2),
        "overlap_end": NOW + timedelta(minutes=ends),
        "message": f"{name} changes {', '.join(items)} in the same window",
    }
    return Conflict(**{**words, **over})


CONFLICTS = (
    conflict(ITEM, first=True, approved=True, hard=True),
    conflict(DEPENDENCY, "dependency", ("cache", "queue")),
    conflict(OVER, ends=-1),
)


def reason(rule: dict[str, Any], gate: str = "approve", **over: Any) -> Reason:
    of = over.pop("of", None) or change()
    found = replace(assessment(of), conflicts=CONFLICTS)
    policies = (policy([{"id": "it", "message": "It holds", **rule}], gate),)
    decision = decide(gate, case(of, assessment=found, policies=policies, **over), NOW)
    return next(one for one in decision.reasons if one.rule == "it")


def named(found: Reason, kind: str) -> list[str]:
    return [one.get("change") or one.get("id") or one["person"] for one in found.data.get("shut_by", {}).get(kind, [])]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ({"assert": "size(conflicts) == 0"}, [ITEM, DEPENDENCY]),
        ({"assert": "size( conflicts )==0", "level": "warn"}, [ITEM, DEPENDENCY]),
        ({"assert": "conflicts.all(o, o.kind != 'same-item' || !o.first || !o.approved)"}, [ITEM]),
        ({"assert": "!conflicts.exists(o, 'queue' in o.items)", "code": "team.queue"}, [DEPENDENCY]),
        ({"assert": "false", "when": "conflicts.exists(o, o.approved)"}, [ITEM]),
        ({"assert": "size(conflicts) < 2"}, [ITEM, DEPENDENCY]),
        ({"assert": "risk.level == 'none' && size(conflicts) == 0"}, [ITEM, DEPENDENCY]),
        ({"assert": "risk.level == 'none'"}, []),
        ({"assert": "change.title == 'conflicts'"}, []),
        ({"assert": "size(conflicts) == 2"}, []),
    ],
)
def test_a_rule_that_reads_conflicts_names_those_that_shut_it(rule: dict[str, Any], changes: list[str]) -> None:
    found = reason(rule)
    assert named(found, "conflicts") == changes
    for name in changes:
        assert name in sentence(found, MACHINE)
    assert OVER not in sentence(found, MACHINE)


@pytest.mark.parametrize("gate", ["submit", "approve", "deploy"])
def test_the_sentence_names_the_other_change_the_items_and_the_time(gate: str) -> None:
    found = reason({"assert": "conflicts.all(o, o.kind != 'dependency')"}, gate)
    assert sentence(found, MACHINE) == (
        f"not met: It holds: {DEPENDENCY} changes cache, queue in the same window, "
        "from 2026-11-21T08:00:00Z to 2026-11-21T11:30:00Z"
    )
    (one,) = found.data["shut_by"]["conflicts"]
    assert (one["items"], one["start"], one["end"]) == (["cache", "queue"], "2026-11-21T08:00:00Z", "2026-11-21T11:30:00Z")


@pytest.mark.parametrize("read", ["size(calendar.freezes) == 0", 'size(calendar["freezes"]) == 0'])
def test_a_rule_that_reads_freezes_names_them(read: str) -> None:
    found = reason({"assert": read}, calendars=(freeze(),))
    assert len(named(found, "freezes")) == 1
    assert "the freeze `" in sentence(found, MACHINE)
    assert not named(found, "conflicts")


def test_a_rule_with_a_code_of_its_own_is_said_not_to_be_met() -> None:
    assert sentence(reason({"assert": "risk.level == 'none'", "code": "team.risk"}), MACHINE) == "not met: It holds"


def test_a_person_who_is_needed_for_two_roles_is_named() -> None:
    rule = {"require": [{"role": "cab"}, {"role": "team-db"}]}
    found = reason(rule, roster=roster(roles={"cab": ["carol"], "team-db": ["carol"]}), reviews=())
    assert found.reason_code == "approvals.impossible"
    assert named(found, "people") == ["carol"]
    assert "carol is needed for `cab` and `team-db`, and one person fills one seat" in sentence(found, MACHINE)


def test_a_role_without_people_needs_none_of_them_twice() -> None:
    found = reason({"require": [{"role": "cab", "count": 9}]})
    assert found.reason_code == "approvals.impossible"
    assert "shut_by" not in found.data


def test_names_explain_a_decision_and_are_not_recorded_with_it() -> None:
    found = replace(assessment(change()), conflicts=CONFLICTS)
    rules = [{"id": "it", "message": "It holds", "assert": "size(conflicts) == 0"}]
    decision = decide("deploy", case(assessment=found, policies=(policy(rules), policy(rules, "deploy", "other"))), NOW)
    assert "shut_by" in str(answer(decision))
    recorded = on_record(answer(decision))
    assert "shut_by" not in str(recorded)
    assert [one["rule"] for one in recorded["reasons"]] == [one.rule for one in decision.reasons]


def test_what_a_condition_reads_is_found_on_its_tree() -> None:
    assert reads("size(conflicts) == 0 && calendar.freezes.size() < risk.score") == {"conflicts", "calendar.freezes", "risk.score"}
    assert reads("change.title == 'conflicts'") == {"change.title"}


def test_the_conflict_that_goes_first_at_deploy_is_named_with_the_time() -> None:
    found = replace(assessment(change()), conflicts=CONFLICTS)
    decision = decide("deploy", case(assessment=found), NOW)
    (one,) = [item for item in decision.reasons if item.reason_code == "conflict.goes_first"]
    assert ITEM in sentence(one, MACHINE)
    assert sentence(one, MACHINE).endswith("goes first: the windows overlap from 2026-11-21T08:00:00Z to 2026-11-21T11:30:00Z")
