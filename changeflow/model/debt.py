"""What a team and its items owe: the facts about earlier changes that policies may read.

They are about the other changes of this repository that a change has to do with: those of its team,
and those of its items. The names are those that conditions use, below `history`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, Self

from changeflow.model.document_parts import Record
from changeflow.model.phrases import Told

# how long before the time of a gate the release of a change began that is counted
PERIOD: Final = timedelta(days=90)
# of the changes that began in the period
COUNTED: Final = ("changes", "emergency_share", "failures")
# open at the time of the gate, of changes of any age
OPEN: Final = ("overdue_reviews", "open_followups")


class Debt(Record):
    """The facts about earlier changes.

    Attributes:
        known: each by its name.
        unknown: why each of the others is not known.
    """

    known: dict[str, int | float] = {}
    unknown: dict[str, Told] = {}

    @classmethod
    def not_known(cls, why: Told, names: Iterable[str] = (*COUNTED, *OPEN)) -> Self:
        """Return that nothing is known under some names."""
        return cls(unknown=dict.fromkeys(names, why))

    def with_others(self, other: Debt) -> Debt:
        """Return these facts and further ones."""
        known: dict[str, Any] = {**self.known, **other.known}
        return Debt(known=known, unknown={**self.unknown, **other.unknown})


# No rule reads any of them, so that none was looked for.
NOT_ASKED: Final = Debt()
