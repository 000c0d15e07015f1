"""When a change was approved with its content of now: the gate `approve`, looked at along time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Self

from changeflow.gate.case import CaseFacts, Common, ReleaseFacts, untimed, with_reviews
from changeflow.gate.decision import decide, moments, opinions_by
from changeflow.gate.every_gate import breaks_glass, holding
from changeflow.gate.gates.approve import APPROVE, ApproveCase
from changeflow.gate.opinions import after_opening
from changeflow.gate.standing_opinions import standing_at
from changeflow.model.answers.decision import (
    CountedApproval,
    Decision,
    IgnoredReview,
    Reason,
    codes_of,
    shutting,
)
from changeflow.model.opinions import Review


class RecordedApproval(CaseFacts):
    """An open decision of the gate `approve` that the code host's bot recorded for this content.

    Attributes:
        at: when.
        approvers: people whose approvals it counted, and whose it would have counted had there been
            a seat left.
    """

    at: datetime
    approvers: tuple[str, ...]


class ApprovedCase(CaseFacts):
    """What is asked about a change that may have been approved.

    Attributes:
        approve: what the gate `approve` asks.
        recorded: its decision, where the code host recorded one.
        merged_digest: of the change's content on the base; None where it is not there.
        release: what the release journal says.
    """

    approve: ApproveCase
    recorded: RecordedApproval | None
    merged_digest: str | None
    release: ReleaseFacts

    @property
    def common(self) -> Common:
        """Return what every gate asks."""
        return self.approve.common

    def with_common(self, common: Common) -> Self:
        """See `Case.with_common`."""
        return self.model_copy(update={"approve": self.approve.with_common(common)})

    def supposing(self, approvals: tuple[Review, ...]) -> Self:
        """See `Case.supposing`."""
        return self.model_copy(update={"approve": self.approve.supposing(approvals)})


def approved_since(case: ApprovedCase, now: datetime) -> tuple[datetime | None, Decision]:
    """Return when the approve gate opened for this content, and the decision then.

    Where it did not open, the decision is the shut one of now.

    Rules about time (lead time, freezes) are judged at the moment the approvals were complete: an
    approval that came in good time does not lapse because the window draws near. That moment is of
    the chain: no approval counts from before anything that precedes it there. Opinions are taken as
    they are now: a later rejection counts, and what was taken back counts nowhere.
    """
    case = untimed(opinions_by(case, now))
    asked, recorded = case.approve, case.recorded
    today = decide(APPROVE, asked, now)
    if recorded is not None and recorded.at - now <= case.common.skew:
        if not _stands(today, _OBJECTIONS) or is_expired(case, now):
            return None, today
        return recorded.at, _decided_at(asked, recorded.at)
    if not _stands(today):
        return None, today
    for moment in moments(case.common.panel, now):
        decision = _decided_at(asked, moment)
        if decision.open:
            return moment, _with_later(decision, today, asked, moment)
    return (now, today) if today.open else (None, today)


def approved_at(case: ApprovedCase, now: datetime) -> datetime | None:
    """Return when people approved this content; None where they have not, or need not."""
    return by_people(case, *approved_since(case, now))


def by_people(case: ApprovedCase, since: datetime | None, decision: Decision) -> datetime | None:
    """Return since when a change is approved, where that rests on approvals; else None."""
    return since if decision.approvals or case.recorded is not None else None


def _decided_at(case: ApproveCase, moment: datetime) -> Decision:
    """Return the decision with the opinions that had been given by a moment and still stand."""
    reviews = standing_at(case.common.panel.reviews, moment)
    return decide(APPROVE, with_reviews(case, reviews), moment)


def _with_later(then: Decision, today: Decision, case: ApproveCase, moment: datetime) -> Decision:
    """Return the decision with the opinions that came after it.

    A later approval says more than was needed, and is no mistake.
    """
    known = _people(then.approvals, then.ignored)
    reviews = case.common.panel.reviews
    came_later = _people(today.approvals, _spare(today)) - known
    spare: set[str] = set()
    for review in reviews:
        if review.by in came_later and review.at > moment and review.decision == "approve":
            spare.add(review.by)
    ignored = [*then.ignored, *map(after_opening, spare)]
    ignored += [one for one in today.ignored if one.by not in known | spare]
    ignored.sort(key=lambda one: (one.by, one.reason_code))
    return then.model_copy(update={"ignored": tuple(ignored)})


def _people(counted: Iterable[CountedApproval], ignored: Iterable[IgnoredReview]) -> frozenset[str]:
    given: tuple[CountedApproval | IgnoredReview, ...] = (*counted, *ignored)
    return frozenset(one.by for one in given)


def _spare(decision: Decision) -> tuple[IgnoredReview, ...]:
    return tuple(one for one in decision.ignored if one.reason_code == "approval.not_needed")


_OBJECTIONS: Final = frozenset({"review.rejected", "change.withdrawn"})
TAKEN_BACK: Final = _OBJECTIONS | {"approvals.missing", "approvals.impossible"}


def _stands(decision: Decision, taken_back: frozenset[str] = TAKEN_BACK) -> bool:
    """Return whether what the approval rests on was not taken back since.

    All else is judged at the moment of approval.
    """
    return codes_of(shutting(decision.reasons)).isdisjoint(taken_back)


def is_expired(case: ApprovedCase, now: datetime) -> bool:
    """Return whether the approval that the code host recorded is older than approvals hold."""
    longest = APPROVE.validity(case.approve)
    recorded = case.recorded
    return recorded is not None and longest is not None and now - recorded.at > longest


def broken_glass(case: ApprovedCase, now: datetime) -> tuple[Reason, ...]:
    """Return the holds under which an emergency goes on, and whether it has the approval for that.

    An approval that the code host recorded while the hold was in force had that one among it.
    """
    common, recorded = case.common, case.recorded
    if not breaks_glass(common):
        return ()
    found = tuple(holding(common, now, starting=True))
    if not found:
        return ()
    # a clock may have been ahead when the hold was placed
    today = decide(APPROVE, untimed(case).approve, now + common.skew)
    told = [one for one in today.reasons if one.reason_code == "hold.break_glass"]
    since = max(one.since or one.placed for one in found)
    if recorded is not None and since <= recorded.at <= now + common.skew:
        return tuple(one.model_copy(update={"outcome": "pass"}) for one in told)
    return tuple(told)


def approvers(case: ApprovedCase, approval: Decision, now: datetime) -> frozenset[str]:
    """Return the people who agreed to this content by now, with or without a seat."""
    agreed = set(case.recorded.approvers if case.recorded is not None else ())
    for decision in (approval, decide(APPROVE, case.approve, now)):
        agreed |= _people(decision.approvals, _spare(decision))
    return frozenset(agreed)
