"""Papers say the same, made in one process and in several, with an index and without."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.reading import own_records, spread_changes
from changeflow.repo import parallel
from tests.examples import seeds
from tests.register.office import Office
from tests.register.worlds import NAMES, World, told
from tests.report.papers import REJECTED, urgent

COMMANDS = (
    ("report", "kpi"),
    ("report", "register"),
    ("report", "emergencies"),
    ("report", "sla"),
    ("report", "trends"),
    ("list",),
    ("todo", "--as", "carol"),
    ("audit", "--gap"),
)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many processes work (the one number in the list), on however few changes."""
    found = [2]
    monkeypatch.setattr(spread_changes, "MANY_CHANGES", 2)
    monkeypatch.setattr(parallel, "cores", lambda: found[0])
    return found


@pytest.mark.parametrize("seed", seeds(41, 40))
def test_papers_of_several_processes_are_those_of_one(seed: int, tmp_path: Path, processes: list[int]) -> None:
    world = World(tmp_path / "shop", seed)
    world.office.ask(REJECTED)
    world.office.opinion("reject", "carol", REJECTED, words="Not without a plan")
    urgent(world.office)
    for _ in range(2):
        world.lives_on()
        for moment in (world.dice.choice(world.turns() or [world.now]), world.now + timedelta(days=20)):
            for command in world.dice.sample(COMMANDS, 2):
                asked = (*command, "--format", "json", "--now", told(moment))
                processes[0] = 1
                alone = world.office.say(*asked, CHANGEFLOW_INDEX="off")
                processes[0] = 3
                assert world.office.say(*asked, CHANGEFLOW_INDEX="off") == alone, asked
                # made, and then remembered
                assert world.office.say(*asked) == alone, asked
                assert world.office.say(*asked) == alone, asked


@pytest.mark.parametrize("command", [("report", "kpi"), ("report", "trends")])
def test_no_paper_is_made_without_the_part_of_a_process_that_something_ended(
    command: tuple[str, ...], tmp_path: Path, processes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path / "shop")
    for name in NAMES[:4]:
        office.ask(name)
    here, part = os.getpid(), own_records.RecordMaker.part

    def ended(self: own_records.RecordMaker, names: list[str]) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return part(self, names)

    monkeypatch.setattr(own_records.RecordMaker, "part", ended)
    said = office.say(*command, "--now", "2026-11-21T12:00:00Z")
    assert (said.code, said.out) == (5, "")
    assert "SIGKILL" in said.err
    processes[0] = 1
    assert office.say(*command, "--now", "2026-11-21T12:00:00Z").code == 0
