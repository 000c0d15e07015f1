"""How the approval in retrospect of an emergency stands."""

from __future__ import annotations

from datetime import datetime, timedelta

from changeflow.gate_cases.told_changes import Row, ToldChange
from changeflow.model.answers.report_lists import Authorisation, RetrospectiveApproval
from changeflow.model.watched_time import ALWAYS, Holding, hold, moment_later, unnoted

_DAY = timedelta(days=1)


def authorisation_in(row: Row) -> Authorisation:
    """Return an approval by its row of the table of opinions."""
    return Authorisation(by=row["person"], role=row.get("role"), at=row["decided_at"])


def retrospective_of(one: ToldChange, now: datetime) -> RetrospectiveApproval | None:
    """Return how the retrospective approval stands; None before the release has ended.

    What is still owed, and until when, is what `list --owed` says.
    """
    ended = one.record.get("actual_end")
    if ended is None:
        return None
    given = []
    for row in one.opinions:
        if row["decision"] == "approve" and row["retrospective"]:
            given.append(authorisation_in(row))
    owed = [due for due in one.listed.row.owed if due.what == "retrospective-approval"]
    due = one.retrospective_due
    done = max((approval.at for approval in given), default=None) if not owed else None
    needed = bool(owed or given)
    return RetrospectiveApproval(
        needed=needed,
        due=due if needed else None,
        done=done,
        days_overdue=_days_after(due, done or now) if needed and due is not None else 0,
        given=tuple(given),
        missing=tuple(due.about for due in owed),
    )


def _days_after(due: datetime, moment: datetime) -> int:
    """Return by how many days, begun ones as whole, a moment is after another one."""
    days = max(0, -(-(unnoted(moment) - due) // _DAY))
    # a watched moment notes that: the number turns right after each day
    since, until = ALWAYS
    if days:
        since = due + (days - 1) * _DAY + timedelta.resolution
    turn = moment_later(due, days * _DAY + timedelta.resolution)
    hold(moment, Holding(since, turn or until))
    return days
