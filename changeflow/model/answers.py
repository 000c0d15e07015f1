"""Answers of changeflow: results of the core, and shapes of the JSON answers.

An answer's schema is named `changeflow/<name>/v1`.

Every key of an answer is always present. `schemas/answers/` is generated from these records.
"""

from typing import Any, Final, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record
from changeflow.model.phrases import first_of
from changeflow.model.replay import ReplayedDecision
from changeflow.model.riskmodel import RiskLevel


class AnswerFinding(Record):
    """One finding, see `model.findings`."""

    rule: str
    level: Literal["error", "warning"]
    message: str
    hint: str
    path: str
    route: list[str | int]
    line: int
    column: int


class FindingsAnswer(Record):
    """Answer of `check`."""

    schema_: Literal["changeflow/findings/v1"] = Field(
        default="changeflow/findings/v1", alias="schema"
    )
    findings: list[AnswerFinding]
    documents: int
    errors: int
    warnings: int


class Affected(Record):
    """An item that the change can hurt.

    `path` runs from the changed item to `ci`; `hops` is its number of edges.
    """

    ci: str
    score: float
    hops: int
    path: tuple[str, ...]
    strengths: tuple[Literal["hard", "soft", "group", "weakened"], ...] = Field(
        exclude=True, default=()
    )
    criticality: str | None
    owner: str | None


class Impact(Record):
    """The blast radius: `affected` sorted by score (falling), hops, id."""

    changed: tuple[str, ...]
    affected: tuple[Affected, ...]
    # Changed items that the other changed items would hit as well: no part of the answer, but of
    # the risk.
    also_hit: tuple[Affected, ...] = Field(exclude=True, default=())
    unknown: tuple[str, ...] = Field(exclude=True, default=())


class ImpactAnswer(Record):
    """Answer of `impact`."""

    schema_: Literal["changeflow/impact/v1"] = Field(default="changeflow/impact/v1", alias="schema")
    changed: tuple[str, ...]
    depth: int | None
    affected: tuple[Affected, ...]


class RiskFactor(Record):
    """One reason for points.

    The points of all factors add up to the score; `side` is the side of the matrix they count on.
    """

    id: str
    points: int
    source: Literal["declared", "computed", "history"]
    reason: str
    side: Literal["", "likelihood", "impact"] = Field(exclude=True, default="")


class Risk(Record):
    """Likelihood x impact on the 5 x 5 matrix, and a score from 0 to 100."""

    score: int
    level: RiskLevel
    likelihood: int
    impact: int
    factors: tuple[RiskFactor, ...]

    def factors_of(self, side: str) -> tuple[RiskFactor, ...]:
        """Return the factors of one side, likelihood or impact."""
        return tuple(factor for factor in self.factors if factor.side == side)


class Classification(Record):
    """The kind of change, and the reasons. `computed` is a floor for `declared`."""

    declared: Literal["standard", "normal", "emergency"]
    computed: Literal["standard", "normal", "emergency"]
    class_: Literal["standard", "minor", "significant", "major", "emergency"] = Field(alias="class")
    reasons: tuple[str, ...]


class RequiredApproval(Record):
    """Seats that policy asks for."""

    role: str
    count: int
    because: str
    rule: str = Field(exclude=True, default="")


class Conflict(Record):
    """Another open change that collides with this one.

    `first`: the other goes first, because its window starts earlier or, with equal starts, by its
    id. `approved`: the other change has been approved; a mere request makes no change wait.
    """

    change: str
    kind: Literal["item", "dependency", "environment"]
    items: tuple[str, ...]
    overlap_start: Instant
    overlap_end: Instant
    first: bool = False
    approved: bool = False
    message: str


class NamedFreeze(Record):
    """A freeze that keeps a change waiting."""

    id: str
    name: str
    start: Instant
    end: Instant


class Assessment(Record):
    """Answer of `assess`: what the change is, can break, how risky it is and who must approve."""

    schema_: Literal["changeflow/assessment/v1"] = Field(
        default="changeflow/assessment/v1", alias="schema"
    )
    change: str
    digest: str
    type: Classification
    risk: Risk
    impact: Impact
    approvals: tuple[RequiredApproval, ...]
    conflicts: tuple[Conflict, ...]
    freezes: tuple[NamedFreeze, ...] = ()
    policy: dict[str, Any]
    inputs: dict[str, Any]


Outcome = Literal["pass", "fail", "pending", "error", "skipped"]


# conflicts, freezes and people that one sentence spells out
_MOST_NAMED: Final = 5


class Reason(Record):
    """A node of the tree of reasons.

    `reason_code` is stable, `message` is for people, `data` holds what it is about.

    `data.shut_by` names what shuts a rule of a policy: lists of conflicts, freezes and people, each
    with a `message`. It explains a decision and is not recorded with it.
    """

    rule: str
    outcome: Outcome
    reason_code: str
    message: str
    level: Literal["deny", "warn"] = "deny"
    clause: str = ""
    hint: str = ""
    data: dict[str, Any] = {}
    parts: tuple["Reason", ...] = ()

    @property
    def shuts(self) -> bool:
        """Return whether the reason keeps a gate shut: it fails, waits, or is an error."""
        return self.outcome in ("fail", "pending", "error")

    @property
    def warns(self) -> bool:
        """Return whether the reason reports a violation without keeping the gate shut."""
        return (
            self.level == "warn" and self.outcome == "pass" and self.reason_code != "rule.satisfied"
        )


