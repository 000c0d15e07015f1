"""Finds the help of a command in a language. Only the file of its command is imported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from changeflow.model.languages import LanguageName

# Help of one command: what it does under "", arguments and options under their names, explanations
# of examples as they stand in English, with their `#`.
Texts = Mapping[str, str]

# the file of the program itself, and the key of what a command does
PROGRAM: Final = "program"
ABOUT: Final = ""
# English help stands beside each command (`changeflow.cli`).
_FOLDERS: Final[Mapping[LanguageName, str]] = {
    "en": "changeflow.language.english.help",
    "zh": "changeflow.language.chinese.help",
}


# Between these and what follows in the next line of a text stands no space.
_WIDE: Final = r"[\u2018-\u201d\u2026\u2e80-\u9fff\uff00-\uffef]"
_MARK: Final = "[，。、；：？！（）“”…]"
_TIGHT: Final = re.compile(rf"(?<={_WIDE})\n(?={_WIDE})|(?<={_MARK})\n|\n(?={_MARK})")


def help_of(language: LanguageName, path: str) -> Texts:
    """Return the help of a command, without what has none in this language.

    Args:
        language: that of the reader.
        path: the command as it is typed, without the program: `release run`; empty for the program.
    """
    shared = _read(language, "shared", "PARAMETERS")
    own = _read(language, path.partition(" ")[0] or PROGRAM, "HELP").get(path, {})
    return {**shared, **own}


def words_of(language: LanguageName) -> Texts:
    """Return the words that stand round every help, such as `Options`, by their English."""
    return _read(language, "words", "WORDS")


def joined(paragraph: str) -> str:
    """Return a paragraph as one line: between Chinese and Chinese there is no space."""
    return _TIGHT.sub("", paragraph.strip()).replace("\n", " ")


def brief(about: str) -> str:
    """Return the first sentence of what is said about a command, for a table of commands."""
    return joined(about.strip().partition("\n\n")[0]).removesuffix("。")


def _read(language: LanguageName, file: str, name: str) -> Mapping[str, Any]:
    module = f"{_FOLDERS[language]}.{file}"
    if find_spec(module) is None:
        return {}
    found: Mapping[str, Any] = getattr(import_module(module), name)
    return found
