"""How long after the content could be read it was approved.

This is a statistic, on which no verdict rests (attack A104).

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
from changeflow.model.pull_facts import PullRequestFacts, PullReview

# events after which there is something new to read
_SHOWN: Final = ("head_force_pushed", "base_changed", "ready_for_review")


def pace(facts: PullRequestFacts, roster: Roster) -> tuple[tuple[str, timedelta], ...]:
    """Return (person, time from the content to the approval), quickest first.

    There is one for the newest approval of everybody in the roster.
    """
    directory = Directory(roster.spec.people)
    newest: dict[str, timedelta] = {}
    for review in sorted(facts.reviews, key=lambda one: one.id):
        if review.state != "approved" or review.author is None or review.submitted_at is None:
            continue
        person = directory.owner_of_account(review.author.id)
        shown = max(_shown(facts, review, review.submitted_at), default=None)
        if person is not None and shown is not None:
            newest[person] = review.submitted_at - shown
    return tuple(sorted(newest.items(), key=lambda item: (item[1], item[0])))


def _shown(facts: PullRequestFacts, review: PullReview, given: datetime) -> Iterator[datetime]:
    """Return when the content could be read that a review is of, by everything that says so.

    What is later than the review is not it.
    """
    for moment in _told(facts, review):
        if moment is not None and moment <= given:
            yield moment


def _told(facts: PullRequestFacts, review: PullReview) -> Iterator[datetime | None]:
    yield facts.opened_at
    for event in facts.timeline:
        if event.kind in _SHOWN:
            yield event.at
    for commit in facts.commits:
        if commit.oid == review.commit:
            yield commit.committed_at
