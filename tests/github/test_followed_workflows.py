"""A workflow is dispatched at most once, its run is found again whatever was lost, and what is not learnt is unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from changeflow.hosts.github.client import Client
from changeflow.hosts.github.workflow_runs import GitHubWorkflows
from changeflow.release.workflow_runs import WorkflowOrder
from changeflow.release_driver.workflow_program import ENDING, SETTLE, Ending, Follower
from github.conftest import REPOSITORY, FakeClock
from github.double.actions import Workflow
from github.double.server import Double
from github.double.world import World

KEY = "CHG-20261121-payments implementation/0 9f86d081884c"
ORDER = WorkflowOrder(
    repository="acme/changes", file="deploy.yml", ref="main", commit="", inputs={"environment": "production"}, key=KEY,
    since="2026-11-21T09:00:00Z", seconds=600.0, only_look=False,
)  # fmt: skip
DISPATCH, LIST, LOOK = "POST */dispatches", "GET */deploy.yml/runs", "GET */actions/runs/*"
GOING = (("in_progress", None),)


class Passing:
    """The double's clock, as the follower asks it."""

    def __init__(self, clock: FakeClock) -> None:
        self.sleep, self.patience = clock.sleep, clock.monotonic


class Followed:
    """Carries out orders, and keeps what was said."""

    def __init__(self, client: Client, clock: FakeClock) -> None:
        self.client, self.clock = client, clock
        self.lines: list[str] = []

    def __call__(self, order: WorkflowOrder = ORDER) -> Ending:
        self.lines = []
        return Follower(order, GitHubWorkflows(self.client, REPOSITORY), Passing(self.clock), self.lines.append).go()


@pytest.fixture
def follow(connect: Callable[..., Client], clock: FakeClock, world: World) -> Followed:
    world.workflows["deploy.yml"] = Workflow()
    return Followed(connect(deadline=45.0, attempts=2), clock)


def test_a_workflow_is_dispatched_with_its_key_and_followed_to_success(follow: Followed, world: World, double: Double) -> None:
    assert follow() is Ending.DONE
    (run,) = world.dispatched
    assert run.inputs == {"environment": "production", "changeflow": KEY}
    assert follow.lines[0] == f"dispatched: {double.origin}/api/v3/acme/changes/actions/runs/{run.id}"
    assert follow.lines[-1].startswith("workflow run http")
    assert follow.lines[-1].endswith(f"/{run.id}: success")


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "timed_out", "skipped", "neutral", "action_required", "stale", "startup_failure"])
def test_every_other_conclusion_fails_the_step(follow: Followed, world: World, conclusion: str) -> None:
    world.workflows["deploy.yml"].course = (("queued", None), ("completed", conclusion))
    assert follow() is Ending.FAILED
    assert follow.lines[-1].endswith(f": {conclusion}")


@pytest.mark.parametrize("kind", ["drop", "truncate", "short"])
@pytest.mark.parametrize("hidden", [0, 3])
def test_a_lost_answer_to_the_dispatch_is_no_second_dispatch(follow: Followed, world: World, double: Double, kind: str, hidden: int) -> None:
    world.workflows["deploy.yml"].hidden = hidden
    double.faults.add(DISPATCH, kind, times=9)
    assert follow() is Ending.DONE
    assert len(world.dispatched) == 1
    assert any("its run is looked for" in line for line in follow.lines)


def test_a_server_error_may_have_dispatched_and_is_unknown_where_no_run_comes(follow: Followed, world: World, double: Double, clock: FakeClock) -> None:
    double.faults.json(DISPATCH, 502, '{"message": "Server Error"}', times=9)
    assert follow() is Ending.UNKNOWN
    assert world.dispatched == []
    assert "not known whether one was dispatched" in follow.lines[-1]
    assert clock.monotonic() >= SETTLE
    assert len(double.writes) == 1


def test_a_server_that_does_not_say_which_run_it_made_is_asked(follow: Followed, world: World) -> None:
    world.workflows["deploy.yml"] = Workflow(details=False, hidden=2)
    assert follow() is Ending.DONE
    assert len(world.dispatched) == 1


def test_a_run_of_the_key_is_followed_on_and_not_dispatched_again(follow: Followed, world: World, double: Double) -> None:
    world.dispatch("deploy.yml", "main", {"changeflow": "CHG-20261121-payments implementation/1 9f86d081884c"})
    mine = world.dispatch("deploy.yml", "main", {"changeflow": KEY})
    world.dispatch("deploy.yml", "main", {"changeflow": "CHG-20261121-other implementation/0 000000000000"})
    assert follow() is Ending.DONE
    assert len(world.dispatched) == 3
    assert follow.lines[-1].endswith(f"/{mine.id}: success")
    assert double.writes == []


def test_who_only_looks_dispatches_nothing(follow: Followed, world: World, double: Double) -> None:
    only = replace(ORDER, only_look=True)
    assert follow(only) is Ending.UNKNOWN
    assert (world.dispatched, double.writes) == ([], [])
    world.workflows["deploy.yml"].hidden = 4
    world.dispatch("deploy.yml", "main", {"changeflow": KEY})
    assert follow(only) is Ending.DONE
    world.dispatched[0].workflow.course = (("completed", "failure"),)
    assert follow(only) is Ending.FAILED


