"""Answer of `impact`, and the blast radius that an assessment holds.

Importing pydantic takes longer than the answer (see `model.answers.part`).
"""

from dataclasses import field
from typing import Any, Final, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.part import NO_PART, AnswerPart
from changeflow.model.phrases import Told, told
from changeflow.model.time_fields import Instant

# affected items that an answer lists, unless all are asked for
MOST_AFFECTED: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected(AnswerPart):
    """An item that the change can hurt.

    `path` runs from the changed item to `ci`; `hops` is its number of edges.
    """

    ci: str
    score: float
    hops: int
    path: tuple[str, ...]
    strengths: tuple[Literal["hard", "soft", "group", "weakened"], ...] = field(
        default=(), metadata=NO_PART
    )
    criticality: str | None
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBudget(AnswerPart):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact(AnswerPart):
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
    direct: int = field(default=0, metadata=NO_PART)
    failing: int = field(default=0, metadata=NO_PART)
    # Changed items that the other changed items would hit as well: no part of the answer, but of
    # the risk.
    also_hit: tuple[Affected, ...] = field(default=(), metadata=NO_PART)
    unknown: tuple[str, ...] = field(default=(), metadata=NO_PART)
    # everything that is affected, listed or not (`cmdb.impact.Blast`, which this floor cannot name)
    blast: Any = field(default=None, repr=False, compare=False, metadata=NO_PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedGroup(AnswerPart):
    """How many affected items have the same environment, tier or owner; `name` null: not known."""

    name: str | None
    affected: int
    direct: int
    failing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedGroups(AnswerPart):
    """How many items are affected, listed or not, those that fail most first."""

    environment: tuple[AffectedGroup, ...] = ()
    criticality: tuple[AffectedGroup, ...] = ()
    owner: tuple[AffectedGroup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedService(AnswerPart):
    """An affected item of a service type (`spec.service_types` of changeflow.yaml)."""

    ci: str
    score: float
    hops: int
    environment: str | None
    criticality: str | None
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyTogether(AnswerPart):
    """An affected item that several changed items hit harder together than any does alone.

    `alone` is its score where they fail one after the other; 0 where it is not hit then.
    """

    ci: str
    score: float
    alone: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause(AnswerPart):
    """An item that the asked ones rest on: `score` is the one it gives them when it fails alone."""

    ci: str
    score: float
    hops: int
    environment: str | None
    criticality: str | None
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectChange(AnswerPart):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream(AnswerPart):
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
    told: tuple[Any, ...] = field(default=(), metadata=NO_PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactAnswer(AnswerPart):
    """Answer of `impact`. `affected_total`, `direct` and `failing` are as in `Impact`.

    `fail_together`: whether several changed items fail at the same time. `only_together` lists what
    that alone explains, null where it was not asked. `services` are listed as `affected` are.
    `upstream` is what the items rest on, null where it was not asked.
    """

    schema_: Literal["changeflow/impact/v1"] = field(
        default="changeflow/impact/v1", metadata={"alias": "schema"}
    )
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
    direct: int = field(default=0, metadata=NO_PART)
    failing: int = field(default=0, metadata=NO_PART)


def number_of_affected(hit: int, failing: int) -> Told:
    """Return how many items are affected, and how many of them fail, as a sentence."""
    how_many = "one" if hit == 1 else "many"
    fail = {0: "none_fails", 1: "one_fails"}.get(failing, "fail")
    return told("risk.breadth", case=f"{how_many}_{fail}", hit=hit, failing=failing)
