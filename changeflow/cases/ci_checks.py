"""CI checks of a pull request's head, as conditions see them: one answer per name, and the worst where there are several.

Names are compared trimmed and without case (attack A63). Our own verdict, and anybody's imitation
of it, is no prerequisite of itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from changeflow.model.opinions import Check
from changeflow.model.publication import GATE
from changeflow.model.pullrequest import CheckFact

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
    """What conditions see: every check by its name as it is shown, and by the same name without case.

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
    named = {spelling: worst[name] for name, found in spellings.items() for spelling in found}
    return tuple(Check(name=name, conclusion=named[name]) for name in sorted(named))
