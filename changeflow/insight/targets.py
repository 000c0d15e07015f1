"""Targets of measures: what they ask for, and whether a value meets them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

_TARGET: Final = re.compile(r"(<=|>=) ?(\d+(?:\.\d+)?) ?(.*)")


class Target(NamedTuple):
    """A target.

    Attributes:
        at_most: whether the value may not be higher; else it may not be lower.
        number: the limit.
        unit: of the number, as it was written; empty for a count.
    """

    at_most: bool
    number: Decimal
    unit: str


def target_of(text: str) -> Target:
    """Return what a target such as `<= 10 %` asks for.

    Raises:
        ValueError: when it is none.
    """
    found = _TARGET.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Target(found[1] == "<=", Decimal(found[2]), found[3])


def is_met(target: Target, value: float) -> bool:
    """Return whether a value, in the unit of its measure, meets a target."""
    exact = Decimal(str(value))
    return exact <= target.number if target.at_most else exact >= target.number
