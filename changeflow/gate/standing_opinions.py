"""Opinions along time: what had been said by a moment, and what of it stands still.

What is written on the ledger before a decision has been said, whatever clock dated it. Only an
approval, which may open a gate, also has to be dated before the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from changeflow.model.opinions import Review


def said(reviews: Iterable[Review], now: datetime, skew: timedelta) -> tuple[Review, ...]:
    """Opinions as a decision at `now` hears them: none that was given counts from later than the decision.

    An approval that is dated later by more than clocks may differ keeps its date, and does not
    count yet.
    """
    return tuple(
        review.model_copy(update={"at": now})
        if review.at > now
        and (review.decision != "approve" or review.ineligible or review.at - now <= skew)
        else review
        for review in reviews
    )


def standing_at(reviews: Sequence[Review], moment: datetime) -> tuple[Review, ...]:
    """What had been said by a moment, without the approvals that were taken back or replaced afterwards."""
    broken = {
        review.by
        for review in reviews
        if review.at <= moment and _is_broken(review, reviews, moment)
    }
    return tuple(
        one for one in reviews if one.at <= moment and (one.ineligible or one.by not in broken)
    )


def _is_broken(review: Review, reviews: Sequence[Review], moment: datetime) -> bool:
    """Whether an approval was followed, after the moment, by anything but the same approval again."""
    if review.decision != "approve" or review.ineligible:
        return False
    later = (
        one for one in reviews if one.by == review.by and one.at > moment and not one.ineligible
    )
    return any(_says(one) != _says(review) for one in later)


def approvals(reviews: Sequence[Review], digest: str) -> tuple[Review, ...]:
    """The approvals of this content that stand, each since it was first given without a break; oldest first."""
    runs: dict[str, Review] = {}
    for review in reviews:
        if review.by is None or review.ineligible:
            continue
        begun = runs.get(review.by)
        if begun is None or _says(begun) != _says(review):
            runs[review.by] = review
    agreed = (one for one in runs.values() if one.decision == "approve" and one.digest == digest)
    return tuple(sorted(agreed, key=lambda one: (one.at, one.by or "")))


def _says(review: Review) -> tuple[str, str, str | None]:
    return review.decision, review.digest, review.role
