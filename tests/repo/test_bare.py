"""A bare clone answers whatever can be read from revisions, as the work tree it was cloned from does; the rest says why not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from tests.git_isolation import fresh_git, keys
from tests.hosts.office import CHANGE, Office, Said, call, rfc
from tests.repositories import Keys

__all__ = ["fresh_git", "keys"]
Capfd = pytest.CaptureFixture[str]
NOW = ("--now", "2026-11-20T10:00:00Z")
LATER = {"start": "2026-11-26T22:00:00+08:00", "end": "2026-11-26T23:30:00+08:00"}


@pytest.fixture
def office(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path / "office", keys)
    made.repo.commit("The request", author="Alice <alice@example.com>")
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def bare(office: Office, tmp_path: Path) -> Path:
    return cloned(office, tmp_path / "bare.git")


def cloned(office: Office, target: Path) -> Path:
    subprocess.run(["git", "clone", "-q", "--bare", str(office.repo.path), str(target)], check=True, capture_output=True)
    return target


def at(capfd: Capfd, place: Path, *words: str) -> Said:
    return call(capfd, "--repo", str(place), *words)


def told(said: Said) -> tuple[int, Any]:
    """The answer without what names the place it was read from."""
    answer = json.loads(said.out)
    if "inputs" in answer:
        answer["inputs"] = {key: value for key, value in answer["inputs"].items() if key != "head"}
    return said.code, answer


READERS = [
    ("assess", CHANGE, *NOW),
    ("gate", "approve", CHANGE, *NOW),
    ("when", CHANGE, *NOW),
    ("impact", "payments-db"),
    ("schedule", *NOW),
    ("policy", "list"),
    ("policy", "explain", "cab"),
    ("cmdb", "show"),
    ("cmdb", "show", "payments-db"),
    ("cmdb", "check"),
    ("risk", "explain", CHANGE, *NOW),
]


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_what_reads_revisions_answers_the_same_in_a_bare_clone(
    office: Office, bare: Path, capfd: Capfd, words: tuple[str, ...]
) -> None:
    here = at(capfd, bare, *words, "--format", "json")
    assert here.err == ""
    assert told(here) == told(at(capfd, office.repo.path, *words, "--format", "json"))


def test_it_is_enough_to_stand_in_the_bare_clone(bare: Path, capfd: Capfd) -> None:
    os.chdir(bare)
    assert call(capfd, "impact", "payments-db").code == 0
    assert call(capfd, "check", "--rev", "main").code == 0
    assert "bare repository" in call(capfd, "check").err
    assert call(capfd, "gate", "approve", CHANGE).code == 1


def test_base_and_head_are_the_main_branch_unless_they_are_named(office: Office, tmp_path: Path, capfd: Capfd) -> None:
    office.repo("switch", "-q", "-c", "proposal")
    office.put(f"changes/{CHANGE}/rfc.yaml", rfc(window=LATER))
    office.repo.commit("Move the window", author="Alice <alice@example.com>")
    bare = cloned(office, tmp_path / "bare.git")  # its HEAD is the proposal: the main branch judges all the same

    def digest(*words: str) -> str:
        answer: str = at(capfd, bare, "assess", CHANGE, "--format", "json", *words, *NOW).json["digest"]
        return answer

    assert digest() == digest("--base", "main", "--head", "main") == digest("--head", "main")
    assert digest("--head", "proposal") not in (digest(), "")
    answer = at(capfd, bare, "assess", CHANGE, "--format", "json", *NOW).json
    assert answer["inputs"]["base"] == answer["inputs"]["head"] == office.repo("rev-parse", "main")


def test_a_main_branch_of_another_name_is_found(office: Office, tmp_path: Path, capfd: Capfd) -> None:
    office.repo("branch", "-m", "main", "trunk")
    office.put(
        "changeflow.yaml",
        {"apiVersion": "changeflow/v1", "kind": "Config", "metadata": {"id": "c"}, "spec": {"main_branch": "trunk"}},
    )
    office.repo.commit("Call it trunk")
    said = at(capfd, cloned(office, tmp_path / "bare.git"), "assess", CHANGE, "--format", "json", *NOW)
    assert said.json["inputs"]["base"] == office.repo("rev-parse", "trunk")


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("new", "a-change"),
        ("review", CHANGE),
        ("release", "run", CHANGE),
        ("approve", CHANGE, "--as", "carol"),
    ],
    ids=" ".join,
)
def test_what_needs_a_work_tree_says_so_and_what_works_instead(bare: Path, capfd: Capfd, words: tuple[str, ...]) -> None:
    said = at(capfd, bare, *words)
    assert said.code == errors.NOTHING
    assert "is a bare repository, and this command needs a work tree" in said.err
    assert "check --rev" in said.err


def test_a_bare_repository_without_a_configuration_is_no_change_repository(tmp_path: Path, capfd: Capfd) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "empty.git")], check=True)
    said = at(capfd, tmp_path / "empty.git", "impact", "payments-db")
    assert said.code == errors.NOTHING
    assert "there is no changeflow.yaml on its main branch" in said.err
