"""Reviews of a period: start one, tell what it says, and make the report that it looked at again."""

from __future__ import annotations

import os
from collections.abc import Sequence

from changeflow import errors
from changeflow.documents.period_review_draft import DraftedTrend, review_text
from changeflow.insight.period import Period
from changeflow.insight.sub_periods import name_of_period
from changeflow.language.reader import Reader
from changeflow.model.answers.report import ReportPeriod
from changeflow.model.answers.report_management import ManagementPaper
from changeflow.model.answers.report_trends import (
    ConcludedTrend,
    DecidedInReview,
    ReviewOfPeriod,
)
from changeflow.model.clock import Clock
from changeflow.model.document_paths import period_review_path
from changeflow.model.period_review import LookedAt, PeriodReview, ReviewedPeriod, ReviewPurpose
from changeflow.model.times import format_instant
from changeflow.reading.parsed import parse
from changeflow.reading.period_reviews import review_of_period
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.repo.new_files import place
from changeflow.repo.repository_kind import is_bare


def told_review(
    state: State, period: Period, purpose: ReviewPurpose, numbers: str
) -> ReviewOfPeriod | None:
    """Return what the review of a period says; None where there is none that can be read."""
    found = review_of_period(state, period, purpose)
    if found is None:
        return None
    path, review = found
    spec = review.spec
    report = "management" if purpose == "management" else "trends"
    seen = {one.numbers for one in spec.looked_at if one.report == report}
    decisions = []
    for one in spec.decisions:
        decisions.append(DecidedInReview(decision=one.decision, owner=one.owner, due=one.due))
    trends = []
    for trend in spec.trends:
        trends.append(ConcludedTrend(measure=trend.measure, conclusion=trend.conclusion))
    return ReviewOfPeriod(
        path=path,
        analysed_by=spec.analysed_by,
        reviewed=spec.reviewed,
        reviewers=tuple(one.person for one in spec.reviewers),
        conclusion=spec.conclusion,
        trends=tuple(trends),
        decisions=tuple(decisions),
        improvements=spec.improvements,
        agrees=numbers in seen if seen else None,
    )


def require_over(view: View, period: Period, purpose: ReviewPurpose, clock: Clock) -> str:
    """Return the path of the review of a period that is over and that has none.

    Raises:
        errors.UsageError: when the period is open, or the repository has no work tree.
        errors.Refused: when the period is not over, or there is a review.
    """
    if is_bare(view.root):
        raise errors.UsageError.of("period_review.needs_repository")
    name = name_of_period(period)
    if name is None or period.end is None:
        raise errors.UsageError.of("period_review.open_period")
    if period.end > clock.now:
        raise errors.Refused.of("period_review.not_over", end=format_instant(period.end))
    path = period_review_path(name if purpose == "trend" else f"{name}-{purpose}")
    if os.path.lexists(view.root / path):
        raise errors.Refused.of("period_review.is_there", path=path)
    return path


def start_review(
    view: View,
    path: str,
    purpose: ReviewPurpose,
    period: ReportPeriod,
    looked_at: LookedAt,
    trends: Sequence[DraftedTrend],
    reader: Reader,
) -> None:
    """Write the skeleton of a review, with what the tool knows filled in.

    Raises:
        errors.Refused: when there is such a file.
        errors.UsageError: when it cannot be written.
    """
    folder, name = path.rsplit("/", maxsplit=1)
    reviewed = ReviewedPeriod.model_validate(period.model_dump(by_alias=True))
    text = review_text(
        folder.rsplit("/", maxsplit=1)[-1], purpose, reviewed, looked_at, trends, reader
    )
    # It is valid as it is.
    parse(text.encode(), path).only(PeriodReview)
    place(view.root / folder, {name: text.encode()})


def start_management_review(view: View, path: str, paper: ManagementPaper, reader: Reader) -> None:
    """Write the management review of a period.

    Raises:
        errors.Refused: when there is such a file.
        errors.UsageError: when it cannot be written.
    """
    looked_at = LookedAt(
        report="management",
        numbers=paper.numbers,
        main=paper.cutoff.main or "",
        ledger=paper.cutoff.ledger,
        made=paper.made,
    )
    start_review(view, path, "management", paper.period, looked_at, (), reader)
