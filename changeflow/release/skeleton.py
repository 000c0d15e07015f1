"""The skeleton of a post-implementation review: what happened is filled in, what a person must answer is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from changeflow.model.change import ChangeRequest
from changeflow.model.characters import visible, yaml_quoted
from changeflow.model.review import Actual, ReviewedStep
from changeflow.model.times import days_later, format_duration, format_instant, local_day
from changeflow.release.review import AGREES

# characters of somebody else's text in a comment
_COMMENT: Final = 160


def skeleton(
    change: ChangeRequest,
    facts: Actual,
    *,
    today: date,
    reviewer: str | None = None,
    zone: tzinfo = UTC,
) -> str:
    """A review document to be answered.

    It is valid as it is; `release.review` says what is still missing.

    Args:
        change: the request it is about.
        facts: what happened, see `facts.actual`.
        today: for `metadata.created`.
        reviewer: filled in where known.
        zone: in which the day begins on which the release ended.
    """
    ended = local_day(facts.ended, zone)
    questions = _questions(change, facts, today, ended, reviewer)
    return "\n".join([*_head(change, today), *questions, *_facts(change, facts)]) + "\n"


def _head(change: ChangeRequest, today: date) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../../schemas/PostImplementationReview.schema.json"
    yield f"# Post-implementation review: {_remark(change.metadata.title)}"
    yield (
        "# Somebody who neither asked for the change nor made it answers the questions: take "
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


def _questions(
    change: ChangeRequest, facts: Actual, today: date, ended: date, reviewer: str | None
) -> Iterator[str]:
    spec = change.spec
    yield "  # Who reviews: a person of the roster, neither the requester nor the implementer."
    yield f"  {'' if reviewer else '# '}reviewer: {yaml_quoted(reviewer) if reviewer else ''}".rstrip()
    yield f"  # On which day; the release ended on {ended.isoformat()}."
    yield "  # reviewed:"
    yield (
        f"  # The release ended {facts.state.replace('_', ' ')}, so this is one of: "
        f"{', '.join(AGREES[facts.state])}"
    )
    yield "  # outcome:"
    yield f"  # Did the change do what it was for? Reason: {_remark(spec.reason)}"
    if spec.benefit:
        yield f"  # Expected benefit: {_remark(spec.benefit)}"
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


def _facts(change: ChangeRequest, facts: Actual) -> Iterator[str]:
    yield (
        "  # What happened, from the ledger. It is compared with the ledger again, so leave "
        "it as it is."
    )
    yield from (f"  #   {line}" for line in _comparison(change, facts))
    yield "  actual:"
    yield f"    state: {facts.state}"
    if facts.planned is not None:
        yield (
            f"    planned: {{start: {_time(facts.planned.start)}, end: {_time(facts.planned.end)}}}"
        )
    yield f"    started: {_time(facts.started)}"
    yield f"    ended: {_time(facts.ended)}"
    if facts.rollback_took is not None:
        yield f"    rollback_took: {format_duration(facts.rollback_took)}"
    yield f"    release: {yaml_quoted(facts.release)}"
    yield "    steps:"
    for step in facts.steps:
        yield from _step(step)


def _step(step: ReviewedStep) -> Iterator[str]:
    yield f"      - phase: {step.phase}"
    yield f"        name: {yaml_quoted(step.name)}"
    yield f"        outcome: {step.outcome}"
    if step.started is not None:
        yield f"        started: {_time(step.started)}"
    if step.ended is not None:
        yield f"        ended: {_time(step.ended)}"


def _comparison(change: ChangeRequest, facts: Actual) -> Iterator[str]:
    """Planned against actual, in words."""
    took = _span(facts.ended - facts.started)
    if facts.planned is None:
        yield f"It took {took}; no window was planned."
    else:
        begun = _side(
            facts.started - facts.planned.start,
            "after the window opened",
            "before the window opened",
        )
        over = _side(
            facts.planned.end - facts.ended, "before the window closed", "after the window closed"
        )
        yield f"It took {took}: it began {begun} and ended {over}."
    done = sum(1 for step in facts.steps if step.outcome == "done" and step.phase != "rollback")
    planned = sum(1 for step in facts.steps if step.phase != "rollback")
    yield f"{done} of {planned} planned steps were done."
    limit = change.spec.rollback.limit if change.spec.rollback else None
    if facts.rollback_took is not None:
        promised = f"; promised were {_span(limit)}" if limit else ""
        yield f"The way back took {_span(facts.rollback_took)}{promised}."


def _side(distance: timedelta, ahead: str, behind: str) -> str:
    return f"{_span(abs(distance))} {ahead if distance >= timedelta() else behind}"


def _span(duration: timedelta) -> str:
    """A duration for people, to the second."""
    return str(timedelta(seconds=int(duration.total_seconds())))


def _time(value: datetime) -> str:
    return f'"{format_instant(value)}"'


def _remark(value: str) -> str:
    """Somebody's text inside a comment: one line, nothing hidden."""
    text = visible(" ".join(value.split()))
    return text if len(text) <= _COMMENT else text[: _COMMENT - 1] + "…"
