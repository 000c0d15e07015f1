"""CI checks of a pull request's head, as conditions see them.

There is one answer for each name, the worst where there are several. Names are compared trimmed and
without case (attack A63). Our own verdict is no prerequisite of itself, and no imitation of it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from changeflow.model.opinions import Check
from changeflow.model.publication import GATE
from changeflow.model.pull_facts import CheckFact

Word = Literal[
    "success", "failure", "pending", "neutral", "skipped", "cancelled", "timed_out", "missing"
]
_WORST_FIRST: Final[tuple[Word, ...]] = (
    "failure",
    "timed_out",
    "cancelled",
    "pending",
    "skipped",
    "neutral",
    "success",
)


def prerequisite_checks(present: Iterable[CheckFact]) -> tuple[Check, ...]:
    """Return every check by its name as it is shown, and by the same name without case.

    Names that differ only in case or in spaces around them are one check, with the worst of their
    conclusions. A conclusion GitHub has invented since counts as a failure.
    """
    worst: dict[str, Word] = {}
    spellings: dict[str, set[str]] = {}
    for fact in present:
        name = fact.name.strip().casefold()
        if name == GATE.casefold():
            continue
        spellings.setdefault(name, {name}).add(fact.name.strip())
        word: Word = "failure" if fact.conclusion == "unknown" else fact.conclusion
        if name not in worst or _WORST_FIRST.index(word) < _WORST_FIRST.index(worst[name]):
            worst[name] = word
    named: dict[str, Word] = {}
    for name, found in spellings.items():
        named |= dict.fromkeys(found, worst[name])
    return tuple(Check(name=name, conclusion=named[name]) for name in sorted(named))
