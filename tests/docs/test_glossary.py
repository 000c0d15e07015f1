"""The glossary has one line for each word, in order, and no word that nothing uses."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
GLOSSARY = PROJECT / "docs/glossary.md"


def rows() -> list[list[str]]:
    words, _, _ = GLOSSARY.read_text(encoding="utf-8").partition("\n## ")
    lines = words.splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_every_word_has_one_line_in_alphabetical_order() -> None:
    terms = [row[0] for row in rows()]
    assert len(terms) > 50
    assert terms == sorted(set(terms), key=str.casefold)


def test_every_line_says_what_the_word_means_in_a_sentence() -> None:
    assert [row[0] for row in rows() if len(row) != 3 or not re.fullmatch(r"[A-Z1].*\.", row[2])] == []


def test_every_word_is_used_by_the_program_or_its_pages() -> None:
    folders = ("changeflow", "docs", "policies", "tests/attacks")
    paths = [path for folder in folders for path in (PROJECT / folder).rglob("*") if path.suffix in (".py", ".md", ".yaml")]
    texts = (path.read_text(encoding="utf-8") for path in paths if path != GLOSSARY)
    whole = re.sub(r"\s+", " ", " ".join(texts)).casefold()
    assert [row[0] for row in rows() if row[0].casefold() not in whole] == []
