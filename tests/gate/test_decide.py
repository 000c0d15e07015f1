"""Decisions: what opens a gate, what keeps it shut, and what the answer says about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.gate.case import NO_REVIEW, NOT_STARTED
from changeflow.model.answers.decision import Decision
from changeflow.model.calendars import Calendar
from changeflow.model.opinions import Contributors

from .builders import (
    APPROVE,
    DIGEST,
    NOW,
    OPEN_AT,
    OTHER,
    Told,
    approved_since,
    assessment,
    case,
    change,
    decide,
    later,
    pir,
    policy,
    release,
    roster,
    says,
)

CAROL, DAVE = says("carol"), says("dave")


def codes(decision: Decision) -> set[str]:
    return {item.reason_code for item in decision.reasons}


def ignored(decision: Decision) -> dict[str, str]:
    return {item.by: item.reason_code for item in decision.ignored}


def test_two_cab_members_open_the_approve_gate() -> None:
    decision = decide("approve", case(reviews=(CAROL, DAVE)), NOW)
    assert decision.open
    assert [(item.by, item.role) for item in decision.approvals] == [("carol", "cab"), ("dave", "cab")]
    assert decision.missing == ()


def test_one_of_two_keeps_it_waiting_and_names_who_could_act() -> None:
    decision = decide("approve", case(reviews=(CAROL,)), NOW)
    assert not decision.open
    assert codes(decision) == {"approvals.missing"}
    (missing,) = decision.missing
    assert (missing.role, missing.needed, missing.have, missing.eligible) == ("cab", 2, 1, ("dave", "erin"))
    assert decision.satisfiable
    assert decision.witness == ("carol", "dave")


@pytest.mark.parametrize(
    ("review", "code"),
    [
        (says("alice"), "approver.is_requester"),
        (says("bob"), "approver.is_implementer"),
        (says("renovate"), "approver.is_agent"),
        (says("mallory"), "approver.unknown"),
        (says(None), "approver.unknown"),
        (says("dave", digest=OTHER), "approval.stale"),
        (says("dave", at=later(6)), "approval.in_future"),
        (says("dave", ineligible="approval.bad_signature"), "approval.bad_signature"),
        (says("dave", "withdraw"), "approval.withdrawn"),
        (says("dave", role="ecab"), "approval.not_needed"),
    ],
)
def test_opinions_that_do_not_count_say_why(review: Any, code: str) -> None:
    decision = decide("approve", case(reviews=(CAROL, review)), NOW)
    assert not decision.open
    assert ignored(decision)[review.shown_as] == code


def test_the_honest_twin_of_every_refused_opinion_opens_the_gate() -> None:
    assert decide("approve", case(reviews=(CAROL, says("dave", at=NOW))), NOW).open


def test_a_contributor_does_not_approve() -> None:
    decision = decide("approve", case(reviews=(CAROL, DAVE), contributors=Contributors(people=("dave",), unknown=())), NOW)
    assert not decision.open
    assert ignored(decision)["dave"] == "approver.is_contributor"


def test_an_unknown_contributor_costs_one_more_cab_approval() -> None:
    stranger = Contributors(people=(), unknown=("x@example.org",))
    assert not decide("approve", case(reviews=(CAROL, DAVE), contributors=stranger), NOW).open
    assert decide("approve", case(reviews=(CAROL, DAVE, says("erin")), contributors=stranger), NOW).open


def test_approving_twice_fills_one_seat() -> None:
    assert not decide("approve", case(reviews=(CAROL, says("carol", at=later(-1)))), NOW).open


def test_the_newest_opinion_of_a_person_counts() -> None:
    took_back = decide("approve", case(reviews=(CAROL, DAVE, says("dave", "withdraw"))), NOW)
    assert not took_back.open
    again = decide("approve", case(reviews=(CAROL, DAVE, says("dave", "withdraw"), says("dave"))), NOW)
    assert again.open


def test_a_forged_newer_opinion_does_not_silence_an_approver() -> None:
    forged = says("dave", "withdraw", ineligible="approval.bad_signature")
    assert decide("approve", case(reviews=(CAROL, DAVE, forged)), NOW).open


def test_a_rejection_by_somebody_with_a_say_vetoes_until_taken_back() -> None:
    reviews = (CAROL, DAVE, says("erin", "reject"))
    decision = decide("approve", case(reviews=reviews), NOW)
    assert not decision.open
    assert "review.rejected" in codes(decision)
    assert decision.satisfiable
    assert decision.witness == ("carol", "dave", "erin")
    assert decide("approve", case(reviews=(*reviews, says("erin"))), NOW).open
    assert decide("approve", case(reviews=(*reviews, says("erin", "withdraw"))), NOW).open


def test_a_rejection_of_earlier_content_still_vetoes() -> None:
    assert not decide("approve", case(reviews=(CAROL, DAVE, says("erin", "reject", digest=OTHER))), NOW).open


def test_a_rejection_by_somebody_without_a_say_is_shown_and_does_not_veto() -> None:
    people = roster(people={"zoe": {}})
    decision = decide("approve", case(roster=people, reviews=(CAROL, DAVE, says("zoe", "reject"))), NOW)
    assert decision.open
    assert ignored(decision)["zoe"] == "approver.no_role"


def test_approvals_expire_where_the_configuration_says_so() -> None:
    old = case(reviews=(CAROL, DAVE), approval_validity=timedelta(days=3))
    assert decide("approve", old, NOW + timedelta(days=3)).open
    lapsed = decide("approve", old, NOW + timedelta(days=3, seconds=1))
    assert not lapsed.open
    assert ignored(lapsed) == {"carol": "approval.expired", "dave": "approval.expired"}


def test_silence_is_not_consent() -> None:
    assert codes(decide("approve", case(policies=()), NOW)) == {"policy.none"}
    never = policy([{"id": "never", "when": "false", "assert": "true", "message": "Never"}])
    nothing = decide("approve", case(policies=(never,)), NOW)
    assert not nothing.open
    assert "policy.no_rule_applies" in codes(nothing)


def test_a_warning_alone_opens_nothing_and_shuts_nothing() -> None:
    warning = {"id": "advice", "assert": "false", "message": "Better not", "level": "warn"}
    alone = decide("approve", case(policies=(policy([warning]),)), NOW)
    assert not alone.open
    beside = decide("approve", case(policies=(policy([*APPROVE, warning]),), reviews=(CAROL, DAVE)), NOW)
    assert beside.open
    assert "rule.warning" in codes(beside)


@pytest.mark.parametrize("level", ["deny", "warn"])
def test_a_rule_that_errors_shuts_the_gate(level: str) -> None:
    broken = {"id": "typo", "assert": "change.assesment.tested == 'x'", "message": "Typo", "level": level}
    decision = decide("approve", case(policies=(policy([*APPROVE, broken]),), reviews=(CAROL, DAVE)), NOW)
    assert not decision.open
    assert "rule.error" in codes(decision)
    assert not decision.satisfiable


def test_a_rule_that_names_nobody_shuts_the_gate() -> None:
    rule = {"id": "owners", "require": [{"each": "impact.tier1_owners"}], "message": "Owners agree"}
    decision = decide("approve", case(policies=(policy([rule]),)), NOW)
    assert "approvals.nobody_named" in codes(decision)
    assert not decision.open


def test_a_role_without_eligible_people_is_impossible_and_says_which() -> None:
    people = roster(roles={"cab": ["alice", "carol"]})
    decision = decide("approve", case(roster=people, reviews=(CAROL,)), NOW)
    assert not decision.satisfiable
    assert decision.impossible == ("cab: 2 needed",)
    assert decision.witness == ()
    assert "approvals.impossible" in codes(decision)


def test_a_draft_waits() -> None:
    decision = decide("approve", case(change(draft=True), reviews=(CAROL, DAVE)), NOW)
    assert not decision.open
    assert "change.draft" in codes(decision)
    assert "change.draft" in codes(decide("submit", case(change(draft=True)), NOW))


def test_declaring_less_than_computed_shuts_the_gate() -> None:
    lower = change(type="standard", model="m")
    decision = decide("approve", case(lower, assessment=assessment(lower, kind="normal"), reviews=(CAROL, DAVE)), NOW)
    assert "type.declared_too_low" in codes(decision)
    assert not decision.open


def test_a_window_that_is_over_shuts_the_gate() -> None:
    decision = decide("approve", case(reviews=(CAROL, DAVE)), NOW + timedelta(days=30))
    assert "window.past" in codes(decision)


def test_the_requester_may_withdraw_the_whole_change() -> None:
    decision = decide("approve", case(reviews=(CAROL, DAVE, says("alice", "withdraw"))), NOW)
    assert not decision.open
    assert "change.withdrawn" in codes(decision)


DEPLOY = policy([{"id": "undo", "assert": "size(change.rollback.steps) > 0", "message": "Can be undone"}], "deploy", "deploy")
BOTH = (policy(APPROVE), DEPLOY)


def ready(**over: Any) -> Told:
    return case(**({"policies": BOTH, "reviews": (CAROL, DAVE)} | over))


def test_the_deploy_gate_opens_inside_the_window_for_approved_and_merged_content() -> None:
    assert decide("deploy", ready(), OPEN_AT).open


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"reviews": (CAROL,)}, "approval.missing"),
        ({"reviews": (CAROL, says("dave", digest=OTHER))}, "approval.stale"),
        ({"merged_digest": None}, "change.not_merged"),
        ({"merged_digest": OTHER}, "change.differs_from_base"),
        ({"holders": {"production": "CHG-20261120-other"}}, "environment.held"),
        ({"release": release("implemented")}, "release.exists"),
        ({"problems": ("x",)}, "document.invalid"),
        ({"ledger_problems": ("x",)}, "ledger.broken"),
        ({"policies": (policy(APPROVE),)}, "policy.none"),
    ],
)
def test_what_keeps_the_deploy_gate_shut(over: dict[str, Any], code: str) -> None:
    decision = decide("deploy", ready(**over), OPEN_AT)
    assert not decision.open
    assert code in codes(decision)


@pytest.mark.parametrize("first", [CAROL, says("carol", digest=OTHER)])
def test_a_release_that_waits_for_approval_says_who_could_give_it(first: Any) -> None:
    decision = decide("deploy", ready(reviews=(first,)), OPEN_AT)
    assert decision.satisfiable
    assert decision.impossible == ()
    assert decision.witness == ("carol", "dave")
    assert [seat.role for seat in decision.missing] == ["cab"]


def test_a_release_whose_approval_nobody_can_give_is_not_satisfiable() -> None:
    alone = (policy([{"id": "quorum", "require": [{"role": "ecab", "count": 2}], "message": "Two of one"}]), DEPLOY)
    decision = decide("deploy", ready(policies=alone), OPEN_AT)
    assert not decision.satisfiable
    assert decision.witness == ()
    assert decision.impossible == ("ecab: 2 needed",)


def test_before_the_window_it_waits_and_after_it_is_shut() -> None:
    before, after = (
        decide("deploy", ready(), OPEN_AT - timedelta(hours=1)),
        decide("deploy", ready(), OPEN_AT + timedelta(hours=2)),
    )
    assert "window.not_open" in codes(before)
    assert before.satisfiable
    assert "window.past" in codes(after)
    assert not after.satisfiable


def test_the_window_begins_at_its_start_and_is_over_at_its_end() -> None:
    window = change().spec.window
    assert window is not None
    assert decide("deploy", ready(), window.start).open
    assert not decide("deploy", ready(), window.end).open


def test_dependencies_come_first() -> None:
    other = "CHG-20261120-first"
    waits = ready(of=change(depends_on=[other]))
    assert "dependency.not_implemented" in codes(decide("deploy", waits, OPEN_AT))
    assert decide("deploy", waits.model_copy(update={"dependencies": {other: "implemented"}}), OPEN_AT).open
    undone = decide("deploy", waits.model_copy(update={"dependencies": {other: "rolled_back"}}), OPEN_AT)
    assert not undone.open
    assert not undone.satisfiable


LEAD = {"id": "lead", "assert": "calendar.lead_hours >= 72.0", "message": "Three days ahead"}


def test_lead_time_is_judged_when_the_approvals_were_complete() -> None:
    in_time = ready(policies=(policy([*APPROVE, LEAD]), DEPLOY))
    assert decide("deploy", in_time, OPEN_AT).open
    too_late = ready(policies=(policy([*APPROVE, LEAD]), DEPLOY), reviews=(CAROL, says("dave", at=OPEN_AT - timedelta(hours=5))))
    assert not decide("deploy", too_late, OPEN_AT).open


def test_what_was_approved_in_time_is_not_late_when_the_gate_is_asked_again() -> None:
    rules = (policy([*APPROVE, LEAD]), DEPLOY)
    assert decide("approve", ready(policies=rules), OPEN_AT).open
    waiting = ready(policies=rules, reviews=(CAROL,))
    assert decide("approve", waiting, OPEN_AT).reasons[-1].outcome == "fail"
    late = ready(policies=rules, reviews=(CAROL, says("dave", at=OPEN_AT - timedelta(hours=5))))
    assert not decide("approve", late, OPEN_AT).open


def test_approved_since_the_last_approval_that_was_needed() -> None:
    since, _ = approved_since(ready(reviews=(CAROL, says("dave", at=later(5)), says("erin", at=later(9)))), OPEN_AT)
    assert since == later(5)


def test_a_rejection_after_approval_stops_the_deployment() -> None:
    assert not decide("deploy", ready(reviews=(CAROL, DAVE, says("erin", "reject", at=later(60)))), OPEN_AT).open


def test_an_emergency_without_a_window_may_start_at_once() -> None:
    urgent = change(type="emergency", window=None, emergency={"incident": "INC-1", "justification": "Shop is down"})
    rule = policy([{"id": "ecab", "require": [{"role": "ecab"}], "message": "ECAB"}])
    assert decide("deploy", ready(of=urgent, policies=(rule, DEPLOY), reviews=(CAROL,)), NOW).open


def freeze(**over: Any) -> Calendar:
    period = {"id": "f", "name": "Freeze", "start": "2026-11-25T00:00:00Z", "end": "2026-11-26T00:00:00Z"} | over
    return Calendar.model_validate(
        {"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "c"}, "spec": {"freezes": [period]}}
    )


FROZEN = policy([*APPROVE, {"id": "freeze", "assert": "size(calendar.freezes) == 0", "message": "No freeze"}])


def test_a_freeze_over_the_window_shuts_the_gate_and_an_exception_opens_it() -> None:
    shut = case(policies=(FROZEN,), reviews=(CAROL, DAVE), calendars=(freeze(),))
    assert not decide("approve", shut, NOW).open
    granted = {"change": "CHG-20261121-db", "granted_by": "erin", "reason": "Regulator"}
    assert decide("approve", shut.model_copy(update={"calendars": (freeze(exceptions=[granted]),)}), NOW).open


@pytest.mark.parametrize("by", ["alice", "bob", "renovate", "stranger"], ids=["requester", "implementer", "machine", "unknown"])
def test_nobody_grants_an_exception_for_their_own_change_and_no_machine_or_stranger_grants_any(by: str) -> None:
    granted = {"change": "CHG-20261121-db", "granted_by": by, "reason": "Please"}
    assert not decide("approve", case(policies=(FROZEN,), reviews=(CAROL, DAVE), calendars=(freeze(exceptions=[granted]),)), NOW).open


@pytest.mark.parametrize(("allow", "is_open"), [(None, True), (["emergency"], True), ([], False), (["standard"], False)])
def test_an_emergency_goes_on_in_a_freeze_unless_the_freeze_says_otherwise(allow: list[str] | None, is_open: bool) -> None:
    urgent = change(type="emergency", emergency={"incident": "INC-1", "justification": "Shop is down"})
    rule = policy([{"id": "ecab", "require": [{"role": "ecab"}], "message": "ECAB"}])
    calendar = freeze() if allow is None else freeze(allow=allow)
    told = decide("deploy", ready(of=urgent, policies=(rule, DEPLOY), reviews=(CAROL,), calendars=(calendar,)), OPEN_AT)
    assert told.open is is_open
    assert ("freeze.in_force" in {reason.reason_code for reason in told.reasons}) is not is_open


def test_a_calendar_that_cannot_be_read_shuts_the_gate() -> None:
    decision = decide("approve", case(reviews=(CAROL, DAVE), calendars=(freeze(rrule="FREQ=SOMETIMES"),)), NOW)
    assert not decision.open
    assert "calendar.unreadable" in codes(decision)


CLOSE = (policy([{"id": "reviewed", "assert": "evidence.review.complete", "message": "Reviewed"}], "close"),)


def test_a_change_closes_after_its_release_and_a_complete_review() -> None:
    over = release("implemented", started=NOW, ended=NOW)
    done = case(policies=CLOSE, release=over, review=pir(reviewer="carol"))
    assert decide("close", done, NOW).open
    assert not decide("close", done.model_copy(update={"release": NOT_STARTED}), NOW).open
    assert not decide("close", done.model_copy(update={"review": NO_REVIEW}), NOW).open
    assert not decide("close", done.model_copy(update={"review": pir(problems=("empty",))}), NOW).open
    assert not decide("close", done.model_copy(update={"release": release("rollback_failed")}), NOW).open


people = st.sampled_from(["alice", "bob", "carol", "dave", "erin", "renovate", "mallory"])
opinions = st.lists(
    st.builds(
        says,
        people,
        st.sampled_from(["approve", "reject", "withdraw"]),
        digest=st.sampled_from([DIGEST, OTHER]),
        at=st.integers(-5, 5).map(lambda tens: later(10 * tens)),
        role=st.sampled_from([None, "cab", "ecab"]),
    ),
    max_size=8,
)


@given(opinions)
def test_an_open_gate_counts_only_current_approvals_of_eligible_people_each_once(reviews: list[Any]) -> None:
    decision = decide("approve", case(reviews=tuple(reviews)), NOW)
    names = [item.by for item in decision.approvals]
    assert len(set(names)) == len(names)
    assert set(names) <= {"carol", "dave", "erin"}
    assert all(item.digest == DIGEST and item.at <= NOW for item in decision.approvals)
    if decision.open:
        assert len(names) == 2
        latest = {review.by: review for review in reviews if review.decision != "approve" or review.at <= NOW}
        assert all(latest[name].decision == "approve" for name in names)
        assert not any(review.decision == "reject" and review.by in {"carol", "dave", "erin"} for review in latest.values())


@given(opinions)
def test_the_witness_opens_the_gate_when_it_agrees(reviews: list[Any]) -> None:
    decision = decide("approve", case(reviews=tuple(reviews)), NOW)
    if decision.open or not decision.satisfiable:
        return
    # A requester who withdrew the change has to stand by it again before anybody's agreement matters.
    agreed = tuple(says(name) for name in (*decision.witness, "alice"))
    assert decide("approve", case(reviews=(*reviews, *agreed)), NOW).open


@given(opinions, st.randoms(use_true_random=False))
def test_the_order_of_different_people_does_not_change_the_bytes(reviews: list[Any], random: Any) -> None:
    by_person: dict[str, list[Any]] = {}
    for review in reviews:
        by_person.setdefault(review.by, []).append(review)
    names = list(by_person)
    random.shuffle(names)
    shuffled = tuple(review for name in names for review in by_person[name])
    one, other = (decide("approve", case(reviews=tuple(order)), NOW) for order in (reviews, shuffled))
    assert one.model_dump_json() == other.model_dump_json()


@pytest.mark.parametrize("by", ["alice", "bob"], ids=["requester", "implementer"])
def test_whoever_holds_the_role_may_object_to_a_change_of_their_own_and_still_not_agree_to_it(by: str) -> None:
    """A change request by anybody who holds an approving role vetoes."""
    board = roster(roles={"cab": ["alice", "bob", "carol", "dave", "erin"], "ecab": ["carol"]})
    objected = decide("approve", case(roster=board, reviews=(CAROL, DAVE, says(by, "reject"))), NOW)
    assert "review.rejected" in {item.reason_code for item in objected.reasons if item.outcome == "fail"}
    agreed = decide("approve", case(roster=board, reviews=(CAROL, says(by))), NOW)
    assert [item.by for item in agreed.approvals] == ["carol"]
    outside = decide("approve", case(reviews=(CAROL, DAVE, says(by, "reject"))), NOW)
    assert outside.open


def test_nobody_who_could_not_sign_is_named_as_somebody_who_could_still_act() -> None:
    pair = [{"id": "pair", "require": [{"role": "cab", "count": 2}], "message": "Two"}]
    waiting = case(policies=(policy(pair),), reviews=(CAROL,))
    (seat,) = decide("approve", waiting.model_copy(update={"unable": frozenset({"dave"})}), NOW).missing
    assert seat.eligible == ("erin",)
    alone = decide("approve", waiting.model_copy(update={"unable": frozenset({"dave", "erin"})}), NOW)
    assert (alone.satisfiable, alone.witness, alone.impossible) == (False, (), ("cab: 2 needed",))


def test_a_change_that_waits_for_its_review_is_no_dead_end_and_a_review_from_tomorrow_closes_nothing() -> None:
    from datetime import date

    rules = (policy([{"id": "reviewed", "assert": "evidence.review.complete", "message": "Reviewed"}], gate="close"),)
    over = {"policies": rules, "release": release("implemented", started=NOW, ended=NOW, by="bob")}
    waits = decide("close", case(**over), NOW)
    assert (waits.open, waits.satisfiable, waits.impossible) == (False, True, ())
    done = pir(reviewer="erin", reviewed=date(2026, 11, 21))
    assert decide("close", case(**over, review=done), NOW).open
    ahead = decide("close", case(**over, review=done.model_copy(update={"reviewed": date(2026, 11, 23)})), NOW)
    assert "review.in_future" in {item.reason_code for item in ahead.reasons}
    assert (ahead.open, ahead.satisfiable) == (False, True)
    failed = decide("close", case(**over | {"release": release("rollback_failed", started=NOW)}, review=done), NOW)
    assert (failed.open, failed.satisfiable) == (False, False)
