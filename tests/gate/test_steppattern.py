"""What `{ci}` and `*` stand for in a change model's steps, and what they never stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.gate.step_pattern import flaws, misfits, not_plain
from changeflow.language.sentences import in_english

KNOWN = ("web", "api", "payments-db", "Cache")


def covers(pattern: list[str], argv: list[str], *changed: str) -> bool:
    return not list(misfits(pattern, argv, changed, KNOWN))


@pytest.mark.parametrize(
    ("pattern", "argv"),
    [
        (["./restart", "{ci}"], ["./restart", "web"]),
        (["./restart", "{ci}"], ["./restart", "api"]),
        (["systemctl", "restart", "--unit={ci}.service"], ["systemctl", "restart", "--unit=web.service"]),
        (["./move", "{ci}", "{ci}"], ["./move", "web", "api"]),
        (["./scale", "{ci}", "*"], ["./scale", "web", "3"]),
        (["./install", "*"], ["./install", "2.4.1-rc1"]),
        (["./note", "*"], ["./note", "換成新的"]),
        (["./scale", "*"], ["./scale", "50%"]),
        (["./install", "*"], ["./install", "v1.2.3+build5"]),
        (["./at", "*"], ["./at", "2026-11-26T22:00:00+08:00"]),
        (["./restart", "*"], ["./restart", "web"]),  # its own item may stand where anything plain may
        (["./all", "--all"], ["./all", "--all"]),  # what the model writes out is covered as it stands
    ],
)
def test_what_a_pattern_covers(pattern: list[str], argv: list[str]) -> None:
    assert covers(pattern, argv, "web", "api")


@pytest.mark.parametrize(
    ("word", "because"),
    [
        ("api", "the item `api`"), ("API", "the item `api`"), ("web,api", "the item `api`"), ("api:8080", "the item `api`"),
        ("name=payments-db", "the item `payments-db`"), ("cache", "the item `Cache`"), ("api.", "the item `api`"),
        ("--all", "an option"), ("-a", "an option"), ("-", "an option"), ("../../etc", "a path"), ("/etc/passwd", "a path"),
        ("sub/web", "a path"), ("..", "a path"), (".", "a path"), ("~root", "a path"), ("..\\up", "a path"), ("*", "many things"),
        ("w?b", "many things"), ("[a-z]", "many things"), ("{api,web}", "many things"), ("", "empty"), (" ", "a space"),
        ("3 --all", "a space"), ("3\n--all", "a space"), ("3\N{IDEOGRAPHIC SPACE}4", "a space"), ("@arguments", "a file of arguments"),
        ("$(reboot)", "a shell"), ("3;reboot", "a shell"), ("`reboot`", "a shell"), ("3|sh", "a shell"), ("$HOME", "a shell"),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}pi", "the item `api`"), ("\N{FULLWIDTH HYPHEN-MINUS}-all", "an option"),
        ("\N{EN DASH}all", "an option"), ("..\N{FULLWIDTH SOLIDUS}etc", "a path"),
    ],
)  # fmt: skip
def test_what_a_star_never_stands_for(word: str, because: str) -> None:
    why = not_plain(word, ("web",), KNOWN)
    assert why is not None
    assert because in in_english(why)
    assert not covers(["./restart", "*"], ["./restart", word], "web")


@pytest.mark.parametrize("word", ["api", "WEB", "web ", "web2", "{ci}", "--all", "", "web,web"])
def test_the_item_s_place_takes_items_of_the_change_alone(word: str) -> None:
    assert not covers(["./restart", "{ci}"], ["./restart", word], "web")


def test_a_star_is_no_program() -> None:
    assert not covers(["*", "web"], ["reboot", "web"], "web")


@given(st.text(min_size=1, max_size=12), st.sets(st.sampled_from(KNOWN), max_size=3))
def test_a_star_covers_no_option_path_or_foreign_item_whatever_is_written(word: str, changed: set[str]) -> None:
    if covers(["./run", "*"], ["./run", word], *changed):
        assert not word.startswith("-")
        assert "/" not in word
        assert word not in ("..", *(set(KNOWN) - changed))


@given(st.text(min_size=1, max_size=12), st.sets(st.sampled_from(KNOWN), max_size=3))
def test_the_item_s_place_is_membership(word: str, changed: set[str]) -> None:
    assert covers(["./run", "{ci}"], ["./run", word], *changed) == (word in changed)


@pytest.mark.parametrize(
    ("pattern", "place", "never"),
    [
        (["*", "x"], 0, True),
        (["sh", "-c", "*"], 2, False),
        (["/usr/bin/sudo", "*"], 1, False),
        (["python3.12", "-m", "*"], 2, False),
        (["./scripts/restart", "*"], 1, False),  # the template has `{ci}` there
    ],
)
def test_flaws_are_found_where_they_are_written(pattern: list[str], place: int, never: bool) -> None:
    found = list(flaws(pattern, [["./scripts/restart", "{ci}"]]))
    assert [(at, kind) for at, kind, _ in found] == [(place, never)]


def test_a_number_beside_the_item_is_no_flaw() -> None:
    assert not list(flaws(["./scripts/scale", "{ci}", "*"], [["./scripts/scale", "{ci}", "3"]]))
