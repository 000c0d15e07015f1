"""Who works on one change types a part of its id, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.register.office import BEFORE, CHANGE, INSIDE, Office

CACHE = "CHG-20261122-flush-cache"
OTHER = "CHG-20261123-flush-cache"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "shop")


@pytest.mark.parametrize(
    "typed",
    [
        "flush-cache",
        "flush",
        "cache",
        "CHG-20261122",
        "changes/flush-cache/",
        "chg-20261122-flush-cache",
    ],
)
def test_a_part_of_an_id_is_enough_where_one_change_has_it(office: Office, typed: str) -> None:
    office.ask()
    office.ask(CACHE)
    said = office.say("gate", "approve", typed, "--now", BEFORE, "--format", "json")
    assert (said.code, f'"change": "{CACHE}"' in said.out) == (1, True), said.err
    assert f"note: this is about {CACHE}\n" in said.err


def test_an_id_and_a_path_are_taken_without_a_word(office: Office) -> None:
    office.ask()
    for typed in (CHANGE, f"changes/{CHANGE}", f"changes/{CHANGE}/rfc.yaml"):
        assert office.say("assess", typed, "--now", BEFORE).err == ""


def test_a_part_that_several_changes_have_is_refused_and_they_are_listed(office: Office) -> None:
    for name in (CACHE, OTHER):
        office.ask(name)
    said = office.say("approve", "flush-cache", "--as", "carol", "--now", BEFORE)
    assert (said.code, said.out) == (2, "")
    assert f"`flush-cache` may be 2 changes: {CACHE}, {OTHER}" in said.err


def test_a_whole_slug_goes_before_the_longer_ones_that_begin_with_it(office: Office) -> None:
    office.ask(CACHE)
    office.ask(f"{CACHE}-again")
    assert CACHE + "\n" in office.say("assess", "flush-cache", "--now", BEFORE).err
    assert office.say("assess", "flush", "--now", BEFORE).code == 2


def test_what_no_change_has_is_still_no_such_change(office: Office) -> None:
    office.ask()
    said = office.say("gate", "approve", "flush-cache", "--now", BEFORE)
    assert (said.code, said.err.splitlines()[0]) == (3, "error: no such change: `flush-cache`")
    assert office.say("gate", "approve", "", "--now", BEFORE).code == 3


def test_every_command_that_takes_a_change_takes_a_part_of_its_id(office: Office) -> None:
    office.ask()
    office.approved("db")
    for words in (
        ("assess", "db"),
        ("gate", "approve", "db"),
        ("show", "db"),
        ("when", "db"),
        ("risk", "explain", "db"),
        ("policy", "simulate", "db"),
        ("release", "plan", "db"),
        ("release", "status", "db"),
        ("withdraw", "db", "--as", "carol"),
        ("approve", "db", "--as", "carol"),
    ):
        said = office.say(*words, "--now", BEFORE)
        assert (said.code, CHANGE in said.err) == (0, True), (words, said)
    assert office.say("release", "run", "db", "--as", "bob", "--now", INSIDE).code == 0
    assert CHANGE in office.say("review", "db", "--as", "erin", "--now", INSIDE).err
    for words in (("ledger", "log", "db"), ("ledger", "replay", "db")):
        assert f"this is about {CHANGE}" in office.say(*words).err, words


def test_show_finds_a_part_of_an_id_on_another_branch(office: Office) -> None:
    office.ask(CACHE, branch="feature")
    assert office.say("show", "flush", "--now", BEFORE).code == 0
    assert office.say("gate", "approve", "flush", "--now", BEFORE).code == 3


def test_the_change_of_the_branch_needs_no_name(office: Office) -> None:
    office.ask()
    office.ask(CACHE, branch="feature")
    office.git("switch", "-q", "feature")
    said = office.say("gate", "approve", "--now", BEFORE, "--format", "json")
    assert f'"change": "{CACHE}"' in said.out
    assert f"note: this is about {CACHE}, the change that `feature` brings\n" in said.err
    assert office.say("approve", "--as", "carol", "--now", BEFORE).code == 0


def test_a_change_that_is_not_committed_yet_is_one_of_the_branch(office: Office) -> None:
    office.git("switch", "-q", "-c", "feature")
    office.ask(CACHE)
    office.git("reset", "-q", "--soft", "main")
    assert CACHE in office.say("assess", "--now", BEFORE).err


def test_what_is_spelt_like_a_whole_id_is_never_taken_for_another(office: Office) -> None:
    office.ask(f"{CACHE}-again")
    said = office.say("approve", CACHE, "--as", "carol", "--now", BEFORE)
    assert (said.code, f"did you mean `{CACHE}-again`?" in said.err) == (3, True), said


@pytest.mark.parametrize("names", [(), (CACHE, OTHER)])
def test_without_a_name_and_without_one_change_of_the_branch_nothing_is_guessed(
    office: Office, names: tuple[str, ...]
) -> None:
    office.ask()
    office.git("switch", "-q", "-c", "feature")
    for name in names:
        office.ask(name)
    said = office.say("gate", "approve", "--now", BEFORE)
    assert (said.code, said.err.startswith("error: which change?")) == (2, True), said
    for name in names:
        assert name in said.err


def test_a_change_that_another_branch_has_is_named_with_the_way_to_it(office: Office) -> None:
    office.ask(branch="feature")
    for typed in (CHANGE, "db"):
        said = office.say("gate", "approve", typed, "--now", BEFORE)
        assert (said.code, said.out) == (3, "")
        assert f"hint: `feature` has {CHANGE}: check it out or add `--head feature`\n" in said.err
    assert office.say("gate", "approve", "db", "--head", "feature", "--now", BEFORE).code == 1
    said = office.say("release", "run", "db", "--as", "bob", "--now", INSIDE)
    assert (said.code, f"hint: `feature` has {CHANGE}: check it out\n" in said.err) == (3, True)
