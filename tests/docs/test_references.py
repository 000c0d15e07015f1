"""What code and pages refer to is in this repository: attacks, pages, files, and no plan that only its author has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.literals import our_files

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("changeflow", "docs", "tests", "policies", "examples", ".github")
KINDS = {".py", ".md", ".yaml", ".yml", ".toml"}
CORPUS = PROJECT / "tests/attacks/corpus"

SILENCED = re.compile(r"noqa: [A-Z0-9, ]+")  # rules of the linter have such numbers, too
ATTACK = re.compile(r"\bA[0-9]{2,3}\b")
# Numbered findings and sections of notes that are not here; a section of a published standard names the standard.
ELSEWHERE = re.compile(r"\(F[0-9]+[a-z]?\)|\"\"\"F[0-9]+:|\bdesign,? section\b|\bsections? [0-9]+", re.IGNORECASE)
STANDARD = re.compile(r"\b(RFC [0-9]+|ISO[/A-Z0-9: -]+|ITIL [0-9]|SARIF [0-9.]+)[,( ]+section [0-9]", re.IGNORECASE)
# A page of documentation named in code; pages of a change repository (README.md, docs/**) are not ours.
PAGE = re.compile(r"\b(?:docs/(?:concepts|decisions|guides|reference)/[\w./-]+?|docs/[\w-]+)\.md\b")
TITLED = re.compile(r"(docs/[\w./-]+\.md), \"([^\"]+)\"")


def texts(*folders: str) -> Iterator[tuple[str, str]]:
    """Every text of ours in these folders and at the top, but the cases of attacks: (path, text)."""
    for path in [*PROJECT.glob("*.md"), *(path for folder in folders for path in our_files(PROJECT / folder, "*"))]:
        name = path.relative_to(PROJECT).as_posix()
        if path.suffix in KINDS and path.is_file() and CORPUS not in path.parents and path != Path(__file__):
            yield name, SILENCED.sub("", path.read_text(encoding="utf-8"))


def attacks() -> dict[str, Path]:
    return {path.name.partition("-")[0]: path for path in CORPUS.iterdir()}


def test_every_attack_that_is_named_has_a_folder() -> None:
    known = attacks()
    named = {(name, attack) for name, text in texts(*FOLDERS) for attack in ATTACK.findall(text)}
    assert len(named) > 40, "the pattern finds what is there"
    assert sorted(f"{name}: {attack}" for name, attack in named if attack not in known) == []


def test_an_attack_on_a_page_links_to_its_folder() -> None:
    known = attacks()
    wrong = []
    for name, text in texts("docs"):
        if not name.endswith(".md"):
            continue
        targets = dict(re.findall(r"^\[(A[0-9]{2,3})\]: (\S+)$", text, re.MULTILINE))
        wrong += [f"{name}: {attack} is no link" for attack in re.findall(r"(?<![\[/])\bA[0-9]{2,3}\b", text)]
        for attack in dict.fromkeys(re.findall(r"\[(A[0-9]{2,3})\]", text)):
            target = (PROJECT / name).parent / targets.get(attack, "nowhere")
            if target.resolve() != known.get(attack):
                wrong.append(f"{name}: {attack} leads to {targets.get(attack, 'nothing')}")
    assert wrong == []


def test_nothing_points_to_a_document_that_is_not_here() -> None:
    wrong = []
    for name, text in texts(*FOLDERS):
        found = ELSEWHERE.findall(STANDARD.sub("", text))
        wrong += [f"{name}: {words}" for words in found]
    assert wrong == []


def test_every_page_that_code_names_is_here_with_the_title_it_names() -> None:
    wrong, seen = [], 0
    for name, text in texts("changeflow", "policies"):
        joined = re.sub(r"\s*\n\s*#? *", " ", text)
        pages = set(PAGE.findall(joined))
        seen += len(pages)
        wrong += [f"{name}: {page}" for page in pages if not (PROJECT / page).is_file()]
        for page, title in TITLED.findall(joined):
            titles = re.findall(r"^#+ (.+)$", (PROJECT / page).read_text(encoding="utf-8"), re.MULTILINE)
            wrong += [] if any(title in one for one in titles) else [f'{name}: {page} has no title "{title}"']
    assert seen > 20, "the pattern finds what is there"
    assert wrong == []


def test_no_text_has_the_marks_of_a_merge_that_was_not_finished() -> None:
    marks = re.compile(r"^(?:<{7}|>{7}|\|{7}) ", re.MULTILINE)
    assert [name for name, text in texts(*FOLDERS) if marks.search(text)] == []
