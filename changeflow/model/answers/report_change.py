"""Papers of `report` about single changes: the record of one, and what a CAB has before it."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.assessment import Conflict, NamedFreeze, RiskFactor
from changeflow.model.answers.decision import Missing
from changeflow.model.answers.one_change import ChangeAnswer, GivenOpinion
from changeflow.model.answers.register import Owed, PlannedWindow, RiskInBrief
from changeflow.model.answers.report import Paper, ReleaseAnalysis
from changeflow.model.answers.report_lists import ImprovementRow
from changeflow.model.document_parts import Duration, Instant, Record
from changeflow.model.riskmodel import RiskLevel


class RecordedEntry(Record):
    """An entry of the ledger about the change; `key` is the fingerprint of the key that signed it.

    `told` is what `summary` is made of, for other languages, and no part of the answer.
    """

    seq: int
    at: Instant
    kind: str
    by: str | None
    signed_by: str | None
    key: str | None
    digest: str
    summary: str
    told: dict[str, Any] = Field(exclude=True, default={})


class KnownBaseline(Record):
    """The newest baseline of the CMDB on the ledger before the release; `digest` is of its items."""

    name: str
    at: Instant
    seq: int
    digest: str


class JudgedAtStart(Record):
    """Class and risk that a release was started on: the last assessment on record before it."""

    class_: str = Field(alias="class")
    score: int
    level: RiskLevel
    at: Instant
    seq: int


class RollbackTime(Record):
    """How long a rollback may take, and how long it took; null where that is not known."""

    promised: Duration | None
    took: Duration | None


class ChangePaper(Paper):
    """Answer of `report change`: the record of one change.

    `record` is the answer of `show`. `judged_by` has the digests of request, CMDB and policies that
    the last assessment on record rests on, or else that of now; `assessed` is when that was put
    on record, null where none was. `at_start` is the class and the risk that the release was started on,
    null where none was started or nothing was recorded: what `record` says of them is of now.
    `baseline_items` are the items whose records the start of the release has, with their digests.
    `analysis` is null before the release has started. `rule_texts` are the messages of the rules of now
    in further languages, for recorded reasons that say the same, and no part of the answer.
    """

    kind: Literal["change"] = "change"
    change: str
    record: ChangeAnswer
    rollback: RollbackTime
    analysis: ReleaseAnalysis | None
    assessed: Instant | None
    at_start: JudgedAtStart | None
    judged_by: dict[str, Any]
    baseline: KnownBaseline | None
    baseline_items: dict[str, str]
    rule_texts: dict[str, dict[str, dict[str, str]]] = Field(exclude=True, default={})
    entries: tuple[RecordedEntry, ...]


class PartInChange(Record):
    """People whose part in a change keeps them from reviewing it.

    `part` is `requested`, `implemented`, `wrote`, `ran` (the release), or where policies exclude
    them `confirmed` (a step) or `approved`.
    """

    part: Literal["requested", "implemented", "wrote", "ran", "confirmed", "approved"]
    people: tuple[str, ...]


class ReviewPaper(Paper):
    """Answer of `report review`: the post-implementation review of one change.

    `record` is the answer of `show`, which holds the review. `parts` are who may not review the
    change. `independent` says whether the reviewer is none of them, null without a reviewer.
    `in_time` says whether the review was put on record by its due time, null where it has none or
    is not on record. `at_start` is as in the record of a change. `follow_ups` are its rows of the
    register of improvements, `entries` the
    reviews on the ledger.
    """

    kind: Literal["review"] = "review"
    change: str
    record: ChangeAnswer
    rollback: RollbackTime
    parts: tuple[PartInChange, ...]
    reviewer: str | None
    independent: bool | None
    in_time: bool | None
    at_start: JudgedAtStart | None
    follow_ups: tuple[ImprovementRow, ...]
    entries: tuple[RecordedEntry, ...]


class CabChangedItem(Record):
    """An item that a change touches, and for how long it will not serve."""

    ci: str
    action: str
    outage: Duration | None


class CabItem(Record):
    """A change that waits for the CAB.

    `summary` is why it is asked for. `factors` are the three that give most points of risk.
    `services` are those among its items and those that it can hit, `missing` the empty seats with
    those who could fill them now, `waiting` what is owed to it.
    """

    change: str
    title: str
    type: Literal["standard", "normal", "emergency"]
    class_: str = Field(alias="class")
    risk: RiskInBrief
    requester: str
    implementer: str | None
    window: PlannedWindow | None
    at: str
    summary: str
    factors: tuple[RiskFactor, ...]
    items: tuple[CabChangedItem, ...]
    services: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    freezes: tuple[NamedFreeze, ...]
    rollback_trigger: str | None
    rollback_limit: Duration | None
    missing: tuple[Missing, ...]
    waiting: tuple[Owed, ...]


class CabMinute(Record):
    """A change about which members of the CAB gave opinions in the period.

    `risk` is that on which its release was started, else that of now.
    `opinions` are theirs, with their words, which are also the conditions that they made.
    `approved` is since when its approvals are complete, null while they are not. `open_points` is
    what is owed for it, by whom and until when.
    """

    change: str
    title: str
    risk: RiskInBrief
    state: str
    opinions: tuple[GivenOpinion, ...]
    approved: Instant | None
    open_points: tuple[Owed, ...]


class CabPaper(Paper):
    """Answer of `report cab`: an agenda, or with `--minutes` what was said in the period.

    `agenda` has what waits for the CAB now, the riskiest first; it is empty in minutes. `attended`
    are the members who gave an opinion in the period, `discussed` the changes; both are empty in an
    agenda.
    """

    kind: Literal["cab"] = "cab"
    minutes: bool
    role: str
    agenda: tuple[CabItem, ...]
    attended: tuple[str, ...]
    discussed: tuple[CabMinute, ...]
