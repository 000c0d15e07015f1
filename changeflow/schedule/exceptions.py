"""Which freeze exceptions count, and for what: pure.

Documents (`kind: FreezeException`) join the freezes that they name where a rulebook is read, with
those of their approvers whose word counts. Whether one lets a change go on is asked for each change
and period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.calendars import Calendar, Freeze
from changeflow.model.change import ChangeRequest
from changeflow.model.config import ConfigSpec
from changeflow.model.freeze_exception import FreezeException
from changeflow.model.people import Roster


@dataclass(frozen=True, slots=True)
class GrantedException:
    """An exception with the people whose approval of it counts.

    Attributes:
        id: of the document.
        change: that may go on.
        freeze: during which.
        reason: why.
        end: until when.
        approvers: humans who hold a role that may approve exceptions.
        needed: how many of them it takes.
    """

    id: str
    change: str
    freeze: str
    reason: str
    end: datetime
    approvers: tuple[str, ...]
    needed: int

    def approved(self, change: ChangeRequest) -> tuple[str, ...]:
        """Return the approvers who neither ask for a change nor carry it out."""
        own = (change.metadata.requester, change.spec.implementer)
        return tuple(one for one in self.approvers if one not in own)

    def refusal(
        self, change: ChangeRequest, until: datetime
    ) -> Literal["approvers", "ended"] | None:
        """Return why it does not let a change go on; None where it does.

        Args:
            change: the change that it names.
            until: the end of the time in which the freeze would stop it.
        """
        if len(self.approved(change)) < self.needed:
            return "approvers"
        return "ended" if self.end < until else None


class ExceptedFreeze(Freeze):
    """A freeze with the exceptions that documents grant from it."""

    granted: tuple[GrantedException, ...] = ()


def roles_for_exceptions(config: ConfigSpec) -> tuple[str, ...]:
    """Return the roles whose members approve freeze exceptions."""
    return config.freeze_exceptions.roles or (config.cab,)


def granted_exceptions(
    documents: Iterable[FreezeException], roster: Roster, config: ConfigSpec
) -> Iterator[GrantedException]:
    """Yield exceptions from each freeze with those of their approvers whose word counts."""
    holders = {one for role in roles_for_exceptions(config) for one in roster.members(role)}
    for document in documents:
        spec = document.spec
        approvers = [one for one in spec.approved_by if one in holders and roster.is_human(one)]
        for freeze in dict.fromkeys(spec.freezes):
            yield GrantedException(
                id=document.metadata.id,
                change=spec.change,
                freeze=freeze,
                reason=spec.reason,
                end=spec.end,
                approvers=tuple(dict.fromkeys(approvers)),
                needed=config.freeze_exceptions.count,
            )


def with_exceptions(
    calendars: Sequence[Calendar], granted: Sequence[GrantedException]
) -> tuple[Calendar, ...]:
    """Return calendars whose freezes know the exceptions from them."""
    by_freeze: dict[str, list[GrantedException]] = {}
    for one in granted:
        by_freeze.setdefault(one.freeze, []).append(one)
    if not by_freeze:
        return tuple(calendars)
    return tuple(_with(calendar, by_freeze) for calendar in calendars)


def _with(calendar: Calendar, by_freeze: Mapping[str, Sequence[GrantedException]]) -> Calendar:
    freezes = []
    for freeze in calendar.spec.freezes:
        mine = by_freeze.get(freeze.id)
        if mine:
            freeze = ExceptedFreeze.model_construct(**dict(freeze), granted=tuple(mine))  # noqa: PLW2901
        freezes.append(freeze)
    spec = calendar.spec.model_copy(update={"freezes": tuple(freezes)})
    return calendar.model_copy(update={"spec": spec})


def exceptions_for(freeze: Freeze, change: str) -> tuple[GrantedException, ...]:
    """Return the exceptions from a freeze that documents grant to a change, the latest to end first."""
    granted = freeze.granted if isinstance(freeze, ExceptedFreeze) else ()
    mine = [one for one in granted if one.change == change]
    return tuple(sorted(mine, key=lambda one: (one.end, one.id), reverse=True))
