"""Builders: a valid case with one word changed."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from changeflow.gate import decision, lifecycle
from changeflow.gate.case import (
    NO_REVIEW,
    NOT_STARTED,
    NOTHING_BEHIND,
    CmdbFacts,
    Common,
    Panel,
    ReleaseFacts,
    ReviewFacts,
    ToldFacts,
)
from changeflow.gate.change_states import LifecycleState
from changeflow.gate.gates import GATES
from changeflow.gate.gates import approved_since as approval
from changeflow.gate.gates.approve import ApproveCase
from changeflow.gate.gates.approved_since import RecordedApproval
from changeflow.gate.gates.deploy import DeployCase, NotedRemote
from changeflow.gate.gates.submit import SubmitCase
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate.other_paths import NO_OTHER_PATHS, OtherPaths
from changeflow.gate.release_acceptance import Acceptances
from changeflow.model.answers.assessment import Assessment, Classification, Risk
from changeflow.model.answers.decision import Decision
from changeflow.model.answers.impact import Impact
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.deployer import NOBODY, Deployer
from changeflow.model.document_parts import Record, parse_instant
from changeflow.model.holds import Hold
from changeflow.model.kept_plans import NO_PLANS, KeptPlans
from changeflow.model.opinions import NO_CONTRIBUTORS, Check, Contributors, Review
from changeflow.model.people import RoleHistory, Roster
from changeflow.model.policy import Gate, Policy
from changeflow.model.report_summary import EvidenceRecord
from changeflow.model.scope import NOT_COMPARED, BranchScope
from changeflow.policy.testing import laid_over

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
OPEN_AT = datetime(2026, 11, 25, 14, 10, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64

STEP = {"name": "Promote", "run": ["./scripts/promote", "db-2"], "verify": ["./scripts/is-primary", "db-2"], "timeout": "PT5M"}
CHANGE: dict[str, Any] = {
    "apiVersion": "changeflow/v1",
    "kind": "ChangeRequest",
    "metadata": {"id": "CHG-20261121-db", "title": "Upgrade the database", "requester": "alice", "created": "2026-11-21"},
    "spec": {
        "type": "normal",
        "reason": "Support ends",
        "implementer": "bob",
        "items": [{"ci": "db", "action": "modify", "outage": "PT10M"}],
        "assessment": {"complexity": "medium", "experience": "done-before", "tested": "production-like"},
        "implementation": {"steps": [STEP]},
        "verification": [{"name": "Smoke", "run": ["./scripts/smoke"]}],
        "rollback": {"trigger": "Errors", "limit": "PT30M", "steps": [STEP]},
        "window": {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:30:00+08:00"},
    },
}
ROSTER: dict[str, Any] = {
    "people": {
        "alice": {"name": "Alice"},
        "bob": {"name": "Bob"},
        "carol": {"name": "Carol"},
        "dave": {"name": "Dave"},
        "erin": {"name": "Erin"},
        "renovate": {"kind": "agent"},
    },
    "roles": {"cab": ["carol", "dave", "erin"], "ecab": ["carol"], "team-db": ["alice", "erin"]},
}
APPROVE = [{"id": "quorum", "require": [{"role": "cab", "count": 2}], "message": "Two CAB members"}]


def change(**spec: Any) -> ChangeRequest:
    data = copy.deepcopy(CHANGE)
    metadata = spec.pop("metadata", {})
    data["metadata"] = laid_over(data["metadata"], metadata)
    data["spec"] = laid_over(data["spec"], spec)
    return ChangeRequest.model_validate(data)


def roster(**over: Any) -> Roster:
    spec = laid_over(ROSTER, over)
    return Roster.model_validate({"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}, "spec": spec})


def policy(rules: list[dict[str, Any]], gate: str = "approve", name: str = "test") -> Policy:
    return Policy.model_validate(
        {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": name}, "spec": {"gate": gate, "rules": rules}}
    )


def assessment(of: ChangeRequest, kind: str | None = None, level: str = "high") -> Assessment:
    computed = kind or of.spec.type.value
    return Assessment(
        change=of.id,
        digest=DIGEST,
        type=TypeAdapter(Classification).validate_python(
            {
                "declared": of.spec.type.value,
                "computed": computed,
                "class": "significant" if computed == "normal" else computed,
                "reasons": ["because"],
            }
        ),
        risk=Risk(score=61, level=level, likelihood=3, impact=4, factors=()),
        impact=Impact(changed=of.changed, affected=()),
        approvals=(),
        conflicts=(),
        policy={},
        inputs={},
    )


NO_ACCEPTANCE = Acceptances(asked=(), unreadable=(), today=date(2026, 11, 25))


class Told(Record):
    """Everything that one gate or another asks, with nothing in the way unless a test says so."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, revalidate_instances="never")

    change: ChangeRequest
    digest: str
    assessment: Assessment
    roster: Roster
    policies: tuple[Policy, ...]
    calendars: tuple[Calendar, ...] = ()
    items: dict[str, ConfigurationItem] = {}
    scope: BranchScope = NOT_COMPARED
    reviews: tuple[Review, ...] = ()
    contributors: Contributors = NO_CONTRIBUTORS
    role_history: RoleHistory | None = None
    unable: frozenset[str] = frozenset()
    cab: str = "cab"
    checks: tuple[Check, ...] = ()
    dependencies: dict[str, str] = {}
    problems: tuple[str, ...] = ()
    ledger_problems: tuple[str, ...] = ()
    newest: datetime | None = None
    skew: timedelta = timedelta(minutes=5)
    plans: KeptPlans = NO_PLANS
    holds: tuple[Hold, ...] = ()
    inputs: dict[str, Any] = {}
    resubmitted: frozenset[datetime] | None = frozenset()
    planned_later: dict[str, datetime] = {}
    other_paths: OtherPaths = NO_OTHER_PATHS
    approval_validity: timedelta | None = None
    emergency_validity: timedelta | None = None
    recorded: RecordedApproval | None = None
    merged_digest: str | None = DIGEST
    release: ReleaseFacts = NOT_STARTED
    review: ReviewFacts = NO_REVIEW
    incidents: tuple[str, ...] = ()
    cmdb: CmdbFacts = NOTHING_BEHIND
    assessed: bool = False
    holders: dict[str, str] = {}
    deployer: Deployer = NOBODY
    remote: str | None = None
    noted: tuple[NotedRemote, ...] = ()
    records: tuple[EvidenceRecord, ...] = ()
    planned: dict[int, str] | None = None
    artifacts: dict[str, str] | None = None
    acceptances: Acceptances = NO_ACCEPTANCE
    told: ToldFacts = ToldFacts(since=None, missing=())

    def _of(self, *names: str) -> dict[str, Any]:
        return {name: getattr(self, name) for name in names}

    @property
    def panel(self) -> Panel:
        return Panel(**self._of(*Panel.model_fields))

    @property
    def common(self) -> Common:
        return Common(panel=self.panel, **self._of(*Common.model_fields.keys() - {"panel"}))

    @property
    def approve(self) -> ApproveCase:
        own = ApproveCase.model_fields.keys() - {"common", "released"}
        return ApproveCase(common=self.common, released=bool(self.release.state), **self._of(*own))

    @property
    def deploy(self) -> DeployCase:
        return DeployCase(approve=self.approve, **self._of(*DeployCase.model_fields.keys() - {"approve"}))

    @property
    def life(self) -> LifeCase:
        return LifeCase(approve=self.approve, **self._of(*LifeCase.model_fields.keys() - {"approve"}))

    def at(self, gate: Gate) -> Any:
        """What a gate asks of it."""
        match gate:
            case Gate.SUBMIT:
                return SubmitCase(common=self.common)
            case Gate.APPROVE:
                return self.approve
            case Gate.DEPLOY:
                return self.deploy
            case Gate.CLOSE:
                return self.life.closing


