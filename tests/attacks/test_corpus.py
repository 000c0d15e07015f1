"""The corpus is whole: every row of the list of attacks is played, or says what it needs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from attacks import language
from attacks.scenario import CORPUS, cases, needs
from attacks.stage import HERE, read_yaml

FOLDERS = list(CORPUS.iterdir())
ROWS = [f"A{number:02}" for number in range(1, len(FOLDERS) + 1)]
EVERY = [case for level in ("core", "bot", "local") for case in cases(level)]


def test_every_row_is_played_or_says_what_it_needs() -> None:
    played = {case.row for case in EVERY if not case.twin}
    assert sorted(played | set(needs())) == sorted(ROWS) == sorted(path.name.partition("-")[0] for path in FOLDERS)
    assert all(set(told) == language.NEEDS for told in needs().values())


def test_a_folder_says_in_a_few_words_what_is_attacked() -> None:
    wrong = [path.name for path in FOLDERS if not re.fullmatch(r"A[0-9]{2,3}(-[a-z]+){2,6}", path.name)]
    assert wrong == []


def test_a_file_says_whether_it_is_the_attack_or_its_honest_twin() -> None:
    names = re.compile(r"(attack|honest-twin)(-[a-z]+)*\.yaml|needs\.yaml")
    assert [str(path) for path in CORPUS.glob("*/*") if not names.fullmatch(path.name)] == []


def test_every_attack_has_an_honest_neighbour_where_there_is_one() -> None:
    """These have none: nobody does it in good faith."""
    attacks, twins = ({case.row for case in EVERY if case.twin is twin} for twin in (False, True))
    assert sorted(attacks - twins) == ["A105", "A60", "A75", "A76", "A81", "A83"]
    assert twins <= attacks


def test_at_least_fifteen_rows_are_played_end_to_end() -> None:
    assert len({case.row for case in cases("bot")}) >= 15


README = (HERE / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_]+)` \| (.*?) \|", re.MULTILINE)


def rows(title: str) -> dict[str, str]:
    """The keys that a part of README.md has in its tables, with what stands beside them."""
    part = re.split(rf"^#+ {title}$", README, flags=re.MULTILINE)[1]
    return dict(ROW.findall(re.split(r"^#+ ", part, flags=re.MULTILINE)[0]))


def test_the_page_has_every_key_that_the_loader_accepts_and_no_other() -> None:
    assert set(rows("A case")) == language.CASE
    assert set(rows("Keys of a commit")) == language.COMMIT
    assert set(rows("Content of a file")) == language.CONTENT
    assert set(rows("Steps of the level local")) == set(language.LOCAL) | language.BESIDE_RUN
    assert set(rows("What is expected")) == language.EXPECT["core"] | language.EXPECT["bot"]
    for level, keys in language.EXPECT.items():
        lines = re.findall(rf"^\| `([a-z_]+)` \|.*\| [a-z, ]*\b{level}\b[a-z, ]* \|", README, re.MULTILINE)
        assert set(lines) == keys, level


def test_the_page_has_every_step_with_its_keys() -> None:
    known = {**language.steps(), **language.BOT}
    page = rows("Steps")
    assert set(page) == set(known)
    for verb, keys in known.items():
        wanted = {key for key in keys or () if key != "what"}
        told = set(re.findall(r"`([a-z_]+)`", page[verb]))
        told |= language.COMMIT if "keys of a commit" in page[verb] else set()
        assert told == wanted, verb


def test_the_example_of_the_page_is_a_case() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert language.mistakes(read_yaml(example)) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"titel": "A"}, "case: nothing reads `titel`"),
        ({"level": "cores"}, "level: there is no cores"),
        ({"environment": {}}, "case: nothing reads `environment`"),
        ({"expect": {}}, "expect: nothing is compared"),
        ({"expect": {"state": "open", "log": ["x"]}}, "expect: nothing reads `log`"),
        ({"steps": [{"opne": {}}]}, "step 1: one of"),
        ({"steps": [{"open": {}}, {"review": {"on": "head"}}]}, "step 2, review: nothing reads `on`"),
        ({"steps": [{"push": {"file": {}}}]}, "step 1, push: nothing reads `file`"),
        ({"steps": [{"open": {"files": {"a": {"edits": {}}}}}]}, "step 1, open, a: nothing reads `edits`"),
        ({"base": {"a": {"edits": {}}}}, "base, a: nothing reads `edits`"),
        ({"level": "local", "steps": [{"open": {}}], "expect": {}}, "step 1: one of commit, forge, git, run"),
    ],
)
def test_a_key_that_nothing_reads_is_refused_with_its_place(wrong: dict[str, Any], complaint: str) -> None:
    told = {"title": "A", "steps": [{"open": {}}], "expect": {"state": "open"}}
    assert language.mistakes(told) == []
    assert any(complaint in mistake for mistake in language.mistakes(told | wrong))
