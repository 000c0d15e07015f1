"""The post-implementation review (PIR) and the release record."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.change import Window
from changeflow.model.document_parts import (
    ChangeId,
    CiId,
    Day,
    Duration,
    Envelope,
    Id,
    Instant,
    PersonId,
    Prose,
    Record,
    ReleaseId,
    RoleId,
    Text,
)


class ReviewMetadata(Record):
    """The id of a review is the id of its change."""

    id: ChangeId
    created: Day | None = None
    labels: dict[Id, Text] = {}


class ReviewedStep(Record):
    """The result of one step."""

    phase: Literal["implementation", "verification", "undo", "rollback"]
    name: Text
    outcome: Literal["done", "failed", "timed_out", "skipped", "unknown"]
    started: Instant | None = None
    ended: Instant | None = None


class DeclaredItem(Record):
    """What the request was to do with an item, and the outage that it planned."""

    ci: CiId
    action: Text
    outage: Duration | None = None


class ApprovalWords(Record):
    """What an approver wrote: a condition, or a remark."""

    by: Text
    said: Prose


class Actual(Record):
    """The facts of the release, copied from request and ledger when the review was started.

    Reviews that were started by older versions lack `declared`, `rollback_promised` and
    `approvals`, and are not compared with them.
    """

    state: Literal["implemented", "rolled_back", "rollback_failed"]
    planned: Window | None = None
    started: Instant
    ended: Instant
    steps: Annotated[tuple[ReviewedStep, ...], Field(max_length=1_000)] = ()
    release: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
    rollback_took: Duration | None = None
    rollback_promised: Duration | None = None
    declared: Annotated[tuple[DeclaredItem, ...], Field(max_length=1_000)] | None = None
    approvals: Annotated[tuple[ApprovalWords, ...], Field(max_length=200)] | None = None


class ObservedOutage(Record):
    """How long an item was out, as the reviewer found out."""

    ci: CiId
    took: Duration


class FollowUp(Record):
    """Something to do because of what was learnt."""

    action: Prose
    owner: Id
    due: Day | None = None


class ReviewSpec(Record):
    """The review.

    What a person must answer is left empty in the skeleton and asked for by `changeflow review`.
    `answers` are those to the questions of the policy, by their ids.
    """

    change: ChangeId
    reviewer: PersonId | None = None
    reviewed: Day | None = None
    outcome: Literal["successful", "successful-with-issues", "rolled-back", "failed"] | None = None
    objectives_met: Prose | None = None
    effects_observed: Prose | None = None
    deviations: Prose | None = None
    incidents: tuple[Text, ...] | None = None
    outages: Annotated[tuple[ObservedOutage, ...], Field(max_length=1_000)] | None = None
    lessons: Prose | None = None
    answers: dict[Id, Prose] = {}
    follow_ups: tuple[FollowUp, ...] = ()
    actual: Actual

    @property
    def measured(self) -> dict[str, timedelta]:
        """Return how long items were out, by item; empty where the reviewer names none."""
        return {one.ci: one.took for one in self.outages or ()}


class PostImplementationReview(Envelope):
    """A post-implementation review: `changes/<id>/review.yaml`."""

    kind: Literal["PostImplementationReview"]
    metadata: ReviewMetadata
    spec: ReviewSpec


class ReleaseMetadata(Record):
    """Identity of a release."""

    id: ReleaseId
    title: Text | None = None
    labels: dict[Id, Text] = {}


class Criterion(Record):
    """A criterion of acceptance, and what was found of it."""

    criterion: Prose
    result: Literal["met", "not-met"] | None = None
    evidence: Text | None = None


class Acceptance(Record):
    """What a release must do to be accepted, the role that accepts it, and who did.

    `accepted_changes` is the digest of the list of changes that was accepted.
    """

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=200)]
    role: RoleId
    accepted_by: PersonId | None = None
    accepted_on: Day | None = None
    accepted_changes: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")] | None = None


class Artefact(Record):
    """Something that is delivered, with the digest by which it is known."""

    name: Text
    digest: Annotated[str, Field(pattern=r"^sha(256|512):[0-9a-f]{64,128}$(?!\n)")]


class Notice(Record):
    """Those who are told of a release, and when they were."""

    to: Text
    by: Text | None = None
    sent: Day | None = None


class ReleaseSpec(Record):
    """One or more changes deployed together, in this order, in one window.

    A change comes after those it depends on. `parallel` is how many changes that do not depend on
    each other may be under way at the same time. `on_failure` says what becomes of the changes that
    are implemented when another one fails: they stay (`stop`), or are rolled back, the last one first
    (`roll_back`). Both count as the main branch has them. `acceptance` is complete before the first
    change is deployed, where it is there.
    """

    changes: Annotated[tuple[ChangeId, ...], Field(min_length=1, max_length=100)]
    type: Literal["major", "regular", "emergency"] | None = None
    basis: Prose | None = None
    manager: PersonId | None = None
    window: Window | None = None
    parallel: Annotated[int, Field(ge=1, le=20)] = 1
    on_failure: Literal["stop", "roll_back"] = "stop"
    description: Prose | None = None
    deployment: Prose | None = None
    artefacts: Annotated[tuple[Artefact, ...], Field(max_length=500)] = ()
    acceptance: Acceptance | None = None
    closes: Annotated[tuple[Text, ...], Field(max_length=200)] = ()
    notices: Annotated[tuple[Notice, ...], Field(max_length=100)] = ()


class Release(Envelope):
    """A release: `releases/<id>/release.yaml`."""

    kind: Literal["Release"]
    metadata: ReleaseMetadata
    spec: ReleaseSpec
