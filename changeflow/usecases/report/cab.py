"""`report cab`: what a change advisory board has before it, and what it said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from changeflow.gate_cases.register import read_register
from changeflow.gate_cases.told_changes import services_of, told_changes
from changeflow.insight.period import Period
from changeflow.model.answers.decision import Missing
from changeflow.model.answers.one_change import ChangeAnswer, GivenOpinion
from changeflow.model.answers.register import RiskInBrief
from changeflow.model.answers.report import ReportInput
from changeflow.model.answers.report_change import CabItem, CabMinute, CabPaper, JudgedAtStart
from changeflow.model.clock import Clock
from changeflow.model.document_paths import review_path, rfc_path
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.view import View
from changeflow.usecases.register.show import Shown, show
from changeflow.usecases.report.change_record import judged_at_start

# factors of the risk that an agenda names
_LARGEST: Final = 3
_APPROVALS: Final = ("approval", "retrospective-approval")


def cab_agenda(view: View, period: Period, clock: Clock) -> CabPaper:
    """Return what waits for the CAB now, the riskiest change first.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    cab = view.base.config.cab
    register = read_register(view, clock, everywhere=True)
    shown: list[Shown] = []
    for one in register.changes:
        if any(owed.what in _APPROVALS and owed.about == cab for owed in one.row.owed):
            shown.append(show(view, one.row.change, clock))
    items = [_item(view, one) for one in shown]
    items.sort(key=lambda one: (-one.risk.score, one.change))
    return _paper(view, period, clock, shown, register.unreadable, agenda=tuple(items))


def cab_minutes(view: View, period: Period, clock: Clock) -> CabPaper:
    """Return what members of the CAB said in a period, and what is still open.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    found = told_changes(view, Period(None, None, period.zone), clock)
    shown, minutes, attended = [], [], set[str]()
    for one in found.changes:
        if not any(period.has(row["decided_at"]) for row in one.opinions):
            continue
        told = show(view, one.listed.row.change, clock)
        said = tuple(_of_cab(view, told.answer.opinions, period))
        if said:
            shown.append(told)
            then = judged_at_start(one.entries)
            minutes.append(_minute(told.answer, said, one.approved, then))
            attended.update(opinion.by for opinion in said)
    return _paper(
        view,
        period,
        clock,
        shown,
        found.unreadable,
        minutes=True,
        discussed=tuple(minutes),
        attended=tuple(sorted(attended)),
    )


def _paper(
    view: View,
    period: Period,
    clock: Clock,
    shown: Sequence[Shown],
    unreadable: Sequence[str],
    **found: Any,
) -> CabPaper:
    inputs: list[ReportInput] = []
    for one in shown:
        change = one.answer.change
        inputs += inputs_at(one.state, [rfc_path(change), review_path(change)])
    head = repository_head(view, period, clock.now, inputs, unreadable)
    empty = {"minutes": False, "agenda": (), "attended": (), "discussed": ()}
    return CabPaper.model_validate({**head, "role": view.base.config.cab, **empty, **found})


def _item(view: View, shown: Shown) -> CabItem:
    told = shown.answer
    spec, assessed = told.request["spec"], told.assessment
    rollback = spec.get("rollback") or {}
    factors = sorted(assessed.risk.factors, key=lambda one: -one.points)
    items = []
    for one in spec.get("items") or ():
        items.append({name: one.get(name) for name in ("ci", "action", "outage")})
    return CabItem.model_validate(
        {
            "change": told.change,
            "title": told.request["metadata"]["title"],
            "type": assessed.type.declared,
            "class": assessed.type.class_,
            "risk": _risk(told),
            "requester": told.request["metadata"]["requester"],
            "implementer": spec.get("implementer"),
            "window": spec.get("window"),
            "at": told.at,
            "summary": spec["reason"],
            "factors": tuple(factors[:_LARGEST]),
            "items": tuple(items),
            "services": services_of(view.base.rulebook, shown.assessed.assessment.impact),
            "conflicts": assessed.conflicts,
            "freezes": assessed.freezes,
            "rollback_trigger": rollback.get("trigger"),
            "rollback_limit": rollback.get("limit"),
            "missing": tuple(_missing(told)),
            "waiting": told.owed,
        }
    )


def _risk(told: ChangeAnswer) -> RiskInBrief:
    risk = told.assessment.risk
    return RiskInBrief(score=risk.score, level=risk.level)


def _missing(told: ChangeAnswer) -> Iterator[Missing]:
    """Yield the empty seats: of the gate `close` after a release, else of `approve`."""
    now = [one for one in told.decisions if one.seq is None]
    if now:
        yield from now[-1].missing


def _of_cab(view: View, opinions: Sequence[GivenOpinion], period: Period) -> Iterator[GivenOpinion]:
    """Yield the opinions of members of the CAB in a period."""
    members = view.base.rulebook.roster.members(view.base.config.cab)
    for one in opinions:
        if one.by in members and period.has(one.at):
            yield one


def _minute(
    told: ChangeAnswer,
    said: tuple[GivenOpinion, ...],
    approved: datetime | None,
    then: JudgedAtStart | None,
) -> CabMinute:
    risk = _risk(told) if then is None else RiskInBrief(score=then.score, level=then.level)
    return CabMinute.model_validate(
        {
            "change": told.change,
            "title": told.request["metadata"]["title"],
            "risk": risk,
            "state": told.state,
            "opinions": said,
            "approved": approved,
            "open_points": told.owed,
        }
    )
