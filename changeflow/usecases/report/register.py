"""`report register`: every change of a period, whatever became of it, and totals by type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, get_args

from changeflow.gate_cases.told_changes import ToldChange, told_rows
from changeflow.insight.period import Period
from changeflow.model.answers.report_lists import (
    RegisterPaper,
    RegisterRow,
    ReviewInBrief,
    TypeName,
    TypeTotal,
)
from changeflow.model.clock import Clock
from changeflow.model.watched_time import unnoted
from changeflow.reading.paper_head import repository_head
from changeflow.reading.remembered_paper import remembered
from changeflow.reading.view import View

# what is counted of a type: all, how they ended in the words of the tables, or not, and late ones
_COUNTED: Final = tuple(name for name in TypeTotal.model_fields if name != "type")


def register_paper(view: View, period: Period, clock: Clock) -> RegisterPaper:
    """Return the register of a period.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """

    def make(view: View, clock: Clock) -> RegisterPaper:
        return _made(view, period, clock)

    return remembered(RegisterPaper, view, clock, (repr(period),), make)


def _made(view: View, period: Period, clock: Clock) -> RegisterPaper:
    found = told_rows(view, period, clock, _row)
    head = repository_head(view, period, unnoted(clock.now), found.inputs, found.unreadable)
    rows = found.rows
    return RegisterPaper.model_validate(
        {**head, "changes": rows, "totals": tuple(_totals(rows)), "total": len(rows)}
    )


def _row(one: ToldChange) -> RegisterRow:
    listed, record = one.listed.row, one.record
    return RegisterRow.model_validate(
        {
            "change": listed.change,
            "title": listed.title,
            "type": listed.type,
            "class": listed.class_,
            "risk": listed.risk,
            "requester": listed.requester,
            "implementer": listed.implementer,
            "items": listed.items,
            "services": one.services,
            "requested": record.get("recorded_at"),
            "assessed": one.assessed,
            "approved": one.approved,
            "window": listed.window,
            "started": record.get("actual_start"),
            "ended": record.get("actual_end"),
            "state": listed.state,
            "outcome": record.get("outcome"),
            "review": review_of(one),
            "incidents": incidents_of(one),
            "fixes": one.request.spec.fixes,
            "late": one.late,
            "authorised": one.authorised,
            "at": listed.at,
        }
    )


def review_of(one: ToldChange) -> ReviewInBrief | None:
    """Return what the review of a change came to; None where it has not been written."""
    if one.review is None:
        return None
    return ReviewInBrief(
        outcome=one.review.outcome,
        reviewer=one.review.reviewer,
        reviewed=one.review.reviewed,
        recorded=one.reviewed.get("recorded_at"),
    )


def incidents_of(one: ToldChange) -> tuple[str, ...]:
    """Return the incident that an emergency answers, and those that it is said to have caused."""
    emergency = one.request.spec.emergency
    answered = (emergency.incident,) if emergency is not None else ()
    named = (one.review.incidents or ()) if one.review is not None else ()
    return tuple(dict.fromkeys((*answered, *named, *one.caused)))


def _totals(rows: Sequence[RegisterRow]) -> Iterator[TypeTotal]:
    names: tuple[TypeName, ...] = get_args(TypeName)
    for name in names:
        counts: Counter[str] = Counter(dict.fromkeys(_COUNTED, 0))
        for row in rows:
            if row.type == name:
                counts.update(("changes", row.outcome or "open"))
                counts["late"] += bool(row.late)
        yield TypeTotal(type=name, **counts)
