"""What several gates say whatever the policy says.

Such a reason can keep a gate shut, it never opens one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from changeflow.gate.assess import failing
from changeflow.gate.case import Common
from changeflow.gate.reasons import reason, warning
from changeflow.model.answers.decision import Reason
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.document_parts import format_instant
from changeflow.model.holds import Hold
from changeflow.model.opinions import Review, shortened
from changeflow.model.watched_time import hold
from changeflow.schedule.exceptions import GrantedException
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import FreezeHit, Timing, timing

# characters of a person's words that a sentence holds
_QUOTED: Final = 300
# problems that a sentence names
_PROBLEMS: Final = 5


def every_gate(common: Common, now: datetime) -> Iterable[Reason]:
    """Return what is wrong with the evidence and the request: every gate stays shut on that."""
    if common.newest is not None and common.newest - now > common.skew:
        lead = (common.newest - now).total_seconds()
        data: dict[str, Any] = {"lead": lead, "newest": format_instant(common.newest)}
        yield reason("time", "error", "time.before_evidence", data)
    if common.ledger_problems:
        data = {"problems": list(common.ledger_problems[:_PROBLEMS])}
        yield reason("ledger", "error", "ledger.broken", data)
    if common.problems:
        data = {"count": len(common.problems), "problems": list(common.problems[:_PROBLEMS])}
        yield reason("document", "fail", "document.invalid", data)


def draft(common: Common) -> Iterable[Reason]:
    """Return whether the request is a draft."""
    if common.change.spec.draft:
        yield reason("draft", "pending", "change.draft")


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
    yield from hold_reasons(common, now, starting=starting)
    try:
        times = timing_at(common, now, starting=starting)
    except RecurrenceError:
        # that no calendar can be read is a reason of its own
        return
    for hit in times.freezes:
        if not hit.exempt:
            yield _frozen(hit, now)
        elif hit.exception is not None:
            yield warning("freeze", "freeze.excepted", _excepted(hit, hit.exception, common.change))
    if not starting:
        hold(now, times.windows_hold)
    if times.outside and not starting:
        yield warning("windows", "calendar.outside_windows")


def holding(common: Common, now: datetime, *, starting: bool) -> Iterable[Hold]:
    """Yield the holds of what the change touches that are in force.

    One that a clock ahead of this one dated is so at once where the change is about to start.
    """
    ahead = common.skew if starting else timedelta()
    for one in common.holds:
        if one.is_in_force(now, ahead):
            yield one


def breaks_glass(common: Common) -> bool:
    """Return whether the change may go on under a hold, with one approval more."""
    if common.change.spec.type is not ChangeType.EMERGENCY:
        # its class, which takes a score, need not be known
        return False
    kind = common.assessment.type
    return kind.declared == kind.computed == ChangeType.EMERGENCY.value


def hold_reasons(common: Common, now: datetime, *, starting: bool) -> Iterable[Reason]:
    """Return the holds that keep the change waiting. An emergency needs an approval more instead."""
    if breaks_glass(common):
        return
    for one in holding(common, now, starting=starting):
        yield reason("hold", "fail", "hold.in_force", hold_data(one))


def hold_data(one: Hold) -> dict[str, Any]:
    """Return what a sentence about a hold names."""
    data = {"id": one.id, "scope": one.scope, "reason": shortened(one.reason, _QUOTED)}
    data |= {"by": one.by, "since": format_instant(one.since or one.placed)}
    if one.until is not None:
        data |= {"case": "until", "until": format_instant(one.until)}
    return data


def _frozen(freeze: FreezeHit, now: datetime) -> Reason:
    start, end = format_instant(freeze.start), format_instant(freeze.end)
    data: dict[str, Any] = {"id": freeze.id, "name": freeze.name, "start": start, "end": end}
    if freeze.exception is not None:
        data |= {"case": freeze.refusal, "exception": freeze.exception.id}
        data |= {"ended": format_instant(freeze.exception.end), "needed": freeze.exception.needed}
    code = "freeze.in_force" if freeze.start <= now else "freeze.ahead"
    return reason("freeze", "fail", code, data)


def _excepted(hit: FreezeHit, by: GrantedException, change: ChangeRequest) -> dict[str, Any]:
    data = {"id": hit.id, "name": hit.name, "exception": by.id, "until": format_instant(by.end)}
    return {**data, "by": list(by.approved(change)), "reason": shortened(by.reason, _QUOTED)}


def quoted(review: Review) -> str:
    """Return what a person said with an opinion, in one line for a sentence about it.

    It is empty where they said nothing.
    """
    return shortened(" ".join(review.words.split()), _QUOTED)


# The states of a change that will not be implemented, as an answer to "must be implemented first".
WILL_NOT_RUN: Final = ("withdrawn", "rejected", "past its window", "rolled_back", "rollback_failed")
