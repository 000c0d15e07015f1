"""What earlier reviews learnt that have to do with a change."""

from datetime import date
from typing import Literal, NamedTuple

# how an earlier change has to do with one: the same items, change model, or kind of change
Relation = Literal["item", "model", "kind"]


class EarlierReview(NamedTuple):
    """A review of an earlier change.

    `items` are those that both changes touch; `open_follow_ups` what no implemented change fixes.
    """

    change: str
    title: str
    relation: Relation
    items: tuple[str, ...]
    outcome: str
    reviewed: date
    lessons: str
    root_cause: str | None
    open_follow_ups: tuple[str, ...]


class EarlierReviews(NamedTuple):
    """The most relevant reviews, and how many more there are."""

    shown: tuple[EarlierReview, ...] = ()
    more: int = 0


NO_REVIEWS = EarlierReviews()
