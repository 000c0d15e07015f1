"""Every open pull request has its turn, after a push as on a schedule, whatever the others cost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attacks.stage import Stage
from github.double.server import Double
from hypothesis import given
from hypothesis import strategies as st

from bot.runner import Done, Job, verdict
from changeflow.bot import sweep
from changeflow.hosts.github import failures
from changeflow.hosts.github.budget import Budget
from changeflow.model.pull_facts import PullRequestRef
from changeflow.render.pull import OPEN_LABEL

Told = Callable[..., dict[str, Any]]
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def refs(count: int, standing: int = 0) -> list[PullRequestRef]:
    """Pull requests 1 to `count`; the first `standing` of them were open when they were judged last."""
    return [
        PullRequestRef(
            number=number, state="open", base_ref="main", head_oid="0" * 40, merge_commit=None, labels=(OPEN_LABEL,) if number <= standing else ()
        )
        for number in range(1, count + 1)
    ]


class Purse:
    """The budget of a run, with time that requests take."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.budget = Budget(lambda: NOW, sweep.TOTAL, 10)
        self.seconds, self.passed = seconds, 0.0

    def affords(self, requests: int, seconds: float, kept: int) -> bool:
        return self.budget.affords(requests, kept) and self.passed + seconds <= sweep.SECONDS

    @contextmanager
    def portion(self, requests: int, seconds: float) -> Iterator[None]:
        assert self.passed + seconds <= sweep.SECONDS
        with self.budget.portion(requests):
            yield

    def spend(self, requests: int) -> None:
        for _ in range(requests):
            self.passed += self.seconds
            self.budget.spend("facts", "graphql", verdict=False, write=False)


def reached(queue: Sequence[PullRequestRef], cost: int, seconds: float = 0.0) -> list[int]:
    """Numbers of those that a run gets to, when each takes so many requests."""
    purse, seen = Purse(seconds), []

    def judge(number: int) -> None:
        purse.spend(cost)
        seen.append(number)

    left = sweep.go_round(purse, queue, judge)
    assert [*seen, *(ref.number for ref in left)] == [ref.number for ref in queue]
    return seen


# -- the order -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standing", [0, 40, 300])
def test_of_a_few_hundred_each_is_reached_within_the_hour(standing: int) -> None:
    starved = set(range(1, 301))
    for run in range(6):
        starved -= set(reached(sweep.turns(refs(300, standing), NOW + timedelta(minutes=10 * run)), 3))
    assert starved == set()


def test_of_two_thousand_each_is_reached_though_a_run_reaches_a_tenth() -> None:
    starved, runs = set(range(1, 2_001)), 0
    while starved and runs < 60:
        starved -= set(reached(sweep.turns(refs(2_000, 500), NOW + timedelta(minutes=10 * runs)), 3))
        runs += 1
    assert starved == set(), runs


