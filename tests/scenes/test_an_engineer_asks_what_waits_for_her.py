"""An engineer comes to work, types `changeflow todo`, and does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.register.office import BEFORE, CHANGE, INSIDE, SignedOffice

CAROL = {"GIT_COMMITTER_NAME": "Carol", "GIT_COMMITTER_EMAIL": "carol@example.com"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SignedOffice:
    """A team with keys. Alice asks for a change on a branch; another one of hers is merged."""
    office = SignedOffice(tmp_path_factory.mktemp("team") / "shop")
    office.ask()
    office.ask("CHG-20261121-api", branch="alice/api", title="接口网关升级")
    return office


def words_of(text: str) -> list[list[str]]:
    """The commands that an answer offers."""
    return [line.split()[1:] for line in re.findall(r"^ +(changeflow .*)$", text, re.MULTILINE)]


def test_without_an_option_it_is_about_her_and_names_the_command_for_each_thing(
    office: SignedOffice,
) -> None:
    text = office.done("todo", "--now", BEFORE, **CAROL)
    assert text.startswith("What waits for 陈凯若 (carol)\n")
    assert "approval as `cab`, due Wed 2026-11-25 14:00 +00:00" in text
    assert "on branch `alice/api`" in " ".join(text.split())
    assert words_of(text) == [
        ["approve", "CHG-20261121-api", "--as", "carol", "--head", "alice/api"],
        ["approve", CHANGE, "--as", "carol"],
    ]


def test_when_she_has_typed_what_it_says_nothing_waits_and_the_implementer_has_the_release(
    office: SignedOffice,
) -> None:
    for words in words_of(office.done("todo", "--now", BEFORE, **CAROL)):
        office.done(*words, "--now", BEFORE)
    assert office.done("todo", "--now", BEFORE, **CAROL) == "Nothing waits for 陈凯若 (carol).\n"
    text = office.done("todo", "--as", "bob", "--now", BEFORE)
    assert ["release", "run", CHANGE, "--as", "bob"] in words_of(text)
    assert (
        office.say(
            *next(words for words in words_of(text) if words[2] == CHANGE),
            "--now",
            INSIDE,
        ).code
        == 0
    )


def test_in_a_clone_she_sees_what_was_fetched(office: SignedOffice, tmp_path: Path) -> None:
    office.git("clone", "-q", str(office.root), str(tmp_path / "clone"))
    found = office.answer("--repo", str(tmp_path / "clone"), "list", now=INSIDE)
    assert {one["change"]: one["at"] for one in found["changes"]} == {
        CHANGE: "main",
        "CHG-20261121-api": "origin/alice/api",
    }
