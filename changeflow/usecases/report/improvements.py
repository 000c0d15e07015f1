"""`report improvements`: follow up what reviews, audits and reports found.

Improvements are documents. Follow-ups of reviews are listed with them, and are copied nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from changeflow.gate_cases.improvements import (
    StandingImprovement,
    improvements_of,
    is_improvement,
)
from changeflow.gate_cases.told_changes import ToldChange, told_changes
from changeflow.insight.period import Period
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.register import CARRIED_OUT, ImprovementState
from changeflow.model.answers.report import ReportInput
from changeflow.model.answers.report_lists import ImprovementRow, ImprovementsPaper
from changeflow.model.clock import Clock
from changeflow.model.document_paths import review_path
from changeflow.model.improvement import ImprovementSpec
from changeflow.model.post_implementation import FollowUp
from changeflow.model.times import end_of_day
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.view import View


def improvements_paper(view: View, period: Period, clock: Clock) -> ImprovementsPaper:
    """Return all improvements and follow-ups, those that are due first in front.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    paths = [path for path in view.base.paths if is_improvement(path)]
    rows, inputs, lost = improvement_rows(view, period.zone, clock)
    inputs = (*inputs, *inputs_at(view.base, paths))
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


def improvement_rows(
    view: View, zone: ZoneInfo, clock: Clock
) -> tuple[list[ImprovementRow], Sequence[ReportInput], list[str]]:
    """Return improvements and follow-ups by urgency, the requests read, and what cannot be read.

    Raises as `improvements_paper`.
    """
    found = told_changes(view, Period(None, None, zone), clock)
    maker = _Maker(found.changes, view.base.config.zone, clock.now)
    standing, unread = improvements_of(view, clock)
    rows = [*maker.follow_ups(standing), *map(maker.improvement, standing)]
    return sorted(rows, key=_urgency), found.inputs, [*found.unreadable, *unread]


def _urgency(row: ImprovementRow) -> tuple[bool, bool, str, str]:
    """Return what rows are sorted by: those that are not done first, then by their day."""
    is_done = row.state in CARRIED_OUT
    return is_done, row.due is None, "" if row.due is None else row.due.isoformat(), row.id


def _source_of(spec: ImprovementSpec) -> tuple[str, str]:
    """Return the kind of source of an improvement, and which one."""
    source = spec.source
    if source.audit is not None:
        return "audit", source.audit
    if source.period is not None:
        return "period", source.period
    if source.nonconformity is not None:
        return "nonconformity", source.nonconformity
    return "review", source.review or ""


def _doubt(standing: StandingImprovement) -> str | None:
    return in_a_row([standing.doubt], MACHINE) if standing.doubt is not None else None


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

    def improvement(self, standing: StandingImprovement) -> ImprovementRow:
        """Return the row of a document."""
        spec = standing.document.spec
        verified = spec.verified
        kind, of = _source_of(spec)
        return ImprovementRow.model_validate(
            {
                "id": standing.document.metadata.id,
                "source": kind,
                "of": of,
                "clause": spec.source.clause,
                "ci": spec.source.ci,
                "finding": spec.finding,
                "cause": spec.cause,
                "action": spec.action,
                "owner": spec.owner,
                "due": spec.due,
                "state": standing.state,
                "overdue": self._is_overdue(spec.due, standing.state),
                "change": spec.done.change,
                "commit": spec.done.commit,
                "verified_by": getattr(verified, "by", None),
                "verified_on": getattr(verified, "on", None),
                "evidence": getattr(verified, "evidence", None),
                "doubt": _doubt(standing),
                "told": standing.doubt,
                "path": standing.path,
            }
        )

    def follow_ups(self, standing: Iterable[StandingImprovement]) -> Iterator[ImprovementRow]:
        """Yield the rows of what reviews ask for and no improvement follows."""
        taken_over = {one.follow_up for one in standing}
        for one in self._changes:
            follow_ups = one.review.follow_ups if one.review is not None else ()
            for number, follow_up in enumerate(follow_ups, start=1):
                if f"{one.listed.row.change}#{number}" not in taken_over:
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
        if due is None or state in CARRIED_OUT:
            return False
        return self._now > end_of_day(due, self._zone)