@given(st.integers(0, 40), st.integers(0, 40), st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001 - made aware below
def test_an_order_leaves_nobody_out_and_names_nobody_twice(count: int, standing: int, when: datetime) -> None:
    queue = sweep.turns(refs(count, standing), when.replace(tzinfo=UTC))
    assert sorted(ref.number for ref in queue) == list(range(1, count + 1))
    opened = [OPEN_LABEL in ref.labels for ref in queue]
    assert all(sum(opened[:end]) >= min(sum(opened), end * 2 // 3) for end in range(len(opened))), "open ones have two of three turns"


def test_one_that_costs_much_takes_nothing_from_the_others() -> None:
    """The first one would go on asking for ever."""
    purse, seen = Purse(), []
    over = pytest.raises(failures.Limited, match="its own ceiling")

    def judge(number: int) -> None:
        seen.append(number)
        with over if number == 1 else nullcontext():
            purse.spend(10_000 if number == 1 else 3)

    left = sweep.go_round(purse, refs(100), judge)
    assert (seen[:3], left) == ([1, 2, 3], ())
    assert purse.budget.requests == sweep.EACH + 99 * 3


def test_a_run_stays_below_what_github_gives_a_repository_in_an_hour() -> None:
    assert sweep.TOTAL < 1_000
    assert len(reached(refs(10_000), sweep.EACH)) == sweep.TOTAL // sweep.EACH
    assert (sweep.TOTAL - sweep.EACH) // 3 <= len(reached(refs(10_000), 3)) <= sweep.TOTAL // 3


def test_a_run_ends_before_its_job_is_stopped() -> None:
    assert sweep.SECONDS + 120 < 15 * 60
    slow = reached(refs(10_000), 1, seconds=10.0)
    assert len(slow) * 10.0 <= sweep.SECONDS


# -- the whole process -----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(stage: Stage) -> list[str]:
    """Heads of three pull requests, of which the second can open."""
    heads = []
    for number in range(3):
        stage.play([{"open": {"branch": f"b{number}"}}, *([{"review": {"by": "carol"}}] if number == 1 else [])])
        heads.append(stage.pull.head_oid)
    return heads


def pushed(job: Job, told: Told, *options: str) -> Done:
    job.refresh()
    job.options = options
    done = job.run("push", told("push", ref="refs/heads/main", before=None, after=job.world.tip("main")))
    job.options = ()
    return done


@pytest.mark.parametrize("options", [(), ("--judge",)], ids=["one-job", "judging-job"])
def test_a_roster_that_changes_is_heard_of_with_the_push(
    options: tuple[str, ...], three: list[str], stage: Stage, job: Job, told: Told
) -> None:
    assert job.run("schedule").outputs["states"] == "1=pending,2=open,3=pending"
    gone = {"policies/roster.yaml": {"edit": {"spec.people.carol": None, "spec.roles.cab": ["dave", "erin", "frank"], "spec.roles.ecab": ["dave"]}}}
    stage.play([{"main": {"files": gone}}])
    done = pushed(job, told, *options)
    assert [verdict(stage.world, head) for head in three][1] != "success", done.log
    assert pushed(job, told, *options).writes == [], "a second run has nothing to say"


@pytest.mark.usefixtures("three")
def test_the_judging_job_records_nothing_and_the_recording_job_judges_nothing(stage: Stage, job: Job, told: Told) -> None:
    stage.play([{"main": {"files": {"app/settings.ini": "version = 9\n"}}}])
    judged = pushed(job, told, "--judge")
    assert judged.outputs["states"] == "1=pending,2=open,3=pending", judged.log
    assert stage.world.store.tip("refs/heads/changeflow/ledger") is None
    kept = pushed(job, told, "--record")
    assert (kept.code, kept.outputs["states"], kept.writes) == (0, "", []), kept.log
    assert stage.world.store.tip("refs/heads/changeflow/ledger") is not None


def test_both_at_once_is_a_mistake(job: Job, told: Told) -> None:
    assert pushed(job, told, "--judge", "--record").code == 2


def test_what_is_not_reached_is_named_stays_as_it_is_and_fails_the_run_if_it_stands_open(
    three: list[str], stage: Stage, double: Double, job: Job
) -> None:
    assert job.run("schedule").outputs["states"] == "1=pending,2=open,3=pending"
    double.remaining["graphql"] = sweep.KEPT + 1  # the list of open ones is one request
    done = job.run("schedule")
    assert (done.code, done.outputs["states"], done.writes) == (0, "2=open", []), done.log
    assert "not reached in this run, for lack of requests or time: #1, #3; they stay as they are" in done.log
    double.remaining["graphql"] = sweep.KEPT
    none = job.run("schedule")
    assert (none.code, none.outputs["open"], none.writes) == (5, "false", []), none.log
    assert "verdicts that stand as open were not looked at again: #2" in none.log
    assert [verdict(stage.world, head) for head in three] == ["in_progress", "success", "in_progress"]


def test_one_that_cannot_be_read_does_not_use_up_the_time_of_the_others(three: list[str], stage: Stage, double: Double, job: Job) -> None:
    def broken(data: Any) -> Any:
        pull = data["data"]["repository"].get("pullRequest") if data.get("data") else None
        if pull and pull["number"] == 1:
            del pull["state"]
        return data

    double.faults.add("GRAPHQL *", "transform", times=50, change=lambda data: json.loads(json.dumps(broken(data))))
    done = job.run("schedule")
    assert (done.code, done.outputs["states"]) == (5, "1=error,2=open,3=pending"), done.log
    assert [verdict(stage.world, head) for head in three] == ["failure", "success", "in_progress"]
