"""The corpus is whole: every row of the list of attacks is played, or says what it needs."""

from __future__ import annotations

import re

from attacks.scenario import CORPUS, cases, needs

ROWS = [f"A{number:02}" for number in range(1, 109)]
EVERY = [case for level in ("core", "bot", "local") for case in cases(level)]
KEYS = {"title", "level", "also", "base", "steps", "meanwhile", "facts", "event", "environment", "expect"}
EXPECTED = {
    "state", "codes", "without", "ignored", "counted", "not_counted", "warned", "not_warned", "on", "outputs", "log", "comment", "nowhere",
    "exit", "recorded", "own_comments", "control",
}  # fmt: skip


def test_every_row_is_played_or_says_what_it_needs() -> None:
    played = {case.row for case in EVERY if not case.twin}
    assert sorted(played | set(needs())) == sorted(ROWS) == sorted(path.name.partition("-")[0] for path in CORPUS.iterdir())
    assert all(set(told) == {"needs", "detected"} for told in needs().values())


def test_a_folder_says_in_a_few_words_what_is_attacked() -> None:
    wrong = [path.name for path in CORPUS.iterdir() if not re.fullmatch(r"A[0-9]{2,3}(-[a-z]+){2,6}", path.name)]
    assert wrong == []


def test_a_file_says_whether_it_is_the_attack_or_its_honest_twin() -> None:
    names = re.compile(r"(attack|honest-twin)(-[a-z]+)*\.yaml|needs\.yaml")
    assert [str(path) for path in CORPUS.glob("*/*") if not names.fullmatch(path.name)] == []


def test_every_attack_has_an_honest_neighbour_where_there_is_one() -> None:
    """These have none: nobody does it in good faith."""
    attacks, twins = ({case.row for case in EVERY if case.twin is twin} for twin in (False, True))
    assert sorted(attacks - twins) == ["A105", "A60", "A75", "A76", "A81", "A83"]
    assert twins <= attacks


def test_no_case_has_a_word_that_nobody_reads() -> None:
    for case in EVERY:
        assert set(case.told) <= KEYS, case.name
        assert case.told["title"], case.name
        assert set(case.told.get("expect", {})) <= EXPECTED, case.name
        assert case.level == "local" or case.expect, case.name


def test_at_least_fifteen_rows_are_played_end_to_end() -> None:
    assert len({case.row for case in cases("bot")}) >= 15
