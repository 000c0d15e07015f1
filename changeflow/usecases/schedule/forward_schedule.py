"""The forward schedule of change."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from changeflow import errors
from changeflow.gate_cases.states import States
from changeflow.model.answers.schedule import ScheduleAnswer, ScheduledChange, ScheduledFreeze
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest, Window
from changeflow.model.document_paths import rfc_path
from changeflow.model.paths import shown
from changeflow.reading.change import change_ids
from changeflow.reading.other_changes import OVER
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.repo.source import Source
from changeflow.schedule.conflicts import OpenChange, OpenChanges, conflicts
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import environments, periods, timing

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
    view = view.for_many()
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
    """What the rows of one schedule share."""

    base: Rulebook
    requests: Mapping[str, ChangeRequest]
    others: OpenChanges
    states: States

    @classmethod
    def of(
        cls, view: View, base: Rulebook, found: Sequence[ChangeRequest], now: datetime
    ) -> _Planned:
        windows = [(one, one.spec.window) for one in found if one.spec.window is not None]
        requests = {one.id: one for one, _ in windows}
        return cls(
            base=base,
            requests=requests,
            others=OpenChanges(_open(one, window) for one, window in windows),
            states=States(view, base, requests.values(), now),
        )

    def row(self, change: ChangeRequest) -> ScheduledChange:
        window = change.spec.window
        assert window is not None  # noqa: S101 - the caller looked; this is for the type checker
        state, base = self.states.state(change), self.base
        times = timing(
            change,
            base.calendars,
            base.items,
            base.roster,
            window.start,
            failing=self.states.failing(change),
            expand=self.states.agenda.overlapping,
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
            if self.states.state(self.requests[one.change]) not in OVER:
                yield one.change


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
