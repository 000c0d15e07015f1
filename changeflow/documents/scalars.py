"""What plain values mean: the core schema of YAML 1.2, and what older tools would make of them."""

from __future__ import annotations

import math
import re
from typing import Any, Final

# what JSON readers of every language keep exactly
MAX_INTEGER: Final = 2**53 - 1

INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
CONSTANTS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# What YAML 1.1 tools read as something other than text: booleans, base-60 and octal numbers, digits
# with underscores.
OLD_BOOLEANS: Final = frozenset(
    spelling
    for word in ("y", "n", "yes", "no", "on", "off")
    for spelling in (word, word.capitalize(), word.upper())
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
    """Return what a plain value means on the short way; `NotSimple` where the loader has something to say about it."""
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
        if len(value) > len(str(MAX_INTEGER)) - 1 or not value.isdigit():
            raise NotSimple
        return int(value)
    if FLOAT.fullmatch(value):
        number = float(value)
        if not math.isfinite(number):
            raise NotSimple
        return number
    return value
