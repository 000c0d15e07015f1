"""Read what a site shows: the same answers as `list`, `schedule`, `cmdb show` and `report kpi`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.register import Register
from changeflow.gate_cases.schedule_rows import KnownChange
from changeflow.insight.period import Period
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import Ending, ListedChange
from changeflow.model.answers.report import Paper
from changeflow.model.clock import Clock
from changeflow.model.incident import Incident
from changeflow.model.phrases import Told
from changeflow.model.watched_time import unnoted
from changeflow.reading.incident_rows import is_incident
from changeflow.reading.other_changes import NEVER
from changeflow.reading.paper_head import repository_head
from changeflow.reading.view import View
from changeflow.usecases.schedule.forward_schedule import Schedule, schedule_by

# states in which nothing is left to do but what is owed
_OVER = frozenset({*NEVER, LifecycleState.IMPLEMENTED, LifecycleState.CLOSED})


@dataclass(frozen=True)
class SiteAnswers:
    """What a site shows, beside the changes and the items themselves.

    Attributes:
        head: what it is made from.
        rows: all changes by time.
        ending: what ends soon.
        unreadable: changes whose request cannot be read.
        problems: what is wrong with the ledger.
        people: who asked for each change, makes it and approved it, by id of the change.
        moments: the time of each change, by its id.
        schedule: of a period, with its rows.
        incidents: all that can be read, the newest first.
    """

    head: Paper
    rows: tuple[ListedChange, ...]
    ending: tuple[Ending, ...]
    unreadable: tuple[str, ...]
    problems: tuple[str | Told, ...]
    people: Mapping[str, tuple[str, ...]]
    moments: Mapping[str, datetime]
    schedule: Schedule
    incidents: tuple[Incident, ...]

    @property
    def open(self) -> tuple[ListedChange, ...]:
        """Return the changes that are not over."""
        return tuple(one for one in self.rows if one.state not in _OVER)

    def changes_of_items(self) -> Mapping[str, list[ListedChange]]:
        """Return the changes of each item, the newest first."""
        found: dict[str, list[ListedChange]] = defaultdict(list)
        for one in reversed(self.rows):
            for ci in one.items:
                found[ci].append(one)
        return found

    def incidents_of_items(self) -> Mapping[str, list[Incident]]:
        """Return the incidents of each item, the newest first."""
        found: dict[str, list[Incident]] = defaultdict(list)
        for one in self.incidents:
            for ci in one.spec.items:
                found[ci].append(one)
        return found


def read_site(
    view: View,
    register: Register,
    since: datetime,
    until: datetime,
    clock: Clock,
    zone: ZoneInfo,
    planned: Mapping[str, KnownChange],
) -> SiteAnswers:
    """Return what a site shows of a repository.

    Args:
        view: the main branch; nothing that is not committed is shown.
        register: all changes.
        since: the beginning of the schedule.
        until: its end.
        clock: the time; a watched one notes how long all of it holds.
        zone: of the repository.
        planned: what is known of changes on the main branch for the schedule.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    people, moments = {}, {}
    for one in register.changes:
        row = one.row
        named = (row.requester, row.implementer or row.requester, *sorted(one.approvers))
        people[row.change] = tuple(dict.fromkeys(named))
        moments[row.change] = one.moment
    lost = [*register.unreadable]
    head = repository_head(view, Period(None, None, zone), unnoted(clock.now), (), lost)
    return SiteAnswers(
        head=Paper.model_validate({**head, "kind": "site"}),
        rows=tuple(one.row for one in register.changes),
        ending=tuple(one.ending for one in register.ending),
        unreadable=register.unreadable,
        problems=register.problems,
        people=people,
        moments=moments,
        schedule=schedule_by(view, since, until, clock.now, planned),
        incidents=_incidents(view),
    )


def _incidents(view: View) -> tuple[Incident, ...]:
    found = []
    paths = sorted(path for path in view.base.paths if is_incident(path))
    for path, _ in view.base.read_many(paths, problems=[]):
        parsed = view.base.parsed(path)
        one = None if parsed.errors else parsed.first(Incident)
        if one is not None:
            found.append(one)
    found.sort(key=lambda one: (one.spec.opened, one.metadata.id), reverse=True)
    return tuple(found)
