"""Which opinions count, which do not and why, and who could still act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from changeflow.gate.seats import (
    ANY_TENURE,
    Table,
    Tenure,
    for_any_role,
    mandates,
    seat,
    smallest_impossible,
)
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say, say_or
from changeflow.model.answers.decision import CountedApproval, IgnoredReview, Missing
from changeflow.model.change import ChangeRequest
from changeflow.model.document_parts import Record
from changeflow.model.opinions import Contributors, Review
from changeflow.model.people import Roster

# codes that a reason about a whole change has as well, with another sentence
_ALSO_REASONS: Final = frozenset({"approval.stale", "approval.expired"})


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
    """Sort the newest opinion of each person by who may speak, on which content, and when.

    A rejection by a person who holds an approving role vetoes, whatever content it was given on and
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
    """Return the newest opinion of each person up to `now`, oldest first.

    The others are noted in `ignored`.

    An opinion that does not count for a reason of its own (a signature that fails) never replaces
    one that does: otherwise a forger could silence an approver with a newer opinion.
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
        # A person who holds the role but has a part in the change may not agree to it, and may
        # object to it all the same.
        may_object = review.decision == "reject" and _acts(person, roster, roles, at, frozenset())
        return None if may_object else excluded[person]
    no = frozenset(excluded)
    if not _acts(person, roster, roles, at, no):
        return "approver.no_role"
    # A person who is too new to approve may still object: that keeps a gate shut, and opens none.
    served = review.decision != "approve" or _acts(person, roster, roles, at, no, tenure)
    return None if served else "approver.too_new"


def _acts(
    person: str,
    roster: Roster,
    roles: Sequence[str],
    at: datetime,
    excluded: frozenset[str],
    tenure: Tenure = ANY_TENURE,
) -> bool:
    """Return whether a person may act for one of the roles at a time."""
    return any(person in mandates(roster, role, at, excluded, tenure) for role in roles)


def _not_of_this_content(
    review: Review, digest: str, now: datetime, validity: timedelta | None
) -> str | None:
    if review.digest != digest:
        return "approval.stale"
    if validity is not None and now - review.at > validity:
        return "approval.expired"
    return None


def _ignored(review: Review, code: str) -> IgnoredReview:
    data = {"who": review.shown_as} | review.data
    if code in _ALSO_REASONS:
        data["case"] = "opinion"
    message = review.message or say_or(code, data, MACHINE, code).text
    return IgnoredReview(by=review.shown_as, reason_code=code, message=message, data=data)


def after_opening(who: str) -> IgnoredReview:
    """Return the note on an approval that came when others had opened the gate."""
    code, data = "approval.after_opening", {"who": who}
    message = say(code, data, MACHINE).text
    return IgnoredReview(by=who, reason_code=code, message=message, data=data)


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
    """Seat the approvals, find out who could still act, and whether every seat can be filled.

    People who are `unable` cannot act.
    """
    no = frozenset(excluded)
    able: dict[str, dict[str, str]] = {}
    given: dict[str, dict[str, str]] = {}
    either: dict[str, dict[str, str]] = {}
    for role in needed:
        able[role] = mandates(roster, role, now, no, tenure)
        for person in unable.intersection(able[role]):
            del able[role][person]
        given[role] = _mandates_given(opinions.approvals, roster, role, no, tenure)
        either[role] = able[role] | given[role]
    willing: list[tuple[str, frozenset[str]]] = []
    for review in opinions.approvals:
        # who names no role is willing to fill any
        willing.append((review.by or "", frozenset([review.role] if review.role else [])))
    table = seat(needed, willing, given)
    best = seat(needed, _everybody(willing, able), either)
    impossible = () if best.complete else smallest_impossible(needed, able)
    counted, ignored = _counted(opinions.approvals, table)
    return Seating(
        table=table,
        counted=counted,
        ignored=ignored,
        missing=_missing(table, able, {person for person, _ in willing}),
        satisfiable=best.complete,
        witness=best.people if best.complete else (),
        impossible=impossible,
        shared=_shared(impossible, able),
    )


def _mandates_given(
    approvals: Sequence[Review], roster: Roster, role: str, excluded: frozenset[str], tenure: Tenure
) -> dict[str, str]:
    """Return the mandates for a role that people used when they approved.

    A delegate's approval stays valid after the delegation ends. What counts is the day on which it
    was given.
    """
    found: dict[str, str] = {}
    for review in approvals:
        if review.by is None:
            continue
        held = mandates(roster, role, review.at, excluded, tenure)
        if review.by in held:
            found[review.by] = held[review.by]
    return found


def _counted(
    approvals: Sequence[Review], table: Table
) -> tuple[tuple[CountedApproval, ...], tuple[IgnoredReview, ...]]:
    """Return the approvals that fill a seat, and those that fill none."""
    role_of: dict[str, str] = {}
    for role, people in table.seated.items():
        role_of |= dict.fromkeys(people, role)
    counted: list[CountedApproval] = []
    ignored: list[IgnoredReview] = []
    for review in approvals:
        by = review.by
        if by is None or by not in role_of:
            ignored.append(_ignored(review, "approval.not_needed"))
        else:
            counted.append(
                CountedApproval(by=by, role=role_of[by], at=review.at, digest=review.digest)
            )
    return tuple(counted), tuple(ignored)


def _shared(
    roles: Sequence[str], able: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Return people who could fill seats of several of these roles -> those roles."""
    shared: dict[str, tuple[str, ...]] = {}
    for person in sorted(set[str]().union(*map(able.__getitem__, roles))):
        wanted = tuple(role for role in roles if person in able[role])
        if len(wanted) > 1:
            shared[person] = wanted
    return shared


def _everybody(
    willing: Sequence[tuple[str, frozenset[str]]], able: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, frozenset[str]]]:
    """Return those who approved first, then everybody else who may, by name.

    Who approved for one role may still take another.
    """
    approved = [person for person, _ in willing]
    others = set[str]().union(*able.values()).difference(approved)
    return for_any_role((*approved, *sorted(others)))


def _missing(
    table: Table, able: Mapping[str, Mapping[str, str]], approved: set[str]
) -> tuple[Missing, ...]:
    missing: list[Missing] = []
    for role, count in table.needed.items():
        have = len(table.seated[role])
        if have < count:
            eligible = tuple(sorted(set(able[role]) - approved))
            missing.append(Missing(role=role, needed=count, have=have, eligible=eligible))
    return tuple(missing)
