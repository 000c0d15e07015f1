"""Ledgers of an older version: what was proven then is proven today, and decisions come out the same (`old/make.py` wrote them)."""

from __future__ import annotations

import base64
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.office import call
from tests.ledger.old.make import told

OLD = Path(__file__).with_name("old")
STORIES = ("local", "github")


@cache
def expected() -> dict[str, Any]:
    """What the older version said about its own ledgers."""
    answers: dict[str, Any] = json.loads((OLD / "expected.json").read_text(encoding="utf-8"))
    return answers


@pytest.fixture
def clone(story: str, tmp_path: Path) -> Path:
    """A bare clone, as an auditor makes it."""
    folder = tmp_path / f"{story}.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(OLD / f"{story}.bundle"), str(folder)], check=True)
    return folder


def answer(clone: Path, verb: str, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said = call(capfd, "--repo", str(clone), "ledger", verb, "--format", "json")
    assert said.out, said.err
    return told(said.code, said.json)


@pytest.mark.parametrize("story", STORIES)
def test_every_entry_is_read_and_verified_as_before(story: str, clone: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = answer(clone, "verify", capfd)
    assert found == expected()[story]["verify"]
    assert (found["code"], found["ok"], found["problems"]) == (0, True, [])


@pytest.mark.parametrize("story", STORIES)
def test_every_decision_comes_out_as_it_was_recorded(story: str, clone: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = answer(clone, "replay", capfd)
    assert found == expected()[story]["replay"]
    assert (found["code"], found["ok"]) == (0, True)
    assert {one.split("outcome=")[1] for one in found["replayed"]} == {"agrees reason="}


@pytest.mark.parametrize("story", STORIES)
def test_an_entry_that_was_changed_since_is_found(story: str, clone: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tree = clone.parent / f"{story}.tree"
    subprocess.run(["git", "worktree", "add", "-q", str(tree), "changeflow/ledger"], cwd=clone, check=True)
    newest = max(tree.glob("CHG-*/*-decision.json"), key=lambda path: path.name)
    envelope = json.loads(newest.read_text(encoding="utf-8"))
    statement = base64.b64decode(envelope["payload"]).replace(b'"open":', b'"open" :')
    newest.write_text(json.dumps(envelope | {"payload": base64.b64encode(statement).decode()}), encoding="utf-8")
    mallory = ["-c", "user.name=Mallory", "-c", "user.email=mallory@example.com"]
    subprocess.run(["git", *mallory, "commit", "-qa", "--amend", "--no-edit"], cwd=tree, check=True)
    assert not answer(clone, "verify", capfd)["ok"]


def test_the_stories_hold_every_kind_of_entry_and_gates_that_were_open_and_shut() -> None:
    entries = [dict(word.split("=", 1) for word in one.split(" ")) for story in STORIES for one in expected()[story]["verify"]["entries"]]
    assert {one["kind"] for one in entries} >= {"assessment", "decision", "approval", "release", "review"}
    replayed = [dict(word.split("=", 1) for word in one.split(" ")) for story in STORIES for one in expected()[story]["replay"]["replayed"]]
    assert {(one["gate"], one["open"]) for one in replayed} >= {
        (gate, said) for gate in ("approve", "deploy", "close") for said in ("True", "False")
    }
