"""Phrases that messages share: "did you mean ...?" for a name that was nearly right, and "and 3 more" at the end of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

# characters of a name that are compared
_LONGEST: Final = 60
# names among which looking for a near miss stays quick
_MANY: Final = 20_000
# from 0, nothing in common, to 1, equal
_CLOSE: Final = 0.6


def nearest(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the known names that come close, the closest first; letter case, `_` and `-` make no difference."""
    names = list(known)
    if not name or len(names) > _MANY:
        return []
    # only where a name is wrong
    import difflib

    folded = {_folded(candidate): candidate for candidate in reversed(names)}
    found = difflib.get_close_matches(_folded(name[:_LONGEST]), folded, n=most, cutoff=_CLOSE)
    return [folded[one] for one in found]


def near_hint(name: str, known: Iterable[str], *, option: str = "", most: int = 1) -> str:
    """Return "did you mean `NAME`?", or an empty string where nothing is near.

    Args:
        name: what was written.
        known: the names there are.
        option: what stands in front of the name on the command line, e.g. `--as`.
        most: how many names are offered.
    """
    near = nearest(name, known, most)
    return did_you_mean(*(f"{option} {one}".lstrip() for one in near)) if near else ""


def did_you_mean(*names: str) -> str:
    """Return the question for names of which one was probably meant."""
    return f"did you mean {' or '.join(f'`{name}`' for name in names)}?"


def first_of(items: Sequence[str], most: int) -> list[str]:
    """Return the first items, and as the last one "and 3 more" where there are more."""
    rest = len(items) - most
    return [*items[:most], f"and {rest} more"] if rest > 0 else list(items)


def shortened(items: Sequence[str], most: int, separator: str = ", ") -> str:
    """Return the first items in one line: `a, b and 3 more`."""
    rest = len(items) - most
    return separator.join(items[:most]) + (f" and {rest} more" if rest > 0 else "")


def _folded(name: str) -> str:
    return name.casefold().replace("_", "-")
