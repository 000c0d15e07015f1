"""What a repository has exported of its own past is on its ledger already, and counts once."""

from __future__ import annotations

from pathlib import Path

from tests.register.office import AFTER, BEFORE, Office


def released(tmp_path: Path) -> Office:
    office = Office(tmp_path / "shop")
    office.ask()
    office.approved(now=BEFORE)
    assert office.released().code == 0
    return office


def test_own_rows_do_not_count_twice_in_the_score(tmp_path: Path) -> None:
    office = released(tmp_path)
    office.ask("CHG-20261121-cache")
    office.answer("history", "export", now=AFTER)
    before = office.answer("assess", "CHG-20261121-cache", now=AFTER)["risk"]
    office.commit("history")
    assert office.answer("assess", "CHG-20261121-cache", now=AFTER)["risk"] == before
