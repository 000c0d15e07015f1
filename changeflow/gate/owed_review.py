"""Whether a post-implementation review is owed for a change, why, and until when.

This is the one answer to that question: the register of changes, what waits for a person, and
reports ask it. The policy decides (`gate.review_demand`), as it does at the gate `close`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from changeflow.gate.decision import ask, decide
from changeflow.gate.gate_rules import NO_BASIS
from changeflow.gate.gates.close import CLOSE, REVIEW, CloseCase
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Decision, Reason
from changeflow.model.policy import Rule
from changeflow.policy.cel import ConditionError
from changeflow.policy.deadline import deadline
from changeflow.policy.facts_read import paths_read

# The ends of a release after which there is something to review.
_OVER: Final = frozenset({"implemented", "rolled_back", "rollback_failed"})
_GIVEN: Final = ("evidence", "review", "at")


@dataclass(frozen=True)
class OwedReview:
    """A review that is owed.

    Attributes:
        why: what the gate `close` says of it.
        due: the last moment at which the rules about its time hold; None where there are none.
        overdue: whether that is past.
    """

    why: Reason
    due: datetime | None
    overdue: bool


def owed_review(
    case: CloseCase, now: datetime, decision: Decision | None = None
) -> OwedReview | None:
    """Return the review that is owed for a change, or None where none is.

    None is owed before the release is over, after a complete review, and where the policy asks for
    none of a release that went like this one.

    Args:
        case: what the gate `close` asks; of a `LifeCase` it is `closing`.
        now: the time.
        decision: of the gate `close` now, where it was made already.
    """
    if case.release.state not in _OVER:
        return None
    reasons = (decision or decide(CLOSE, case, now)).reasons
    why = next(one for one in reasons if one.rule == REVIEW)
    if why.outcome == "pass":
        return None
    due = review_due(case, now)
    return OwedReview(why, due, overdue=due is not None and now > due)


def review_due(case: CloseCase, now: datetime) -> datetime | None:
    """Return the earliest deadline that policies set for the review of a release that has ended.

    A review that was given keeps the deadline that it had: rules about its time are asked as if
    there was none yet. Where no rule is about time, that of the table `reviews.due` counts.
    """
    if case.release.ended is None:
        return None
    awaited = case.review.model_copy(update={"given": None})
    asked = ask(CLOSE, case.model_copy(update={"review": awaited}), NO_BASIS, now)
    found: list[datetime] = []
    for result in asked.results:
        if _is_about_time(result.rule):
            due = deadline(result.rule, asked.facts, case.release.ended, case.review.due)
            if due is not None:
                found.append(due)
    return min(found, default=case.review.due)


def _is_about_time(rule: Rule) -> bool:
    try:
        return rule.assert_ is not None and _GIVEN in paths_read(rule.assert_)
    except (ConditionError, ValueError):
        return False
