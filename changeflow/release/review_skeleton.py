"""The skeleton of a post-implementation review: facts are filled in, questions are left open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from changeflow.model.change import ChangeRequest
from changeflow.model.characters import visible, yaml_quoted
from changeflow.model.post_implementation import Actual, ReviewedStep
from changeflow.model.times import days_later, format_duration, format_instant, local_day
from changeflow.release.review_checks import AGREES

# characters of a person's text in a comment
_COMMENT: Final = 160


def skeleton(
    change: ChangeRequest,
    facts: Actual,
    *,
    today: date,
    reviewer: str | None = None,
    zone: tzinfo = UTC,
) -> str:
    """Return a review document to be answered.

    It is valid as it is; `release.review_checks` says what is still missing.

    Args:
        change: the request it is about.
        facts: what happened, see `facts.actual`.
        today: for `metadata.created`.
        reviewer: filled in where known.
        zone: in which the day begins on which the release ended.
    """
    ended = local_day(facts.ended, zone)
    questions = _question_lines(change, facts, today, ended, reviewer)
    return "\n".join([*_head_lines(change, today), *questions, *_fact_lines(change, facts)]) + "\n"


def _head_lines(change: ChangeRequest, today: date) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../../schemas/PostImplementationReview.schema.json"
    yield f"# Post-implementation review: {_comment_text(change.metadata.title)}"
    yield (
        "# A person who neither asked for the change nor made it answers the questions: take "
        "the `#` of a line away, and write."
    )
    yield f"# `none` is an answer. `changeflow review {change.id}` says what is still missing."
    yield "apiVersion: changeflow/v1"
    yield "kind: PostImplementationReview"
    yield "metadata:"
    yield f"  id: {change.id}"
    yield f"  created: {today.isoformat()}"
    yield "spec:"
    yield f"  change: {change.id}"


def _question_lines(
    change: ChangeRequest, facts: Actual, today: date, ended: date, reviewer: str | None
) -> Iterator[str]:
    spec = change.spec
    yield "  # Who reviews: a person of the roster, neither the requester nor the implementer."
    yield f"  reviewer: {yaml_quoted(reviewer)}" if reviewer else "  # reviewer:"
    yield f"  # On which day; the release ended on {ended.isoformat()}."
    yield "  # reviewed:"
    yield (
        f"  # The release ended {facts.state.replace('_', ' ')}, so this is one of: "
        f"{', '.join(AGREES[facts.state])}"
    )
    yield "  # outcome:"
    yield f"  # Did the change do what it was for? Reason: {_comment_text(spec.reason)}"
    if spec.benefit:
        yield f"  # Expected benefit: {_comment_text(spec.benefit)}"
    yield "  # objectives_met:"
    yield (
        "  # What did customers and other services notice? Compare with the effects that "
        "were considered."
    )
    yield "  # effects_observed:"
    yield "  # What went otherwise than planned: steps, times, people, the way back?"
    yield "  # deviations:"
    yield "  # Incidents the change caused, by number: [INC-1, INC-2], or [] when there were none."
    yield "  # incidents:"
    yield "  # What should be done differently next time?"
    yield "  # lessons:"
    yield "  # What is done about it, by whom (a person or role of the roster), until when:"
    yield "  # follow_ups:"
    yield f"  #   - {{action: ..., owner: ..., due: {days_later(today, 30).isoformat()}}}"


def _fact_lines(change: ChangeRequest, facts: Actual) -> Iterator[str]:
    yield (
        "  # What happened, from the ledger. It is compared with the ledger again, so leave "
        "it as it is."
    )
    for line in _comparison_sentences(change, facts):
        yield f"  #   {line}"
    yield "  actual:"
    yield f"    state: {facts.state}"
    if facts.planned is not None:
        start, end = _quoted_time(facts.planned.start), _quoted_time(facts.planned.end)
        yield f"    planned: {{start: {start}, end: {end}}}"
    yield f"    started: {_quoted_time(facts.started)}"
    yield f"    ended: {_quoted_time(facts.ended)}"
    if facts.rollback_took is not None:
        yield f"    rollback_took: {format_duration(facts.rollback_took)}"
    yield f"    release: {yaml_quoted(facts.release)}"
    yield "    steps:"
    for step in facts.steps:
        yield from _step_lines(step)


def _step_lines(step: ReviewedStep) -> Iterator[str]:
    yield f"      - phase: {step.phase}"
    yield f"        name: {yaml_quoted(step.name)}"
    yield f"        outcome: {step.outcome}"
    if step.started is not None:
        yield f"        started: {_quoted_time(step.started)}"
    if step.ended is not None:
        yield f"        ended: {_quoted_time(step.ended)}"


def _comparison_sentences(change: ChangeRequest, facts: Actual) -> Iterator[str]:
    """Yield sentences that compare plan and facts."""
    took = _duration_in_words(facts.ended - facts.started)
    if facts.planned is None:
        yield f"It took {took}; no window was planned."
    else:
        begun = _distance_in_words(
            facts.started - facts.planned.start,
            "after the window opened",
            "before the window opened",
        )
        over = _distance_in_words(
            facts.planned.end - facts.ended, "before the window closed", "after the window closed"
        )
        yield f"It took {took}: it began {begun} and ended {over}."
    outcomes = [step.outcome for step in facts.steps if step.phase != "rollback"]
    yield f"{outcomes.count('done')} of {len(outcomes)} planned steps were done."
    limit = change.spec.rollback.limit if change.spec.rollback else None
    if facts.rollback_took is not None:
        promised = f"; promised were {_duration_in_words(limit)}" if limit else ""
        yield f"The way back took {_duration_in_words(facts.rollback_took)}{promised}."


def _distance_in_words(distance: timedelta, ahead: str, behind: str) -> str:
    side = ahead if distance >= timedelta() else behind
    return f"{_duration_in_words(abs(distance))} {side}"


def _duration_in_words(duration: timedelta) -> str:
    """Return a duration for people, to the second."""
    return str(timedelta(seconds=int(duration.total_seconds())))


def _quoted_time(value: datetime) -> str:
    return f'"{format_instant(value)}"'


def _comment_text(value: str) -> str:
    """Return a person's text as part of a comment: on one line, nothing hidden."""
    text = visible(" ".join(value.split()))
    if len(text) <= _COMMENT:
        return text
    return text[: _COMMENT - 1] + "…"
