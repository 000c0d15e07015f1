"""`report review`: the post-implementation review of one change, and that its reviewer may speak."""

from __future__ import annotations

from changeflow import errors
from changeflow.gate_cases.release_facts import release_facts
from changeflow.gate_cases.reviewed_change import reviewed_change
from changeflow.insight.period import Period
from changeflow.model.answers.one_change import ToldReview
from changeflow.model.answers.report_change import ReviewPaper
from changeflow.model.clock import Clock
from changeflow.model.document_paths import review_path, rfc_path
from changeflow.model.evidence import ReviewBody
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.view import View
from changeflow.release.review_checks import parts_in_change
from changeflow.usecases.register.show import show
from changeflow.usecases.report.change_record import entry_row, judged_at_start, rollback_time
from changeflow.usecases.report.improvements import improvement_rows


def review_paper(view: View, argument: str, period: Period, clock: Clock) -> ReviewPaper:
    """Return the review of a change, wherever its request is committed.

    Raises:
        errors.NothingToDo: when there is no such change on any branch, or it has no review.
        errors.Unreadable: when it, or something that judges, cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base()
    found = show(view, argument, clock)
    record = found.answer
    review = record.review
    if review is None:
        raise errors.NothingToDo.of("unknown.review", change=record.change)
    content = found.assessed.content
    mine = view.ledger.evidence(view.base, "").of_change(record.change)
    release = release_facts(content.change, mine)
    of = reviewed_change(view, content, found.assessed.base, mine, release, given=True)
    parts = {part: tuple(sorted(people)) for part, people in parts_in_change(of).items()}
    inputs = inputs_at(found.state, [rfc_path(record.change), review_path(record.change)])
    measures, _, _ = improvement_rows(view.for_many(), period.zone, clock)
    return ReviewPaper.model_validate(
        {
            **repository_head(view, period, clock.now, inputs),
            "change": record.change,
            "record": record,
            "rollback": rollback_time(content.change, mine),
            "parts": tuple({"part": part, "people": who} for part, who in parts.items()),
            "reviewer": review.reviewer,
            "independent": _independent(review, parts),
            "in_time": _in_time(review),
            "at_start": judged_at_start(mine),
            "follow_ups": tuple(
                row for row in measures if row.of.partition("#")[0] == record.change
            ),
            "entries": tuple(entry_row(one) for one in mine if isinstance(one.body, ReviewBody)),
        }
    )


def _independent(review: ToldReview, parts: dict[str, tuple[str, ...]]) -> bool | None:
    if review.reviewer is None:
        return None
    return not any(review.reviewer in people for people in parts.values())


def _in_time(review: ToldReview) -> bool | None:
    if review.recorded is None or review.due is None:
        return None
    return review.recorded <= review.due
