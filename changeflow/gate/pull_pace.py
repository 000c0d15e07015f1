"""How long after the content could be read somebody approved it: a statistic, on which no verdict rests (attack A104).

Counted is from the latest of what GitHub dates itself (opened, marked ready, force-pushed, pointed
at another base) and, because GitHub says nothing of when a commit was pushed, from the date in the
commit that was approved. That one is a claim: it can hide haste, and never make any.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from changeflow.model.directory import Directory
from changeflow.model.people import Roster
from changeflow.model.pullrequest import PullRequestFacts, PullReview

# events after which there is something new to read
_SHOWN: Final = (
    "head_force_pushed",
    "base_changed",
    "ready_for_review",
)
_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def pace(facts: PullRequestFacts, roster: Roster) -> tuple[tuple[str, timedelta], ...]:
    """(person, time from the content to the approval) for the newest approval of everybody in the roster, quickest first."""
    directory = Directory(roster.spec.people)
    newest: dict[str, timedelta] = {}
    for review in sorted(facts.reviews, key=lambda one: one.id):
        person = directory.owner_of_account(review.author.id) if review.author is not None else None
        shown = max(_shown(facts, review), default=None)
        if (
            review.state == "approved"
            and person is not None
            and review.submitted_at is not None
            and shown is not None
        ):
            newest[person] = review.submitted_at - shown
    return tuple(sorted(newest.items(), key=lambda item: (item[1], item[0])))


def _shown(facts: PullRequestFacts, review: PullReview) -> Iterator[datetime]:
    """When the content could be read that a review is of, by everything that says so; what is later than the review is not it."""
    at = review.submitted_at
    told = [facts.opened_at, *(event.at for event in facts.timeline if event.kind in _SHOWN)]
    told += [commit.committed_at for commit in facts.commits if commit.oid == review.commit]
    yield from (moment for moment in told if moment is not None and at is not None and moment <= at)


def sentence(found: tuple[tuple[str, timedelta], ...]) -> str:
    """`carol 42 seconds, dave 3 hours`."""
    return ", ".join(f"{person} {_roughly(span)}" for person, span in found)


def _roughly(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    count, unit = next(
        ((seconds // size, unit) for size, unit in _UNITS if seconds >= size), (0, "second")
    )
    return f"{count} {unit}{'' if count == 1 else 's'}"
