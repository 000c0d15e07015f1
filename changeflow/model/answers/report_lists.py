"""Papers of `report` that are lists: the register of changes, emergencies, improvements."""

from typing import Literal

from pydantic import Field

from changeflow.model.answers.register import ImprovementState, PlannedWindow, RiskInBrief
from changeflow.model.answers.report import KpiAnswer, Paper
from changeflow.model.document_parts import Day, Instant, Record
from changeflow.model.phrases import Told

TypeName = Literal["standard", "normal", "emergency"]


class ReviewInBrief(Record):
    """What a post-implementation review came to. `recorded`: its reviewer put it on record."""

    outcome: str | None
    reviewer: str | None
    reviewed: Day | None
    recorded: Instant | None


class RegisterRow(Record):
    """A change, whatever became of it.

    `services` are the services among its items and those that it can hit. `requested` is when the
    request was first committed or recorded, `assessed` and `approved` are the last on record before
    the release. `started` and `ended` are those of the release; what is null was not recorded.
    `outcome` is how it ended. `incidents` are those that it answers and that its review names,
    `fixes` what else it says that it fixes. `late` says whether it was recorded after it had
    started, `authorised` whether the gate `deploy` was open on record when it started; both are
    null before a release. `at` is `main`, the branch that has the request, or a commit.
    """

    change: str
    title: str
    type: TypeName
    class_: str | None = Field(alias="class")
    risk: RiskInBrief | None
    requester: str
    implementer: str | None
    items: tuple[str, ...]
    services: tuple[str, ...]
    requested: Instant | None
    assessed: Instant | None
    approved: Instant | None
    window: PlannedWindow | None
    started: Instant | None
    ended: Instant | None
    state: str
    outcome: str | None
    review: ReviewInBrief | None
    incidents: tuple[str, ...]
    fixes: tuple[str, ...]
    late: bool | None
    authorised: bool | None
    at: str


class TypeTotal(Record):
    """How many changes of a type there are, and what became of them."""

    type: TypeName
    changes: int
    implemented: int
    rolled_back: int
    failed: int
    rejected: int
    withdrawn: int
    open: int
    late: int


class RegisterPaper(Paper):
    """Answer of `report register`: every change of the period, by time, with totals by type."""

    kind: Literal["register"] = "register"
    changes: tuple[RegisterRow, ...]
    totals: tuple[TypeTotal, ...]
    total: int


class Authorisation(Record):
    """An approval: by whom, in which role, when."""

    by: str
    role: str | None
    at: Instant


class RetrospectiveApproval(Record):
    """How the approval in retrospect of an emergency stands, once its release has ended.

    `needed` is false where the policy asks for none. `due` is the last moment that the policy
    allows, null where it says none; `done` is when the last one was given that was missing, null
    while any is; `missing` names the roles of those. `days_overdue` counts begun days after `due`,
    until now or until it was done.
    """

    needed: bool
    due: Instant | None
    done: Instant | None
    days_overdue: int
    given: tuple[Authorisation, ...]
    missing: tuple[str, ...]


class EmergencyRow(Record):
    """An emergency change.

    `because` is why it could not wait, `authorised` who approved it before it started. `outcome` is
    how it ended, null while it has not. `retrospective` is null before its release has ended.
    """

    change: str
    title: str
    incident: str | None
    because: str
    requester: str
    implementer: str | None
    authorised: tuple[Authorisation, ...]
    started: Instant | None
    ended: Instant | None
    state: str
    outcome: str | None
    retrospective: RetrospectiveApproval | None
    review: ReviewInBrief | None
    review_due: Instant | None
    at: str


class EmergenciesPaper(Paper):
    """Answer of `report emergencies`: emergency changes of the period, by time.

    `share` is the measure `emergency_share` with the period before, null without any change on the
    main branch.
    """

    kind: Literal["emergencies"] = "emergencies"
    emergencies: tuple[EmergencyRow, ...]
    total: int
    share: KpiAnswer | None


class ImprovementRow(Record):
    """An improvement, or a follow-up of a review (its id is `change#number`).

    `of` is the audit, the change whose review found it, the period, or what was not as required;
    `clause` the requirement. The finding of a follow-up is what its review says under lessons;
    reviews do not ask for a cause. `change` or `commit` is what carries it out; it is `under way`
    until that change is implemented, and `verified` once another person has said that it works; it is
    `claimed` where only others say so in their name.
    `doubt` says why what is written of that does not count. `path` is the document that says it.
    """

    id: str
    source: Literal["audit", "review", "period", "nonconformity"]
    of: str
    clause: str | None = None
    ci: str | None
    finding: str
    cause: str | None
    action: str
    owner: str | None
    due: Day | None
    state: ImprovementState
    overdue: bool
    change: str | None
    commit: str | None
    verified_by: str | None
    verified_on: Day | None
    evidence: str | None = None
    doubt: str | None = None
    told: Told | None = Field(default=None, exclude=True)
    path: str


class ImprovementsPaper(Paper):
    """Answer of `report improvements`: those that are not done first, by their day.

    `open` counts those that are not done, `overdue` those of them whose day has passed.
    """

    kind: Literal["improvements"] = "improvements"
    improvements: tuple[ImprovementRow, ...]
    total: int
    open: int
    overdue: int
