"""Factors of the two sides of a risk score, and the cap of a side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.answers.assessment import RiskFactor
from changeflow.model.phrases import Told, told

MOST_PER_SIDE: Final = 50

Side = Literal["likelihood", "impact"]
Source = Literal["declared", "computed", "history"]
# id, points, source, reason as data
Draft = tuple[str, int, Source, Told]


def factors(side: Side, drafts: Iterable[Draft]) -> tuple[RiskFactor, ...]:
    """Return the factors of one side, also those that are worth no points.

    If they exceed the most that a side may weigh, a negative `<side>-cap` follows.
    """
    counted = list(drafts)
    total = sum(points for _, points, _, _ in counted)
    if total > MOST_PER_SIDE:
        why = told("risk.cap", side=side, most=MOST_PER_SIDE, total=total)
        counted.append((f"{side}-cap", MOST_PER_SIDE - total, "computed", why))
    found = []
    for name, points, source, why in counted:
        factor = RiskFactor(
            id=name,
            points=points,
            source=source,
            reason=say(why["code"], why, MACHINE).text,
            values=_values(why),
            data=why,
            side=side,
        )
        found.append(factor)
    return tuple(found)


def _values(why: Told) -> Told:
    """Return the values in the data of a reason, without the codes that its sentence is made by."""
    found: Told = {}
    for name, value in why.items():
        if name == "what":
            for part in value:
                found |= _values(part)
        elif name not in ("code", "case"):
            found[name] = value
    return found
