"""Paper of `report sla`: what planned outages of changes leave of the service levels."""

from typing import Literal

from changeflow.model.answers.outage_budget import OutageBudget
from changeflow.model.answers.register import PlannedWindow
from changeflow.model.answers.report import Paper
from changeflow.model.document_parts import Day, Instant, Record


class NoticeGiven(Record):
    """Those who are told, how, and the day on which they were; null while they have not been."""

    to: str
    by: str | None
    sent: Day | None


class OutageOfChange(Record):
    """A change that takes a service away.

    `planned` are the minutes that its request states, null where it does not. `released` says that
    its release has ended, so that they are used up. The ledger records when a release started and
    ended (`release_minutes`), and no outage: `actual` is what its review says of the items that
    take the service away, null where it does not. `customers` is what the request
    says of them, `notices` what its release says of who was told; `told` is null where no release
    says it.
    """

    change: str
    title: str
    state: str
    planned: float | None
    actual: float | None
    released: bool
    window: PlannedWindow | None
    started: Instant | None
    ended: Instant | None
    release_minutes: float | None
    incidents: tuple[str, ...]
    customers: str | None
    notices: tuple[NoticeGiven, ...]
    told: bool | None


class SlaRow(OutageBudget):
    """A service in one period of its service level, in minutes.

    `used` by released changes, `planned` by approved ones. `over` says that less than nothing is
    left; `unknown` names changes whose outage is not stated, so that less may be left.
    """

    left: float
    over: bool
    unknown: tuple[str, ...]
    changes: tuple[OutageOfChange, ...]


class SlaPaper(Paper):
    """Answer of `report sla`: every service with a level, in each of its periods.

    `over` counts the rows whose budget is exceeded. `without_level` are the services that promise
    no level.
    """

    kind: Literal["sla"] = "sla"
    services: tuple[SlaRow, ...]
    total: int
    over: int
    without_level: tuple[str, ...]
