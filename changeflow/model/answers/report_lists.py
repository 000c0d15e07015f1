"""Papers of `report` that are lists: the register of changes, emergencies, improvements."""

from typing import Literal

from pydantic import Field

from changeflow.model.answers.register import PlannedWindow, RiskInBrief
from changeflow.model.answers.report import Paper
from changeflow.model.document_parts import Day, Instant, Record

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
