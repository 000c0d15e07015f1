"""What the gate `deploy` says of the acceptance of the releases that a change is part of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from changeflow.gate.case import CaseFacts
from changeflow.gate.reasons import reason
from changeflow.model.answers.decision import Outcome, Reason
from changeflow.model.people import Roster
from changeflow.model.post_implementation import Acceptance
from changeflow.model.release_list import of_other_changes


class AskedAcceptance(CaseFacts):
    """What a release asks to be accepted by, and what is known of those who may not accept it.

    Attributes:
        release: its id.
        merged: whether the main branch has the release with this change and what it asks.
        wanted: criteria and role, and who accepted it.
        changes: that it names.
        parties: its manager, and requesters and implementers of all its changes.
        unknown: changes of it that the main branch does not have: their requesters are not known.
    """

    release: str
    merged: bool
    wanted: Acceptance
    changes: tuple[str, ...]
    parties: tuple[str, ...]
    unknown: tuple[str, ...]


class Acceptances(CaseFacts):
    """What the releases of a change ask.

    Attributes:
        asked: those that ask for an acceptance.
        unreadable: paths of releases on the main branch that cannot be read.
        today: the latest day that has begun anywhere: an acceptance of a later one does not count.
    """

    asked: tuple[AskedAcceptance, ...]
    unreadable: tuple[str, ...]
    today: date


def acceptance_reasons(of: Acceptances, roster: Roster) -> Iterable[Reason]:
    """Return whether each release that asks for it was accepted, by a person who may."""
    if of.unreadable:
        data = {"paths": list(of.unreadable)}
        yield reason("acceptance", "error", "acceptance.unreadable", data)
    for one in of.asked:
        yield accepted(one, roster, of.today)


def acceptance_seen(of: Acceptances, roster: Roster) -> dict[str, Any]:
    """Return `evidence.acceptance`: whether a release asks for it, and whether all have it."""
    said = list(acceptance_reasons(of, roster))
    return {
        "asked": bool(of.asked),
        "complete": bool(of.asked) and all(one.outcome == "pass" for one in said),
        "releases": [one.release for one in of.asked],
    }


def accepted(one: AskedAcceptance, roster: Roster, today: date) -> Reason:
    """Return whether a release was accepted, by a person who may.

    Args:
        one: what it asks.
        roster: people and roles.
        today: an acceptance of a later day does not count yet.
    """
    wanted = one.wanted
    data: dict[str, Any] = {"release": one.release}
    if not one.merged:
        return reason("acceptance", "fail", "acceptance.not_merged", data)
    left = [criterion.criterion for criterion in wanted.criteria if criterion.result != "met"]
    if left:
        failed = any(criterion.result == "not-met" for criterion in wanted.criteria)
        outcome: Outcome = "fail" if failed else "pending"
        return reason("acceptance", outcome, "acceptance.criteria", data | {"criteria": left})
    data["role"] = wanted.role
    if wanted.accepted_by is None:
        return reason("acceptance", "pending", "acceptance.missing", data)
    data["who"] = wanted.accepted_by
    against = _against(one, wanted.accepted_by, roster, today)
    if against:
        return reason("acceptance", "fail", "acceptance.does_not_count", data | against)
    return reason("acceptance", "pass", "acceptance.complete", data)


def _against(
    one: AskedAcceptance, who: str, roster: Roster, today: date
) -> dict[str, str | list[str]]:
    """Return why an acceptance does not count, as data of the reason; nothing where it does."""
    if not roster.is_human(who):
        return {"case": "human"}
    if who not in roster.spec.roles.get(one.wanted.role, ()):
        return {"case": "role"}
    if one.unknown:
        return {"case": "unknown", "changes": list(one.unknown)}
    if who in one.parties:
        return {"case": "party"}
    undated = _against_day(one.wanted.accepted_on, today)
    return undated or of_other_changes(one.wanted.accepted_changes, one.changes)


def _against_day(day: date | None, today: date) -> dict[str, str | list[str]]:
    if day is None:
        return {"case": "undated"}
    return {"case": "future", "day": day.isoformat()} if day > today else {}
