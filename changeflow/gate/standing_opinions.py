"""Opinions along time: what had been said by a moment, and what of it stands still.

What is written on the ledger before a decision has been said, whatever clock dated it. Only an
approval, which may open a gate, also has to be dated before the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from changeflow.model.opinions import Review


def said(reviews: Iterable[Review], now: datetime, skew: timedelta) -> tuple[Review, ...]:
    """Return the opinions as a decision at `now` hears them.

    None that was given counts from later than the decision.

    An approval that is dated later by more than clocks may differ keeps its date, and does not
    count yet.
    """
    heard: list[Review] = []
    for review in reviews:
        keeps_date = (
            review.decision == "approve" and not review.ineligible and review.at - now > skew
        )
        if review.at > now and not keeps_date:
            heard.append(review.model_copy(update={"at": now}))
        else:
            heard.append(review)
    return tuple(heard)


def standing_at(reviews: Sequence[Review], moment: datetime) -> tuple[Review, ...]:
    """Return what had been said by a moment.

    Left out are the approvals that were taken back or replaced afterwards.
    """
    by_then = [one for one in reviews if one.at <= moment]
    broken = {one.by for one in by_then if _is_broken(one, reviews, moment)}
    return tuple(one for one in by_then if one.ineligible or one.by not in broken)


def _is_broken(review: Review, reviews: Sequence[Review], moment: datetime) -> bool:
    """Return whether an approval was followed, after the moment, by anything but the same again."""
    if review.decision != "approve" or review.ineligible:
        return False
    for one in reviews:
        later = one.by == review.by and one.at > moment and not one.ineligible
        if later and _says(one) != _says(review):
            return True
    return False


def approvals(reviews: Sequence[Review], digest: str) -> tuple[Review, ...]:
    """Return the approvals of this content that stand, oldest first.

    Each counts since it was first given without a break.
    """
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
