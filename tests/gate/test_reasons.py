"""Reasons are a promise: rule, outcome and code of each, the tree below it, and what it says about people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from changeflow.model.answers.assessment import Conflict
from changeflow.model.answers.decision import Decision
from changeflow.model.opinions import Contributors

from .builders import (
    APPROVE,
    NOW,
    OPEN_AT,
    OTHER,
    approved_since,
    assessment,
    case,
    change,
    decide,
    later,
    pir,
    policy,
    recorded,
    release,
    roster,
    says,
)
from .test_decide import BOTH, CAROL, CLOSE, DAVE, DEPLOY, freeze, ready

URGENT = {"type": "emergency", "window": None, "emergency": {"incident": "INC-1", "justification": "The shop is down"}}
FIRST = "CHG-20261120-first"


def triples(decision: Decision) -> set[tuple[str, str, str]]:
    return {(item.rule, item.outcome, item.reason_code) for item in decision.reasons}


@pytest.mark.parametrize(
    ("gate", "over", "expected"),
    [
        ("submit", {"of": change(draft=True)}, ("changeflow.draft", "pending", "change.draft")),
        ("submit", {"ledger_problems": ("x",)}, ("changeflow.ledger", "error", "ledger.broken")),
        ("submit", {"problems": ("x",)}, ("changeflow.document", "fail", "document.invalid")),
        ("submit", {"policies": ()}, ("changeflow.silence", "fail", "policy.none")),
        ("approve", {"calendars": (freeze(rrule="NEVER"),)}, ("changeflow.calendar", "error", "calendar.unreadable")),
        ("approve", {"of": change(draft=True)}, ("changeflow.draft", "pending", "change.draft")),
        ("approve", {"reviews": (says("alice", "withdraw"),)}, ("changeflow.withdrawn", "fail", "change.withdrawn")),
        ("approve", {"reviews": (says("erin", "reject"),)}, ("changeflow.rejection", "fail", "review.rejected")),
        (
            "approve",
            {"contributors": Contributors(people=(), unknown=("x@example.org",)), "reviews": (CAROL, DAVE)},
            ("changeflow.contributors", "pending", "contributors.unknown"),
        ),
        (
            "approve",
            {"contributors": Contributors(people=(), unknown=("x@example.org",)), "reviews": (CAROL, DAVE, says("erin"))},
            ("changeflow.contributors", "pass", "contributors.unknown"),
        ),
        ("deploy", {}, ("changeflow.approval", "pass", "approval.complete")),
        ("deploy", {"reviews": (CAROL,)}, ("changeflow.approval", "pending", "approval.missing")),
        (
            "deploy",
            {"reviews": (), "roster": roster(roles={"cab": ["alice"]})},
            ("changeflow.approval", "fail", "approval.missing"),
        ),
        ("deploy", {"reviews": (CAROL, says("dave", digest=OTHER))}, ("changeflow.approval", "fail", "approval.stale")),
        ("deploy", {"reviews": (), "recorded": recorded(NOW)}, ("changeflow.approval", "pass", "approval.sealed")),
        ("deploy", {}, ("changeflow.merged", "pass", "change.merged")),
        ("deploy", {"merged_digest": None}, ("changeflow.merged", "fail", "change.not_merged")),
        ("deploy", {"merged_digest": OTHER}, ("changeflow.merged", "fail", "change.differs_from_base")),
        ("deploy", {}, ("changeflow.window", "pass", "window.open")),
        ("deploy", {"of": change(**URGENT)}, ("changeflow.window", "pass", "window.none")),
        ("deploy", {"of": change(window=None, draft=True)}, ("changeflow.window", "fail", "window.missing")),
        ("deploy", {"of": change(depends_on=[FIRST])}, ("changeflow.dependency", "pending", "dependency.not_implemented")),
        (
            "deploy",
            {"of": change(depends_on=[FIRST]), "dependencies": {FIRST: "implemented"}},
            ("changeflow.dependency", "pass", "dependency.implemented"),
        ),
        (
            "deploy",
            {"of": change(depends_on=[FIRST]), "dependencies": {FIRST: "rolled_back"}},
            ("changeflow.dependency", "fail", "dependency.not_implemented"),
        ),
        (
            "deploy",
            {"of": change(depends_on=[FIRST]), "dependencies": {FIRST: "rollback_failed"}},
            ("changeflow.dependency", "fail", "dependency.not_implemented"),
        ),
        ("deploy", {"holders": {"production": FIRST}}, ("changeflow.environment", "fail", "environment.held")),
        ("deploy", {"release": release("implementing")}, ("changeflow.released", "fail", "release.exists")),
        ("deploy", {"calendars": (freeze(),)}, ("changeflow.freeze", "fail", "freeze.in_force")),
        ("close", {}, ("changeflow.release", "pending", "release.unfinished")),
        ("close", {}, ("changeflow.review", "pending", "review.missing")),
        ("close", {"release": release("implemented")}, ("changeflow.release", "pass", "release.finished")),
        ("close", {"release": release("rolled_back")}, ("changeflow.release", "pass", "release.finished")),
        ("close", {"release": release("rollback_failed")}, ("changeflow.release", "fail", "release.rollback_failed")),
        ("close", {"review": pir(problems=("x",))}, ("changeflow.review", "fail", "review.incomplete")),
        ("close", {"review": pir(reviewer="erin")}, ("changeflow.review", "pass", "review.complete")),
    ],
)
def test_builtin_reasons(gate: str, over: dict[str, Any], expected: tuple[str, str, str]) -> None:
    policies = over.pop("policies", (*BOTH, *CLOSE))
    assert expected in triples(decide(gate, ready(policies=policies, **over), OPEN_AT))


def test_a_builtin_reason_names_its_clause_and_the_problems_it_knows() -> None:
    (found,) = (item for item in decide("submit", case(problems=("first", "second")), NOW).reasons if "document" in item.rule)
    assert found.clause == "ISO/IEC 20000-1:2018 8.5.1.2"
    assert "2 error(s): first; second" in found.message
    assert found.hint


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"when": "false", "assert": "true"}, ("skipped", "rule.not_applicable")),
        ({"assert": "true"}, ("pass", "rule.satisfied")),
        ({"assert": "false"}, ("fail", "rule.violated")),
        ({"assert": "false", "require": [{"role": "cab"}]}, ("fail", "rule.violated")),
        ({"require": [{"role": "cab"}]}, ("pass", "approvals.complete")),
        ({"require": [{"role": "team-db", "count": 1}]}, ("pending", "approvals.missing")),
        ({"require": [{"role": "ghosts"}]}, ("fail", "approvals.impossible")),
        ({"require": [{"each": "[]"}]}, ("fail", "approvals.nobody_named")),
        ({"assert": "1 / 0 == 1"}, ("error", "rule.error")),
        ({"assert": "false", "level": "warn"}, ("pass", "rule.warning")),
        ({"assert": "true", "level": "warn"}, ("pass", "rule.satisfied")),
        ({"assert": "change.nope", "level": "warn"}, ("error", "rule.error")),
    ],
)
def test_reasons_of_rules(rule: dict[str, Any], expected: tuple[str, str]) -> None:
    rules = policy([{"id": "it", "message": "It", "clause": "C 1", "hint": "H", **rule}])
    (found,) = (item for item in decide("approve", case(policies=(rules,), reviews=(CAROL,)), NOW).reasons if item.rule == "it")
    assert (found.outcome, found.reason_code) == expected
    assert (found.clause, found.hint) == ("C 1", "H")


def test_a_rule_without_clause_and_hint_has_empty_ones() -> None:
    (found,) = decide("approve", case(reviews=(CAROL, DAVE)), NOW).reasons
    assert (found.clause, found.hint) == ("", "")


def test_a_failing_rule_still_shows_its_seats_and_asks_for_them() -> None:
    rule = {"id": "it", "message": "It", "assert": "false", "require": [{"role": "cab", "count": 2}]}
    decision = decide("approve", case(policies=(policy([rule]),), reviews=(CAROL,)), NOW)
    assert [(item.role, item.needed, item.have) for item in decision.missing] == [("cab", 2, 1)]
    (found,) = decision.reasons
    assert [(part.outcome, part.reason_code, part.message) for part in found.parts] == [
        ("pending", "seat.empty", "1 of 2 for `cab`: carol")
    ]


def test_the_tree_shows_who_sits_where() -> None:
    rules = policy([*APPROVE, {"id": "owner", "require": [{"role": "team-db"}], "message": "Owner"}])
    decision = decide("approve", case(policies=(rules,), reviews=(CAROL, DAVE)), NOW)
    parts = {
        item.rule: [(part.rule, part.outcome, part.reason_code, part.message) for part in item.parts] for item in decision.reasons
    }
    assert parts == {
        "quorum": [("quorum", "pass", "seat.filled", "2 of 2 for `cab`: carol, dave")],
        "owner": [("owner", "pending", "seat.empty", "0 of 1 for `team-db`")],
    }


def test_warnings_and_rules_that_do_not_apply_ask_for_no_seats() -> None:
    rules = policy(
        [
            *APPROVE,
            {"id": "advice", "require": [{"role": "ecab"}], "message": "A", "level": "warn"},
            {"id": "never", "when": "false", "require": [{"role": "ecab"}], "message": "N"},
        ]
    )
    decision = decide("approve", case(policies=(rules,), reviews=(CAROL, DAVE)), NOW)
    assert decision.open
    assert all(not item.parts for item in decision.reasons if item.rule in ("advice", "never"))


def test_policies_are_asked_in_the_order_of_their_ids() -> None:
    one, other = policy(APPROVE, name="b"), policy([{"id": "first", "assert": "true", "message": "F"}], name="a")
    assert [item.rule for item in decide("approve", case(policies=(one, other)), NOW).reasons] == ["first", "quorum"]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("risk.score == 61 && risk.likelihood == 3 && risk.impact == 4", True),
        ("size(conflicts) == 1 && conflicts[0].change == 'CHG-20261120-first' && conflicts[0].kind == 'same-item'", True),
        ("now == timestamp('2026-11-21T10:00:00Z')", True),
        ("change.requester == 'alice' && change.implementer == 'bob' && change.declared_type == 'normal'", True),
        ("duration(change.rollback.limit) == duration('30m') && change.items[0].outage == '600s'", True),
        ("evidence.approvals.map(one, one.by) == ['carol', 'dave']", True),
        ("evidence.approvals.all(one, timestamp(one.at) <= now && one.role == '')", True),
        ("evidence.approved_at == '' && evidence.review.at == ''", True),
        ("evidence.contributors == ['erin']", True),
        ("evidence.merged || evidence.review.present || evidence.release.state != ''", False),
        ("calendar.has_window && calendar.lead_hours == 100.0 && calendar.window_hours == 1.5", True),
        ("calendar.in_window || calendar.window_past", False),
    ],
)
def test_conditions_see_the_case(condition: str, holds: bool) -> None:
    of = change()
    clash = Conflict(
        change=FIRST, kind="same-item", hard=True, items=("db",), overlap_start=OPEN_AT, overlap_end=OPEN_AT + timedelta(hours=1), message="m"
    )
    seen = case(
        of,
        assessment=replace(assessment(of), conflicts=(clash,)),
        policies=(policy([{"id": "it", "assert": condition, "message": "It"}]),),
        reviews=(CAROL, DAVE, says("erin", digest=OTHER)),
        contributors=Contributors(people=("erin",), unknown=()),
    )
    (found,) = (item for item in decide("approve", seen, NOW).reasons if item.rule == "it")
    assert found.outcome == ("pass" if holds else "fail"), found.message


def test_sentences_about_people_name_them() -> None:
    decision = decide("approve", case(reviews=(says("alice"), says("dave", digest=OTHER))), NOW)
    assert [item.message for item in decision.ignored] == [
        "alice requested the change",
        "dave approved other content; the change has been edited since",
    ]


def test_a_host_s_own_sentence_is_kept() -> None:
    decision = decide("approve", case(reviews=(says("dave", ineligible="x.y", message="the signature is torn"),)), NOW)
    assert [(item.reason_code, item.message) for item in decision.ignored] == [("x.y", "the signature is torn")]


def test_an_older_opinion_is_noted_as_superseded() -> None:
    decision = decide("approve", case(reviews=(says("dave", at=later(-5)), DAVE)), NOW)
    assert [(item.by, item.reason_code) for item in decision.ignored] == [("dave", "approval.superseded")]


def test_what_agreement_cannot_mend_is_named() -> None:
    broken = decide("approve", case(problems=("x",), reviews=(CAROL, DAVE)), NOW)
    assert not broken.satisfiable
    assert broken.impossible == ("changeflow.document",)
    waiting = decide("approve", case(reviews=(CAROL, says("erin", "reject"))), NOW)
    assert waiting.satisfiable
    assert waiting.impossible == ()


LENT = {"from": "carol", "to": "bob", "roles": ["cab"], "start": "2026-11-20T00:00:00Z", "end": "2026-11-21T12:00:00Z"}


def test_a_delegate_s_approval_outlives_the_delegation_and_a_later_one_does_not_count() -> None:
    of = change(implementer="zoe")
    people = roster(people={"zoe": {}}, delegations=[LENT])
    in_time = case(of, roster=people, reviews=(says("bob"), DAVE))
    assert decide("approve", in_time, NOW + timedelta(days=2)).open
    late = case(of, roster=people, reviews=(says("bob", at=NOW + timedelta(hours=3)), DAVE))
    decision = decide("approve", late, NOW + timedelta(days=2))
    assert not decision.open
    assert {item.by: item.reason_code for item in decision.ignored} == {"bob": "approver.no_role"}
    assert "bob" not in decision.missing[0].eligible


def test_a_delegation_begins_at_its_start() -> None:
    people = roster(people={"zoe": {}}, delegations=[LENT | {"start": "2026-11-21T10:00:00Z"}])
    assert decide("approve", case(change(implementer="zoe"), roster=people, reviews=(says("bob"), DAVE)), NOW).open


def test_nobody_is_lent_a_seat_who_is_barred_or_no_human() -> None:
    for borrower in ("alice", "renovate"):
        people = roster(delegations=[LENT | {"to": borrower}])
        assert not decide("approve", case(roster=people, reviews=(says(borrower), DAVE)), NOW).open


def test_what_an_approver_takes_back_afterwards_stops_the_deployment() -> None:
    taken_back = ready(reviews=(CAROL, DAVE, says("dave", "withdraw", at=later(60))))
    assert approved_since(taken_back, OPEN_AT)[0] is None
    assert not decide("deploy", taken_back, OPEN_AT).open
    withdrawn = ready(reviews=(CAROL, DAVE, says("alice", "withdraw", at=later(60))))
    assert not decide("deploy", withdrawn, OPEN_AT).open
    lapsed = ready(approval_validity=timedelta(hours=1))
    assert not decide("deploy", lapsed, OPEN_AT).open


def test_opinions_count_from_the_very_moment_they_are_given() -> None:
    assert approved_since(ready(reviews=(CAROL, says("dave", at=OPEN_AT))), OPEN_AT)[0] == OPEN_AT
    assert approved_since(ready(reviews=(CAROL, says("dave", at=OPEN_AT + timedelta(minutes=6)))), OPEN_AT)[0] is None


def test_a_change_that_needs_nobody_is_approved_now() -> None:
    nobody = policy([{"id": "pre", "assert": "true", "message": "Pre-authorised"}])
    assert approved_since(ready(policies=(nobody, DEPLOY), reviews=()), OPEN_AT)[0] == OPEN_AT


def test_a_sealed_approval_counts_from_when_it_was_recorded_and_is_shown() -> None:
    sealed = ready(reviews=(), recorded=recorded(OPEN_AT))
    assert decide("deploy", sealed, OPEN_AT).open
    assert approved_since(sealed, OPEN_AT)[0] == OPEN_AT
    assert not decide("deploy", ready(reviews=(), recorded=recorded(OPEN_AT + timedelta(minutes=6))), OPEN_AT).open
    (shown,) = (item for item in decide("deploy", sealed, OPEN_AT).reasons if item.rule == "changeflow.approval")
    assert "2026-11-25T14:10:00Z" in shown.message


def test_the_deploy_gate_shows_the_approvals_it_rests_on_and_what_is_missing() -> None:
    decision = decide("deploy", ready(reviews=(CAROL, DAVE, says("alice"))), OPEN_AT)
    assert [item.by for item in decision.approvals] == ["carol", "dave"]
    assert [item.by for item in decision.ignored] == ["alice"]
    (waiting,) = (
        item for item in decide("deploy", ready(reviews=(CAROL,)), OPEN_AT).reasons if item.rule == "changeflow.approval"
    )
    assert [part.reason_code for part in waiting.parts] == ["approvals.missing"]
    stale = decide("deploy", ready(reviews=(CAROL, says("dave", digest=OTHER), says("erin", digest=OTHER))), OPEN_AT)
    (named,) = (item for item in stale.reasons if item.rule == "changeflow.approval")
    assert "by dave, erin" in named.message
    assert [part.reason_code for part in named.parts] == ["approvals.missing"]


def test_a_freeze_and_a_conflict_stop_a_release_whatever_the_policy_says_and_an_emergency_goes_first() -> None:
    of = change()
    later_on = OPEN_AT + timedelta(hours=1)
    clash = Conflict(
        change=FIRST,
        kind="same-item", hard=True,
        items=("db",),
        overlap_start=OPEN_AT,
        overlap_end=later_on,
        first=True,
        approved=True,
        message="m",
    )
    near, behind = replace(clash, kind="dependency", hard=False), replace(clash, first=False)
    asked = replace(clash, approved=False)
    over = replace(clash, overlap_end=OPEN_AT)
    assert not decide("deploy", ready(calendars=(freeze(),)), OPEN_AT).open
    granted = {"change": "CHG-20261121-db", "granted_by": "erin", "reason": "Regulator"}
    assert decide("deploy", ready(calendars=(freeze(exceptions=[granted]),)), OPEN_AT).open
    for conflict, is_open in ((clash, False), (near, True), (behind, True), (over, True), (asked, True)):
        assert (
            decide("deploy", ready(assessment=replace(assessment(of), conflicts=(conflict,))), OPEN_AT).open
            is is_open
        )
    urgent = change(**URGENT)
    rule = policy([{"id": "ecab", "require": [{"role": "ecab"}], "message": "ECAB"}])
    first = ready(of=urgent, policies=(rule, DEPLOY), reviews=(CAROL,), calendars=(freeze(),))
    assert decide("deploy", first, OPEN_AT).open


def test_a_gate_says_in_one_line_which_name_of_a_condition_is_misspelt() -> None:
    rules = policy([{"id": "it", "message": "It", "assert": 'chnage.type == "a" && rsik.score > 1'}])
    (found,) = (item for item in decide("approve", case(policies=(rules,)), NOW).reasons if item.rule == "it")
    assert found.message == "It (cannot be decided: there is no `chnage`; did you mean `change`?)"
