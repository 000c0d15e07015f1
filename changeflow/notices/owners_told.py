"""Since when the owners of what a change hits know what is planned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from changeflow.model.evidence import LedgerEntry, NotificationBody
from changeflow.model.people import Roster

_PLANS = ("announced", "moved")


class OwnersTold(NamedTuple):
    """What the owners were told.

    Attributes:
        since: when the last of them was told of this very plan; None while one of them was not, and
            where there is none.
        missing: owners none of whose people was told of it.
    """

    since: datetime | None
    missing: tuple[str, ...]


NOT_TOLD = OwnersTold(None, ())


def owners_told(
    change: str,
    occasion: str,
    owners: Sequence[str],
    roster: Roster,
    entries: Iterable[LedgerEntry],
    parties: Collection[str] = (),
) -> OwnersTold:
    """Return since when owners know what is planned. A role knows it when one of its people does.

    What they were told of another window is nothing: a change that is moved is told anew. So is
    the word of a person who has a part in the change: their own line does not prove that they told
    others.

    Args:
        change: its id.
        occasion: the window that it is planned for (`notices.standing.occasion_of`).
        owners: people and roles.
        roster: whose people they are.
        entries: those about no change that count, in order.
        parties: people who request, make or wrote the change.
    """
    told: dict[str, datetime] = {}
    for entry in entries:
        body = entry.body
        if not isinstance(body, NotificationBody) or body.event != "told":
            continue
        if entry.signer in parties:
            continue
        if body.about == change and body.fact in _PLANS and body.occasion == occasion:
            for person in body.recipients:
                told.setdefault(person, entry.moment)
    since: list[datetime] = []
    missing: list[str] = []
    for owner in owners:
        known = [told[person] for person in roster.members(owner) if person in told]
        if known:
            since.append(min(known))
        else:
            missing.append(owner)
    if missing or not since:
        return OwnersTold(None, tuple(missing))
    return OwnersTold(max(since), ())
