"""Draws the changes that an audit looks at: a stratified sample, the same on every machine.

* A change is in every stratum whose trait it has, and in `rest` where it has none.
* Changes stand in the order of their ranks: SHA-256 of `<seed>` LF `<change>` as hexadecimal text,
  the smallest first.
* Strata take turns in the order of `STRATA`. In its turn a stratum gives the next of its changes in
  that order; one that another stratum gave already counts for both, and is drawn once. It ends
  when the sample is as large as was asked for, but never before the first round is over: every
  stratum that has changes is in the sample.

So what a stratum gave are its changes with the smallest ranks: a simple random sample of the
stratum. A change that is added later moves no other one in that order; it is drawn itself, or the
sample stays as it is but for the last that were drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, Literal, NamedTuple

from changeflow.model.seeded_rank import seeded_rank

StratumName = Literal["emergency", "failed", "high_risk", "late", "out_of_hours", "rest"]
STRATA: Final[tuple[StratumName, ...]] = (
    "emergency", "failed", "high_risk", "late", "out_of_hours", "rest",
)  # fmt: skip
REST: Final = STRATA[-1]


class DrawnChange(NamedTuple):
    """A change of the sample, the stratum that gave it first, and its rank."""

    change: str
    stratum: StratumName
    rank: str


class StratumSample(NamedTuple):
    """The changes of a stratum by rank, and how many of them it gave: the first ones."""

    changes: tuple[str, ...]
    given: int


class ChangeSample(NamedTuple):
    """A sample in the order of drawing, and the strata that it was drawn from."""

    drawn: tuple[DrawnChange, ...]
    strata: Mapping[StratumName, StratumSample]

    @property
    def population(self) -> int:
        """Return how many changes it was drawn from."""
        every: set[str] = set()
        for stratum in self.strata.values():
            every.update(stratum.changes)
        return len(every)


def draw_changes(
    traits: Mapping[str, AbstractSet[StratumName]], size: int, seed: str
) -> ChangeSample:
    """Draw a sample; all changes where there are no more than `size`.

    Args:
        traits: change -> strata whose trait it has, in any order.
        size: of the sample, at least 1. It is exceeded where there are more strata with changes.
        seed: any text.
    """
    ranks = {change: seeded_rank(seed, change) for change in traits}
    in_order = sorted(traits, key=lambda change: (ranks[change], change))
    members: dict[StratumName, tuple[str, ...]] = {}
    for name in STRATA:
        members[name] = tuple(one for one in in_order if name in (traits[one] or {REST}))
    given = dict.fromkeys(STRATA, 0)
    drawn: dict[str, StratumName] = {}
    for turn in range(len(in_order)):
        for name in STRATA:
            if turn >= len(members[name]) or (turn and len(drawn) >= size):
                continue
            drawn.setdefault(members[name][turn], name)
            given[name] = turn + 1
    found = tuple(DrawnChange(change, name, ranks[change]) for change, name in drawn.items())
    strata = {name: StratumSample(members[name], given[name]) for name in STRATA}
    return ChangeSample(found, strata)
