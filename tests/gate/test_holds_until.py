"""Open verdicts say until when they hold, and are recorded without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from changeflow.gate.gates.approve import APPROVE as APPROVING
from changeflow.gate.gates.deploy import DEPLOY
from changeflow.gate.holds_until import pull_with_end, with_end
from changeflow.gate.pull import decide_pull
from changeflow.model.answers.plain import answer
from changeflow.model.canonical import on_record
from changeflow.render.decision import markdown, text
from changeflow.render.presentation import Presentation
from changeflow.render.pull import title
from tests.gate.builders import APPROVE, NOW, OPEN_AT, Told, case, change, decide, policy, says
from tests.gate.test_pull import pull

CLOSES = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
DAY = [{"id": "first-day", "assert": "now < timestamp('2026-11-22T09:00:00Z')", "message": "Only on the first day"}]
ASKS = [{"id": "any", "assert": "true", "message": "Whatever"}]
EVERYBODY = (says("carol"), says("dave"))


def asked(**over: object) -> Told:
    policies = (policy(APPROVE), policy(ASKS, "deploy", "deploying"))
    return case(**({"policies": policies, "reviews": EVERYBODY} | over))


def test_an_open_deploy_gate_holds_until_its_window_ends() -> None:
    told = asked()
    found = with_end(DEPLOY, told.deploy, decide("deploy", told, OPEN_AT), OPEN_AT)
    assert (found.open, found.holds_until) == (True, CLOSES)


def test_approvals_that_lapse_before_end_it() -> None:
    told = asked(approval_validity=timedelta(days=4, hours=5))
    found = with_end(DEPLOY, told.deploy, decide("deploy", told, OPEN_AT), OPEN_AT)
    assert found.holds_until is not None
    assert timedelta() <= found.holds_until - (NOW + timedelta(days=4, hours=5)) <= timedelta(seconds=1)


def test_a_shut_gate_holds_until_no_moment() -> None:
    told = asked(reviews=())
    found = with_end(APPROVING, told.approve, decide("approve", told, NOW), NOW)
    assert (found.open, found.holds_until) == (False, None)


def test_an_emergency_without_a_window_holds_as_far_as_is_known() -> None:
    told = case(
        change(type="emergency", emergency={"incident": "INC-1", "justification": "Down"}, window=None),
        policies=(policy(APPROVE),),
        reviews=EVERYBODY,
    )
    found = with_end(APPROVING, told.approve, decide("approve", told, NOW), NOW)
    assert (found.open, found.holds_until) == (True, None)


def test_what_is_recorded_does_not_have_it() -> None:
    told = asked()
    plain = decide("deploy", told, OPEN_AT)
    found = with_end(DEPLOY, told.deploy, plain, OPEN_AT)
    assert answer(found)["holds_until"] == "2026-11-25T15:30:00Z"
    assert "holds_until" not in on_record(answer(found))
    assert on_record(answer(found)) == on_record(answer(plain))


def test_text_and_markdown_say_it_in_both_languages() -> None:
    told = asked()
    found = with_end(DEPLOY, told.deploy, decide("deploy", told, OPEN_AT), OPEN_AT)
    english, chinese = Presentation(), Presentation("zh", UTC)
    assert "\nholds until 2026-11-25T15:30:00Z, if nothing happens before\n" in text(found, english)
    assert "\nholds until <code>2026-11-25T15:30:00Z</code>, if nothing happens before\n" in markdown(found, english)
    assert "有效至 2026-11-25 周三 15:30" in text(found, chinese)
    assert "若此前无其他变化，有效至 2026" in markdown(found, chinese)


def test_a_pull_request_says_it_in_its_title() -> None:
    told = asked(policies=(policy(APPROVE), policy([*APPROVE, *DAY], "approve", "again")))
    both = pull((told,), reviews=EVERYBODY)
    verdict = pull_with_end(both, decide_pull(both, NOW), NOW)
    assert verdict.state == "open"
    assert verdict.holds_until == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert title(verdict, Presentation()) == "Gate open, approved by carol, dave; holds until 2026-11-22T09:00:00Z"


def test_a_pull_request_without_anything_timed_says_nothing_of_it() -> None:
    nothing = pull(nothing_owed=True)
    verdict = pull_with_end(nothing, decide_pull(nothing, NOW), NOW)
    assert (verdict.open, verdict.holds_until) == (True, None)
    assert "until" not in title(verdict, Presentation())
