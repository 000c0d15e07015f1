"""At 4 a.m. the on-call engineer wants the website back, and wakes one person."""

from __future__ import annotations

import re

import pytest
import yaml

from benchmarks.emergency import MOST, Night, begin, play
from tests.scenes.night import ForkedNight


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Night, str]:
    night = ForkedNight(tmp_path_factory.mktemp("night"))
    begin(night)
    return night, play(night)


def test_from_the_call_to_implemented_it_takes_at_most_six_commands_by_two_people(
    played: tuple[Night, str],
) -> None:
    night, change = played
    assert [one.code for one in night.typed] == [0] * len(night.typed), night.typed[-1].err
    assert len(night.typed) <= MOST
    assert night.people == {"alice", "carol"}
    assert f"{change}: implemented" in night.typed[-1].out


def test_the_first_command_tells_the_others(played: tuple[Night, str]) -> None:
    night, change = played
    told = re.findall(r"`([^`]+)`", night.typed[0].err)
    assert told == [
        "git push origin main",
        f"changeflow approve {change} --as carol",
        f"changeflow release run {change} --as alice",
    ]


def test_what_ran_is_the_rollback_that_was_approved_before(played: tuple[Night, str]) -> None:
    night, change = played
    request = yaml.safe_load(
        (night.clone("alice") / f"changes/{change}/rfc.yaml").read_text("utf-8")
    )
    before = request["metadata"]["labels"]["reverts"]
    earlier = yaml.safe_load(
        (night.clone("alice") / f"changes/{before}/rfc.yaml").read_text("utf-8")
    )
    assert request["spec"]["implementation"]["steps"] == earlier["spec"]["rollback"]["steps"]
    assert request["spec"]["rollback"]["steps"] == earlier["spec"]["implementation"]["steps"]
    assert [item["ci"] for item in request["spec"]["items"]] == ["website"]
    asked = night.run("alice", ("./scripts/has-version", "website", "1.9"))
    assert asked.code == 0


def test_what_is_owed_in_the_morning_keeps_the_change_open(played: tuple[Night, str]) -> None:
    night, change = played
    shut = night.run("alice", ("changeflow", "gate", "close", change))
    assert shut.code == 1
    assert "retrospective-approval" in shut.out
    assert "review" in shut.out
