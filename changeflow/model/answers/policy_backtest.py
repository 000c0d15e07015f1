"""Answer of `policy backtest`: what policies would have asked of the changes of the past."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record

CameOut = Literal["open", "waiting", "shut", "unknown"]


class UnjudgedChanges(Record):
    """Changes that are not judged, for one reason.

    Attributes:
        why: the reason.
        told: the reason as a sentence of the catalogue; no part of the answer.
        count: how many.
        changes: the first of them.
    """

    why: str
    count: int
    changes: tuple[str, ...]
    told: str | dict[str, Any] = Field(exclude=True, default="")


class BacktestedChanges(Record):
    """The changes that were looked at.

    Attributes:
        source: a repository with its ledger, or records of another system.
        found: changes in the period.
        judged: those that could be judged.
        left_out: the others, by reason.
        limited: whether the work was cut short: only the latest changes were judged.
    """

    source: Literal["repository", "records"]
    found: int
    judged: int
    left_out: tuple[UnjudgedChanges, ...]
    limited: bool


class RoleTime(Record):
    """How long a role took to decide in the past: the assumption of the hours of waiting.

    Attributes:
        role: that decided.
        hours: median hours from the request to its decision; null where none is known.
        decisions: how many it is the median of.
    """

    role: str
    hours: float | None
    decisions: int


class RoleNeeded(Record):
    """What would have been asked of a role.

    Attributes:
        role: that is asked.
        changes: that it would have been asked about.
        approvals: seats asked for in all of them.
        lacking: those that the opinions on record do not fill.
    """

    role: str
    changes: int
    approvals: int
    lacking: int


class Waiting(Record):
    """Hours of waiting: for each change those of its slowest role, all roles asked at once.

    Attributes:
        hours: of all changes whose roles are all known.
        changes: how many these are.
        unknown: changes that ask a role of which no decision is on record.
    """

    hours: float
    changes: int
    unknown: int


class LaterFailures(Record):
    """What would have become of the changes that failed later.

    Attributes:
        ended: judged changes whose end is known.
        failed: those that failed, were rolled back, or caused an incident.
        shut: failed changes that would have been stopped.
        waiting: those that would have needed more people than agreed.
        open: those that would have gone through as they did.
        unknown: those of which it cannot be told.
    """

    ended: int
    failed: int
    shut: int
    waiting: int
    open: int
    unknown: int


class BacktestedRule(Record):
    """What a rule would have said.

    Attributes:
        policy: that the rule belongs to.
        rule: its id.
        gate: at which it speaks.
        level: deny or warn.
        asked: changes that it applies to.
        held: those in which what it asks for was there.
        waiting: those in which people are missing.
        shut: those that it stops.
        warned: those in which it warns.
        unknown: changes of which it cannot be told what it says.
        skipped: changes that it does not apply to.
        objected: changes rejected by a person whom it asks.
        failures: failed changes among those that it stops or has wait.
    """

    policy: str
    rule: str
    gate: Literal["submit", "approve", "deploy", "close"]
    level: Literal["deny", "warn"]
    asked: int
    held: int
    waiting: int
    shut: int
    warned: int
    unknown: int
    skipped: int
    objected: int
    failures: int


class PolicyOutcome(Record):
    """What one set of rules comes to.

    Attributes:
        name: whose rules.
        label: where they were read.
        open: changes that go through with the opinions on record.
        waiting: those that need more people than agreed.
        shut: those that are stopped.
        unknown: those of which it cannot be told.
        unasked: changes for which no approval is asked.
        roles: what is asked of each role.
        waiting_time: hours of waiting.
        failures: what becomes of the changes that failed later.
        rules: every rule.
        never_no: rules that applied and never said no, nor anybody whom they ask.
        never_asked: rules that never applied.
    """

    name: Literal["today", "proposed"]
    label: str
    open: int
    waiting: int
    shut: int
    unknown: int
    unasked: int
    roles: tuple[RoleNeeded, ...]
    waiting_time: Waiting
    failures: LaterFailures
    rules: tuple[BacktestedRule, ...]
    never_no: tuple[str, ...]
    never_asked: tuple[str, ...]


class ChangedOutcome(Record):
    """A change that comes out differently under the proposed rules.

    Attributes:
        change: its id.
        today: what comes out under the rules of today.
        proposed: what comes out under those proposed.
        more: roles of which more is asked than today, with how many approvals more.
        less: roles of which less is asked.
        failed: whether it failed later; null where its end is not known.
    """

    change: str
    today: CameOut
    proposed: CameOut
    more: dict[str, int]
    less: dict[str, int]
    failed: bool | None


class StandardCandidate(Record):
    """Changes of one kind that always went well: a candidate for a change model.

    Attributes:
        items: that they change; the first of them.
        items_total: how many different items.
        kinds: types of these items.
        category: of the changes.
        steps: what is done, with the item's name as `{ci}`; empty where records have no steps.
        changes: how many ended.
        first: when the first one began.
        last: when the last one began.
        at_least: lower end of the 95 % interval (Wilson) of the share that goes well.
        examples: the latest of them.
    """

    items: tuple[str, ...]
    items_total: int
    kinds: tuple[str, ...]
    category: str
    steps: tuple[str, ...]
    changes: int
    first: Instant
    last: Instant
    at_least: float
    examples: tuple[str, ...]


class ModelStanding(Record):
    """How the changes under a change model went.

    Attributes:
        model: its id.
        standing: `suspended` by its own limits, `doubtful` by the setting, `unproven` with too few
            changes, or `good`.
        changes: that ended.
        failures: those that failed.
        at_least: lower end of the 95 % interval (Wilson) of the share that goes well; null without
            any change.
        at_most: upper end.
        max_failures: failures that the model allows; null: it has no limit.
        expires: last day of the model; null where it is not among the rules of today.
    """

    model: str
    standing: Literal["good", "unproven", "doubtful", "suspended"]
    changes: int
    failures: int
    at_least: float | None
    at_most: float | None
    max_failures: int | None
    expires: str | None


class PolicyBacktest(Record):
    """Answer of `policy backtest`.

    Attributes:
        from: beginning of the period; null: the first change.
        to: end of the period, which is no part of it; null: the last change.
        changes: what was looked at.
        role_times: how long roles took: the assumption of the hours of waiting.
        outcomes: of the rules of today, and of those proposed.
        changed: changes that come out differently or ask other people; the first of them.
        changed_total: how many these are.
        candidates: kinds of changes that always went well.
        candidate_changes: how many changes of a kind make it one.
        models: how the change models stand.
        cannot_know: what such a calculation does not tell, as codes.
    """

    schema_: Literal["changeflow/policy-backtest/v1"] = Field(
        default="changeflow/policy-backtest/v1", alias="schema"
    )
    from_: Instant | None = Field(alias="from")
    to: Instant | None
    changes: BacktestedChanges
    role_times: tuple[RoleTime, ...]
    outcomes: tuple[PolicyOutcome, ...]
    changed: tuple[ChangedOutcome, ...]
    changed_total: int
    candidates: tuple[StandardCandidate, ...]
    candidate_changes: int
    models: tuple[ModelStanding, ...]
    cannot_know: tuple[str, ...]
