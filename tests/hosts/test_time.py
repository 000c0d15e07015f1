"""Clocks of approvers, from the opinion to the gate: set back, fast, and set right again by the team."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from changeflow import errors
from changeflow.gate.decision import decide
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate_cases.for_approve import for_approve
from changeflow.gate_cases.gather import gather
from changeflow.model.answers.decision import Decision
from changeflow.model.clock import Clock
from changeflow.model.times import format_instant
from changeflow.reading.view import locate
from changeflow.usecases.gate.decide import decide_gate
from changeflow.usecases.gate.opinion import Given, Wish, give
from changeflow.usecases.ledger.log import verify
from tests import dates
from tests.hosts.office import CHANGE, CONFIG, Office, call

LEAD = {"id": "lead", "assert": "calendar.lead_hours >= 40.0", "message": "Forty hours ahead"}


@pytest.fixture
def office(office: Office) -> Office:
    office.repo.commit("A request", author="Alice <alice@example.com>")
    return office


def now(**ahead: float) -> datetime:
    return dates.instant() + timedelta(**ahead)


def says(office: Office, person: str, at: datetime, decision: Any = "approve") -> Given:
    """Somebody says something on a machine whose clock shows `at`."""
    wish = Wish(decision, person, key=str(office.keys.files[person]))
    return give(locate(office.repo.path), CHANGE, wish, Clock(at, at))


def ask(office: Office, at: datetime, gate: str = "approve") -> Decision:
    return decide_gate(locate(office.repo.path), gate, CHANGE, Clock(at, at))


def codes(decision: Decision) -> set[str]:
    return {item.reason_code for item in decision.reasons if item.outcome != "pass"}


def with_lead_time(office: Office) -> None:
    policy = json.loads((office.repo.path / "policies/approve.yaml").read_text(encoding="utf-8"))
    policy["spec"]["rules"].append(LEAD)
    office.put("policies/approve.yaml", policy)
    office.repo.commit("A lead time", author="Olga <olga@example.com>")


def settings(office: Office, **ledger: Any) -> None:
    office.put("changeflow.yaml", CONFIG | {"spec": {"ledger": ledger}})
    office.repo.commit("Settings", author="Olga <olga@example.com>")


def test_a_clock_that_is_set_back_does_not_reach_into_the_time_before_others_spoke(office: Office) -> None:
    says(office, "dave", now(), "reject")
    with pytest.raises(errors.HostFailed, match="behind"):
        says(office, "carol", now(days=-4))
    assert office.count() == 1


def test_nor_into_the_time_before_the_content_was_committed(office: Office) -> None:
    with pytest.raises(errors.HostFailed, match="4 days behind the commit that is spoken of; set the clock"):
        says(office, "carol", now(days=-4, minutes=-1))
    assert office.count() == 0


def test_an_approval_written_in_spite_of_it_does_not_beat_the_lead_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with_lead_time(office)
    late = now(hours=30)  # eighteen hours before the window
    says(office, "dave", late, "withdraw") if office.count() else says(office, "dave", late, "reject")
    says(office, "dave", late, "withdraw")
    with monkeypatch.context() as altered:  # a program that was altered, or an old one
        altered.setattr("changeflow.repo.ledger_branch.LedgerBranch._refuse_behind", lambda *_: None)
        says(office, "carol", now())
    decision = ask(office, late)
    assert not decision.open
    assert ("carol", "approval.clock_behind") in {(item.by, item.reason_code) for item in decision.ignored}
    answer = verify(office.repo.path)
    assert not answer.ok
    assert [finding.rule for finding in answer.problems] == ["ledger-time"] * 2  # the assessment, and the approval


def test_a_fast_clock_does_not_take_the_edge_off_a_rejection(office: Office) -> None:
    says(office, "dave", now())
    says(office, "carol", now(hours=1), "reject")
    decision = ask(office, now())
    assert codes(decision) == {"review.rejected", "time.before_evidence"}
    assert codes(ask(office, now(hours=2))) == {"review.rejected"}


def test_a_clock_that_is_set_back_decides_nothing(office: Office) -> None:
    says(office, "dave", now())
    assert ask(office, now(minutes=1)).open
    assert "time.before_evidence" in codes(ask(office, now(minutes=-90)))


def test_a_fixed_clock_may_ask_about_the_past_of_real_evidence(office: Office) -> None:
    says(office, "dave", now())
    then = now(days=-3)
    found = gather(locate(office.repo.path), CHANGE, then, simulated=True)
    decision = decide(APPROVE, for_approve(found), then)
    assert "time.before_evidence" not in codes(decision)
    assert ("dave", "approval.in_future") in {(item.by, item.reason_code) for item in decision.ignored}


def test_where_simulated_evidence_counts_no_earlier_fixed_clock_decides(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    office.put("changeflow.yaml", CONFIG | {"spec": {"allow_simulated_clock": True}})
    office.repo.commit("For demonstrations", author="Olga <olga@example.com>")
    key = str(office.keys.files["dave"])
    on = ("--repo", str(office.repo.path))
    assert call(capfd, *on, "approve", CHANGE, "--as", "dave", "--key", key, "--now", format_instant(now(hours=2))).code == 0
    earlier = call(capfd, *on, "gate", "approve", CHANGE, "--now", format_instant(now(hours=1)), "-f", "json")
    assert earlier.code == 1
    (told,) = (item for item in earlier.json["reasons"] if item["reason_code"] == "time.before_evidence")
    assert (told["outcome"], "lies 1 hour before the evidence it rests on" in told["message"]) == ("error", True)
    assert call(capfd, *on, "gate", "approve", CHANGE, "--now", format_instant(now(hours=3))).code == 0
    late = call(capfd, *on, "reject", CHANGE, "--as", "dave", "--key", key, "--now", format_instant(now(hours=1)))
    assert (late.code, "time does not run backwards" in late.err) == (2, True)


def test_the_team_goes_on_after_a_fast_clock(office: Office) -> None:
    fast = says(office, "dave", now(days=365))
    with pytest.raises(errors.HostFailed, match="behind the ledger by 365 days"):
        says(office, "carol", now())
    assert "time.before_evidence" in codes(ask(office, now()))
    assert [one.rule for one in verify(office.repo.path, now()).problems] == ["ledger-ahead"] * 2  # the assessment, and the approval
    settings(office, wrong_clocks=[str(fast.entry.previous), fast.entry.digest])
    decision = ask(office, now())
    assert ("dave", "approval.clock_wrong") in {(item.by, item.reason_code) for item in decision.ignored}
    assert not decision.open
    says(office, "carol", now())
    assert ask(office, now()).open
    assert verify(office.repo.path, now()).ok


def test_a_rejection_by_a_clock_that_was_wrong_counts_all_the_same(office: Office) -> None:
    fast = says(office, "dave", now(days=365), "reject")
    settings(office, wrong_clocks=[fast.entry.digest])
    says(office, "carol", now())
    assert "review.rejected" in codes(ask(office, now()))


def test_the_skew_is_the_teams_choice(office: Office) -> None:
    settings(office, skew="PT1H")
    says(office, "dave", now(minutes=30), "reject")
    assert codes(ask(office, now())) == {"review.rejected", "approvals.missing"}
    says(office, "dave", now())
    assert ask(office, now()).open


def test_an_opinion_dated_before_its_commit_is_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("changeflow.usecases.gate.opinion._refuse_before_content", lambda *_: None)
    says(office, "carol", now(days=-4))
    (found,) = verify(office.repo.path).problems
    assert (found.rule, found.message.split(":")[0]) == ("ledger-time", "is dated 4 days before the commit it is about")
