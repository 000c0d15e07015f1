"""An approval of an emergency opens past freezes and the CAB, so it ends by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from changeflow.model.answers.decision import Decision
from changeflow.model.config import ConfigSpec
from tests.gate.builders import (
    APPROVE,
    NOW,
    Told,
    case,
    change,
    decide,
    policy,
    recorded,
    release,
    says,
)

DEFAULT = ConfigSpec().emergency_validity
ECAB = [{"id": "authority", "require": [{"role": "ecab", "count": 1}], "message": "One of the emergency CAB"}]
ANY = [{"id": "any", "assert": "true", "message": "Any"}]
POLICIES = (policy(ECAB), policy(ANY, gate="deploy", name="deploy"), policy(ANY, gate="close", name="close"))


def emergency(**over: Any) -> Told:
    urgent = change(type="emergency", emergency={"incident": "INC-7", "justification": "It leaks"}, window=None)
    settings = {"policies": POLICIES, "reviews": (says("carol"),), "emergency_validity": DEFAULT}
    return case(urgent, **(settings | over))


def shut_by(decision: Decision) -> set[str]:
    return {one.reason_code for one in decision.reasons if one.outcome in ("fail", "pending", "error")}


def test_by_default_it_holds_for_three_days() -> None:
    assert timedelta(hours=72) == DEFAULT
    assert decide("deploy", emergency(), NOW + timedelta(hours=72)).open
    late = decide("deploy", emergency(), NOW + timedelta(hours=72, seconds=1))
    assert shut_by(late) == {"approval.expired"}
    assert late.satisfiable  # it can be asked for again
    [found] = [one for one in late.reasons if one.reason_code == "approval.expired"]
    assert found.data == {"validity": "P3D", "by": ["carol"]}


def test_a_new_approval_opens_it_again() -> None:
    again = emergency(reviews=(says("carol"), says("carol", at=NOW + timedelta(days=30))))
    assert not decide("deploy", again, NOW + timedelta(days=29)).open
    assert decide("deploy", again, NOW + timedelta(days=31)).open


def test_an_approval_on_the_code_host_ends_as_well() -> None:
    sealed = emergency(reviews=(), recorded=recorded(NOW, "carol"))
    assert decide("deploy", sealed, NOW + timedelta(hours=71)).open
    assert shut_by(decide("deploy", sealed, NOW + timedelta(hours=73))) == {"approval.expired"}


@pytest.mark.parametrize(("longest", "hours", "is_open"), [(None, 9_000, True), (timedelta(hours=4), 5, False), (timedelta(days=9), 200, True)])
def test_a_team_says_how_long(longest: timedelta | None, hours: int, is_open: bool) -> None:
    found = decide("deploy", emergency(emergency_validity=longest), NOW + timedelta(hours=hours))
    assert found.open is is_open


def test_of_two_limits_the_shorter_holds() -> None:
    both = emergency(approval_validity=timedelta(hours=1))
    assert shut_by(decide("deploy", both, NOW + timedelta(hours=2))) == {"approval.expired"}


def test_a_normal_change_keeps_its_approval_until_its_window() -> None:
    normal = case(policies=(policy(APPROVE), POLICIES[1]), reviews=(says("carol"), says("dave")), emergency_validity=DEFAULT)
    assert decide("deploy", normal, NOW + timedelta(days=4, hours=4, minutes=10)).open


def test_what_was_released_in_time_stays_approved() -> None:
    released = emergency(release=release("implemented", started=NOW, ended=NOW + timedelta(hours=1), by="bob"))
    later = decide("approve", released, NOW + timedelta(days=60))
    assert [one.by for one in later.approvals] == ["carol"]
