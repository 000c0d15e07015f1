"""Planned requests are kept by the objects of their folders: what did not change is not read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.gate_cases.planned_requests import PlannedRequests, planned_requests
from changeflow.model.document_paths import rfc_path
from changeflow.reading.state import State
from changeflow.reading.view import locate
from tests.register.office import CHANGE, Office

OTHER, DRAFT, BROKEN = "CHG-20261121-cache", "CHG-20261121-draft", "CHG-20261121-broken"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path / "shop")
    found.ask(CHANGE)
    found.ask(OTHER, depends_on=[CHANGE])
    found.ask(DRAFT, draft=True)
    return found


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requests that were read."""
    found: list[str] = []
    change = State.change

    def noted(self: State, name: str) -> object:
        found.append(name)
        return change(self, name)

    monkeypatch.setattr(State, "change", noted)
    return found


def planned(office: Office) -> PlannedRequests:
    return planned_requests(locate(office.root).of_base())


def test_a_request_that_did_not_change_is_not_read_again(office: Office, read: list[str]) -> None:
    first = planned(office)
    assert first.open.keys() == {CHANGE, OTHER}
    assert first.open[OTHER].depends_on == (CHANGE,)
    read.clear()
    assert planned(office) == first
    assert read == []
    office.ask(OTHER, window={"start": "2026-12-01T10:00:00Z", "end": "2026-12-01T11:00:00Z"})
    found = planned(office)
    assert read == [OTHER]
    assert found.open[CHANGE] == first.open[CHANGE]
    assert f"{found.open[OTHER].start:%Y-%m-%d}" == "2026-12-01"


def test_all_are_read_again_when_anything_else_has_changed(office: Office, read: list[str]) -> None:
    first = planned(office)
    read.clear()
    office.write("docs/steps.yaml", {"any": "thing"})
    office.commit("A file beside")
    assert planned(office) == first
    assert read == sorted([CHANGE, OTHER, DRAFT])


def test_one_that_cannot_be_read_is_tried_each_time(office: Office, read: list[str]) -> None:
    path = office.root / rfc_path(BROKEN)
    path.parent.mkdir()
    path.write_text("spec: [", "utf-8")
    office.commit("Broken")
    assert planned(office).lost == (BROKEN,)
    read.clear()
    assert planned(office).lost == (BROKEN,)
    assert read == [BROKEN]


def test_without_an_index_the_answer_is_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = planned(office)
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    assert planned(office) == first
