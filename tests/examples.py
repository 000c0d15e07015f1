"""How much a property test tries: a part of its examples and seeds in the suite, all of them in `make properties`, and a few in a run elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

ALL: Final = os.environ.get("TEST_EXAMPLES") == "all"
# Another day or locale is the same for every example.
FEW: Final = os.environ.get("TEST_EXAMPLES") == "few"
# Of the examples that a test asks for, one in so many is tried in the suite, but never fewer than these.
PART, LEAST = 4, 25
ELSEWHERE = 5


def examples(count: int) -> int:
    """The number of examples for `settings(max_examples=...)`."""
    if FEW:
        return min(count, ELSEWHERE)
    return count if ALL else min(count, max(LEAST, count // PART))


def steps(last: int) -> Iterable[int]:
    """The steps before which a process is killed, one process each: every second one in the suite."""
    return range(1, last) if ALL else range(1, last, 2)


def seeds(*every: int) -> Iterable[int]:
    """The seeds of a test that lives through something at random, which takes seconds: the first of them in the suite."""
    return every if ALL else every[:1]
