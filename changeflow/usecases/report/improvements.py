"""`report improvements`: follow up what reviews, audits and reports found.

Improvements are documents. Follow-ups of reviews are listed with them, and are copied nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo

from changeflow import errors
from changeflow.gate_cases.open_ends import end_of_day
from changeflow.gate_cases.told_changes import ToldChange, told_changes
from changeflow.insight.period import Period
from changeflow.model.answers.report_lists import (
    ImprovementRow,
    ImprovementsPaper,
    ImprovementState,
)
from changeflow.model.clock import Clock
from changeflow.model.document_paths import IMPROVEMENTS, review_path
from changeflow.model.improvement import Improvement, ImprovementSpec
from changeflow.model.post_implementation import FollowUp
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.state import State
from changeflow.reading.view import View


def improvements_paper(view: View, period: Period, clock: Clock) -> ImprovementsPaper:
    """Return all improvements and follow-ups, those that are due first in front.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    found = told_changes(view, Period(None, None, period.zone), clock)
    maker = _Maker(found.changes, view.base.config.zone, clock.now)
    paths = [path for path in view.base.paths if _is_improvement(path)]
    rows, lost = list(maker.follow_ups()), list(found.unreadable)
    for path in paths:
        one = _read(view.base, path)
        if one is None:
            lost.append(path)
        else:
            rows.append(maker.improvement(one, path))
    rows.sort(key=_urgency)
    inputs = (*found.inputs, *inputs_at(view.base, paths))
    head = repository_head(view, period, clock.now, inputs, lost)
    open_ = [row for row in rows if row.state in ("open", "under way")]
    return ImprovementsPaper.model_validate(
        {
            **head,
            "improvements": tuple(rows),
            "total": len(rows),
            "open": len(open_),
            "overdue": sum(row.overdue for row in open_),
        }
    )


def _is_improvement(path: str) -> bool:
    return path.startswith(IMPROVEMENTS) and path.endswith((".yaml", ".yml"))


def _read(state: State, path: str) -> Improvement | None:
    try:
        return state.document(path, Improvement)
    except errors.Unreadable:
        return None


def _urgency(row: ImprovementRow) -> tuple[bool, bool, str, str]:
    """Return what rows are sorted by: those that are not done first, then by their day."""
    is_done = row.state in ("done", "verified")
    return is_done, row.due is None, "" if row.due is None else row.due.isoformat(), row.id


class _Maker:
    """Makes the rows.

    Args:
        changes: all of the register.
        zone: whose days end.
        now: the time.
    """

    def __init__(self, changes: Sequence[ToldChange], zone: tzinfo, now: datetime) -> None:
        self._changes, self._zone, self._now = changes, zone, now
        # the changes that were implemented, and what they say that they fix
        self._implemented: set[str] = set()
        self._fixing: dict[str, str] = {}
        for one in changes:
            if one.record.get("outcome") == "implemented":
                self._implemented.add(one.listed.row.change)
                for name in one.request.spec.fixes:
                    self._fixing.setdefault(name, one.listed.row.change)

    def improvement(self, one: Improvement, path: str) -> ImprovementRow:
        """Return the row of a document."""
        spec, source = one.spec, one.spec.source
        done = spec.done_by
        kind = "audit" if source.audit is not None else "review"
        state = self._state_of(spec)
        return ImprovementRow.model_validate(
            {
                "id": one.metadata.id,
                "source": kind,
                "of": source.audit or source.review or "",
                "ci": source.ci,
                "finding": spec.finding,
                "cause": spec.cause,
                "action": spec.action,
                "owner": spec.owner,
                "due": spec.due,
                "state": state,
                "overdue": self._is_overdue(spec.due, state),
                "change": done.change if done is not None else None,
                "commit": done.commit if done is not None else None,
                "verified_by": spec.verified.by if spec.verified is not None else None,
                "verified_on": spec.verified.on if spec.verified is not None else None,
                "path": path,
            }
        )

    def _state_of(self, spec: ImprovementSpec) -> ImprovementState:
        if spec.verified is not None:
            return "verified"
        if spec.done_by is None:
            return "open"
        if spec.done_by.change is not None:
            return "done" if spec.done_by.change in self._implemented else "under way"
        return "done"

    def follow_ups(self) -> Iterator[ImprovementRow]:
        """Yield the rows of what reviews ask for."""
        for one in self._changes:
            follow_ups = one.review.follow_ups if one.review is not None else ()
            for number, follow_up in enumerate(follow_ups, start=1):
                yield self._follow_up(one, number, follow_up)

    def _follow_up(self, of: ToldChange, number: int, one: FollowUp) -> ImprovementRow:
        change = of.listed.row.change
        name = f"{change}#{number}"
        by = self._fixing.get(name) or self._fixing.get(change)
        state: ImprovementState = "open" if by is None else "done"
        review = of.review
        return ImprovementRow.model_validate(
            {
                "id": name,
                "source": "review",
                "of": change,
                "ci": None,
                "finding": (review.lessons if review is not None else None) or "",
                "cause": None,
                "action": one.action,
                "owner": one.owner,
                "due": one.due,
                "state": state,
                "overdue": self._is_overdue(one.due, state),
                "change": by,
                "commit": None,
                "verified_by": None,
                "verified_on": None,
                "path": review_path(change),
            }
        )

    def _is_overdue(self, due: date | None, state: ImprovementState) -> bool:
        if due is None or state in ("done", "verified"):
            return False
        return self._now > end_of_day(due, self._zone)
