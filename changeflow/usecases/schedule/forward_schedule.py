"""The forward schedule of change, and the earliest legal start of one change."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from changeflow import errors
from changeflow.cases.assessment import assess_content
from changeflow.cases.for_deploy import for_deploy
from changeflow.cases.gate_inputs import GateInputs
from changeflow.cases.gather import gather
from changeflow.cases.standings import standings
from changeflow.cases.unanswered import Unanswered
from changeflow.gate.assess import failing
from changeflow.gate.decision import decide
from changeflow.gate.gate_rules import SHUT
from changeflow.gate.gates.deploy import DEPLOY, DeployCase
from changeflow.gate.states import State
from changeflow.model.answers import ScheduleAnswer, ScheduledChange, ScheduledFreeze
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest, ChangeType, Window
from changeflow.model.document_paths import rfc_path
from changeflow.model.paths import shown
from changeflow.model.times import END_OF_TIME
from changeflow.reading.change import change_ids
from changeflow.reading.other_changes import OVER, Standings
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.repo.source import Source
from changeflow.schedule.agenda import Agenda
from changeflow.schedule.conflicts import OpenChange, OpenChanges, conflicts
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import environments, periods, timing

HORIZON = timedelta(days=60)
# periods of one freeze on one schedule
MOST_FREEZES = 1_000


def schedule(view: View, since: datetime, until: datetime, now: datetime) -> ScheduleAnswer:
    """Return the changes on the base whose window overlaps [since, until).

    They have their states at `now`, conflicts and freezes.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.UsageError: when the period is empty.
    """
    if until <= since:
        raise errors.UsageError("the period ends before it begins", "--from comes before --to")
    base = view.base.require_readable()
    found, lost = _requests(view)
    planned = _Planned.of(view, base, found, now)
    try:
        changes = [planned.row(one) for one in found if _is_within(one, since, until)]
        freezes = list(_freezes(base.calendars, since, until))
    except RecurrenceError as error:
        raise errors.Unreadable(f"a calendar cannot be read: {error}", error.hint) from error
    changes.sort(key=lambda one: (one.start, one.change))
    freezes.sort(key=lambda one: (one.start, one.id))
    return ScheduleAnswer.model_validate(
        {
            "from": since,
            "to": until,
            "changes": tuple(changes),
            "freezes": tuple(freezes),
            "unreadable": tuple(lost),
        }
    )


def _requests(view: View) -> tuple[list[ChangeRequest], list[str]]:
    found, lost = [], []
    names = change_ids(view.base)
    _read_at_once(view.base, names)
    for name in names:
        try:
            change = view.base.change(name).change
        except (errors.Unreadable, errors.NothingToDo):
            # the second: its folder is not named like a change
            lost.append(shown(name))
            continue
        if not change.spec.draft:
            found.append(change)
    return found, lost


def _read_at_once(source: Source, names: Iterable[str]) -> None:
    """Read every request once, together, so that reading each of them afterwards is cheap."""
    paths = [path for path in map(rfc_path, names) if source.exists(path)]
    deque(source.read_many(paths, problems=[]), maxlen=0)


def _is_within(change: ChangeRequest, since: datetime, until: datetime) -> bool:
    window = change.spec.window
    return window is not None and window.start < until and window.end > since


def _open(change: ChangeRequest, window: Window) -> OpenChange:
    return OpenChange(
        id=change.id,
        start=window.start,
        end=window.end,
        items=change.changed,
        depends_on=change.spec.depends_on,
    )


@dataclass(frozen=True)
class _Planned:
    """What the rows of one schedule share.

    `agenda` reaches over all windows and `now`, so that nothing is expanded again for one of them.
    """

    base: Rulebook
    requests: Mapping[str, ChangeRequest]
    others: OpenChanges
    agenda: Agenda
    unanswered: Unanswered
    standing: Standings

    @classmethod
    def of(
        cls, view: View, base: Rulebook, found: Sequence[ChangeRequest], now: datetime
    ) -> _Planned:
        windows = [(one, one.spec.window) for one in found if one.spec.window is not None]
        moments = [now, now + min(timedelta(seconds=1), END_OF_TIME - now)]
        for _, window in windows:
            moments += (window.start, window.end)
        requests = {one.id: one for one, _ in windows}
        return cls(
            base=base,
            requests=requests,
            others=OpenChanges(_open(one, window) for one, window in windows),
            agenda=Agenda(base.calendars, min(moments), max(moments)),
            unanswered=Unanswered(view, base, requests, now),
            standing=standings(view, now),
        )

    def row(self, change: ChangeRequest) -> ScheduledChange:
        window = change.spec.window
        assert window is not None  # noqa: S101 - the caller looked; this is for the type checker
        state, base = self.state(change), self.base
        times = timing(
            change,
            base.calendars,
            base.items,
            base.roster,
            window.start,
            failing=self.failing(change),
            expand=self.agenda.overlapping,
        )
        return ScheduledChange(
            change=change.id,
            title=change.metadata.title,
            type=change.spec.type.value,
            start=window.start,
            end=window.end,
            items=change.changed,
            environments=environments(change, base.items),
            requester=change.metadata.requester,
            implementer=change.spec.implementer,
            state=state.value if state is not None else "",
            conflicts=() if state in OVER else tuple(self.colliding(change)),
            freezes=tuple(hit.id for hit in times.freezes if not hit.exempt),
        )

    def colliding(self, change: ChangeRequest) -> Iterable[str]:
        """Yield the changes that this one conflicts with and that are not over."""
        for one in conflicts(change, {}, self.others.changing(change.changed)):
            if self.state(self.requests[one.change]) not in OVER:
                yield one.change

    def state(self, change: ChangeRequest) -> State | None:
        """Return the state of a change; None where what a gate asks about it cannot be read."""
        if self.is_surely_submitted(change):
            return State.SUBMITTED
        return self.standing.state(change.id)

    def failing(self, change: ChangeRequest) -> tuple[str, ...]:
        """Return the items that fail with those a change changes; none where it cannot be read."""
        if self.is_surely_submitted(change):
            return self.unanswered.failing(change)
        case = self.standing.case(change.id)
        return failing(case.common.assessment.impact) if case is not None else ()

    def is_surely_submitted(self, change: ChangeRequest) -> bool:
        """Return whether the ledger is silent about a change that waits for approval.

        Where a calendar cannot be expanded, nothing is sure.
        """
        return self.agenda.complete and self.unanswered.surely_submitted(change)


def _freezes(
    calendars: Iterable[Calendar], since: datetime, until: datetime
) -> Iterable[ScheduledFreeze]:
    for calendar in calendars:
        for freeze in calendar.spec.freezes:
            for start, end in periods(freeze, since, until, MOST_FREEZES):
                yield ScheduledFreeze(
                    id=freeze.id,
                    name=freeze.title,
                    calendar=calendar.metadata.id,
                    start=start,
                    end=end,
                    environments=freeze.covered.environments,
                )


@dataclass(frozen=True)
class GateMoment:
    """From `at` on the deploy gate is open or shut, for this reason."""

    at: datetime
    open: bool
    because: str


@dataclass(frozen=True)
class When:
    """`earliest` is the earliest legal start from now on, None when there is none as things stand."""

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
        blocking = [item.message for item in decision.reasons if item.outcome in SHUT]
        if not moments or moments[-1].open != decision.open:
            because = "every condition holds" if decision.open else "; ".join(blocking[:3])
            moments.append(GateMoment(at, decision.open, because))
    earliest = next((moment.at for moment in moments if moment.open), None)
    return When(inputs.change.id, now, earliest, tuple(moments))


def _case_at(inputs: GateInputs, case: DeployCase, at: datetime) -> DeployCase:
    """Return the case as it will be assessed at a later time.

    A standard change is none any more when its model has expired.
    """
    if inputs.change.spec.type is not ChangeType.STANDARD:
        return case
    others = standings(inputs.view, at)
    entries = inputs.evidence.entries
    assessed = assess_content(inputs.view, inputs.content, inputs.base, at, entries, others)
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