def case(of: ChangeRequest | None = None, **over: Any) -> Told:
    of = of or change()
    defaults: dict[str, Any] = {
        "change": of,
        "digest": DIGEST,
        "assessment": assessment(of),
        "roster": roster(),
        "policies": (policy(APPROVE),),
    }
    return Told(**(defaults | over))


def decide(gate: str, told: Told, now: datetime) -> Decision:
    return decision.decide(GATES[Gate(gate)], told.at(Gate(gate)), now)


def approved_since(told: Told, now: datetime) -> tuple[datetime | None, Decision]:
    return approval.approved_since(told.deploy, now)


def state(told: Told, now: datetime) -> LifecycleState:
    return lifecycle.state(told.life, now)


def release(state: str, **over: Any) -> ReleaseFacts:
    return NOT_STARTED.model_copy(update={"state": state} | over)


def pir(**over: Any) -> ReviewFacts:
    return NO_REVIEW.model_copy(update={"present": True} | over)


def recorded(at: datetime, *approvers: str) -> RecordedApproval:
    return RecordedApproval(at=at, approvers=approvers)


def says(
    person: str | None,
    decision: str = "approve",
    *,
    digest: str = DIGEST,
    at: datetime | str = NOW,
    role: str | None = None,
    **over: Any,
) -> Review:
    moment = parse_instant(at) if isinstance(at, str) else at
    return Review(by=person, shown_as=person or "ghost", decision=decision, digest=digest, at=moment, role=role, **over)


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)
