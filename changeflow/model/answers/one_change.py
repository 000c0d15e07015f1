"""Answer of `show`: one change from its request to its review."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.assessment import Assessment
from changeflow.model.answers.decision import CountedApproval, Missing
from changeflow.model.answers.register import Owed
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.document_parts import Day, Instant, Record
from changeflow.model.post_implementation import ObservedOutage


class GivenOpinion(Record):
    """What a person said of the change, in their words.

    `of_this_content` says whether it is about the request as it is now. `counts` says whether it
    fills a seat or keeps the gate shut; `reason_code` and `message` why it does not. `key` is the
    fingerprint of the key that signed it, `seq` the entry of the ledger, `source` the host's name
    where it was given in a review there. `data` is what the message names, for other languages, and
    no part of the answer.
    """

    by: str
    decision: Literal["approve", "reject", "withdraw"]
    role: str | None
    at: Instant
    words: str
    of_this_content: bool
    counts: bool
    reason_code: str
    message: str
    data: dict[str, Any] = Field(exclude=True, default={})
    signed_by: str | None
    key: str | None
    seq: int
    source: str


class ToldDecision(Record):
    """A decision of a gate: as it is on record, or as it is now (`seq` is null then).

    `approvals` are those it rests on; `reasons` are nodes of the tree of reasons.
    """

    gate: Literal["submit", "approve", "deploy", "close"]
    open: bool
    at: Instant
    seq: int | None
    approvals: tuple[CountedApproval, ...]
    missing: tuple[Missing, ...]
    reasons: tuple[dict[str, Any], ...]


class ToldFollowUp(Record):
    """Something to do because of what was learnt."""

    action: str
    owner: str
    due: Day | None


class ToldReview(Record):
    """The post-implementation review as it is written, and whether it counts.

    `outages` are how long items were out, `answers` those to the questions of the policy by their
    ids. `recorded` is when its reviewer put it on record as it is now, `due` until when policies ask
    for it. `told` are the problems as data, and `questions` those of the policies in words, by id
    and language: both for people who read other languages, and no part of the answer.
    """

    reviewer: str | None
    reviewed: Day | None
    outcome: str | None
    objectives_met: str | None
    effects_observed: str | None
    deviations: str | None
    incidents: tuple[str, ...]
    outages: tuple[ObservedOutage, ...]
    lessons: str | None
    answers: dict[str, str]
    follow_ups: tuple[ToldFollowUp, ...]
    complete: bool
    problems: tuple[str, ...]
    told: tuple[str | dict[str, Any], ...] = Field(exclude=True, default=())
    questions: dict[str, dict[str, str]] = Field(exclude=True, default={})
    recorded: Instant | None
    due: Instant | None


class Event(Record):
    """Something that happened to the change, by whom and when.

    `what` is `requested`, `merged`, or the kind of a ledger entry with what it says: `approve`,
    `decision.approve.open`, `release.started`. `text` says it in a few words; `state` is the end of
    a release. `seq` is null where no ledger entry says it.
    """

    at: Instant
    what: str
    by: str | None
    seq: int | None
    text: str
    state: str = ""
    told: dict[str, Any] = Field(exclude=True, default={})


class ChangeAnswer(Record):
    """Answer of `show`.

    `request` is the document. `at` is the branch that it was read from. `approved` is when the
    approvals of this content were complete, null before. `incidents` are those that documents say
    it caused.
    """

    schema_: Literal["changeflow/change/v1"] = Field(default="changeflow/change/v1", alias="schema")
    change: str
    at: str
    digest: str
    state: str
    request: dict[str, Any]
    assessment: Assessment
    approved: Instant | None
    decisions: tuple[ToldDecision, ...]
    opinions: tuple[GivenOpinion, ...]
    release: ReleaseAnswer | None
    review: ToldReview | None
    incidents: tuple[str, ...]
    owed: tuple[Owed, ...]
    timeline: tuple[Event, ...]
