"""The skeleton of a post-implementation review: facts are filled in, questions are left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from changeflow.language.reader import Reader
from changeflow.language.sentences import Data, say
from changeflow.model.change import ChangeRequest
from changeflow.model.characters import visible, yaml_quoted
from changeflow.model.evidence import BACKWARD
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.model.policy import ReviewQuestion
from changeflow.model.post_implementation import Actual, DeclaredItem, ReviewedStep
from changeflow.model.times import days_later, format_duration, format_instant, local_day
from changeflow.policy.review_duties import translations_of
from changeflow.release.review_checks import AGREES

# characters of a person's text in a comment
_COMMENT: Final = 160


class Background(NamedTuple):
    """What a skeleton tells and asks beside the facts of the release.

    Attributes:
        questions: of the policy.
        due: until when the review is due.
        incidents: those that documents say the change caused.
        behind: items whose records do not show yet what the change did.
    """

    questions: tuple[ReviewQuestion, ...] = ()
    due: datetime | None = None
    incidents: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


def skeleton(
    change: ChangeRequest,
    facts: Actual,
    background: Background,
    *,
    today: date,
    reviewer: str | None = None,
    zone: tzinfo = UTC,
    language: LanguageName = ENGLISH,
) -> str:
    """Return a review document to be answered.

    It is valid as it is; `release.review_checks` says what is still missing.

    Args:
        change: the request it is about.
        facts: what happened, see `facts.actual`.
        background: what else is known and asked.
        today: for `metadata.created`.
        reviewer: filled in where known.
        zone: in which the day begins on which the release ended.
        language: of the questions.
    """
    reader = Reader(language, zone)
    lines = [
        *_head_lines(change, today, reader),
        *_question_lines(change, facts, background, reviewer, reader),
        *_policy_lines(background.questions, reader),
        *_follow_up_lines(today, reader),
        *_fact_lines(change, facts, background, reader),
    ]
    return "\n".join(lines) + "\n"


def _comment(code: str, reader: Reader, data: Data | None = None) -> str:
    return f"# {say(code, data or {}, reader).text}"


def _head_lines(change: ChangeRequest, today: date, reader: Reader) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../../schemas/PostImplementationReview.schema.json"
    yield _comment("skeleton.title", reader, {"title": _comment_text(change.metadata.title)})
    yield _comment("skeleton.who_answers", reader)
    yield _comment("skeleton.none", reader, {"change": change.id})
    yield "apiVersion: changeflow/v1"
    yield "kind: PostImplementationReview"
    yield "metadata:"
    yield f"  id: {change.id}"
    yield f"  created: {today.isoformat()}"
    yield "spec:"
    yield f"  change: {change.id}"


def _question_lines(
    change: ChangeRequest,
    facts: Actual,
    background: Background,
    reviewer: str | None,
    reader: Reader,
) -> Iterator[str]:
    def asked(code: str, data: Data | None = None) -> str:
        return f"  {_comment(code, reader, data)}"

    spec = change.spec
    ended = local_day(facts.ended, reader.zone or UTC)
    yield asked("skeleton.reviewer")
    yield f"  reviewer: {yaml_quoted(reviewer)}" if reviewer else "  # reviewer:"
    yield asked("skeleton.reviewed", {"ended": ended.isoformat()})
    if background.due is not None:
        yield asked("skeleton.due", {"due": format_instant(background.due)})
    yield "  # reviewed:"
    yield asked("skeleton.outcome", {"state": facts.state, "outcomes": AGREES[facts.state]})
    yield "  # outcome:"
    yield asked("skeleton.objectives", {"reason": _comment_text(spec.reason)})
    if spec.benefit:
        yield asked("skeleton.benefit", {"benefit": _comment_text(spec.benefit)})
    yield "  # objectives_met:"
    yield asked("skeleton.effects")
    yield "  # effects_observed:"
    yield asked("skeleton.deviations")
    yield "  # deviations:"
    yield asked("skeleton.incidents")
    if background.incidents:
        yield asked("skeleton.caused", {"incidents": background.incidents})
        yield f"  incidents: [{', '.join(map(yaml_quoted, background.incidents))}]"
    else:
        yield "  # incidents:"
    if any(item.outage for item in facts.declared or ()):
        yield asked("skeleton.outages", {"planned": [*map(_planned, facts.declared or ())]})
        yield "  # outages:"
        for item in facts.declared or ():
            yield f"  #   - {{ci: {yaml_quoted(item.ci)}, took: ...}}"
    yield asked("skeleton.lessons")
    yield "  # lessons:"


def _planned(item: DeclaredItem) -> Data:
    if not item.outage:
        return {"code": "skeleton.no_outage", "ci": item.ci}
    return {"code": "skeleton.outage", "ci": item.ci, "length": format_duration(item.outage)}


def _policy_lines(questions: Sequence[ReviewQuestion], reader: Reader) -> Iterator[str]:
    """Yield the questions of the policy."""
    if not questions:
        return
    yield f"  {_comment('skeleton.answers', reader)}"
    yield "  # answers:"
    for question in questions:
        ask = say("skeleton.question", {"ask": translations_of(question)}, reader).text
        yield f"    # {_comment_text(ask)}"
        yield f"  #   {question.id}:"


def _follow_up_lines(today: date, reader: Reader) -> Iterator[str]:
    yield f"  {_comment('skeleton.follow_ups', reader)}"
    yield "  # follow_ups:"
    yield f"  #   - {{action: ..., owner: ..., due: {days_later(today, 30).isoformat()}}}"


def _fact_lines(
    change: ChangeRequest, facts: Actual, background: Background, reader: Reader
) -> Iterator[str]:
    yield f"  {_comment('skeleton.facts', reader)}"
    for code, data in _comparison(change, facts):
        yield f"  #   {say(code, data, reader).text}"
    if background.behind:
        yield f"  #   {say('skeleton.behind', {'items': background.behind}, reader).text}"
    yield "  actual:"
    yield f"    state: {facts.state}"
    if facts.planned is not None:
        start, end = _quoted_time(facts.planned.start), _quoted_time(facts.planned.end)
        yield f"    planned: {{start: {start}, end: {end}}}"
    yield f"    started: {_quoted_time(facts.started)}"
    yield f"    ended: {_quoted_time(facts.ended)}"
    if facts.rollback_took is not None:
        yield f"    rollback_took: {format_duration(facts.rollback_took)}"
    if facts.rollback_promised is not None:
        yield f"    rollback_promised: {format_duration(facts.rollback_promised)}"
    yield f"    release: {yaml_quoted(facts.release)}"
    yield f"    declared:{'' if facts.declared else ' []'}"
    for item in facts.declared or ():
        outage = f", outage: {format_duration(item.outage)}" if item.outage is not None else ""
        yield f"      - {{ci: {yaml_quoted(item.ci)}, action: {item.action}{outage}}}"
    yield f"    approvals:{'' if facts.approvals else ' []'}"
    for one in facts.approvals or ():
        yield f"      - {{by: {yaml_quoted(one.by)}, said: {yaml_quoted(one.said)}}}"
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


def _comparison(change: ChangeRequest, facts: Actual) -> Iterator[tuple[str, Data]]:
    """Yield the codes of sentences that compare plan and facts, with their data."""
    took = _duration_in_words(facts.ended - facts.started)
    if facts.planned is None:
        yield "skeleton.took", {"took": took}
    else:
        begun = _distance("skeleton.began", facts.started - facts.planned.start, "early")
        over = _distance("skeleton.ended", facts.planned.end - facts.ended, "late")
        yield "skeleton.took", {"case": "planned", "took": took, "begun": [begun], "over": [over]}
    for one in facts.approvals or ():
        yield "skeleton.condition", {"by": one.by, "said": _comment_text(one.said)}
    declared: list[Data] = []
    for item in facts.declared or ():
        told = {"code": "skeleton.declared_item", "ci": item.ci, "action": item.action}
        declared.append(told)
    if declared:
        yield "skeleton.declared", {"items": declared}
    outcomes = [step.outcome for step in facts.steps if step.phase not in BACKWARD]
    yield "skeleton.steps", {"done": outcomes.count("done"), "planned": len(outcomes)}
    limit = change.spec.rollback.limit if change.spec.rollback else None
    if facts.rollback_took is not None:
        back = {"took": _duration_in_words(facts.rollback_took)}
        if limit:
            back |= {"case": "promised", "limit": _duration_in_words(limit)}
        yield "skeleton.way_back", back


def _distance(code: str, distance: timedelta, behind: str) -> Data:
    """Return how far from an end of its window a release began or ended."""
    told = {"code": code, "distance": _duration_in_words(abs(distance))}
    return told if distance >= timedelta() else told | {"case": behind}


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
