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

ITEM: Final = "{ci}"
ANY: Final = "*"

# Programs that run what they are given: with `*` among their arguments a model would cover
# anything.
_LAUNCHERS: Final = re.compile(
    r"(?:ba|da|z|k|fi|c|tc|a)?sh|busybox|chroot|doas|docker|env|eval|exec|find|ionice|kubectl|lua|make|nice|node|nohup|osascript"
    r"|perl|php|podman|pwsh|python[0-9.]*|Rscript|ruby|script|setsid|source|ssh|stdbuf|strace|su|sudo|systemd-run|tclsh|time|timeout"
    r"|unshare|watch|xargs",
    re.ASCII,
)
_PIECES: Final = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_GLOB: Final = "*?[{"
_DASHES: Final = ("-", "\N{HYPHEN}", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}")
_SHELL: Final = (
    # what a script that passes its arguments on without quotes makes a command of
    "$`;&|<>\"'()#"
)


def misfits(
    pattern: Sequence[str], argv: Sequence[str], changed: Collection[str], known: Collection[str]
) -> Iterator[str]:
    """Why words of a command line are not what a pattern of the same length says; nothing when all of them are.

    Args:
        pattern: of the model.
        argv: of the change's step.
        changed: ids of the change's items.
        known: ids of all items.
    """
    for place, (want, word) in enumerate(zip(pattern, argv, strict=True)):
        why = _misfit(want, word, changed, known, program=place == 0)
        if why:
            yield why


def _misfit(
    want: str, word: str, changed: Collection[str], known: Collection[str], *, program: bool
) -> str:
    if want == ANY:
        return "`*` never stands for a program" if program else not_plain(word, changed, known)
    if ITEM in want:
        items = any(want.replace(ITEM, ci) == word for ci in changed)
        return "" if items else f"`{word}` is not `{want}` for an item of the change"
    return "" if want == word else f"`{word}` is not `{want}`"


def not_plain(word: str, changed: Collection[str], known: Collection[str]) -> str:
    """Why `*` does not stand for an argument; empty when it does.

    Full-width letters and signs count as the plain ones.
    """
    if not word:
        return "an empty argument is no word, and `*` stands for one"
    if any(character.isspace() for character in word):
        return f"`{word}` has a space in it, and `*` stands for one word"
    word = unicodedata.normalize("NFKC", word)
    what = _stands_for(word)
    if what:
        return (
            f"`{word}` {what}, which `*` never "
            f"{'does' if what.startswith('stands') else 'stands for'}"
        )
    mine = {ci.casefold() for ci in changed}
    others = {ci.casefold(): ci for ci in known if ci.casefold() not in mine}
    named = next((others[piece] for piece in _named(word) if piece in others), None)
    return f"`{word}` names the item `{named}`, which the change does not touch" if named else ""


def _stands_for(word: str) -> str:
    """What a word is that is not plain; empty for a plain one."""
    if word.startswith(_DASHES):
        return "is an option"
    if "/" in word or "\\" in word or word in (".", "..") or word.startswith("~"):
        return "is a path"
    if word.startswith("@"):
        return "names a file of arguments"
    if any(character in word for character in _GLOB):
        return "stands for many things"
    return (
        "has a sign in it that a shell acts on"
        if any(character in word for character in _SHELL)
        else ""
    )


def _named(word: str) -> list[str]:
    """What may be an id in a word: the whole word, and its parts between commas, colons and the like."""
    return [word.casefold(), *(piece.strip(".").casefold() for piece in _PIECES.findall(word))]


def flaws(
    pattern: Sequence[str], templates: Collection[Sequence[str]] = ()
) -> Iterator[tuple[int, bool, str]]:
    """What is wrong with a pattern: the word's place, whether the pattern can therefore never fit, and the sentence.

    Args:
        pattern: of the model.
        templates: command lines of the model's template, with `{ci}` where they name the item.
    """
    launcher = _LAUNCHERS.fullmatch(pattern[0].rpartition("/")[2]) is not None
    for place, word in enumerate(pattern):
        if word != ANY:
            continue
        if place == 0:
            yield place, True, "`*` never stands for a program, so this covers no step"
        elif launcher:
            yield (
                place,
                False,
                f"`{pattern[0]}` runs what it is given, and `*` lets that be any word",
            )
        elif any(
            len(one) == len(pattern) and one[0] == pattern[0] and ITEM in one[place]
            for one in templates
        ):
            yield (
                place,
                False,
                "the template names the item here, and `*` stands for any plain word",
            )
