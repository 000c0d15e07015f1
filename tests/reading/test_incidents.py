"""Incidents name the changes that caused them; a document that cannot be read may name any."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.reading.incidents import Incidents
from changeflow.reading.state import State
from changeflow.repo.source import WorkTree
from tests.repositories import Repo

CHANGE, OTHER = "CHG-20261121-restart", "CHG-20261121-other"


def incident(name: str, *causes: str) -> str:
    listed = ", ".join(causes)
    return (
        f"apiVersion: changeflow/v1\nkind: Incident\nmetadata: {{id: {name}}}\n"
        f"spec: {{opened: 2026-11-26T02:10:00Z, caused_by: [{listed}]}}\n"
    )


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.write("incidents/INC-1.yaml", incident("INC-1", CHANGE))
    made.write("incidents/INC-2.yml", incident("INC-2", CHANGE, OTHER))
    made.write("incidents/INC-3.yaml", incident("INC-3"))
    made.write("incidents/notes.md", f"{CHANGE} was bad\n")
    return made


def causes(repo: Repo, change: str) -> tuple[str, ...]:
    return Incidents(State(WorkTree(repo.path))).caused_by(change)


def test_a_change_caused_the_incidents_that_name_it(repo: Repo) -> None:
    assert causes(repo, CHANGE) == ("INC-1", "INC-2")
    assert causes(repo, OTHER) == ("INC-2",)
    assert causes(repo, "CHG-20261121-innocent") == ()


@pytest.mark.parametrize("text", ["spec: [", "", "- a\n- list\n", "apiVersion: changeflow/v1\nkind: Incident\nspec: nothing\n"])
def test_what_cannot_be_read_counts_for_every_change(repo: Repo, text: str) -> None:
    repo.write("incidents/INC-4.yaml", text)
    assert "incidents/INC-4.yaml" in causes(repo, "CHG-20261121-innocent")
    assert causes(repo, OTHER) == ("INC-2", "incidents/INC-4.yaml")


def test_without_incidents_nothing_was_caused(tmp_path: Path) -> None:
    assert causes(Repo(tmp_path / "empty"), CHANGE) == ()
