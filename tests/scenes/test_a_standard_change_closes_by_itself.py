"""The team restarts the website every week, and nobody wants to write a review of that."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.emergency import Night
from tests.dates import now
from tests.scenes.night import ForkedNight


def play(folder: Path, *, breaks: bool) -> str:
    """Release a restart, which breaks or not; return its id."""
    day = ForkedNight(folder)
    day.key("alice").parent.mkdir(parents=True)
    for name, value in (
        ("user.name", "Alice"),
        ("user.email", "alice@shop.example"),
        ("init.defaultBranch", "main"),
    ):
        day.do("alice", "git", "config", "--global", name, value, where=folder / "alice")
    day.do("alice", "changeflow", "init", "shop", "--as", "alice", where=folder / "alice")
    shop = day.clone("alice")
    if breaks:
        (shop / "scripts/is-healthy").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        day.do("alice", "git", "commit", "-qam", "A website that does not come back")
    start = (now() - timedelta(minutes=5)).replace(microsecond=0).isoformat()
    asked = ("new", "restart", "--model", "service-restart", "--ci", "website", "--start", start)
    change = day.do("alice", "changeflow", *asked, "--no-draft").split("/")[1]
    day.do("alice", "git", "add", "changes")
    day.do("alice", "git", "commit", "-q", "-m", "Restart")
    done = day.run("alice", ("changeflow", "release", "run", change, "--as", "alice"))
    assert (done.code == 0) is not breaks, done.err
    return change


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("released") / "people"
    return folder, play(folder, breaks=False)


@pytest.fixture
def team(tmp_path: Path, released: tuple[Path, str]) -> tuple[Night, str]:
    """A released restart: the night's people by day, in a copy of what they did once."""
    folder, change = released
    day = ForkedNight(shutil.copytree(folder, tmp_path / "people", symlinks=True))
    day.do("alice", "git", "update-index", "-q", "--refresh")
    return day, change


def answer(day: Night, *words: str) -> Any:
    return json.loads(day.run("alice", ("changeflow", *words, "--format", "json")).out)


def test_it_is_closed_when_its_release_has_ended_and_the_gate_says_why(
    team: tuple[Night, str],
) -> None:
    day, change = team
    decision = answer(day, "gate", "close", change)
    assert decision["open"] is True
    assert "review.not_demanded" in {reason["reason_code"] for reason in decision["reasons"]}
    assert answer(day, "release", "status", change)["state"] == "closed"
    (listed,) = answer(day, "list")["changes"]
    assert (listed["state"], listed["owed"]) == ("closed", [])


def test_one_that_was_undone_waits_for_its_review(tmp_path: Path) -> None:
    change = play(tmp_path, breaks=True)
    day = ForkedNight(tmp_path)
    decision = answer(day, "gate", "close", change)
    assert decision["open"] is False
    assert "review.missing" in {reason["reason_code"] for reason in decision["reasons"]}
    (listed,) = answer(day, "list")["changes"]
    assert listed["state"] != "closed"
    assert "review" in {one["what"] for one in listed["owed"]}


def test_a_team_that_wants_every_review_says_so_in_its_policy(
    team: tuple[Night, str],
) -> None:
    day, change = team
    path = day.clone("alice") / "policies/close.yaml"
    policy = yaml.safe_load(path.read_text("utf-8"))
    policy["spec"]["rules"][0]["assert"] = "evidence.review.complete"
    path.write_text(yaml.safe_dump(policy), "utf-8")
    day.do("alice", "git", "commit", "-qam", "Review everything")
    assert answer(day, "gate", "close", change)["open"] is False
    assert answer(day, "release", "status", change)["state"] == "implemented"


def test_it_stays_closed_when_its_model_and_its_item_are_history(
    team: tuple[Night, str],
) -> None:
    day, change = team
    shop = day.clone("alice")
    for path, before, after in (
        ("policies/models/service-restart.yaml", "  expires: ", "  expires: 2001-01-01 # "),
        ("policies/models/service-restart.yaml", "  valid_from: ", "  # valid_from: "),
        ("cmdb/website.yaml", "status: live", "status: retired"),
    ):
        text = (shop / path).read_text("utf-8")
        assert before in text
        (shop / path).write_text(text.replace(before, after, 1), "utf-8")
    day.do("alice", "git", "commit", "-qam", "A year later")
    assert answer(day, "gate", "close", change)["open"] is True
    assert answer(day, "release", "status", change)["state"] == "closed"
    assert answer(day, "check")["errors"] == 0


def test_one_that_turns_out_to_have_caused_an_incident_is_open_again_and_owes_a_review(
    team: tuple[Night, str],
) -> None:
    day, change = team
    folder = day.clone("alice") / "incidents"
    folder.mkdir()
    incident = {
        "apiVersion": "changeflow/v1",
        "kind": "Incident",
        "metadata": {"id": "INC-4711"},
        "spec": {"opened": now().isoformat(), "items": ["website"], "caused_by": [change]},
    }
    (folder / "INC-4711.yaml").write_text(yaml.safe_dump(incident), "utf-8")
    assert (
        answer(day, "release", "status", change)["state"] == "closed"
    )  # not on the main branch yet
    day.do("alice", "git", "add", "incidents")
    day.do("alice", "git", "commit", "-qm", "What the restart caused")
    assert answer(day, "check")["errors"] == 0
    assert answer(day, "release", "status", change)["state"] == "implemented"
    (listed,) = answer(day, "list", "--owed")["changes"]
    assert [one["what"] for one in listed["owed"]] == ["review"]
