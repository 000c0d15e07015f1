"""What the gate `deploy` says of a start at one time, as things stand and once people agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from changeflow.gate.calendar_part import is_over, of_calendar
from changeflow.gate.decision import decide
from changeflow.gate.every_gate import timing_at
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.deploy import DEPLOY, DeployCase
from changeflow.gate.stretches import Stretch, what_shuts
from changeflow.model.answers.decision import Decision, Reason
from changeflow.model.opinions import Review
from changeflow.model.watched_time import hold
from changeflow.schedule.recurrence import RecurrenceError


class StartAnswer(NamedTuple):
    """What the gate says of a start at one time.

    Attributes:
        decision: as things stand.
        calendar: reasons of the calendar that stay once everybody asked has agreed and it is merged.
        is_over: whether it has run, or will not.
        maintenance: whether maintenance windows cover all that it changes.
    """

    decision: Decision
    calendar: tuple[Reason, ...]
    is_over: bool
    maintenance: bool

    @property
    def is_legal(self) -> bool:
        """Return whether no calendar stands in the way."""
        return not self.calendar and not self.is_over


def start_answer(
    case: DeployCase, agreeing: tuple[Review, ...], timed: frozenset[str], at: datetime
) -> StartAnswer:
    """Return what the gate says of a start.

    Args:
        case: what the gate asks.
        agreeing: approvals that are supposed to be given (`agreeing`).
        timed: rules of policies that read the time (`calendar_part.timed_rules`).
        at: the time.
    """
    decision = supposed = decide(DEPLOY, case, at)
    digest = case.common.panel.digest
    if agreeing or case.merged_digest != digest:
        merged = case.supposing(agreeing).model_copy(update={"merged_digest": digest})
        supposed = decide(DEPLOY, merged, at)
    return StartAnswer(
        decision=decision,
        calendar=tuple(of_calendar(supposed.reasons, timed)),
        is_over=is_over(supposed.reasons),
        maintenance=_is_maintained(case, at),
    )


def agreeing(case: DeployCase, now: datetime) -> tuple[Review, ...]:
    """Return approvals of the people who are still to be asked, as if they agreed now."""
    asked = decide(APPROVE, case.approve, now)
    agreed = {one.by for one in asked.approvals}
    digest, found = case.common.panel.digest, []
    for who in asked.witness:
        if who not in agreed:
            given = Review(by=who, shown_as=who, decision="approve", digest=digest, at=now)
            found.append(given)
    return tuple(found)


def _is_maintained(case: DeployCase, at: datetime) -> bool:
    try:
        times = timing_at(case.common, at, starting=True)
    except RecurrenceError:
        return False
    hold(at, times.windows_hold)
    return times.maintenance


def what_is_told(answer: StartAnswer) -> object:
    """Return what tells two answers apart."""
    return (what_shuts(answer.decision), answer.is_legal, answer.maintenance)


def legal_times(found: Iterable[Stretch[StartAnswer]]) -> Iterator[Stretch[StartAnswer]]:
    """Yield when no calendar stands in the way; what touches and is equally good is one."""
    current: Stretch[StartAnswer] | None = None
    for one in found:
        if not one.answer.is_legal:
            continue
        if current is not None and _goes_on(current, one):
            current = Stretch(current.start, one.end, current.answer)
            continue
        if current is not None:
            yield current
        current = one
    if current is not None:
        yield current


def _goes_on(before: Stretch[StartAnswer], after: Stretch[StartAnswer]) -> bool:
    return before.end == after.start and before.answer.maintenance == after.answer.maintenance
