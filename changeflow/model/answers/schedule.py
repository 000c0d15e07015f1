"""Answer of `schedule`: changes and freezes of a period."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.assessment import Conflict
from changeflow.model.answers.outage_budget import OutageBudget
from changeflow.model.document_parts import Instant, Record


class ScheduledChange(Record):
    """A change on the forward schedule. `state` is empty where the change cannot be judged.

    `conflicts` are the first 20 with changes that are not over, the hard ones first, then by start;
    `conflicts_total` says how many there are.
    """

    change: str
    title: str
    type: str
    start: Instant
    end: Instant
    items: tuple[str, ...]
    environments: tuple[str, ...]
    requester: str
    implementer: str | None
    state: str
    conflicts: tuple[Conflict, ...]
    conflicts_total: int
    freezes: tuple[str, ...]


class UnscheduledChange(Record):
    """A change without a window that is not over: its state, and no time."""

    change: str
    title: str
    type: str
    start: None = None
    end: None = None
    items: tuple[str, ...]
    environments: tuple[str, ...]
    requester: str
    implementer: str | None
    state: str
    conflicts: tuple[Conflict, ...] = ()
    conflicts_total: int = 0
    freezes: tuple[str, ...] = ()


class ScheduledFreeze(Record):
    """A freeze that falls into the period."""

    id: str
    name: str
    calendar: str
    start: Instant
    end: Instant
    environments: tuple[str, ...]


class UnknownPeriod(Record):
    """A freeze or a maintenance window whose time is not known for all of the period.

    `why` is English; `data` is what the sentence in any language is made from, and no part of the
    answer.
    """

    calendar: str
    id: str
    name: str
    why: str
    data: dict[str, Any] = Field(exclude=True, default={})


class ProjectedOutage(OutageBudget):
    """What changes take from the budget that a service level has for outages, in minutes.

    `used` by released changes, `planned` by approved ones, `proposed` by those that wait for approval;
    `changes` are all of these. `left` is what remains if all of them run; `over` says that it is less
    than nothing. `unknown` are changes whose outage is not stated: less may be left.
    """

    proposed: float
    left: float
    over: bool
    unknown: tuple[str, ...]
    changes: tuple[str, ...]


class ScheduleAnswer(Record):
    """Answer of `schedule`: the forward schedule of change, sorted by start.

    Changes without a window that are not over come last; their `start` and `end` are null. `outages` has
    the budgets from which changes take something, of each period that the schedule touches; without
    a service that promises a level there are none. `unknown` names the freezes and windows of which a
    year's holidays are not known; the freezes of that year are missing then, and a change whose gate
    asks about them has an empty `state`.
    """

    schema_: Literal["changeflow/schedule/v1"] = Field(
        default="changeflow/schedule/v1", alias="schema"
    )
    from_: Instant = Field(alias="from")
    to: Instant
    changes: tuple[ScheduledChange | UnscheduledChange, ...]
    freezes: tuple[ScheduledFreeze, ...]
    unknown: tuple[UnknownPeriod, ...] = ()
    outages: tuple[ProjectedOutage, ...] = ()
    unreadable: tuple[str, ...]

    @property
    def planned(self) -> tuple[ScheduledChange, ...]:
        """Return the changes that have a window."""
        return tuple(one for one in self.changes if isinstance(one, ScheduledChange))

    @property
    def unplanned(self) -> tuple[UnscheduledChange, ...]:
        """Return the changes that have none."""
        return tuple(one for one in self.changes if isinstance(one, UnscheduledChange))
