"""The meaning of plain values: the core schema of YAML 1.2, and the reading of older tools."""

from __future__ import annotations

import math
import re
from typing import Any, Final

# what JSON readers of every language keep exactly
MAX_INTEGER: Final = 2**53 - 1
# lists and mappings in each other, from which on a document is left to the loader
MAX_LEVELS: Final = 20
# characters of one text
MAX_SCALAR: Final = 64 * 1_024

INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
CONSTANTS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# Values that YAML 1.1 tools do not read as text: booleans, base-60 and octal numbers, digits with
# underscores.
_OLD_WORDS: Final = ("y", "n", "yes", "no", "on", "off")
OLD_BOOLEANS: Final = frozenset(
    (*_OLD_WORDS, *map(str.capitalize, _OLD_WORDS), *map(str.upper, _OLD_WORDS))
)
OLD_NUMBERS: Final = re.compile(
    r"[-+]?(?:0[0-9]+|[1-9][0-9]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?|[0-9][0-9_]*_[0-9_]*)", re.ASCII
)
NUMERIC_START: Final = frozenset("+-.0123456789")
# what a plain scalar that is no text begins with
TELLING: Final = NUMERIC_START | frozenset("~nNtTfFyYoO")


class NotSimple(Exception):
    """The text has something only a YAML parser, or the loader, should judge."""


def simple_value(value: str) -> Any:
    """Return the meaning of a plain value on the short way.

    Raises:
        NotSimple: when the loader has a finding about it.
    """
    first = value[0]
    if first not in TELLING:
        return value
    if value in CONSTANTS:
        return CONSTANTS[value]
    if first not in NUMERIC_START:
        if value in OLD_BOOLEANS:
            raise NotSimple
        return value
    # a date, most likely; no number has a dash there
    if value[4:5] == "-" and value[:4].isdigit():
        return value
    return _simple_number(value)


def _simple_number(value: str) -> int | float | str:
    if OLD_NUMBERS.fullmatch(value) or NOT_FINITE.fullmatch(value):
        raise NotSimple
    if INTEGER.fullmatch(value):
        if value.isdigit():
            return short_integer(value)
        if value[0] == "-" and value[1:].isdigit():
            return -short_integer(value[1:])
        raise NotSimple
    if FLOAT.fullmatch(value):
        number = float(value)
        if not math.isfinite(number):
            raise NotSimple
        return number
    return value


def short_integer(digits: str) -> int:
    """Return a whole number that is surely within `MAX_INTEGER`.

    Raises:
        NotSimple: when it may not be.
    """
    if len(digits) >= len(str(MAX_INTEGER)):
        raise NotSimple
    return int(digits)
