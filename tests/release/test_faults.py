"""Real processes, real git, real kill -9: at fault points, in the middle of a step, in a race, with the machine gone.

Every point of a release in memory is walked in test_killed.py; here a choice of them is walked with processes. With
CHANGEFLOW_FAULTS=all every one is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .site import ID, Site, checked_step, git, run_step

KILLED = -9

# `slow NAME` says `middle`, then waits for leave to go on, then leaves its mark.
SLOW = """\
#!/bin/sh
echo middle
while [ ! -e "$MARKS.leave" ]; do sleep 0.05; done
echo "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"
"""


class Harness:
    def __init__(self, site: Site) -> None:
        self.site = site  # where the next question is about; the process itself belongs to no site
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("harness.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=site.environment,
            text=True,
        )

    def ask(self, **words: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        words |= {"root": str(self.site.root), "marks": str(self.site.marks_file)}
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site.at(tmp_path_factory.mktemp("template") / "repo", **{"scripts/slow": SLOW})
    site.change(
        steps=[checked_step("one", "slow")],
        verification=[run_step("smoke", "fail")],
        rollback=[checked_step("undo", "slow")],
    )
    return site


@pytest.fixture
def site(template: Site, tmp_path: Path) -> Site:
    shutil.copytree(template.root, tmp_path / "repo", symlinks=True)
    leave(made := Site(tmp_path / "repo"))
    return made


def leave(site: Site, *, given: bool = True) -> None:
    path = Path(f"{site.marks_file}.leave")
    path.touch() if given else path.unlink()


@pytest.fixture(scope="module")
def process(template: Site) -> Iterator[Harness]:
    made = Harness(template)
    yield made
    made.close()


@pytest.fixture
def harness(process: Harness, site: Site) -> Harness:
    process.site = site
    return process


# What `ask(at=0)` passes in this scenario; checked by the first test, so that it cannot drift from the program.
POINTS = [
    "before started", "after started",
    "before intent", "after intent", "before ./scripts/slow", "during ./scripts/slow", "after ./scripts/slow",
    "before ./scripts/marked", "after ./scripts/marked", "before outcome", "after outcome",
    "before intent", "after intent", "before ./scripts/fail", "after ./scripts/fail", "before outcome", "after outcome",
    "before rolling_back", "after rolling_back",
    "before intent", "after intent", "before ./scripts/slow", "during ./scripts/slow", "after ./scripts/slow",
    "before ./scripts/marked", "after ./scripts/marked", "before outcome", "after outcome",
    "before finished", "after finished",
]  # fmt: skip
CHOICE = (1, 2, 5, 6, 7, 10, 15, 19, 23, 24, 29, 30)
WALKED = range(1, len(POINTS) + 1) if os.environ.get("CHANGEFLOW_FAULTS") == "all" else CHOICE


def test_the_fault_points_are_all_there(harness, site):
    answer = harness.ask(change=ID)
    assert answer["points"] == POINTS
    assert (answer["code"], site.marks) == (1, ["implementation/0 one", "verification/0 smoke", "rollback/0 undo"])


@pytest.mark.parametrize("at", WALKED, ids=lambda at: f"{at} {POINTS[at - 1]}")
def test_killed_at_a_fault_point_a_release_is_resumed_with_one_effect_for_each_step(harness, site, at):
    killed = harness.ask(change=ID, at=at)
    assert (killed["code"], killed["points"][-1]) == (KILLED, POINTS[at - 1])
    answer = until_ended(harness, begun=at > 1)
    assert answer["said"].splitlines()[-1] == "state rolled_back"
    assert Counter(site.marks) == Counter(["implementation/0 one", "verification/0 smoke", "rollback/0 undo"])
    assert site.cli("ledger", "verify").code == 0


def until_ended(harness: Harness, *, begun: bool) -> dict[str, Any]:
    for _ in range(20):
        answer = harness.ask(change=ID, verb="resume" if begun else "run")
        begun = True
        if "state implementing" not in answer["said"]:
            return answer
        if harness.site.release("status").answer["waiting_for"]:
            # The smoke test has no verify: where its outcome was lost, a person looks.
            word = "--failed" if "verification/0 smoke" in harness.site.marks else "--not-done"
            assert harness.site.release("confirm", "--as", "carol", word).code == 0
        time.sleep(0.1)
    raise AssertionError("it never ended")


def test_resume_waits_for_a_program_that_outlived_its_driver(harness, site):
    """The driver is killed in the middle of a step, whose program goes on: judging it now would run it twice."""
    leave(site, given=False)
    assert harness.ask(change=ID, at=POINTS.index("during ./scripts/slow") + 1)["code"] == KILLED
    assert "state implementing" in harness.ask(change=ID, verb="resume")["said"]
    assert site.marks == []
    leave(site)
    while "state implementing" in (said := harness.ask(change=ID, verb="resume")["said"]):
        time.sleep(0.05)
    assert "rolled_back" in said
    assert Counter(site.marks)["implementation/0 one"] == 1


def test_of_many_that_race_for_an_environment_one_wins_and_the_others_name_it(site, harness):
    names = [f"CHG-20261122-racer-{number:02d}" for number in range(10)]
    for name in names:
        site.change(name, steps=[run_step(name), {"name": "hold", "manual": "wait"}], commit=False)
    site.commit("racers")
    answers = harness.ask(race=names)
    winners = [name for name, answer in answers.items() if "state implementing" in answer["said"]]
    assert len(winners) == 1, answers
    losers = [answer["said"] for name, answer in answers.items() if name not in winners]
    assert all(winners[0] in said for said in losers), losers
    assert site.marks == [f"implementation/0 {winners[0]}"]
    assert site.events().count("started") == 1


def test_of_many_processes_for_one_change_one_drives(site):
    processes = [
        subprocess.Popen(
            site.argv("release", "run", ID),
            cwd=site.root,
            env=site.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(4)
    ]
    codes = [process.wait(timeout=120) for process in processes]
    assert set(codes) == {1}
    assert Counter(site.marks) == Counter(["implementation/0 one", "verification/0 smoke", "rollback/0 undo"])


def test_with_the_machine_gone_a_fresh_clone_resumes(tmp_path):
    """All that is needed is in git; the ledger's remote has every entry before its effect."""
    remote = tmp_path / "remote.git"
    config = "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {ledger: {remote: origin}}\n"
    first = Site.at(tmp_path / "first", **{"changeflow.yaml": config, "scripts/slow": SLOW})
    first.change(steps=[checked_step("one"), checked_step("two")], verification=[], rollback=[checked_step("undo")])
    git(tmp_path, "clone", "-q", "--bare", str(first.root), str(remote))
    git(first.root, "remote", "add", "origin", str(remote))
    harness = Harness(first)
    killed = harness.ask(change=ID, at=5)
    harness.close()
    assert killed["code"] == KILLED
    assert killed["points"][-1] == "before ./scripts/mark"
    shutil.rmtree(first.root)
    git(tmp_path, "clone", "-q", str(remote), str(tmp_path / "second"))
    second = Site(tmp_path / "second")
    refused = second.cli("release", "resume", ID, "--format", "json", MARKS=str(first.marks_file))
    assert (refused.code, first.marks) == (1, [])
    named = ("--run", refused.answer["run"])
    done = second.cli("release", "resume", ID, "--format", "json", *named, MARKS=str(first.marks_file))
    assert (done.code, done.answer["state"]) == (0, "implemented")
    assert first.marks == ["implementation/0 one", "implementation/1 two"]
