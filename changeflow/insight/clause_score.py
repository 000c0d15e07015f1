"""The score of a clause: the highest one for which everything was found that it needs.

The rule is data, the scale of the standard. What was not found, cannot be told or had no occasion
never raises a score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import filterfalse
from typing import Final, NamedTuple, get_args

from changeflow.model.standard import Need, ScaleStep

_NEEDS: Final[tuple[Need, ...]] = get_args(Need)


class Looked(NamedTuple):
    """What one probe came to.

    Attributes:
        part: the part of the evidence that it belongs to.
        have: how many were found.
        occasion: whether anything of the kind was to be expected.
        whole: whether nothing is missing of what was expected.
        practice: whether there are enough to show a practice.
    """

    part: str
    have: int
    occasion: bool
    whole: bool
    practice: bool


class _Part:
    """The probes of one part of the evidence of a clause, taken together."""

    def __init__(self) -> None:
        self.any = self.practice = self.found = False
        self.whole = True
        self.occasions = 0

    def add(self, one: Looked) -> None:
        """Take one probe in."""
        self.any = self.any or one.have > 0
        if one.occasion:
            self.occasions += 1
            self.practice = self.practice or one.practice
            self.found = self.found or one.whole
            self.whole = self.whole and one.whole


def needs_met(looked: Iterable[Looked]) -> tuple[Need, ...]:
    """Return the needs for which everything was found, in the order of the scale's words.

    Without an occasion there is nothing that could be missing, and no practice either.
    """
    parts: dict[str, _Part] = defaultdict(_Part)
    for one in looked:
        # a document has no occasion: it is there, or is not
        parts[one.part].add(one._replace(occasion=one.occasion or one.part == "document"))
    documents, records = parts["document"], parts["records"]
    told: dict[Need, bool] = {
        "any": records.any,
        "document": documents.occasions > 0 and documents.whole,
        "practice": records.practice,
        "complete": records.practice and records.whole,
        "timely": parts["timely"].whole,
        "measured": parts["measured"].found,
        "improved": parts["improved"].practice,
    }
    return tuple(filter(told.__getitem__, _NEEDS))


def score_of(scale: Iterable[ScaleStep], met: Iterable[Need]) -> int:
    """Return the highest score of a scale whose needs are met; 0 where none is."""
    found = set(met)
    return max((step.score for step in scale if found.issuperset(step.needs)), default=0)


def lacking_for_more(
    scale: Iterable[ScaleStep], met: Iterable[Need], score: int
) -> tuple[Need, ...]:
    """Return what the scores above still need, in the order in which they ask for it."""
    asked: list[Need] = []
    for step in sorted(scale, key=lambda one: one.score):
        if step.score > score:
            asked += step.needs
    return tuple(dict.fromkeys(filterfalse(set(met).__contains__, asked)))
