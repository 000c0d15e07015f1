"""What earlier reviews learnt that have to do with a change, and which are still owed."""

from datetime import date, datetime
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


class OwedReview(NamedTuple):
    """A review of an earlier change that is owed.

    `items` are those that it shares with the changes that are looked at. `by` are of those who may
    give it the people of these changes, or else all. `path` is that of the earlier request.
    """

    change: str
    path: str
    items: tuple[str, ...]
    by: tuple[str, ...]
    due: datetime | None
    overdue: bool


class OwedReviews(NamedTuple):
    """The most urgent of them, and how many more there are."""

    shown: tuple[OwedReview, ...] = ()
    more: int = 0


class EarlierReviews(NamedTuple):
    """The most relevant reviews, how many more there are, and those that are owed."""

    shown: tuple[EarlierReview, ...] = ()
    more: int = 0
    owed: OwedReviews = OwedReviews()


NO_REVIEWS = EarlierReviews()
