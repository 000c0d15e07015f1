"""What policies ask of reviews beside their rules: until when, which questions, by whom not.

It depends on how a release went: its type, its outcome, and whether it caused an incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from changeflow.model.policy import (
    BarredReviewer,
    Gate,
    Policy,
    ReviewDeadline,
    ReviewDuties,
    ReviewQuestion,
)
from changeflow.model.times import NominalDuration, later_by_the_clock, local_day

OVERRAN: Final = "overran"
INCIDENT: Final = "incident"


class Course(NamedTuple):
    """How a release went.

    Attributes:
        type: standard, normal or emergency, when it started.
        outcomes: the words for it: of reviews, `overran`, `incident`.
    """

    type: str
    outcomes: frozenset[str]

    def with_outcomes(self, *more: str) -> Course:
        """Return the course with further words for how it went."""
        return self._replace(outcomes=self.outcomes | set(more))


class Duties(NamedTuple):
    """What all policies together ask of the review of a release.

    Attributes:
        parts: what each policy says.
    """

    parts: tuple[ReviewDuties, ...] = ()

    @property
    def given(self) -> bool:
        """Return whether any policy says something about the review."""
        return bool(self.parts)

    @property
    def not_by(self) -> frozenset[BarredReviewer]:
        """Return the parts in a change that keep a person from reviewing it."""
        found: set[BarredReviewer] = set()
        for part in self.parts:
            found.update(part.not_by)
        return frozenset(found)

    def due(self, course: Course, since: datetime, zone: tzinfo) -> datetime | None:
        """Return until when the review is due; the earliest where policies differ.

        Args:
            course: how the release went.
            since: when time began to count.
            zone: whose days count.
        """
        found: list[datetime] = []
        for part in self.parts:
            within = _first(part.due, course)
            if within is not None:
                found.append(later_by_the_clock(since, within, zone))
        return min(found, default=None)

    def questions(self, course: Course) -> tuple[ReviewQuestion, ...]:
        """Return what the review must answer, each question once."""
        found: dict[str, ReviewQuestion] = {}
        for part in self.parts:
            for question in part.questions:
                if _fits(question, course):
                    found.setdefault(question.id, question)
        return tuple(found.values())

    @property
    def known_questions(self) -> frozenset[str]:
        """Return the ids of all questions, however the release went."""
        found: set[str] = set()
        for part in self.parts:
            found.update(one.id for one in part.questions)
        return frozenset(found)


NO_DUTIES: Final = Duties()


def duties(policies: Iterable[Policy], ended: datetime | None, zone: tzinfo) -> Duties:
    """Return what policies ask of the review of a release that ended at a time."""
    return Duties(tuple(_parts(policies, ended, zone)))


def _parts(
    policies: Iterable[Policy], ended: datetime | None, zone: tzinfo
) -> Iterator[ReviewDuties]:
    for policy in policies:
        part = policy.spec.reviews
        if part is None or policy.spec.gate is not Gate.CLOSE or not policy.spec.enabled:
            continue
        if part.since is None or ended is None or local_day(ended, zone) >= part.since:
            yield part


def _first(rows: Iterable[ReviewDeadline], course: Course) -> NominalDuration | None:
    for row in rows:
        if _fits(row, course):
            return row.within
    return None


def _fits(row: ReviewDeadline | ReviewQuestion, course: Course) -> bool:
    of_type = not row.types or course.type in row.types
    return of_type and (not row.outcomes or not course.outcomes.isdisjoint(row.outcomes))


def questions_in_words(policies: Iterable[Policy]) -> dict[str, dict[str, str]]:
    """Return all questions of policies by id and language, also those that are asked no more."""
    found: dict[str, dict[str, str]] = {}
    for policy in policies:
        for question in policy.spec.reviews.questions if policy.spec.reviews is not None else ():
            found.setdefault(question.id, translations_of(question))
    return found


def translations_of(question: ReviewQuestion) -> dict[str, str]:
    """Return a question by language; `en` is as the policy asks it."""
    others = question.asks.model_dump(exclude_none=True) if question.asks is not None else {}
    return {"en": question.ask, **others}
