"""Paper of `report release`: the plan of a release, and its record once it has ended."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.one_change import ToldFollowUp, ToldReview
from changeflow.model.answers.register import PlannedWindow, RiskInBrief
from changeflow.model.answers.report import Paper, ReleaseAnalysis
from changeflow.model.answers.report_sla import NoticeGiven
from changeflow.model.document_parts import Day, Duration, Instant, Record


class AcceptedCriterion(Record):
    """A criterion of acceptance, and what was found of it; null while nothing was."""

    criterion: str
    result: Literal["met", "not-met"] | None
    evidence: str | None


class AcceptanceTold(Record):
    """Who accepts the release, by what, and who did; `holds_role` is null while none did.

    `counts` says whether the gate `deploy` takes it for accepted, `why` in its words. `told` is what
    `why` is made of, for other languages, and no part of the answer.
    """

    role: str
    criteria: tuple[AcceptedCriterion, ...]
    accepted_by: str | None
    accepted_on: Day | None
    holds_role: bool | None
    counts: bool
    why: str
    told: dict[str, Any] = Field(exclude=True, default={})


class ArtefactTold(Record):
    """What is delivered, with its digest."""

    name: str
    digest: str


class PlannedStepTold(Record):
    """A step; `outcome` is null before the release, `who` does it."""

    phase: Literal["implementation", "verification", "undo", "rollback"]
    name: str
    by_hand: bool
    outcome: str | None
    started: Instant | None
    ended: Instant | None


class CausedIncident(Record):
    """An incident that people say a change caused; `days` after the release, null: not known."""

    incident: str
    opened: Instant | None
    resolved: Instant | None
    days: float | None


class BaselineItem(Record):
    """An item that the release touches or can hit, with the digest of its record.

    `recorded` says whether the ledger has it as of the start of the release.
    """

    ci: str
    digest: str
    recorded: bool


class ReleasedChange(Record):
    """A change of the release.

    `outcome` is how it ended, null while it has not. `deviations` are what the ledger shows to be
    otherwise than planned: `not_done`, `before_window`, `after_window`, `rolled_back`, `failed`,
    `step:NAME`. What its review says of them is in `review`.
    """

    change: str
    title: str
    type: str
    class_: str = Field(alias="class")
    risk: RiskInBrief | None
    state: str
    requester: str
    implementer: str | None
    items: tuple[str, ...]
    fixes: tuple[str, ...]
    window: PlannedWindow | None
    steps: tuple[PlannedStepTold, ...]
    rollback_trigger: str | None
    rollback_limit: Duration | None
    rollback_took: Duration | None
    started: Instant | None
    ended: Instant | None
    outcome: str | None
    deviations: tuple[str, ...]
    incidents: tuple[CausedIncident, ...]
    review: ToldReview | None


class ReleaseCounts(Record):
    """How many changes of the release ended how."""

    implemented: int
    rolled_back: int
    failed: int
    open: int


class ReleasePaper(Paper):
    """Answer of `report release`.

    `phase` is `plan` before the first change has started and `record` after it. What is null or
    empty was not said. `closes` are what the release and its changes say that they close or fix.
    `incidents` are those within seven days after it, by recorded causation alone.
    `analysis` counts what the records show, incidents within those days among it; null while it is
    a plan. `baseline_name` is the newest baseline of the CMDB before it.
    """

    kind: Literal["release"] = "release"
    release: str
    title: str
    at: str
    phase: Literal["plan", "record"]
    type: Literal["major", "regular", "emergency"] | None
    basis: str | None
    description: str | None
    manager: str | None
    window: PlannedWindow | None
    deployment: str | None
    artefacts: tuple[ArtefactTold, ...]
    acceptance: AcceptanceTold | None
    closes: tuple[str, ...]
    notices: tuple[NoticeGiven, ...]
    changes: tuple[ReleasedChange, ...]
    counts: ReleaseCounts
    started: Instant | None
    ended: Instant | None
    baseline_name: str | None
    baseline: tuple[BaselineItem, ...]
    incidents: int
    analysis: ReleaseAnalysis | None
    follow_ups: tuple[ToldFollowUp, ...]
