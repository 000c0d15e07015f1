"""How the approval in retrospect of an emergency stands."""

from __future__ import annotations

from datetime import datetime, timedelta

from changeflow.gate_cases.told_changes import Row, ToldChange
from changeflow.model.answers.report_lists import Authorisation, RetrospectiveApproval

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
    late = (done or now) - due if due is not None else timedelta()
    needed = bool(owed or given)
    return RetrospectiveApproval(
        needed=needed,
        due=due if needed else None,
        done=done,
        days_overdue=max(0, -(-late // _DAY)) if needed else 0,
        given=tuple(given),
        missing=tuple(due.about for due in owed),
    )
