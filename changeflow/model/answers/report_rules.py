"""Papers of `report` for those whom changes concern: the schedule, change models, roles."""

from typing import Literal

from changeflow.model.answers.report import Paper
from changeflow.model.answers.report_sla import NoticeGiven
from changeflow.model.answers.schedule import ScheduledFreeze
from changeflow.model.document_parts import Day, Instant, Record


class ItemOutage(Record):
    """An item that a change touches; `minutes` is null where no outage is stated."""

    ci: str
    action: str
    minutes: float | None


class FreezeException(Record):
    """A freeze during which a change may go on: by whose grant and why, or for its type.

    `granted_by` is null where the freeze allows that type of change.
    """

    freeze: str
    granted_by: str | None
    reason: str | None


class AnnouncedChange(Record):
    """A change of the schedule as those are told of it whom it concerns.

    `services` are those among its items and those that it can hit, `owners` the roles and people
    who answer for its items. `freezes` are those that it hits without an exception. `notices` are
    what a release says of who is told.
    """

    change: str
    title: str
    type: str
    state: str
    start: Instant
    end: Instant
    items: tuple[ItemOutage, ...]
    environments: tuple[str, ...]
    services: tuple[str, ...]
    customers: str | None
    requester: str
    implementer: str | None
    owners: tuple[str, ...]
    conflicts: tuple[str, ...]
    freezes: tuple[str, ...]
    exceptions: tuple[FreezeException, ...]
    notices: tuple[NoticeGiven, ...]


class SchedulePaper(Paper):
    """Answer of `report schedule`: changes and freezes of the period, by their start.

    `cancelled` were planned for the period, and rejected or withdrawn.
    """

    kind: Literal["schedule"] = "schedule"
    changes: tuple[AnnouncedChange, ...]
    total: int
    cancelled: tuple[str, ...]
    freezes: tuple[ScheduledFreeze, ...]


class ModelRules(Record):
    """A standard change as its model has it. An empty list of the scope does not limit it."""

    model: str
    name: str
    description: str
    items: tuple[str, ...]
    types: tuple[str, ...]
    environments: tuple[str, ...]
    actions: tuple[str, ...]
    ceiling: int
    max_failures: int | None
    max_failure_percent: int | None
    authority: str
    authorised_by: tuple[str, ...]
    valid_from: Day | None
    expires: Day
    path: str


class ListedModel(ModelRules):
    """A standard change: its model, its limits, and what became of changes under it.

    `standing` is `in force`, `not yet`, `expired` or `suspended`. `uses` and `failures` are those of
    the period, `uses_ever` and `failures_ever` of all released changes.
    """

    standing: Literal["in force", "not yet", "expired", "suspended"]
    uses: tuple[str, ...]
    failures: tuple[str, ...]
    uses_ever: int
    failures_ever: int


class ModelsPaper(Paper):
    """Answer of `report models`: the catalogue of standard changes."""

    kind: Literal["models"] = "models"
    models: tuple[ListedModel, ...]
    total: int


class Authority(Record):
    """What a role decides: seats of a rule at a gate, or models that it may authorise."""

    gate: str | None
    rule: str | None
    seats: int | None
    clause: str | None
    model: str | None


class ListedRole(Record):
    """A role with its members, its duties and what it decides. `owns` counts the items it owns."""

    role: str
    name: str | None
    duties: str | None
    members: tuple[str, ...]
    authorities: tuple[Authority, ...]
    owns: int


class ListedDelegation(Record):
    """Who may fill whose seats in which roles, and until when; `now` says whether it holds now."""

    by: str
    to: str
    roles: tuple[str, ...]
    start: Instant
    end: Instant
    reason: str | None
    now: bool


class ListedPerson(Record):
    """A person or an automation, and whether they can sign."""

    person: str
    name: str | None
    kind: Literal["human", "agent"]
    roles: tuple[str, ...]
    keys: int
    accounts: int


class RolesPaper(Paper):
    """Answer of `report roles`: roles and authorities (ISO/IEC 20000-1 5.3).

    `without_member` are roles that rules ask for and that have no member.
    """

    kind: Literal["roles"] = "roles"
    roles: tuple[ListedRole, ...]
    people: tuple[ListedPerson, ...]
    delegations: tuple[ListedDelegation, ...]
    without_member: tuple[str, ...]
