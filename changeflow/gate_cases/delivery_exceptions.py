"""What the configuration of the main branch says about deliveries that no request is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Literal

from changeflow.model.answers.completeness import DeliveryException, DeliveryKind
from changeflow.model.config import OutsideDelivery
from changeflow.model.times import local_day
from changeflow.reading.rulebook import Rulebook

WhyNot = Literal["expired", "own", "unknown_person", "not_agreed"]


def exception_of(
    base: Rulebook,
    what: DeliveryKind,
    name: str,
    commit: str | None,
    made_by: Collection[str],
    now: datetime,
    is_agreed: Callable[[OutsideDelivery], bool],
) -> DeliveryException | None:
    """Return what is said about a delivery: an exception that holds before any other; else None.

    Args:
        base: the rulebook of the main branch, never that of what was delivered.
        what: was delivered.
        name: of it.
        commit: that it is at.
        made_by: people of the roster who made it, and may not except it.
        now: the time.
        is_agreed: tells whether an exception came to the main branch with authority, or by the hand
            of the person who states it.
    """
    found: DeliveryException | None = None
    for one in base.config.exceptions:
        if not _is_about(one, what, name, commit):
            continue
        why_not = _why_not(base, one, made_by, now)
        if why_not is None and not is_agreed(one):
            why_not = "not_agreed"
        said = DeliveryException(
            reason=one.reason, by=one.by, until=one.until, holds=why_not is None, why_not=why_not
        )
        if said.holds:
            return said
        found = found or said
    return found


def _is_about(one: OutsideDelivery, what: str, name: str, commit: str | None) -> bool:
    if what in ("deployment", "release"):
        return one.deployment == name
    if one.commit is None or one.commit != commit:
        return False
    # what is said of a commit holds for the tags at it, and not the other way round
    return one.tag is None or (what == "tag" and one.tag == name)


def _why_not(
    base: Rulebook, one: OutsideDelivery, made_by: Collection[str], now: datetime
) -> WhyNot | None:
    if not base.roster.is_human(one.by):
        return "unknown_person"
    if one.by in made_by:
        return "own"
    if one.until is not None and local_day(now, base.config.zone) > one.until:
        return "expired"
    return None
