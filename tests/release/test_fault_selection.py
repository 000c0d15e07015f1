"""A few of the combinations that `make faults` and `make soak` try: real processes, real git, a real kill."""

from __future__ import annotations

from pathlib import Path

import pytest
from github.double import start

from .fault_calls import Point
from .fault_enumerator import NOT_REACHED, SCENARIOS, calm_end, chosen_scenarios, told, tried
from .fault_scenarios import Scenario
from .race_soak import claim_round, ledger_round, racers


def scenario(name: str) -> Scenario:
    return next(one for one in SCENARIOS if one.name == name)


CHOICE = {
    "failing step": [
        (Point("", "spawn", 2), "kill -9 after"),
        (Point("", "push", 3), "lost answer"),
        (Point("", "ref", 4), "full disk"),
    ],
    "workflow": [(Point("", "host dispatch", 1), "lost answer"), (Point("", "host look", 1), "kill -9 before")],
    "workflow that is cancelled": [(Point("", "host cancel", 1), "exception")],
    "several changes": [(Point("a", "spawn", 1), "kill -9 after")],
}


@pytest.mark.parametrize("name", CHOICE)
def test_a_release_that_meets_a_fault_ends_as_one_that_meets_none(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if name.startswith("workflow") and start.descriptions(None) is None:
        # the double of the code host keeps to its descriptions, which are not part of the project
        request.getfixturevalue("shared_data")
    one = scenario(name)
    made = one.make(tmp_path / "made")
    calm, calls = calm_end(one, made)
    for at, fault in CHOICE[name]:
        assert at in calls
        assert tried(one, made, calm, at, fault) == []


def test_releases_are_chosen_by_how_their_names_begin() -> None:
    assert [one.name for one in chosen_scenarios("workflow")] == ["workflow", "workflow that is cancelled"]
    assert chosen_scenarios("") == SCENARIOS
    with pytest.raises(SystemExit, match="several changes"):
        chosen_scenarios("unheard of")


def test_a_call_that_was_not_reached_is_counted_apart_and_one_that_did_not_hold_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(9, 3, [f"several changes, a spawn 2, delay: {NOT_REACHED}"]) == 0
    assert capsys.readouterr().out.endswith("3 of 9 combinations of call and fault tried, 2 held, 0 did not, 1 met another course\n")
    assert told(9, 3, ["workflow, spawn 1, delay: a bug: x", "workflow, spawn 1, delay: the ledger does not hold"]) == 1
    assert "2 held, 1 did not, 0 met another course" in capsys.readouterr().out


def test_of_processes_that_race_one_wins_and_no_entry_is_lost(tmp_path: Path) -> None:
    folder = racers(tmp_path / "made", 4)
    assert claim_round(folder, 4) == []
    assert ledger_round(folder, 4) == []