@pytest.mark.parametrize(("status", "said"), [(401, "Bad credentials"), (403, "Resource not accessible"), (404, "Not Found"), (422, "Unexpected inputs")])
def test_a_refusal_dispatched_nothing_and_says_why(follow: Followed, world: World, double: Double, status: int, said: str) -> None:
    double.faults.json(DISPATCH, status, f'{{"message": "{said}"}}', times=9)
    assert follow() is Ending.FAILED
    assert follow.lines[-1].startswith("no workflow was dispatched: ")
    assert said in follow.lines[-1]
    assert (world.dispatched, len(double.writes)) == ([], 1)


def test_a_limit_is_waited_for_and_dispatches_once(follow: Followed, world: World, double: Double, clock: FakeClock) -> None:
    limit = {"Retry-After": "120"}
    double.faults.json(DISPATCH, 429, '{"message": "secondary rate limit"}', headers=limit, times=2)
    assert follow() is Ending.DONE
    assert len(world.dispatched) == 1
    assert clock.monotonic() >= 240


def test_a_limit_that_outlasts_the_time_dispatches_nothing(follow: Followed, world: World, double: Double) -> None:
    double.faults.json(DISPATCH, 429, '{"message": "secondary rate limit"}', headers={"Retry-After": "3000"}, times=99)
    assert follow() is Ending.FAILED
    assert world.dispatched == []


def test_a_network_that_is_away_for_a_while_is_waited_for(follow: Followed, world: World, double: Double) -> None:
    double.faults.add(LOOK, "reset", times=7, skip=1)
    assert follow() is Ending.DONE
    assert [line.partition(",")[0] for line in follow.lines if "answer" in line] == ["no answer", "answers again"]
    assert len(world.dispatched) == 1


def test_a_network_that_stays_away_is_unknown_and_no_failure(follow: Followed, world: World, double: Double) -> None:
    double.faults.add(LOOK, "reset", times=9_999, skip=1)
    assert follow() is Ending.UNKNOWN
    assert len(world.dispatched) == 1


def test_an_answer_of_another_shape_is_asked_again(follow: Followed, double: Double) -> None:
    double.faults.json(LOOK, 200, "null", times=2, skip=1)
    double.faults.json(LIST, 200, '{"total_count": 0}')
    assert follow() is Ending.DONE


def test_when_the_time_is_over_the_run_is_cancelled_and_its_end_is_waited_for(follow: Followed, world: World) -> None:
    world.workflows["deploy.yml"].course = GOING
    assert follow(replace(ORDER, seconds=30.0)) is Ending.TIMED_OUT
    assert world.dispatched[0].cancelled
    assert follow.lines[-1].endswith(": cancelled, cancelled because it took longer than 30 s")


def test_a_run_that_does_not_end_after_it_was_cancelled_is_unknown(follow: Followed, world: World, clock: FakeClock) -> None:
    world.workflows["deploy.yml"] = Workflow(course=GOING, deaf=True)
    assert follow(replace(ORDER, seconds=30.0)) is Ending.UNKNOWN
    assert world.dispatched[0].cancelled
    assert clock.monotonic() < 30 + ENDING + 45
    assert "has not ended" in follow.lines[-1]


def test_a_run_that_ends_well_at_the_last_moment_is_done(follow: Followed, world: World) -> None:
    world.workflows["deploy.yml"] = Workflow(course=(*GOING * 6, ("completed", "success")), deaf=True)
    assert follow(replace(ORDER, seconds=8.0)) is Ending.DONE


def test_a_run_that_waits_for_a_person_says_so(follow: Followed, world: World) -> None:
    world.workflows["deploy.yml"].course = (("waiting", None), ("in_progress", None), ("completed", "success"))
    assert follow() is Ending.DONE
    assert any("waiting, a person has to approve it on that page" in line for line in follow.lines)


def test_nothing_is_dispatched_from_another_commit(follow: Followed, world: World) -> None:
    approved = world.tip("main")
    assert follow(replace(ORDER, commit=approved)) is Ending.DONE
    world.dispatched.clear()
    world.commit("main", {"README.md": "moved\n"}, by=("alice", "alice@example.com"))
    assert follow(replace(ORDER, commit=approved)) is Ending.FAILED
    assert world.dispatched == []
    assert follow.lines[-1] == f"no workflow was dispatched: main is at {world.tip('main')} and not at {approved}"


def test_a_branch_that_moves_just_before_the_dispatch_ends_the_run(follow: Followed, world: World, double: Double) -> None:
    approved = world.tip("main")
    world.workflows["deploy.yml"].course = GOING
    double.faults.add(DISPATCH, "hook", hook=lambda: world.commit("main", {"x": "y\n"}, by=("alice", "alice@example.com")))
    assert follow(replace(ORDER, commit=approved)) is Ending.FAILED
    assert world.dispatched[0].cancelled
    assert f"and not from {approved}" in follow.lines[-1]


def test_a_workflow_without_the_key_in_its_name_is_followed_with_a_warning(follow: Followed, world: World) -> None:
    world.workflows["deploy.yml"].name = "Deploy"
    assert follow() is Ending.DONE
    assert any("`${{ inputs.changeflow }}`" in line for line in follow.lines)


def test_a_token_that_may_not_look_leaves_it_unknown(follow: Followed, world: World, double: Double) -> None:
    double.faults.json(LIST, 401, '{"message": "Bad credentials"}', times=9)
    assert follow() is Ending.UNKNOWN
    assert world.dispatched == []
