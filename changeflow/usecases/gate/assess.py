"""Assess a change, and record the assessment where asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.gate_cases.assessment import Assessed, assess_change
from changeflow.gate_cases.other_changes_states import debt_of, standings
from changeflow.model import canonical
from changeflow.model.answers.plain import answer
from changeflow.model.clock import Clock
from changeflow.model.document_paths import change_of_review
from changeflow.reading.at_commit import settled
from changeflow.reading.change import ChangeState
from changeflow.reading.evidence import Evidence
from changeflow.reading.view import View

# Most assessments are not recorded.
if TYPE_CHECKING:
    from changeflow.model.answers.lessons import EarlierReviews, OwedReviews
    from changeflow.model.evidence import AssessmentBody, Body
    from changeflow.usecases.gate.since_opinion import SinceOpinion

# reviews that stand beside several requests together
MOST_LESSONS: Final = 3


def assess_on_record(view: View, argument: str, clock: Clock, *, record: bool) -> Assessed:
    """Assess a change, and append the assessment to the ledger where asked.

    Args:
        view: where the base and the head are.
        argument: the change.
        clock: the time.
        record: whether it is appended.
    """
    view = settled(view, argument) if record else view
    content = view.head.change(argument)
    base = view.base.require_readable()
    evidence = view.evidence(argument)
    others = standings(view, clock.now)
    debt = debt_of(view, content.change, base, evidence, clock.now)
    assessed = assess_change(view, content, base, clock.now, evidence, others, debt)
    if record:
        append_together(evidence, assessed.content, (assessment_on_record(assessed),), clock)
    return assessed


def since_approvals_of(view: View, assessed: Assessed) -> tuple[SinceOpinion, ...]:
    """Return what changed for each person whose newest opinion approves another content."""
    content, base = assessed.content, assessed.base
    entries = view.evidence(content.change.id).of_change(content.change.id)
    if not entries:
        return ()
    from changeflow.usecases.gate.since_opinion import since_opinions

    return since_opinions(view.store, content, entries, base.roster, base.config)


def lessons_for(view: View, content: ChangeState) -> EarlierReviews | None:
    """Return what merged reviews learnt that have to do with a change; None where there are none."""
    if not any(map(change_of_review, view.base.paths)):
        return None
    from changeflow.gate_cases.earlier_reviews import earlier_reviews

    evidence = view.ledger.evidence(view.base, content.change.id)
    return earlier_reviews(view.base, content.change, evidence)


def lessons_for_several(view: View, contents: Iterable[ChangeState]) -> EarlierReviews:
    """Return what merged reviews learnt that have to do with changes: the first ones, each once."""
    from changeflow.model.answers.lessons import EarlierReview, EarlierReviews

    found: dict[str, EarlierReview] = {}
    hidden = 0
    for content in contents:
        told = lessons_for(view, content)
        if told is not None:
            hidden = max(hidden, told.more)
            for one in told.shown:
                found.setdefault(one.change, one)
    every = tuple(found.values())
    return EarlierReviews(every[:MOST_LESSONS], hidden + len(every[MOST_LESSONS:]))


def reviews_owed(view: View, contents: Iterable[ChangeState], clock: Clock) -> OwedReviews:
    """Return the reviews of merged changes that are owed and have to do with changes.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    from changeflow.gate_cases.owed_reviews import owed_reviews

    return owed_reviews(view, [content.change for content in contents], clock)


def assessment_on_record(assessed: Assessed) -> AssessmentBody:
    """Return an assessment as it is recorded."""
    from changeflow.model.evidence import AssessmentBody

    said = assessed.listing(None)
    none = [canonical.evidence(answer(one)) for one in said.risk.without_points]
    return AssessmentBody(assessment=canonical.on_record(answer(said)), without_points=tuple(none))


def append_together(
    evidence: Evidence, content: ChangeState, bodies: Sequence[Body], clock: Clock
) -> None:
    """Append what is recorded about a change, all of it or nothing."""
    from changeflow.ledger.statement import Draft

    drafts: list[Draft] = []
    for body in bodies:
        draft = Draft(
            change=content.change.id,
            body=body,
            at=clock.now,
            recorded_at=clock.real,
            subject=content.subjects,
        )
        drafts.append(draft)
    evidence.ledger.append_together(drafts, expected_head=evidence.head, signer=evidence.signer())
