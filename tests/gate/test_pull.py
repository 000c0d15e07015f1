"""The decision about a pull request as a whole: what it rests on, who sits where, and what it says."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from changeflow.gate.case import Panel
from changeflow.gate.path_approvals import PathApproval
from changeflow.gate.pull import PullCase, decide_pull
from changeflow.gate.reasons import pull_reason
from changeflow.model.answers.decision import Reason
from changeflow.model.opinions import NO_CONTRIBUTORS, Contributors
from changeflow.model.people import RoleHistory
from changeflow.model.pull_results import PullVerdict

from .builders import (
    APPROVE,
    DIGEST,
    NOW,
    OTHER,
    Told,
    assessment,
    case,
    change,
    decide,
    policy,
    roster,
    says,
)

HEAD, BASE = "1" * 40, "2" * 40
STRANGER = Contributors(people=(), unknown=("who@example.com",))


def owed(role: str = "team-db", count: int = 1, rule: str = "governed", paths: tuple[str, ...] = ("policies/a.yaml",)) -> PathApproval:
    return PathApproval(rule=rule, role=role, count=count, asks="owners agree", paths=paths)


PANEL: dict[str, Any] = {
    "digest": DIGEST, "reviews": (), "contributors": NO_CONTRIBUTORS, "role_history": None, "unable": frozenset(), "cab": "cab",
}  # fmt: skip
REST: dict[str, Any] = {"number": 7, "head": HEAD, "base": BASE, "owed": (), "reasons": (), "nothing_owed": False, "approval_validity": None}


def pull(cases: tuple[Told, ...] = (), **over: Any) -> PullCase:
    panel = Panel(**{"roster": roster()} | PANEL | {name: over.pop(name) for name in Panel.model_fields.keys() & over.keys()})
    asked = (told.approve for told in cases)
    heard = tuple(one.with_common(one.common.model_copy(update={"panel": panel})) for one in asked)
    return PullCase(panel=panel, cases=heard, **REST | over)


def decided(**over: Any) -> PullVerdict:
    return decide_pull(pull(**over), NOW)


def codes(verdict: PullVerdict) -> list[tuple[str, str, str]]:
    return [(item.rule, item.outcome, item.reason_code) for item in verdict.reasons]


def agreed(*people: str) -> tuple[Any, ...]:
    return tuple(says(person) for person in people)


# -- what it rests on ------------------------------------------------------------------------------------------------------


def test_two_approvals_open_a_request_and_the_verdict_says_what_was_decided_about() -> None:
    verdict = decided(cases=(case(),), reviews=agreed("carol", "dave"))
    assert (verdict.state, verdict.open, verdict.satisfiable, verdict.reasons) == ("open", True, True, ())
    assert (verdict.number, verdict.head, verdict.base, verdict.digest, verdict.now) == (7, HEAD, BASE, DIGEST, NOW)
    assert [item.open for item in verdict.decisions] == [True]
    assert {(item.by, item.role) for item in verdict.approvals} == {("carol", "cab"), ("dave", "cab")}
    assert (verdict.missing, verdict.impossible, verdict.witness) == ((), (), ("carol", "dave"))


def test_one_of_two_approvals_leaves_it_pending_and_says_who_is_missing() -> None:
    verdict = decided(cases=(case(),), reviews=agreed("carol"))
    assert (verdict.state, verdict.satisfiable) == ("pending", True)
    ((role, needed, have, eligible),) = [(item.role, item.needed, item.have, item.eligible) for item in verdict.missing]
    assert (role, needed, have, eligible) == ("cab", 2, 1, ("dave", "erin"))
    assert len(verdict.witness) == 2


def test_an_open_gate_rests_on_something() -> None:
    assert decided().state == "shut"
    assert decided(nothing_owed=True).state == "open"
    assert decided(owed=(owed(),), reviews=agreed("erin")).state == "open"


def test_a_shut_request_shuts_the_pull_request_beside_an_open_one() -> None:
    other = change(metadata={"id": "CHG-20261121-other"})
    withdrawn = case(other, assessment=assessment(other), policies=(policy(APPROVE, gate="submit"),))
    verdict = decided(cases=(case(), withdrawn), reviews=agreed("carol", "dave"))
    assert [item.open for item in verdict.decisions] == [True, False]
    assert (verdict.state, verdict.satisfiable) == ("shut", False)


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (("pass",), "open"),
        (("skipped",), "open"),
        (("pending",), "pending"),
        (("fail",), "shut"),
        (("error",), "error"),
        (("pending", "fail"), "shut"),
        (("fail", "pending", "error"), "error"),
    ],
)
def test_error_beats_shut_beats_pending(outcomes: tuple[str, ...], state: str) -> None:
    reasons = tuple(pull_reason("x", outcome, "rfc.none") for outcome in outcomes)
    verdict = decided(nothing_owed=True, reasons=reasons)
    assert verdict.state == state
    assert verdict.reasons == reasons
    assert verdict.satisfiable == (not {"fail", "error"} & set(outcomes))


def test_a_reason_names_its_rule_and_may_say_what_to_do() -> None:
    data = {"case": "uncovered", "paths": ["app.py"]}
    assert pull_reason("paths", "fail", "rfc.none", data) == Reason(
        rule="changeflow.paths",
        outcome="fail",
        reason_code="rfc.none",
        message="no request for change covers `app.py`",
        hint="`changeflow new SLUG` writes one; add it to this pull request",
        data=data,
    )
    assert pull_reason("paths", "pass", "path.covered", {"paths": ["app.py"]}).hint == ""


# -- who is excluded, and whose opinion counts -------------------------------------------------------------------------------


def test_whoever_has_a_part_in_the_change_fills_no_seat() -> None:
    requester = change(metadata={"requester": "dave"}, implementer="erin")
    verdict = decided(cases=(case(requester),), contributors=Contributors(people=("carol",), unknown=()), reviews=agreed("carol", "dave", "erin"))
    assert {item.by: item.reason_code for item in verdict.ignored} == {
        "carol": "approver.is_contributor", "dave": "approver.is_requester", "erin": "approver.is_implementer",
    }  # fmt: skip
    assert (verdict.state, verdict.satisfiable, verdict.impossible, verdict.witness) == ("shut", False, ("cab: 2 needed",), ())


def test_a_contributor_is_excluded_where_there_is_no_request() -> None:
    verdict = decided(owed=(owed(),), contributors=Contributors(people=("erin",), unknown=()), reviews=agreed("erin"))
    assert [item.reason_code for item in verdict.ignored] == ["approver.is_contributor"]
    assert verdict.state == "pending"  # alice is left


def test_parties_to_one_request_are_excluded_from_all() -> None:
    first = change(metadata={"requester": "carol"})
    second = change(metadata={"id": "CHG-20261121-other", "requester": "dave"}, implementer="erin")
    verdict = decided(cases=(case(first), case(second)), reviews=agreed("carol", "dave", "erin"))
    assert [item.by for item in verdict.ignored] == ["carol", "dave", "erin"]
    assert verdict.approvals == ()


def test_approvals_are_of_this_content_and_lapse() -> None:
    old = says("carol", at=NOW - timedelta(days=3))
    verdict = decided(cases=(case(),), reviews=(old, says("dave", digest=OTHER)), approval_validity=timedelta(days=2))
    assert {item.by: item.reason_code for item in verdict.ignored} == {"carol": "approval.expired", "dave": "approval.stale"}
    assert decided(cases=(case(),), reviews=(old, says("dave"))).state == "open"


def test_one_person_fills_one_seat_whatever_asks() -> None:
    """erin is of the CAB and owns the database: she sits once."""
    asked = {"cases": (case(),), "owed": (owed("team-db"),)}
    assert decided(**asked, reviews=agreed("carol", "erin")).state == "pending"
    verdict = decided(**asked, reviews=agreed("carol", "dave", "erin"))
    assert {item.by: item.role for item in verdict.approvals} == {"carol": "cab", "dave": "cab", "erin": "team-db"}
    assert verdict.state == "open"


def test_a_tenure_that_a_request_asks_for_is_asked_of_everybody_who_sits_for_it() -> None:
    rules = [{"id": "quorum", "require": [{"role": "cab", "tenure": "P7D"}], "message": "The CAB"}]
    since = RoleHistory(known_from=NOW - timedelta(days=30), since={"cab": {"carol": NOW - timedelta(days=1)}})
    asked = {"cases": (case(policies=(policy(rules),), role_history=since),), "role_history": since}
    fresh, settled = (decided(**asked, reviews=agreed(who)) for who in ("carol", "dave"))
    assert (fresh.state, fresh.approvals, [item.eligible for item in fresh.missing]) == ("pending", (), [("dave", "erin")])
    assert [(item.by, item.reason_code) for item in fresh.ignored] == [("carol", "approver.too_new")]
    assert settled.state == "open"


def test_who_had_only_just_come_to_a_role_is_shown_once() -> None:
    since = RoleHistory(known_from=NOW - timedelta(days=30), since={"cab": {"carol": NOW - timedelta(days=1)}})
    alone = decided(owed=(owed("cab"),), role_history=since, reviews=agreed("carol"))
    assert (alone.state, codes(alone)[-1][1:]) == ("open", ("pass", "approver.new_in_role"))
    beside = decided(cases=(case(role_history=since),), role_history=since, reviews=agreed("carol", "dave"))
    assert (beside.state, beside.reasons) == ("open", ())
    assert "approver.new_in_role" in {item.reason_code for item in beside.decisions[0].reasons}


# -- what is owed for paths ------------------------------------------------------------------------------------------------


def test_an_owed_approval_says_for_what_and_who_agreed() -> None:
    (waiting,) = decided(owed=(owed("cab", 2, paths=("a", "b")),), reviews=agreed("carol")).reasons
    assert (waiting.rule, waiting.outcome, waiting.reason_code) == ("changeflow.governed", "pending", "approvals.missing")
    assert waiting.message == "owners agree: a, b"
    (done,) = decided(owed=(owed("cab", 2, paths=("a", "b")),), reviews=agreed("carol", "dave")).reasons
    assert (done.rule, done.outcome, done.reason_code) == ("changeflow.governed", "pass", "approvals.complete")
    assert done.message == "owners agree: a, b (agreed: carol, dave)"


def test_an_approval_that_nobody_can_give_shuts_the_gate() -> None:
    verdict = decided(owed=(owed("cab", 4), owed("team-db", rule="cmdb")))
    assert codes(verdict) == [("changeflow.governed", "fail", "approvals.impossible"), ("changeflow.cmdb", "pending", "approvals.missing")]
    assert (verdict.state, verdict.satisfiable, verdict.impossible) == ("shut", False, ("cab: 4 needed",))
    assert codes(decided(owed=(owed("nobody"),))) == [("changeflow.governed", "fail", "approvals.impossible")]


@pytest.mark.parametrize(("count", "shown"), [(5, "0, 1, 2, 3, 4"), (6, "0, 1, 2, 3, 4 and 1 more"), (8, "0, 1, 2, 3, 4 and 3 more")])
def test_a_long_list_of_paths_is_cut(count: int, shown: str) -> None:
    (waiting,) = decided(owed=(owed(paths=tuple(str(number) for number in range(count))),)).reasons
    assert waiting.message == f"owners agree: {shown}"


@pytest.mark.parametrize(("owed_count", "needed"), [(1, 2), (2, 2), (3, 3)])
def test_the_same_people_of_a_role_answer_for_the_request_and_its_paths(owed_count: int, needed: int) -> None:
    verdict = decided(cases=(case(),), owed=(owed("cab", owed_count), owed("cab", 1)))
    assert [(item.role, item.needed) for item in verdict.missing] == [("cab", needed)]


# -- strangers -------------------------------------------------------------------------------------------------------------


def test_a_stranger_costs_one_approval_more_beside_a_request() -> None:
    asked = {"cases": (case(contributors=STRANGER),), "contributors": STRANGER}
    assert decided(**asked, reviews=agreed("carol", "dave")).state == "pending"
    verdict = decided(**asked, reviews=agreed("carol", "dave", "erin"))
    assert (verdict.state, codes(verdict)) == ("open", [])  # the request's own decision says it


@pytest.mark.parametrize(("role", "owner"), [("team-db", "erin"), ("cab", "erin")])
def test_a_stranger_costs_one_approval_more_where_files_alone_are_owed(role: str, owner: str) -> None:
    waiting = decided(owed=(owed(role),), contributors=STRANGER, reviews=agreed(owner))
    assert waiting.state == "pending"
    assert [item.role for item in waiting.missing] == ["cab"] or role == "team-db"
    done = decided(owed=(owed(role),), contributors=STRANGER, reviews=agreed(owner, "dave"))
    assert (done.state, done.missing) == ("open", ())
    assert codes(done)[-1] == ("changeflow.contributors", "pass", "contributors.unknown")
    assert "who@example.com" in done.reasons[-1].message


def test_a_stranger_costs_an_approval_of_the_cab_that_owners_outside_of_it_cannot_give() -> None:
    people = roster(roles={"owners": ["alice", "bob"]})
    verdict = decided(roster=people, owed=(owed("owners"),), contributors=STRANGER, reviews=agreed("alice", "bob"))
    assert verdict.state == "pending"
    assert codes(verdict) == [
        ("changeflow.governed", "pass", "approvals.complete"),
        ("changeflow.contributors", "pending", "contributors.unknown"),
    ]


def test_a_stranger_costs_nothing_where_nothing_is_owed() -> None:
    assert decided(nothing_owed=True, contributors=STRANGER).state == "open"


def test_a_delegate_sits_for_whoever_is_away_on_the_day_they_agreed() -> None:
    away = {"from": "erin", "to": "bob", "roles": ["team-db"], "start": "2026-11-20T00:00:00Z", "end": "2026-11-22T00:00:00Z"}
    people = roster(delegations=[away])
    late = NOW + timedelta(days=9)
    verdict = decide_pull(pull(roster=people, owed=(owed(),), reviews=agreed("bob")), late)
    assert (verdict.state, verdict.now) == ("open", late)
    waiting = [decide_pull(pull(roster=people, owed=(owed(),)), now).missing[0].eligible for now in (NOW, late)]
    assert waiting == [("alice", "bob", "erin"), ("alice", "erin")]


def test_the_cab_may_have_another_name() -> None:
    verdict = decided(owed=(owed("team-db"),), contributors=STRANGER, cab="ecab")
    assert {item.role for item in verdict.missing} == {"team-db", "ecab"}


# -- rejections ------------------------------------------------------------------------------------------------------------


def test_a_rejection_vetoes_files_without_a_request_until_its_author_approves() -> None:
    verdict = decided(owed=(owed("cab", 1),), reviews=(says("carol"), says("dave", "reject", digest=OTHER)))
    assert codes(verdict)[0] == ("changeflow.rejection", "fail", "review.rejected")
    assert verdict.reasons[0].message == "dave asks for changes"
    assert verdict.reasons[0].hint == "it stands until they approve"
    assert (verdict.state, verdict.satisfiable) == ("shut", True)


def test_a_rejection_of_a_request_is_said_once() -> None:
    verdict = decided(cases=(case(),), reviews=(says("carol"), says("dave", "reject")))
    assert codes(verdict) == []
    assert "review.rejected" in {item.reason_code for item in verdict.decisions[0].reasons}
    assert (verdict.state, verdict.satisfiable) == ("shut", True)


def test_a_failure_that_no_approval_mends_leaves_it_without_a_way_out() -> None:
    reasons = (pull_reason("base", "fail", "base.not_main", {"ref": "dev", "main": "main"}),)
    assert not decided(owed=(owed(),), reasons=reasons).satisfiable


# -- everything at once ----------------------------------------------------------------------------------------------------


def test_a_gate_is_open_exactly_when_no_seat_is_empty_and_nobody_who_is_asked_objects() -> None:
    """Every combination of what is asked, who wrote it and who says what."""
    members = {"cab": {"carol", "dave", "erin"}, "ecab": {"carol"}, "team-db": {"alice", "erin"}}
    people = ("carol", "dave", "erin")
    asked = itertools.product(
        (NO_CONTRIBUTORS, STRANGER, Contributors(people=("carol",), unknown=STRANGER.unknown)),
        (False, True),
        ((), (("cab", 1),), (("team-db", 1),), (("ecab", 1), ("cab", 2))),
    )
    for (makers, request, demands), words in itertools.product(asked, itertools.product((None, "approve", "reject"), repeat=3)):
        verdict = decided(
            cases=(case(contributors=makers),) if request else (),
            owed=tuple(owed(role, count) for role, count in demands),
            contributors=makers,
            nothing_owed=True,
            reviews=tuple(says(who, word) for who, word in zip(people, words, strict=True) if word),
        )
        roles = {role for role, _ in demands} | ({"cab"} if request or (demands and makers.unknown) else set())
        asked_of = {who for role in roles for who in members[role]}
        objects = {who for who, word in zip(people, words, strict=True) if word == "reject"} & asked_of
        assert verdict.open == (not verdict.missing and not objects), (makers, request, demands, words, verdict.reasons)
        assert {item.by for item in verdict.approvals} <= asked_of - set(makers.people) - set(makers.people)
        assert len({item.by for item in verdict.approvals}) == len(verdict.approvals)


# -- one decision on the ledger and on a code host -------------------------------------------------------------------------

IN_TIME = {"id": "lead", "assert": "calendar.lead_hours >= 72.0", "message": "Approved three days before"}


def test_what_was_approved_in_time_stays_open_until_it_is_merged() -> None:
    asked = case(policies=(policy([*APPROVE, IN_TIME]),))
    late = NOW + timedelta(hours=30)
    opened = decide_pull(pull(cases=(asked,), reviews=agreed("carol", "dave")), late)
    assert (opened.state, decide("approve", asked.model_copy(update={"reviews": agreed("carol", "dave")}), late).open) == ("open", True)
    second = (says("carol"), says("dave", at=NOW + timedelta(hours=29)))
    assert decide_pull(pull(cases=(asked,), reviews=second), late).state == "shut"


def test_the_approvals_are_complete_when_the_last_seat_of_the_whole_pull_request_is_filled() -> None:
    asked = case(policies=(policy([*APPROVE, IN_TIME]),))
    late = NOW + timedelta(hours=30)
    told = {"cases": (asked,), "owed": (owed(),)}
    assert decide_pull(pull(**told, reviews=agreed("carol", "dave", "erin")), late).state == "open"
    owner_late = (*agreed("carol", "dave"), says("erin", at=NOW + timedelta(hours=29)))
    assert decide_pull(pull(**told, reviews=owner_late), late).state == "shut"


def test_conditions_see_who_approves() -> None:
    rule = {"id": "carol", "assert": "evidence.approvals.exists(one, one.by == 'carol')", "message": "Carol approves"}
    asked = case(policies=(policy([*APPROVE, rule]),))
    assert decided(cases=(asked,), reviews=agreed("carol", "dave")).state == "open"
    assert decided(cases=(asked,), reviews=agreed("erin", "dave")).state == "shut"


def test_an_approval_of_an_emergency_ends_as_soon_as_on_the_ledger() -> None:
    of = change(type="emergency", emergency={"incident": "INC-7", "justification": "It leaks"}, window=None)
    urgent = case(of, emergency_validity=timedelta(hours=72))
    late = NOW + timedelta(hours=73)
    assert decide_pull(pull(cases=(urgent,), reviews=agreed("carol", "dave")), late - timedelta(hours=2)).state == "open"
    verdict = decide_pull(pull(cases=(urgent,), reviews=agreed("carol", "dave")), late)
    assert verdict.state == "pending"
    assert {item.reason_code for item in verdict.ignored} == {"approval.expired"}


def test_a_review_that_is_dismissed_does_not_withdraw_the_request() -> None:
    dismissed = (*agreed("carol", "dave"), says("alice", "withdraw"))
    asked = case(resubmitted=None)
    assert decided(cases=(asked,), reviews=dismissed).state == "open"
    assert decided(cases=(case(resubmitted=frozenset()),), reviews=dismissed).state == "shut"
