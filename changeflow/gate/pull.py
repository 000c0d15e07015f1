"""The decision about a pull request as a whole: open when every request in it is, and every other path is accounted for.

All seats of a pull request are filled in one seating: one person, one seat, whatever asks for it.
Everybody who made the change, requested it or implements it is barred from all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from changeflow.gate.builtin import quoted
from changeflow.gate.case import Case
from changeflow.gate.decide import (
    Asked,
    ask,
    conclude,
    seats_needed,
    sorted_ignored,
    tenure_asked,
    unknown_contributors,
)
from changeflow.gate.opinions import barred, seat_opinions, sort_opinions
from changeflow.gate.owed import Owed, owed_reason
from changeflow.gate.tenure import new_in_role
from changeflow.model.answers import Decision, Reason
from changeflow.model.base import Record
from changeflow.model.opinions import Contributors, Review
from changeflow.model.people import RoleHistory, Roster
from changeflow.model.policy import Gate
from changeflow.model.pull import PullState, PullVerdict


class PullCase(Record):
    """Everything the decision depends on, apart from the time.

    `reasons` are about the pull request itself; one that is error, fail or pending keeps it shut.
    `nothing_owed` is true where all paths are exempt, so that an open gate rests on something that
    was looked at and not on an empty list. `role_history` is that of its cases; `mute` are people
    whose review could not be told to be theirs: the roster lists no account.
    """

    number: int
    head: str
    base: str
    digest: str
    cases: tuple[Case, ...]
    owed: tuple[Owed, ...] = ()
    reasons: tuple[Reason, ...] = ()
    nothing_owed: bool = False
    roster: Roster
    mute: frozenset[str] = frozenset()
    reviews: tuple[Review, ...] = ()
    contributors: Contributors = Contributors()
    role_history: RoleHistory | None = None
    approval_validity: timedelta | None = None
    cab: str = "cab"


def decide_pull(pull: PullCase, now: datetime) -> PullVerdict:
    """Decide a pull request. Pure: the same case and time give the same bytes."""
    no = _barred(pull)
    asked = [ask(Gate.APPROVE, case, now) for case in pull.cases]
    needed = _needed(pull, asked)
    tenure = tenure_asked(asked, pull.role_history)
    opinions = sort_opinions(
        pull.reviews,
        barred=no,
        roster=pull.roster,
        roles=tuple(needed),
        digest=pull.digest,
        now=now,
        validity=pull.approval_validity,
        tenure=tenure,
    )
    seating = seat_opinions(
        opinions, needed, barred=no, roster=pull.roster, now=now, tenure=tenure, mute=pull.mute
    )
    decisions = tuple(
        conclude(Gate.APPROVE, case, one, opinions, seating, now)
        for case, one in zip(pull.cases, asked, strict=True)
    )
    reasons = (
        *pull.reasons,
        *_vetoes_without_request(pull, opinions.vetoes),
        *(owed_reason(owed, seating) for owed in pull.owed),
        *(
            unknown_contributors(pull.contributors, pull.cab, seating)
            if pull.owed and not pull.cases
            else ()
        ),
        *(() if pull.cases else new_in_role(pull.role_history, seating)),
    )
    return PullVerdict(
        number=pull.number,
        state=_state(pull, reasons, decisions),
        head=pull.head,
        base=pull.base,
        digest=pull.digest,
        reasons=reasons,
        decisions=decisions,
        missing=seating.missing,
        approvals=seating.counted,
        ignored=sorted_ignored(opinions, seating),
        satisfiable=seating.satisfiable
        and all(decision.satisfiable for decision in decisions)
        and _fixable(reasons),
        witness=seating.witness,
        impossible=tuple(
            f"{role}: {seating.table.needed[role]} needed" for role in seating.impossible
        ),
        now=now,
    )


def _barred(pull: PullCase) -> dict[str, str]:
    found = dict.fromkeys(pull.contributors.people, "approver.is_contributor")
    for case in pull.cases:
        found |= barred(case.change, pull.contributors)
    return found


def _needed(pull: PullCase, asked: Sequence[Asked]) -> dict[str, int]:
    """Seats by role: what the rules and the paths ask for, and one more where a stranger's hand is in it.

    Exempt paths need nobody, whoever wrote them; a stranger's hand matters where something has to
    be authorised.
    """
    needed = seats_needed(asked, Contributors(), pull.cab, Gate.APPROVE)
    for one in pull.owed:
        needed[one.role] = max(needed.get(one.role, 0), one.count)
    if pull.contributors.unknown and (pull.cases or pull.owed):
        needed[pull.cab] = needed.get(pull.cab, 0) + 1
    return needed


def _vetoes_without_request(pull: PullCase, vetoes: Sequence[Review]) -> tuple[Reason, ...]:
    """Rejections where no request carries them: they veto governed paths too."""
    if pull.cases:
        return ()
    return tuple(
        pull_reason(
            "rejection",
            "fail",
            "review.rejected",
            f"{review.shown_as} asks for changes{quoted(review)}",
            "it stands until they approve",
        )
        for review in vetoes
    )


def pull_reason(rule: str, outcome: str, code: str, message: str, hint: str = "") -> Reason:
    """A reason about a pull request."""
    return Reason.model_validate(
        {
            "rule": f"changeflow.{rule}",
            "outcome": outcome,
            "reason_code": code,
            "message": message,
            "hint": hint,
        }
    )


def _state(pull: PullCase, reasons: Sequence[Reason], decisions: Sequence[Decision]) -> PullState:
    """Error beats shut beats pending; open needs something that asked, or paths that were all looked at and exempt."""
    outcomes = {
        item.outcome
        for item in (*reasons, *(item for decision in decisions for item in decision.reasons))
    }
    if "error" in outcomes:
        return "error"
    if "fail" in outcomes:
        return "shut"
    if "pending" in outcomes:
        return "pending"
    rests_on = pull.nothing_owed or bool(pull.owed) or bool(pull.cases)
    return "open" if rests_on and all(decision.open for decision in decisions) else "shut"


def _fixable(reasons: Sequence[Reason]) -> bool:
    return all(
        item.outcome in ("pass", "skipped", "pending") or item.reason_code == "review.rejected"
        for item in reasons
    )
