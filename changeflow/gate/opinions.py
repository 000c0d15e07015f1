"""Which opinions count, which do not and why, and who could still act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from changeflow.gate.seats import ANY_TENURE, Table, Tenure, mandates, seat, smallest_impossible
from changeflow.model.answers import CountedApproval, IgnoredReview, Missing
from changeflow.model.base import Record
from changeflow.model.change import ChangeRequest
from changeflow.model.opinions import Contributors, Review
from changeflow.model.people import Roster

# reason code -> sentence about {who}
_WHY: Final = {
    "approver.is_requester": "{who} requested the change",
    "approver.is_implementer": "{who} implements the change",
    "approver.is_contributor": "{who} wrote part of the change",
    "approver.is_agent": "{who} is an automation; agents never approve",
    "approver.unknown": "{who} is not in the roster",
    "approver.no_role": "{who} holds no role that is asked for",
    "approver.too_new": "{who} has not held the role as long as it is asked for",
    "approval.stale": "{who} approved other content; the change has been edited since",
    "approval.expired": "{who} approved longer ago than approvals stay valid",
    "approval.in_future": "{who}'s opinion is dated after the time of the decision",
    "approval.superseded": "{who} has given a newer opinion",
    "approval.withdrawn": "{who} took the opinion back",
    "approval.not_needed": "{who} approved, and fills no seat that is asked for",
    "approval.after_opening": "{who} approved when the gate was open already",
}


class Opinions(Record):
    """Opinions sorted: approvals that may fill seats, vetoes, and the rest with reasons."""

    approvals: tuple[Review, ...]
    vetoes: tuple[Review, ...]
    ignored: tuple[IgnoredReview, ...]


class Seating(Record):
    """The outcome of seating the approvals, and of seating everybody who is eligible.

    `shared` are people whom several of the roles in `impossible` need, with those roles.
    """

    table: Table
    counted: tuple[CountedApproval, ...]
    ignored: tuple[IgnoredReview, ...]
    missing: tuple[Missing, ...]
    satisfiable: bool
    witness: tuple[str, ...]
    impossible: tuple[str, ...]
    shared: dict[str, tuple[str, ...]] = {}


def excluded_from(change: ChangeRequest, contributors: Contributors) -> dict[str, str]:
    """Return the people who never approve this change, with the reason code."""
    found = dict.fromkeys(contributors.people, "approver.is_contributor")
    if change.spec.implementer is not None:
        found[change.spec.implementer] = "approver.is_implementer"
    found[change.metadata.requester] = "approver.is_requester"
    return found


def sort_opinions(
    reviews: Sequence[Review],
    *,
    excluded: Mapping[str, str],
    roster: Roster,
    roles: Sequence[str],
    digest: str,
    now: datetime,
    validity: timedelta | None,
    tenure: Tenure = ANY_TENURE,
) -> Opinions:
    """Newest opinion per person; then who may speak, on which content, and when.

    A rejection by somebody who holds an approving role vetoes whatever content it was given on and
    whatever part they have in the change, until that person approves or withdraws it. An approval
    counts only for the content it was given on.
    """
    approvals: list[Review] = []
    vetoes: list[Review] = []
    ignored: list[IgnoredReview] = []
    for review in newest(reviews, now, ignored):
        code = _refusal(review, excluded, roster, roles, now, tenure)
        if code is None and review.decision == "approve":
            code = _not_of_this_content(review, digest, now, validity)
        if review.decision == "withdraw" and review.ineligible is None:
            ignored.append(_ignored(review, "approval.withdrawn"))
        elif code is not None:
            ignored.append(_ignored(review, code))
        elif review.decision == "approve":
            approvals.append(review)
        else:
            vetoes.append(review)
    return Opinions(approvals=tuple(approvals), vetoes=tuple(vetoes), ignored=tuple(ignored))


def newest(reviews: Sequence[Review], now: datetime, ignored: list[IgnoredReview]) -> list[Review]:
    """The newest opinion of each person up to `now`, oldest first; others are noted in `ignored`.

    An opinion that does not count for a reason of its own (a signature that fails) never replaces
    one that does: otherwise anybody could silence an approver by forging a newer opinion.
    """
    latest: dict[str, Review] = {}
    rest: list[Review] = []
    for review in reviews:
        if review.at > now:
            ignored.append(_ignored(review, "approval.in_future"))
        elif review.by is None or review.ineligible is not None:
            rest.append(review)
        else:
            older = latest.get(review.by)
            if older is not None:
                ignored.append(_ignored(older, "approval.superseded"))
            latest[review.by] = review
    return sorted([*latest.values(), *rest], key=lambda review: (review.at, review.shown_as))


def _refusal(
    review: Review,
    excluded: Mapping[str, str],
    roster: Roster,
    roles: Sequence[str],
    now: datetime,
    tenure: Tenure,
) -> str | None:
    if review.ineligible is not None:
        return review.ineligible
    person = review.by
    if person is None or person not in roster.spec.people:
        return "approver.unknown"
    if not roster.is_human(person):
        return "approver.is_agent"
    at = min(review.at, now)
    if person in excluded:
        # Whoever holds the role but has a part in the change may not agree to it, and may object to
        # it all the same.
        objects = review.decision == "reject" and any(
            person in mandates(roster, role, at, frozenset()) for role in roles
        )
        return None if objects else excluded[person]
    no = frozenset(excluded)
    if not any(person in mandates(roster, role, at, no) for role in roles):
        return "approver.no_role"
    served = any(person in mandates(roster, role, at, no, tenure) for role in roles)
    # Whoever is too new to approve may still object: that keeps a gate shut, and opens none.
    return None if served or review.decision != "approve" else "approver.too_new"


def _not_of_this_content(
    review: Review, digest: str, now: datetime, validity: timedelta | None
) -> str | None:
    if review.digest != digest:
        return "approval.stale"
    if validity is not None and now - review.at > validity:
        return "approval.expired"
    return None


def _ignored(review: Review, code: str) -> IgnoredReview:
    return IgnoredReview(
        by=review.shown_as,
        reason_code=code,
        message=review.message or _WHY.get(code, code).format(who=review.shown_as),
    )


def after_opening(who: str) -> IgnoredReview:
    """An approval that came when others had opened the gate."""
    code = "approval.after_opening"
    return IgnoredReview(by=who, reason_code=code, message=_WHY[code].format(who=who))


def seat_opinions(
    opinions: Opinions,
    needed: Mapping[str, int],
    *,
    excluded: Mapping[str, str],
    roster: Roster,
    now: datetime,
    tenure: Tenure = ANY_TENURE,
    unable: frozenset[str] = frozenset(),
) -> Seating:
    """Seat the approvals, and find out who could still act and whether anybody could; those who are `unable` could not."""
    no = frozenset(excluded)
    holders = {role: mandates(roster, role, now, no, tenure) for role in needed}
    able = {
        role: {person: held for person, held in found.items() if person not in unable}
        for role, found in holders.items()
    }
    # A delegate's approval stays valid after the delegation ends; what counts is the day it was
    # given.
    given = {
        role: {
            review.by: mandate
            for review in opinions.approvals
            if review.by is not None
            and (mandate := mandates(roster, role, review.at, no, tenure).get(review.by))
            is not None
        }
        for role in needed
    }
    willing = [
        (review.by or "", frozenset([review.role] if review.role else []))
        for review in opinions.approvals
    ]
    table = seat(needed, willing, given)
    everybody = _everybody(willing, able)
    best = seat(needed, everybody, {role: {**able[role], **given[role]} for role in needed})
    impossible = () if best.complete else smallest_impossible(needed, able)
    role_of = {person: role for role, people in table.seated.items() for person in people}
    return Seating(
        table=table,
        counted=tuple(
            CountedApproval(
                by=review.by or "",
                role=role_of[review.by or ""],
                at=review.at,
                digest=review.digest,
            )
            for review in opinions.approvals
            if review.by in role_of
        ),
        ignored=tuple(
            _ignored(review, "approval.not_needed")
            for review in opinions.approvals
            if review.by not in role_of
        ),
        missing=_missing(table, able, {review.by or "" for review in opinions.approvals}),
        satisfiable=best.complete,
        witness=best.people if best.complete else (),
        impossible=impossible,
        shared=_shared(impossible, able),
    )


def _shared(
    roles: Sequence[str], able: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    """People who could fill seats of several of these roles -> those roles."""
    people = sorted({person for role in roles for person in able[role]})
    wanted = {person: tuple(role for role in roles if person in able[role]) for person in people}
    return {person: found for person, found in wanted.items() if len(found) > 1}


def _everybody(
    willing: Sequence[tuple[str, frozenset[str]]], able: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, frozenset[str]]]:
    """Those who approved first, then everybody else who may, by name.

    Who approved for one role may still take another.
    """
    approved = {person for person, _ in willing}
    others = sorted({person for people in able.values() for person in people} - approved)
    return [
        *((person, frozenset[str]()) for person, _wish in willing),
        *((person, frozenset[str]()) for person in others),
    ]


def _missing(
    table: Table, able: Mapping[str, Mapping[str, str]], approved: set[str]
) -> tuple[Missing, ...]:
    return tuple(
        Missing(
            role=role,
            needed=count,
            have=len(table.seated[role]),
            eligible=tuple(sorted(set(able[role]) - approved)),
        )
        for role, count in table.needed.items()
        if len(table.seated[role]) < count
    )
