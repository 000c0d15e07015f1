"""Words of the house: phrases that no text of the program uses, and docstrings that begin with a verb."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from benchmarks import shape
from tests.conftest import PROJECT

# Actors are named by role (requester, approver, contributor, operator, process), and what happens by its term of the field or of
# docs/glossary.md.
OUTLAWED = (
    "what judges", "turns round", "turn round", "at work", "speaks of", "speak of", "somebody's hand", "of then", "counts for nothing",
    "somebody", "nobody", "whoever",
)  # fmt: skip
# How often each room may use them at most (`language`: what reasons have said from the start stays, and so do the ids of rules). Lower a limit when a room has become better; a room that is not named uses none.
PHRASES: dict[str, int] = {
    "(top)": 1,
    "checks": 4,
    "documents": 1,
    "gate": 6,
    "language": 19,
    "render": 2,
    "repo": 2,
    "usecases": 2,
}
# Texts that decisions on the ledger hold: replay compares them byte for byte.
RECORDED: tuple[str, ...] = (
    "nobody is left who could",
    "somebody the roster does not know",
    "(the rule applies, but names nobody who could agree)",
    "nobody is named as owner of",
    "nobody is named as the reviewer",
    "declared emergency, but nobody in the role",
)

# A function's docstring begins with a verb in the imperative; these words begin a noun or a clause.
NOUNS = frozenset({
    "a", "all", "an", "each", "every", "everything", "how", "if", "no", "none", "nobody", "one", "somebody", "that", "the", "two",
    "what", "when", "where", "whether", "which", "who", "whoever", "whose", "why",
})  # fmt: skip
# How many docstrings of functions may begin with such a word, by room; a room that is not named has none.
DOCSTRINGS: dict[str, int] = {}


@pytest.fixture(scope="module")
def modules() -> dict[str, str]:
    return shape.modules_of(PROJECT / "changeflow")


def room_of(module: str) -> str:
    _, _, rest = module.partition(".")
    room, below, _ = rest.partition(".")
    return room if below else "(top)"


def running_text(source: str) -> str:
    """Return a source with the lines of a comment, a docstring or a message joined."""
    joined = re.sub(r'["\']\s*\n\s*[rf]{0,2}["\']', "", source)
    return re.sub(r"\s*\n\s*#?\s*", " ", joined)


def outlawed_in(source: str) -> list[str]:
    text = running_text(source)
    for recorded in RECORDED:
        text = text.replace(recorded, "")
    found = []
    for phrase in OUTLAWED:
        # a constant's name in capitals is no prose
        capital = phrase[0].upper() + phrase[1:]
        found += re.findall(rf"\b(?:{phrase}|{capital})\b", text)
    return found


def noun_docstrings_in(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            words = (ast.get_docstring(node) or "").split()
            if words and words[0].lower().strip(",;:") in NOUNS:
                found.append(f"{node.name}: {' '.join(words[:8])}")
    return found


def over_limit(modules: dict[str, str], find, limits: dict[str, int]) -> list[str]:
    """Return what is found in the rooms that have more of it than they may."""
    found = {module: find(source) for module, source in modules.items()}
    counts: Counter[str] = Counter()
    for module, hits in found.items():
        counts[room_of(module)] += len(hits)
    return [
        f"{module}: {hit}"
        for module, hits in found.items()
        for hit in hits
        if counts[room_of(module)] > limits.get(room_of(module), 0)
    ]


def test_no_room_uses_outlawed_phrases_more_often(modules: dict[str, str]) -> None:
    assert over_limit(modules, outlawed_in, PHRASES) == []


def test_docstrings_of_functions_begin_with_a_verb(modules: dict[str, str]) -> None:
    assert over_limit(modules, noun_docstrings_in, DOCSTRINGS) == []


def test_a_recorded_text_is_still_in_the_program(modules: dict[str, str]) -> None:
    everything = "\n".join(running_text(source) for source in modules.values())
    assert [text for text in RECORDED if text not in everything] == []


# -- how it is counted -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        '"""Somebody stopped it."""',
        "# the program is at\n    # work here",
        'raise Error(\n    "the release turns "\n    f"round {x}"\n)',
        '"""It speaks\n    of other content."""',
    ],
)
def test_a_phrase_is_found_across_lines_of_comments_docstrings_and_messages(source: str) -> None:
    assert len(outlawed_in(source)) == 1


@pytest.mark.parametrize("source", ["NOBODY = Deployer()", "presence.at_work()", "# it looks at workflows", "# often then"])
def test_names_and_longer_words_are_no_phrases(source: str) -> None:
    assert outlawed_in(source) == []


def test_only_docstrings_of_functions_are_held_to_a_verb() -> None:
    source = '"""The module."""\nclass A:\n    """A class."""\n    def f(self):\n        """The name."""\n    def g(self):\n        """Return it."""\n'
    assert noun_docstrings_in(source) == ["f: The name."]


def test_a_room_may_have_as_many_as_its_limit_and_no_more() -> None:
    modules = {"p.a.b": "# nobody\n# nobody", "p.c": "# nobody"}
    assert over_limit(modules, outlawed_in, {"a": 2, "(top)": 1}) == []
    assert over_limit(modules, outlawed_in, {"a": 1, "(top)": 1}) == ["p.a.b: nobody", "p.a.b: nobody"]
