"""A few of the combinations that `make faults` and `make soak` try: real processes, real git, a real kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from .fault_enumerator import calm_end, template, tried
from .race_soak import claim_round, ledger_round, racers


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("faults") / "failing-step", "failing step")


@pytest.fixture(scope="module")
def calm(made: Path):
    return calm_end(made)


CHOICE = [
    ("spawn", 1, "kill -9 after"),
    ("push", 2, "lost answer"),
    ("ref", 3, "full disk"),
]


@pytest.mark.parametrize(("call", "which", "fault"), CHOICE, ids=lambda word: str(word).replace(" ", "-"))
def test_a_release_that_meets_a_fault_ends_as_one_that_meets_none(made, calm, call, which, fault):
    end, calls = calm
    at = [number for number, name in enumerate(calls, 1) if name == call][which]
    assert tried(made, end, calls, at, fault) == []


def test_of_processes_that_race_one_wins_and_no_entry_is_lost(tmp_path):
    folder = racers(tmp_path / "made", 4)
    assert claim_round(folder, 4) == []
    assert ledger_round(folder, 4) == []
