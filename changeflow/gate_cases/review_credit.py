"""Whether the post-implementation review of a change counts.

It must be complete, committed, and the word of its reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from changeflow.gate.case import NO_REVIEW, ReleaseFacts, ReviewFacts
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.model.document_paths import review_path
from changeflow.model.findings import errors_of, messages_of
from changeflow.model.phrases import Told, told
from changeflow.reading.at_commit import history_of
from changeflow.reading.given_reviews import given_at
from changeflow.reading.parsed import parse
from changeflow.reading.view import View
from changeflow.repo.source import Source

if TYPE_CHECKING:
    from changeflow.model.post_implementation import PostImplementationReview


def review_facts(inputs: GateInputs, release: ReleaseFacts) -> ReviewFacts:
    """Return what is known of the review of a change.

    Args:
        inputs: the change as it was read.
        release: what its journal says.

    Raises:
        errors.HostFailed: when a shallow clone hides commits.
    """
    found = _review_facts(inputs, release)
    if release.ended is None:
        return found
    return found.with_late(due=lambda: _due(inputs, release))


def _due(inputs: GateInputs, release: ReleaseFacts) -> datetime | None:
    # Few changes that are looked at have been released.
    from changeflow.gate_cases.reviewed_change import review_due

    incidents = inputs.view.base.incidents
    return review_due(inputs.change, inputs.base, inputs.mine, release, incidents)


def _review_facts(inputs: GateInputs, release: ReleaseFacts) -> ReviewFacts:
    view, mine, path = inputs.view, inputs.mine, review_path(inputs.change.id)
    if not view.head.exists(path):
        return NO_REVIEW
    # Few changes have one, and the rules about it take long to import.
    from changeflow.gate_cases.reviewed_change import owed_supplement, reviewed_change
    from changeflow.model.post_implementation import PostImplementationReview
    from changeflow.release.review_checks import review_problems

    parsed = parse(view.head.read(path), path)
    if parsed.errors:
        return _unreadable(*messages_of(parsed.findings))
    review = parsed.first(PostImplementationReview)
    if review is None:
        return _unreadable(f"{path} is no PostImplementationReview")
    given = given_at(view.head.read(path), review.spec.reviewer, mine)
    of = reviewed_change(view, inputs.content, inputs.base, mine, release, given=given is not None)
    wrong: list[Told] = []
    for one in errors_of(review_problems(review, of)):
        wrong.append(told(one.rule, **(one.data or {})))
    # A wrong one cannot be put on record.
    problems: Sequence[str | Told] = wrong or [*_not_credited(view, path, review, given)]
    owes = None
    if given is not None and not problems:
        named, incidents = review.spec.incidents or (), view.base.incidents
        owes = owed_supplement(inputs.change, inputs.base, release, named, incidents)
    return ReviewFacts(
        present=True,
        problems=tuple(problems),
        reviewer=review.spec.reviewer,
        reviewed=review.spec.reviewed,
        given=given,
        due=None,
        supplement=owes,
    )


def _unreadable(*problems: str) -> ReviewFacts:
    """Return what is known of a review that cannot be read."""
    return NO_REVIEW.model_copy(update={"present": True, "problems": problems})


def _not_credited(
    view: View, path: str, review: PostImplementationReview, given: datetime | None
) -> Iterator[str]:
    """Return why a review is not its reviewer's word.

    It is not committed as it reads, or not put on record by them.
    """
    commit, by = history_of(view), review.spec.reviewer
    if view.head.commit is None and not (
        commit and _reads(view.store.at(commit), path, view.head.read(path))
    ):
        yield f"{path} is not committed as it lies in the work tree"
    if given is None:
        how = f"`changeflow review {review.metadata.id} --as {by or 'REVIEWER'}`"
        yield f"{by or 'the reviewer'} has not put this text of the review on record: {how}"


def _reads(source: Source, path: str, data: bytes) -> bool:
    return source.exists(path) and source.read(path) == data
