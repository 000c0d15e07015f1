"""What several gates say whatever the policy says.

Such a reason can keep a gate shut, it never opens one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from changeflow.gate.assess import failing, named_freezes
from changeflow.gate.case import Common
from changeflow.gate.reasons import reason, warning
from changeflow.model.answers.assessment import NamedFreeze
from changeflow.model.answers.decision import Reason
from changeflow.model.document_parts import format_instant
from changeflow.model.opinions import Review, shortened
from changeflow.model.times import rough
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import Timing, timing

# characters of a person's words that a sentence holds
_QUOTED: Final = 300


def every_gate(common: Common, now: datetime) -> Iterable[Reason]:
    """Return what is wrong with the evidence and the request: every gate stays shut on that."""
    if common.newest is not None and common.newest - now > common.skew:
        yield reason(
            "time",
            "error",
            "time.before_evidence",
            f"the time of this decision lies {rough(common.newest - now)} before the evidence it "
            "rests on,"
            f" which goes up to {format_instant(common.newest)}",
            "set the clock; `changeflow ledger verify` names entries that a wrong clock dated",
        )
    if common.ledger_problems:
        yield reason(
            "ledger",
            "error",
            "ledger.broken",
            f"the evidence does not hold together: {'; '.join(common.ledger_problems[:5])}",
            "`changeflow ledger verify` shows every problem",
        )
    if common.problems:
        yield reason(
            "document",
            "fail",
            "document.invalid",
            f"the request has {len(common.problems)} error(s): {'; '.join(common.problems[:5])}",
            "`changeflow check` shows every problem with its place",
        )


def draft(common: Common) -> Iterable[Reason]:
    """Return whether the request is a draft."""
    if common.change.spec.draft:
        yield reason(
            "draft",
            "pending",
            "change.draft",
            "the request is a draft",
            "set spec.draft to false, or remove it",
        )


def timing_at(common: Common, now: datetime, *, starting: bool) -> Timing:
    """Return what calendars say.

    Args:
        common: what every gate asks.
        now: the time.
        starting: whether the change is about to start; else they are asked about its window.

    Raises:
        RecurrenceError: when a calendar cannot be read.
    """
    return timing(
        common.change,
        common.calendars,
        common.items,
        common.panel.roster,
        now,
        failing=failing(common.assessment.impact),
        starting=starting,
    )


def calendar_reasons(common: Common, now: datetime, *, starting: bool) -> Iterable[Reason]:
    """Return the freezes that keep the change waiting.

    Before it starts, return also that its window is no maintenance window.
    """
    try:
        times = timing_at(common, now, starting=starting)
    except RecurrenceError:
        # that no calendar can be read is a reason of its own
        return
    for freeze in named_freezes(times):
        yield _frozen(freeze, now)
    if times.outside and not starting:
        text = "the window lies outside of the maintenance windows of what the change touches"
        hint = "move spec.window into one; the gate `deploy` may refuse to start it elsewhere"
        yield warning("windows", "calendar.outside_windows", text, hint)


def _frozen(freeze: NamedFreeze, now: datetime) -> Reason:
    start, end = format_instant(freeze.start), format_instant(freeze.end)
    data = {"id": freeze.id, "name": freeze.name, "start": start, "end": end}
    hint = "wait, move spec.window, or ask the owners of the calendar for an exception"
    if freeze.start <= now:
        return reason(
            "freeze",
            "fail",
            "freeze.in_force",
            f"the freeze `{freeze.name}` is in force until {end}",
            hint,
            data=data,
        )
    text = f"the freeze `{freeze.name}` runs from {start} to {end}, before the window is over"
    return reason("freeze", "fail", "freeze.ahead", text, hint, data=data)


def quoted(review: Review) -> str:
    """Return what a person said with an opinion, in one line for a sentence about it.

    The line is empty where they said nothing.
    """
    words = shortened(" ".join(review.words.split()), _QUOTED)
    return f": {words}" if words else ""


# The states of a change that will not be implemented, as an answer to "must be implemented first".
WILL_NOT_RUN: Final = {
    "withdrawn": "it, or what it waits for, is withdrawn",
    "rejected": "it, or what it waits for, is rejected",
    "past its window": "it, or what it waits for, was not released in its window",
    "rolled_back": "it is rolled_back",
    "rollback_failed": "it is rollback_failed",
}
