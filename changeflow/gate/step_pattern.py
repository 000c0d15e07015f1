"""Which command lines a pattern of a change model covers.

A word of a pattern stands for itself. `{ci}`, alone or inside a word, stands for an item of the
change. `*` stands for one plain argument: what is the same program's business whichever item it is
about, such as a number or a version.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from changeflow.model.late_pattern import LatePattern
from changeflow.model.phrases import Told, told

ITEM: Final = "{ci}"
ANY: Final = "*"

# Programs that run what they are given: with `*` among their arguments a model would cover
# anything.
_LAUNCHERS: Final = LatePattern(
    r"(?:ba|da|z|k|fi|c|tc|a)?sh|busybox|chroot|doas|docker|env|eval|exec|find|ionice|kubectl|lua|make|nice|node|nohup|osascript"
    r"|perl|php|podman|pwsh|python[0-9.]*|Rscript|ruby|script|setsid|source|ssh|stdbuf|strace|su|sudo|systemd-run|tclsh|time|timeout"
    r"|unshare|watch|xargs",
    re.ASCII,
)
_PIECES: Final = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_GLOB: Final = frozenset("*?[{")
_DASHES: Final = ("-", "\N{HYPHEN}", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}")
# what a script that passes its arguments on without quotes makes a command of
_SHELL: Final = frozenset("$`;&|<>\"'()#")


def misfits(
    pattern: Sequence[str], argv: Sequence[str], changed: Collection[str], known: Collection[str]
) -> Iterator[Told]:
    """Yield why words of a command line are not what a pattern of the same length says.

    Nothing when all of them are.

    Args:
        pattern: of the model.
        argv: of the change's step.
        changed: ids of the change's items.
        known: ids of all items.
    """
    for place, (want, word) in enumerate(zip(pattern, argv, strict=True)):
        why = _misfit(want, word, changed, known, program=place == 0)
        if why is not None:
            yield why


def _misfit(
    want: str, word: str, changed: Collection[str], known: Collection[str], *, program: bool
) -> Told | None:
    if want == ANY:
        return told("argument.program") if program else not_plain(word, changed, known)
    if ITEM not in want:
        return None if want == word else told("argument.other", word=word, want=want)
    if any(want.replace(ITEM, ci) == word for ci in changed):
        return None
    return told("argument.other", case="item", word=word, want=want)


def not_plain(word: str, changed: Collection[str], known: Collection[str]) -> Told | None:
    """Return why `*` does not stand for an argument; None when it does.

    Full-width letters and signs count as the plain ones.
    """
    if not word:
        return told("argument.empty")
    if any(character.isspace() for character in word):
        return told("argument.space", word=word)
    word = unicodedata.normalize("NFKC", word)
    what = _stands_for(word)
    if what:
        return told("argument.not_plain", case=what, word=word)
    others = {ci.casefold(): ci for ci in known}
    for ci in changed:
        others.pop(ci.casefold(), None)
    for piece in _named(word):
        if piece in others:
            return told("argument.item", word=word, ci=others[piece])
    return None


def _stands_for(word: str) -> str:
    """Return what a word is that is not plain; empty for a plain one."""
    if word.startswith(_DASHES):
        return "option"
    if "/" in word or "\\" in word or word in (".", "..") or word.startswith("~"):
        return "path"
    if word.startswith("@"):
        return "file"
    if not _GLOB.isdisjoint(word):
        return "glob"
    return "" if _SHELL.isdisjoint(word) else "shell"


def _named(word: str) -> list[str]:
    """Return what may be an id in a word.

    That is the whole word, and its parts between commas, colons and the like.
    """
    return [word.casefold(), *(piece.strip(".").casefold() for piece in _PIECES.findall(word))]


def flaws(
    pattern: Sequence[str], templates: Collection[Sequence[str]] = ()
) -> Iterator[tuple[int, bool, str]]:
    """Return what is wrong with a pattern.

    Of each flaw: the word's place, whether the pattern can therefore never fit, and which flaw.

    Args:
        pattern: of the model.
        templates: command lines of the model's template, with `{ci}` where they name the item.
    """
    launcher = _LAUNCHERS.fullmatch(pattern[0].rpartition("/")[2]) is not None
    for place, word in enumerate(pattern):
        if word != ANY:
            continue
        if place == 0:
            yield place, True, "program"
        elif launcher:
            yield place, False, "launcher"
        elif any(ITEM in one[place] for one in templates if _same_program(one, pattern)):
            yield place, False, "item"


def _same_program(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) == len(other) and one[0] == other[0]