def sentence(reason: Reason) -> str:
    """Return a reason as a sentence.

    The message of a rule says what the rule asks for. If that does not hold, the sentence says so,
    followed by the first names of what shuts the rule.
    """
    said = f"not met: {reason.message}" if _is_violated(reason) else reason.message
    named: list[str] = []
    for found in reason.data.get("shut_by", {}).values():
        named += (str(one["message"]) for one in found)
    if not named:
        return said
    return f"{said}: {'; '.join(first_of(named, _MOST_NAMED))}"


def _is_violated(reason: Reason) -> bool:
    """Return whether a reason is a rule of a policy whose condition does not hold.

    Such a rule may have a code of its own.
    """
    if reason.rule.startswith("changeflow."):
        return False
    violated = reason.outcome == "fail" and not reason.reason_code.startswith("approvals.")
    return violated or reason.warns


class Missing(Record):
    """Seats that are still empty, and who could fill them now."""

    role: str
    needed: int
    have: int
    eligible: tuple[str, ...]


class CountedApproval(Record):
    """An approval that fills a seat."""

    by: str
    role: str
    at: Instant
    digest: str


class IgnoredReview(Record):
    """An opinion that does not count, and why."""

    by: str
    reason_code: str
    message: str = ""


class Decision(Record):
    """Answer of `gate`."""

    schema_: Literal["changeflow/decision/v1"] = Field(
        default="changeflow/decision/v1", alias="schema"
    )
    change: str
    gate: Literal["submit", "approve", "deploy", "close"]
    open: bool
    reasons: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    satisfiable: bool
    witness: tuple[str, ...]
    impossible: tuple[str, ...] = ()
    approvals: tuple[CountedApproval, ...]
    ignored: tuple[IgnoredReview, ...]
    inputs: dict[str, Any]
    now: Instant


class ReleaseStep(Record):
    """The result of one step.

    `waiting`: a person was asked to do or to confirm it and has not answered yet.
    """

    phase: Literal["implementation", "verification", "rollback"]
    index: int
    name: str
    outcome: Literal["done", "failed", "timed_out", "skipped", "unknown"]
    started: Instant | None
    ended: Instant | None
    detail: str = ""
    waiting: bool = False


class ReleaseAnswer(Record):
    """Answer of `release run|status|...`.

    For a release of several changes, `changes` has one answer for each and no steps.

    `run` is the run in charge, by the name that `--run` takes; empty before a release.
    """

    schema_: Literal["changeflow/release/v1"] = Field(
        default="changeflow/release/v1", alias="schema"
    )
    change: str
    state: str
    steps: tuple[ReleaseStep, ...]
    message: str = ""
    waiting_for: str = ""
    run: str = ""
    changes: tuple["ReleaseAnswer", ...] = ()


class LedgerEntryAnswer(Record):
    """One ledger entry in a listing."""

    seq: int
    kind: str
    change: str
    path: str
    digest: str
    previous: str | None
    at: Instant
    recorded_at: Instant
    simulated: bool
    by: str | None
    signed_by: str | None
    summary: str


class LedgerAnswer(Record):
    """Answer of `ledger log|verify|replay`.

    `replayed` has the decisions that were computed again, and only then.
    """

    schema_: Literal["changeflow/ledger/v1"] = Field(default="changeflow/ledger/v1", alias="schema")
    entries: tuple[LedgerEntryAnswer, ...]
    head: str | None
    ok: bool
    problems: tuple[AnswerFinding, ...]
    replayed: tuple[ReplayedDecision, ...] = ()


class ScheduledChange(Record):
    """A change on the forward schedule. `state` is empty where the change cannot be judged."""

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
    conflicts: tuple[str, ...]
    freezes: tuple[str, ...]


class ScheduledFreeze(Record):
    """A freeze that falls into the period."""

    id: str
    name: str
    calendar: str
    start: Instant
    end: Instant
    environments: tuple[str, ...]


class ScheduleAnswer(Record):
    """Answer of `schedule`: the forward schedule of change, sorted by start."""

    schema_: Literal["changeflow/schedule/v1"] = Field(
        default="changeflow/schedule/v1", alias="schema"
    )
    from_: Instant = Field(alias="from")
    to: Instant
    changes: tuple[ScheduledChange, ...]
    freezes: tuple[ScheduledFreeze, ...]
    unreadable: tuple[str, ...]


class ControlItem(Record):
    """One thing the control rests on.

    `deny`: without it the control is not on; `warn`: good to have.
    """

    id: str
    state: Literal["holds", "does_not_hold", "unknown"]
    level: Literal["deny", "warn"]
    reason_code: str
    message: str
    hint: str = ""


class ControlAnswer(Record):
    """Answer of `doctor`: whether GitHub really requires the verdict.

    `on` only when everything that counts is known to hold.
    """

    schema_: Literal["changeflow/control/v1"] = Field(
        default="changeflow/control/v1", alias="schema"
    )
    repository: str
    branch: str
    ledger: str
    app_id: int | None
    control: Literal["on", "off", "unknown"]
    items: tuple[ControlItem, ...]


ANSWERS: dict[str, type[Record]] = {
    "findings": FindingsAnswer,
    "impact": ImpactAnswer,
    "assessment": Assessment,
    "decision": Decision,
    "release": ReleaseAnswer,
    "schedule": ScheduleAnswer,
    "ledger": LedgerAnswer,
    "control": ControlAnswer,
}


def answer(record: Record) -> dict[str, Any]:
    """Return the JSON answer as plain data, keys as in the contract."""
    return record.model_dump(mode="json", by_alias=True)
