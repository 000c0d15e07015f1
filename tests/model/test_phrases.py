"""What messages say of a name that was nearly right, and of a list that is too long for them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from changeflow.model.phrases import first_of, near_hint, nearest, shortened

PACKAGE = Path(__file__).resolve().parents[2] / "changeflow"


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("carl", ["alice", "carol"], ["carol"]),
        ("CAROL", ["alice", "carol"], ["carol"]),
        ("team_shop", ["team-shop"], ["team-shop"]),
        ("zebra", ["alice", "carol"], []),
        ("", ["a"], []),
        ("carol", [], []),
    ],
)
def test_the_nearest_name_is_found_whatever_its_letter_case(name: str, known: list[str], found: list[str]) -> None:
    assert nearest(name, known) == found


def test_a_hint_has_the_option_in_front_and_as_many_names_as_were_asked_for() -> None:
    assert near_hint("carl", ["carol"]) == "did you mean `carol`?"
    assert near_hint("carl", ["carol"], option="--as") == "did you mean `--as carol`?"
    assert near_hint("web-1", ["web-2", "web-3", "db"], most=2) == "did you mean `web-3` or `web-2`?"
    assert near_hint("zebra", ["carol"]) == ""


def test_among_too_many_names_none_is_looked_for() -> None:
    assert nearest("item-1", [f"item-{number}" for number in range(20_001)]) == []


def test_a_list_says_how_many_it_leaves_out() -> None:
    assert shortened(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert shortened(["a", "b", "c"], 2, "; ") == "a; b and 1 more"
    assert shortened(["a", "b"], 2) == "a, b"
    assert shortened([], 2) == ""
    assert first_of(["a", "b", "c", "d"], 2) == ["a", "b", "and 2 more"]
    assert first_of(("a", "b"), 2) == ["a", "b"]


def test_no_other_module_words_these_phrases() -> None:
    by_hand = re.compile(r"get_close_matches|did you mean `\{|and \{[^}]*\} more\b[\"']")
    found = {
        f"{path.name}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if path.name != "phrases.py" and "language" not in path.relative_to(PACKAGE).parts and by_hand.search(line)
    }
    assert sorted(found) == []
