"""The short way through a document that is written as JSON, as programs write them.

Nearly every JSON text is YAML with the same meaning. Such a text is read here by the JSON reader of
Python, in a fifth of the time that a YAML parser's events take. On any other text it gives up, and
the loader reads it through the parser: nothing is ever refused here, and the data must be those
that the parser reads, to the type (tests compare the two).
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

from changeflow.documents.scalars import MAX_LEVELS, NotSimple, short_integer

# YAML reads a key within 1,024 characters; an escape has two of them.
MAX_KEY: Final = 500
# Escapes that mean the same in both and hide nothing are `\"`, `\\`, `\n` and `\t`.
_OTHER_ESCAPE: Final = re.compile(r'\\[^"\\nt]')


def read_json(text: str) -> dict[str, Any]:
    """Read a document that begins with `{`.

    Args:
        text: without tabs, carriage returns, and characters that documents may not hold.

    Raises:
        NotSimple: when the text is no JSON, or a YAML parser might read it differently, or there
            is something to say about a value.
    """
    # YAML wants the colon on the line of its key.
    if text[0] != "{" or " :" in text or "\n:" in text or _OTHER_ESCAPE.search(text) is not None:
        raise NotSimple
    try:
        found: dict[str, Any] = _DECODER.decode(text)
    # ValueError: no JSON; RecursionError: far too deep
    except (ValueError, RecursionError) as error:
        raise NotSimple from error
    # Every colon behind a key follows a quote. Where there are more of those than keys, one stands
    # twice, or a text looks like one.
    if _count_keys(found) != text.count('":'):
        raise NotSimple
    return found


def _count_keys(root: dict[str, Any]) -> int:
    """Count the keys of all mappings.

    Raises:
        NotSimple: when lists and mappings lie deeper than `MAX_LEVELS`, or a key is very long.
    """
    count = 0
    level: list[Any] = [root]
    for _ in range(MAX_LEVELS):
        below: list[Any] = []
        for holder in level:
            values = holder
            if type(holder) is dict:
                values = holder.values()
                count += len(holder)
                if holder and max(map(len, holder)) > MAX_KEY:
                    raise NotSimple
            for value in values:
                if type(value) is dict or type(value) is list:
                    below.append(value)
        if not below:
            return count
        level = below
    raise NotSimple


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotSimple
    return number


def _no_number(text: str) -> NoReturn:
    """Leave `NaN` and `Infinity`, which are no JSON."""
    raise NotSimple(text)


_DECODER: Final = json.JSONDecoder(
    parse_int=short_integer, parse_float=_finite, parse_constant=_no_number
)
