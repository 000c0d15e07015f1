"""People type days and times as they say them, and are told how they were understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.register.office import CHANGE, Office
from tests.shop import CONFIG

# a Saturday; 18:00 in Shanghai
NOW = ("--now", "2026-11-21T10:00:00Z")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "shop")
    made.write("changeflow.yaml", CONFIG | {"spec": CONFIG["spec"] | {"timezone": "Asia/Shanghai"}})
    made.commit("our clocks")
    made.ask()
    return made


def test_a_schedule_of_two_weeks_from_monday_on(office: Office) -> None:
    said = office.say("schedule", "--from", "monday", "--to", "+2w", "--format", "json", *NOW)
    answer = json.loads(said.out)
    assert (answer["from"], answer["to"]) == ("2026-11-22T16:00:00Z", "2026-12-06T16:00:00Z")
    assert said.err == (
        "note: --from is Mon 2026-11-23 00:00 +08:00\nnote: --to is Mon 2026-12-07 00:00 +08:00\n"
    )


def test_a_date_is_its_first_moment_in_the_zone_of_the_repository(office: Office) -> None:
    spelt = ("--from", "2026-11-22T16:00:00Z", "--to", "2026-11-29T16:00:00Z")
    typed = ("--from", "2026-11-23", "--to", "2026-11-30")
    answers = [office.say("schedule", *words, "--format", "json", *NOW) for words in (spelt, typed)]
    assert answers[0] == answers[1]
    assert answers[0].err == ""


def test_the_register_of_a_period(office: Office) -> None:
    def found(*words: str) -> list[str]:
        answer = json.loads(office.done("list", *words, "--format", "json", *NOW))
        return [row["change"] for row in answer["changes"]]

    assert found("--from", "wednesday", "--to", "+1d") == [CHANGE]
    assert found("--from", "thursday") == []
    assert found("--to", "tomorrow") == []


def test_a_window_begins_when_it_was_said_with_the_offset_of_the_repository(office: Office) -> None:
    office.done(
        "new", "ours", "--ci", "db", "--requester", "alice", "--start", "friday 22:00", *NOW
    )
    text = (office.root / "changes/CHG-20261121-ours/rfc.yaml").read_text(encoding="utf-8")
    assert "start: 2026-11-27T22:00:00+08:00" in text


def test_what_if_it_were_friday(office: Office) -> None:
    said = office.say("policy", "simulate", CHANGE, "--as-of", "friday 22:00", *NOW)
    assert "note: --as-of is Fri 2026-11-27 22:00 +08:00" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("schedule", "--from"),
        ("schedule", "--to"),
        ("list", "--from"),
        ("list", "--to"),
        ("policy", "simulate", CHANGE, "--as-of"),
        ("new", "ours", "--ci", "db", "--requester", "alice", "--start"),
    ],
)
@pytest.mark.parametrize("text", ["someday", "01/02/2026", "2026-02-30", ""])
def test_what_is_unclear_is_refused_and_nothing_is_written(
    office: Office, words: tuple[str, ...], text: str
) -> None:
    said = office.say(*words, text, *NOW)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error: {words[-1]}: ")
    assert "\nhint: " in said.err
    assert not (office.root / "changes/CHG-20261121-ours").exists()


def test_evidence_takes_no_words_for_its_time(office: Office) -> None:
    assert office.say("approve", CHANGE, "--as", "carol", "--now", "tomorrow").code == 2
