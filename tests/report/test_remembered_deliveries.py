"""What the ledger says was delivered is kept by change: the same as reading all of it, with new entries alone read."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.gate_cases.deliveries_memory import ledger_deliveries
from changeflow.gate_cases.recorded_deliveries import RecordedDeliveries
from changeflow.reading.evidence import Evidence
from changeflow.reading.view import View, locate
from tests.register.office import BEFORE, CHANGE, Office
from tests.report.papers import made_once

OTHER = "CHG-20261121-cache"


@made_once
def delivering_office(where: Path) -> Office:
    """Two requests, of which one is implemented."""
    found = Office(where)
    found.ask(CHANGE)
    found.ask(OTHER)
    found.approved()
    found.done("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    assert found.released().code == 0
    return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return delivering_office(tmp_path / "shop")


def told(view: View) -> tuple[RecordedDeliveries, Evidence]:
    evidence = view.ledger.evidence(view.base, "")
    return ledger_deliveries(view, evidence), evidence


def whole(office: Office) -> RecordedDeliveries:
    """What all entries say, read anew and kept."""
    return told(locate(office.root).of_base().for_many())[0]


def about_one(office: Office) -> tuple[RecordedDeliveries, Evidence]:
    """The same for an answer about one change."""
    return told(locate(office.root).of_base().for_some(frozenset({CHANGE})))


def test_what_is_kept_is_what_a_reading_of_all_entries_says(office: Office) -> None:
    first = whole(office)
    assert [one.entry.change for one in first.releases] == [CHANGE]
    assert first.approved.keys() == {CHANGE}
    found, evidence = about_one(office)
    assert found == first
    assert "entries" not in vars(evidence)


def test_new_entries_are_added_and_nothing_else_is_read(office: Office) -> None:
    first = whole(office)
    office.opinion("approve", "carol", OTHER, now="2026-11-26T10:00:00Z")
    found, evidence = about_one(office)
    assert "entries" not in vars(evidence)
    assert found.approved.keys() == {CHANGE, OTHER}
    assert found.about == first.about | {OTHER}
    assert found == whole(office)


def test_nothing_is_taken_from_memory_by_another_roster(office: Office) -> None:
    whole(office)
    path = office.root / "policies" / "roster.yaml"
    path.write_text(path.read_text("utf-8").replace("Carol", "Caroline"), "utf-8")
    office.commit("Another name")
    found, evidence = about_one(office)
    assert "entries" in vars(evidence)
    assert found == whole(office)


def test_a_ledger_that_was_set_back_gives_nothing(office: Office) -> None:
    whole(office)
    office.git("update-ref", "refs/heads/changeflow/ledger", "refs/heads/changeflow/ledger~2")
    found, evidence = about_one(office)
    assert evidence.problems
    assert found == RecordedDeliveries.of({})


def test_without_an_index_all_entries_are_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = whole(office)
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    assert about_one(office)[0] == first
