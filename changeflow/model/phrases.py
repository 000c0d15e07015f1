"""Phrases that messages share, and sentences as data.

Phrases are "did you mean ...?" for a misspelt name, "and 3 more" for a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

# a sentence as data, which is JSON: a code of the catalogue, and what the sentence names
Told: TypeAlias = dict[str, Any]

# characters of a name that are compared, or of a text that a message shows
_LONGEST: Final = 60
# names among which looking for a near miss stays quick
_MANY: Final = 20_000
# from 0, nothing in common, to 1, equal
_CLOSE: Final = 0.6


def nearest(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the known names that are most similar to a name, the closest first.

    Letter case, `_` and `-` make no difference.
    """
    names = list(known)
    if not name or len(names) > _MANY:
        return []
    # only where a name is wrong
    import difflib

    folded = {_without_case_and_dashes(candidate): candidate for candidate in reversed(names)}
    found = difflib.get_close_matches(
        _without_case_and_dashes(name[:_LONGEST]), folded, n=most, cutoff=_CLOSE
    )
    return [folded[one] for one in found]


def meant(name: str, known: Iterable[str], *, option: str = "", most: int = 1) -> Told | None:
    """Return "did you mean `NAME`?" as data, None where nothing is near.

    Args:
        name: what was written.
        known: the names there are.
        option: the option before the name on the command line, e.g. `--as`.
        most: how many names are offered.
    """
    return one_of([f"{option} {one}".lstrip() for one in nearest(name, known, most)])


def one_of(names: Sequence[str]) -> Told | None:
    """Return "did you mean one of these?" as data, None where there are none."""
    if len(names) > 1:
        return told("hint.near_one_of", names=list(names))
    return told("hint.near", name=names[0]) if names else None


def near_hint(name: str, known: Iterable[str], *, option: str = "", most: int = 1) -> str:
    """Return "did you mean `NAME`?", or an empty string where nothing is near.

    Args:
        name: what was written.
        known: the names there are.
        option: the option before the name on the command line, e.g. `--as`.
        most: how many names are offered.
    """
    near = nearest(name, known, most)
    if not near:
        return ""
    return did_you_mean(*(f"{option} {one}".lstrip() for one in near))


def did_you_mean(*names: str) -> str:
    """Return the question for names of which one was probably meant."""
    return f"did you mean {' or '.join(in_backticks(names))}?"


def told(code: str, **data: Any) -> Told:
    """Return a sentence as data. Where its code has several, `case` chooses."""
    return {"code": code, **data}


def told_by(error: ValueError) -> str | Told:
    """Return what an error says, as data where it is a sentence of ours."""
    return error.told if isinstance(error, WrongTextError) else str(error)


class WrongTextError(ValueError):
    """A text that cannot be read. `told` is the sentence as data, `str` gives it in English."""

    def __init__(self, message: str, code: str, text: str) -> None:
        super().__init__(message)
        self.told = told(code, text=text)


def quoted(text: str) -> str:
    """Return a text in backticks, shortened, on one line."""
    line = _one_line(text)
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST]}…"
    return f"`{line}`"


def kept(value: Any) -> Any:
    """Return as much of a value as a message shows of it, for the data of a finding."""
    if isinstance(value, (list, dict)):
        return type(value)()
    if not isinstance(value, str) or len(value) <= _LONGEST:
        return value
    # so long that it is seen to be cut, wherever a space falls
    return _one_line(value)[: _LONGEST + 2]


def in_backticks(names: Iterable[str]) -> list[str]:
    """Return names as messages write them."""
    return [f"`{name}`" for name in names]


def first_of(items: Sequence[str], most: int) -> list[str]:
    """Return the first items, and as the last one "and 3 more" where there are more."""
    rest = len(items) - most
    if rest <= 0:
        return list(items)
    return [*items[:most], f"and {rest} more"]


def shortened(items: Sequence[str], most: int, separator: str = ", ") -> str:
    """Return the first items in one line: `a, b and 3 more`."""
    rest = len(items) - most
    first = separator.join(items[:most])
    if rest <= 0:
        return first
    return f"{first} and {rest} more"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 item`, `3 items`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {plural or noun + 's'}"


def _one_line(text: str) -> str:
    """Return a text on one line.

    If it has other white space than single spaces inside, it is quoted with all of it visible.
    """
    plain = " ".join(text.split())
    if text == plain or len(text) > _LONGEST or "\n" in text.strip():
        return plain
    return f'"{"".join(map(_visible, text))}"'


def _visible(char: str) -> str:
    if char != " " and char.isspace():
        return ascii(char)[1:-1]
    return char


def _without_case_and_dashes(name: str) -> str:
    return name.casefold().replace("_", "-")
