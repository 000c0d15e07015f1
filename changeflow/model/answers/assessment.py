"""Answers of `assess` and `impact`: class, risk, blast radius, approvals and conflicts."""

from typing import Any, Final, Literal, Self

from pydantic import Field

from changeflow.model.document_parts import Instant, Record
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import RiskLevel

# affected items that an answer lists, unless all are asked for
MOST_AFFECTED: Final = 1_000


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


class ServiceBudget(Record):
    """What is left of the budget that a service level has for outages in a period, in minutes.

    `used` by released changes, `planned` by this change (`outage`) and other approved ones, all of
    which `changes` names but this one. `left` is what remains; `over` says that it is less than
    nothing. `unknown` are changes whose outage is not stated: as long as there are any, less may be
    left.
    """

    ci: str
    target: float
    period: Literal["week", "month", "quarter", "year"]
    start: Instant
    end: Instant
    budget: float
    used: float
    planned: float
    outage: float
    left: float
    over: bool
    unknown: tuple[str, ...]
    changes: tuple[str, ...]


class Impact(Record):
    """The blast radius: `affected` sorted by score (falling), hops, id.

    `affected_total` counts the items that are not listed, too. So do `direct`, those that are one
    hop away, and `failing`, those with score 1.
    """

    changed: tuple[str, ...]
    affected_total: int = 0
    affected: tuple[Affected, ...]
    # services with a service level: those that fail, and those that are merely degraded
    sla: tuple[ServiceBudget, ...] = ()
    sla_degraded: tuple[str, ...] = ()
    direct: int = Field(exclude=True, default=0)
    failing: int = Field(exclude=True, default=0)
    # Changed items that the other changed items would hit as well: no part of the answer, but of
    # the risk.
    also_hit: tuple[Affected, ...] = Field(exclude=True, default=())
    unknown: tuple[str, ...] = Field(exclude=True, default=())


class AffectedGroup(Record):
    """How many affected items have the same environment, tier or owner; `name` null: not known."""

    name: str | None
    affected: int
    direct: int
    failing: int


class AffectedGroups(Record):
    """How many items are affected, listed or not, those that fail most first."""

    environment: tuple[AffectedGroup, ...] = ()
    criticality: tuple[AffectedGroup, ...] = ()
    owner: tuple[AffectedGroup, ...] = ()


class AffectedService(Record):
    """An affected item of a service type (`spec.service_types` of changeflow.yaml)."""

    ci: str
    score: float
    hops: int
    environment: str | None
    criticality: str | None
    owner: str | None


class OnlyTogether(Record):
    """An affected item that several changed items hit harder together than any does alone.

    `alone` is its score where they fail one after the other; 0 where it is not hit then.
    """

    ci: str
    score: float
    alone: float


class Cause(Record):
    """An item that the asked ones rest on: `score` is the one it gives them when it fails alone."""

    ci: str
    score: float
    hops: int
    environment: str | None
    criticality: str | None
    owner: str | None


class SuspectChange(Record):
    """A change of the last days that touched something the asked items rest on, or themselves.

    `items` are those it touched of these; `score` is the one the asked items get when these fail
    together. `rank` is the score times the recency, which falls from 1 now to 0 at the beginning of
    the period. `own` says that it touched an asked item itself. `began` and `ended` are those of
    its release, else of its window; `ended` is null while it is implemented. `by` started it, else
    implements it. `see` is the command that shows it.
    """

    change: str
    title: str
    state: str
    items: tuple[str, ...]
    score: float
    rank: float
    own: bool
    began: Instant | None
    ended: Instant | None
    requester: str
    by: str | None
    see: str


class Upstream(Record):
    """What could have caused trouble on the asked items.

    `rests_on` counts everything they rest on, `causes_total` what hits them when it fails alone.
    `changes` are ranked: those of the asked items first, the latest first, then by `rank`.
    `unreadable` are changes that cannot be read, and `problems` is what else could not: what stands
    here may be incomplete then.
    """

    rests_on: int
    causes_total: int
    causes: tuple[Cause, ...]
    since: Instant
    until: Instant
    changes: tuple[SuspectChange, ...]
    unreadable: tuple[str, ...]
    problems: tuple[str, ...]
    told: tuple[Any, ...] = Field(exclude=True, default=())


class ImpactAnswer(Record):
    """Answer of `impact`. `affected_total`, `direct` and `failing` are as in `Impact`.

    `fail_together`: whether several changed items fail at the same time. `only_together` lists what
    that alone explains, null where it was not asked. `services` are listed as `affected` are.
    `upstream` is what the items rest on, null where it was not asked.
    """

    schema_: Literal["changeflow/impact/v1"] = Field(default="changeflow/impact/v1", alias="schema")
    changed: tuple[str, ...]
    depth: int | None
    affected_total: int
    affected: tuple[Affected, ...]
    fail_together: bool = True
    only_together: tuple[OnlyTogether, ...] | None = None
    groups: AffectedGroups = AffectedGroups()
    services_total: int = 0
    services: tuple[AffectedService, ...] = ()
    upstream: Upstream | None = None
    direct: int = Field(exclude=True, default=0)
    failing: int = Field(exclude=True, default=0)


def number_of_affected(hit: int, failing: int) -> Told:
    """Return how many items are hit, and how many of them fail, as a sentence."""
    how_many = "one" if hit == 1 else "many"
    fail = {0: "none_fails", 1: "one_fails"}.get(failing, "fail")
    return told("risk.breadth", case=f"{how_many}_{fail}", hit=hit, failing=failing)


class RiskFactor(Record):
    """One reason for points.

    The points of all factors add up to the score; `side` is the side of the matrix they count on.
    `reason` is its sentence in English; the sentence in any language is made from `data`, which is
    no part of the answer.
    """

    id: str
    points: int
    source: Literal["declared", "computed", "history"]
    reason: str
    data: dict[str, Any] = Field(exclude=True, default={})
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
    """The kind of change, and the reasons. `computed` is a floor for `declared`.

    The sentences of the reasons in any language are made from `data`, which is no part of the
    answer.
    """

    declared: Literal["standard", "normal", "emergency"]
    computed: Literal["standard", "normal", "emergency"]
    class_: Literal["standard", "minor", "significant", "major", "emergency"] = Field(alias="class")
    reasons: tuple[str, ...]
    data: tuple[dict[str, Any], ...] = Field(exclude=True, default=())


class RequiredApproval(Record):
    """Seats that policy asks for.

    `translations` has what the rule says in further languages, and is no part of the answer.
    """

    role: str
    count: int
    because: str
    rule: str = Field(exclude=True, default="")
    translations: dict[str, dict[str, str]] = Field(exclude=True, default={})


class Conflict(Record):
    """Another open change that collides with this one.

    `first`: the other goes first, because its window starts earlier or, with equal starts, by its
    id. `approved`: the other change has been approved; a mere request makes no change wait.
    `message` says it in English; `data` is what the sentence in any language is made from, and no
    part of the answer.
    """

    change: str
    kind: Literal["item", "dependency", "environment"]
    items: tuple[str, ...]
    overlap_start: Instant
    overlap_end: Instant
    first: bool = False
    approved: bool = False
    message: str
    data: dict[str, Any] = Field(exclude=True, default={})


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

    def listing(self, most: int = MOST_AFFECTED) -> Self:
        """Return the answer with so many affected items at most; all of them stay counted."""
        if len(self.impact.affected) <= most:
            return self
        short = self.impact.model_copy(update={"affected": self.impact.affected[:most]})
        return self.model_copy(update={"impact": short})
