"""Answer of `assess`: class, risk, blast radius, approvals and conflicts."""

from collections.abc import Iterable
from dataclasses import field
from typing import Any, Final, Literal, Self

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Impact
from changeflow.model.answers.part import NO_PART, AnswerPart
from changeflow.model.config import ConflictKind
from changeflow.model.history_facts import COUNTED, OPEN
from changeflow.model.phrases import Told
from changeflow.model.riskmodel import RiskLevel
from changeflow.model.time_fields import Duration, Instant

ClassName = Literal["standard", "minor", "significant", "major", "emergency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFactor(AnswerPart):
    """One reason for points.

    The points of all factors add up to the score; `values` are what was found, by name, such as
    `{"question": "tested", "answer": "partially"}`; they are empty where the id says it all. `side`
    is the side of the matrix they count on.
    `reason` is its sentence in English; the sentence in any language is made from `data`, which is
    no part of the answer.
    """

    id: str
    points: int
    source: Literal["declared", "computed", "history"]
    reason: str
    values: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict, metadata=NO_PART)
    side: Literal["", "likelihood", "impact"] = field(default="", metadata=NO_PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(AnswerPart):
    """Likelihood x impact on the 5 x 5 matrix, and a score from 0 to 100.

    `model` is the digest of the risk model that gave the points: of the canonical JSON of its
    `spec` with every default filled in. It is empty in what was recorded before it was noted.
    `without_points` are factors that were looked at and are worth none; they are recorded beside the
    answer and are no part of it.
    """

    score: int
    level: RiskLevel
    likelihood: int
    impact: int
    factors: tuple[RiskFactor, ...]
    model: str = ""
    without_points: tuple[RiskFactor, ...] = field(default=(), metadata=NO_PART)

    @property
    def in_numbers(self) -> dict[str, Any]:
        """Return what sentences about the whole of it name."""
        return {
            "level": self.level,
            "score": self.score,
            "likelihood": self.likelihood,
            "impact": self.impact,
        }

    def factors_of(self, side: str) -> tuple[RiskFactor, ...]:
        """Return the factors of one side, likelihood or impact."""
        return tuple(factor for factor in self.factors if factor.side == side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification(AnswerPart):
    """The kind of change, and the reasons. `computed` is a floor for `declared`.

    The sentences of the reasons in any language are made from `data`, which is no part of the
    answer.
    """

    declared: Literal["standard", "normal", "emergency"]
    computed: Literal["standard", "normal", "emergency"]
    class_: ClassName = field(metadata={"alias": "class"})
    reasons: tuple[str, ...]
    data: tuple[dict[str, Any], ...] = field(default=(), metadata=NO_PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredApproval(AnswerPart):
    """Seats that policy asks for.

    `translations` has what the rule says in further languages, and is no part of the answer.
    """

    role: str
    count: int
    because: str
    rule: str = field(default="", metadata=NO_PART)
    translations: dict[str, dict[str, str]] = field(default_factory=dict, metadata=NO_PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(AnswerPart):
    """Another open change that collides with this one.

    `hard`: by `spec.conflicts` of the configuration it keeps the later of the two waiting.
    `overlap_start` to `overlap_end` is the time in which both windows are open; of an order or a
    rollback, from the start of the later change until the earlier one, or its way back, is over.
    `first`: the other goes first, because this one depends on it, its window starts earlier or,
    with equal starts, by its id. `approved`: the other change has been approved; a mere request makes no change wait.
    `proposal` says what to do. Both texts are English; `data` and `advice` are what the sentences
    in any language are made from, and no part of the answer.
    """

    change: str
    kind: ConflictKind
    hard: bool = False
    items: tuple[str, ...]
    overlap_start: Instant
    overlap_end: Instant
    first: bool = False
    approved: bool = False
    proposal: str = ""
    message: str
    data: dict[str, Any] = field(default_factory=dict, metadata=NO_PART)
    advice: dict[str, Any] = field(default_factory=dict, metadata=NO_PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFreeze(AnswerPart):
    """A freeze that keeps a change waiting."""

    id: str
    name: str
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt(AnswerPart):
    """What conditions see of the earlier changes of a team and of its items.

    `known` has each fact by its name below `history`, `unknown` why another is not known.
    """

    known: dict[str, int | float] = field(default_factory=dict)
    unknown: dict[str, Told] = field(default_factory=dict)

    @classmethod
    def not_known(cls, why: Told, names: Iterable[str] = (*COUNTED, *OPEN)) -> Self:
        """Return that nothing is known under some names."""
        return cls(unknown=dict.fromkeys(names, why))

    def with_others(self, other: "Debt") -> "Debt":
        """Return these facts and further ones."""
        known = {**self.known, **other.known}
        return Debt(known=known, unknown={**self.unknown, **other.unknown})


# No rule reads any of them, so that none was looked for.
NOT_ASKED: Final = Debt()


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning(AnswerPart):
    """How a change can be taken back, by its plan.

    `reversible` is the share of its steps that can be undone, from 0 to 1; `point_of_no_return` the
    name of the first step after which not everything can be; `longest` how long returning may take
    from the worst step, None where there is no whole way back.

    `rehearsed`: the newest rehearsal in a sandbox is of this very content, and passed;
    `rehearsed_at` when one last passed, of whatever content, None where none did.
    """

    reversible: float = 1.0
    point_of_no_return: str | None = None
    longest: Duration | None = None
    rehearsed: bool = False
    rehearsed_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(AnswerPart):
    """Answer of `assess`: what the change is, can break, how risky it is and who must approve.

    `debt` is what conditions see of earlier changes, `returning` what they see of the way back.
    Both are no part of the answer.
    """

    schema_: Literal["changeflow/assessment/v1"] = field(
        default="changeflow/assessment/v1", metadata={"alias": "schema"}
    )
    change: str
    digest: str
    type: Classification
    risk: Risk
    impact: Impact
    approvals: tuple[RequiredApproval, ...]
    conflicts: tuple[Conflict, ...]
    conflicts_total: int = 0
    freezes: tuple[NamedFreeze, ...] = ()
    policy: dict[str, Any]
    inputs: dict[str, Any]
    debt: Debt = field(default=NOT_ASKED, metadata=NO_PART)
    returning: Returning = field(default=Returning(), metadata=NO_PART)

    @property
    def computed(self) -> str:
        """Return the computed type."""
        return self.type.computed
