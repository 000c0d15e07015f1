"""The reviews of periods that a state holds."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.insight.period import Period
from changeflow.model.document_paths import REVIEWS, period_of_review
from changeflow.model.period_review import PeriodReview, ReviewPurpose
from changeflow.reading.state import State


def period_reviews(state: State) -> Iterator[tuple[str, PeriodReview]]:
    """Yield the reviews that can be read, each with its path, sorted."""
    paths = []
    for path in state.paths:
        if path.startswith(REVIEWS) and period_of_review(path) is not None:
            paths.append(path)
    for path, _ in state.read_many(sorted(paths), []):
        parsed = state.parsed(path)
        found = None if parsed.errors else parsed.first(PeriodReview)
        if found is not None:
            yield path, found


def review_of_period(
    state: State, period: Period, purpose: ReviewPurpose
) -> tuple[str, PeriodReview] | None:
    """Return the review of a period for a purpose, with its path; None where there is none."""
    for path, review in period_reviews(state):
        reviewed = review.spec.period
        ends = (reviewed.from_, reviewed.to)
        if review.spec.purpose == purpose and ends == (period.start, period.end):
            return path, review
    return None
