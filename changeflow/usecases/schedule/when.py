"""The earliest legal start of one change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from changeflow.gate.decision import decide
from changeflow.gate.gates.deploy import DEPLOY, DeployCase
from changeflow.gate_cases.assessment import assess_content
from changeflow.gate_cases.for_deploy import for_deploy
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.gather import gather
from changeflow.gate_cases.other_changes_states import standings
from changeflow.model.answers.decision import Reason, shutting
from changeflow.model.change import ChangeType
from changeflow.model.times import END_OF_TIME
from changeflow.reading.view import View
from changeflow.schedule.windows import periods

HORIZON = timedelta(days=60)
# reasons that one moment names
_NAMED = 3


@dataclass(frozen=True)
class GateMoment:
    """From `at` on the deploy gate is open, or shut for these reasons."""

    at: datetime
    open: bool
    shut_by: tuple[Reason, ...]

    @property
    def because(self) -> str:
        """Return why, for a program."""
        if self.open:
            return "every condition holds"
        return "; ".join(reason.message for reason in self.shut_by)


@dataclass(frozen=True)
class When:
    """The earliest legal start of a change from now on.

    `earliest` is None when there is none as things stand.
    """

    change: str
    now: datetime
    earliest: datetime | None
    moments: tuple[GateMoment, ...]


def when(view: View, argument: str, now: datetime) -> When:
    """Return when the deploy gate opens, computed at each moment at which the answer can change.

    The answer can change where the window opens or closes, where a freeze begins or ends, and where
    a standard change's model begins or ceases to hold; between two of those moments it stays as it
    is. People and other changes may change it at any time; they are taken as they are now.
    """
    inputs = gather(view, argument, now)
    case = for_deploy(inputs)
    moments: list[GateMoment] = []
    for at in _candidates(inputs, case, now):
        decision = decide(DEPLOY, _case_at(inputs, case, at), at)
        if not moments or moments[-1].open != decision.open:
            named = tuple(shutting(decision.reasons)[:_NAMED])
            moments.append(GateMoment(at, decision.open, named))
    return When(inputs.change.id, now, _earliest(moments), tuple(moments))


def _earliest(moments: Iterable[GateMoment]) -> datetime | None:
    for moment in moments:
        if moment.open:
            return moment.at
    return None


def _case_at(inputs: GateInputs, case: DeployCase, at: datetime) -> DeployCase:
    """Return the case as it will be assessed at a later time.

    A standard change is none any more when its model has expired.
    """
    if inputs.change.spec.type is not ChangeType.STANDARD:
        return case
    others = standings(inputs.view, at)
    evidence = inputs.evidence
    scope = inputs.assessed.scope
    debt = inputs.assessed.assessment.debt
    assessed = assess_content(
        inputs.view, inputs.content, inputs.base, at, evidence, others, scope, debt
    )
    then = case.common.model_copy(update={"assessment": assessed.assessment})
    return case.with_common(then)


def _model_days(inputs: GateInputs) -> Iterable[datetime]:
    """Yield when the change model begins to hold, and when it has ceased to."""
    model = inputs.base.models.get(inputs.change.spec.model or "")
    if model is not None:
        if model.spec.valid_from is not None:
            yield datetime.combine(model.spec.valid_from, time(), UTC)
        if model.spec.expires < date.max:
            yield datetime.combine(model.spec.expires + timedelta(days=1), time(), UTC)


def _expiries(case: DeployCase) -> Iterable[datetime]:
    """Yield when approvals expire."""
    longest = DEPLOY.validity(case)
    if longest is None:
        return
    times = [review.at for review in case.common.panel.reviews]
    if case.recorded is not None:
        times.append(case.recorded.at)
    for at in times:
        if END_OF_TIME - at > longest:
            yield at + longest + timedelta(seconds=1)


def _candidates(inputs: GateInputs, case: DeployCase, now: datetime) -> list[datetime]:
    found = {now}
    window = inputs.change.spec.window
    since, last, further = now, now, HORIZON
    if window is not None:
        found |= {window.start, window.end}
        since, last, further = max(now, window.start), max(now, window.end), timedelta(seconds=1)
    until = last + min(further, END_OF_TIME - last)
    for calendar in inputs.base.calendars:
        for period in (*calendar.spec.freezes, *calendar.spec.windows):
            for start, end in periods(period, since, until):
                found |= {start, end}
    found |= set(_model_days(inputs)) | set(_expiries(case))
    return sorted(moment for moment in found if moment >= now)
