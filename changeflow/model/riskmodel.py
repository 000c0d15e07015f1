"""The risk model: weights, bands and the 5 x 5 matrix; every number a risk score is made of."""

from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from changeflow.model.canonical import digest, evidence
from changeflow.model.document_parts import (
    DerivingRecord,
    Duration,
    Envelope,
    Id,
    Metadata,
    Record,
    Text,
)
from changeflow.model.history_facts import wrong_lines
from changeflow.model.impact_weights import ImpactWeights

RiskLevel = Literal["low", "medium", "high", "critical"]
Points = Annotated[int, Field(ge=0, le=100)]
Bands = Annotated[
    tuple[Points, Points, Points, Points],
    Field(description="Points from which 2, 3, 4 and 5 begin."),
]


def _complete_and_rising(*answers: str) -> AfterValidator:
    """Return a validator for a table that names every answer, from the best to `unknown`.

    A worse answer never weighs less than a better one, and `unknown` never less than any.
    """

    def check(points: dict[str, int]) -> dict[str, int]:
        missing = [answer for answer in answers if answer not in points]
        if missing:
            raise ValueError(f"points are missing for: {', '.join(missing)}")
        for better, worse in pairwise(answers):
            if points[worse] < points[better]:
                raise ValueError(f"`{worse}` must weigh at least as much as `{better}`")
        return points

    return AfterValidator(check)


Complexity = Literal["low", "medium", "high", "unknown"]
Experience = Literal["routine", "done-before", "first-time", "unknown"]
Tested = Literal["production-like", "partly", "none", "unknown"]
Tier = Literal["tier4", "tier3", "tier2", "tier1", "unknown"]
ComplexityPoints = Annotated[dict[Complexity, Points], _complete_and_rising(*get_args(Complexity))]
ExperiencePoints = Annotated[dict[Experience, Points], _complete_and_rising(*get_args(Experience))]
TestedPoints = Annotated[dict[Tested, Points], _complete_and_rising(*get_args(Tested))]
TierPoints = Annotated[dict[Tier, Points], _complete_and_rising(*get_args(Tier))]


class HistoryPoints(Record):
    """Points for a bad record, or for none. Only a record that is known to be good avoids them."""

    item: Points = 6
    type: Points = 3
    model: Points = 3


class RecordLine(Record):
    """A line of the scorecard: `points` for a change with at least so much of a fact.

    Facts are what records of the past say about a change: docs/reference/facts.md lists them.
    """

    fact: Annotated[
        str, Field(max_length=100, pattern=r"^[a-z][a-z0-9_]*([-.:][a-zA-Z0-9_]+)*$(?!\n)")
    ]
    at_least: Annotated[float, Field(allow_inf_nan=False)]
    points: Annotated[int, Field(ge=-20, le=20)]


def _line(fact: str, at_least: float, points: int) -> RecordLine:
    return RecordLine.model_construct(fact=fact, at_least=at_least, points=points)


# Which facts foretell trouble was found on the changes of one organisation, on their earlier part,
# and judged on the later one (docs/concepts/risk-and-history.md).
_RECORD: tuple[RecordLine, ...] = (
    _line("item_incidents_30d", 1, 2),
    _line("item_incidents_30d", 3, 2),
    _line("item_incidents_30d", 15, 3),
    _line("weeks_of_4", 2, 3),
    _line("weeks_of_4", 3, 3),
    _line("item_caused_30d", 2, 2),
    _line("service_incidents_30d", 50, 2),
    _line("quiet_days", 0, 6),
    _line("quiet_days", 30, -3),
    _line("quiet_days", 60, -3),
    _line("planned_outage", 1, 3),
    _line("team_failure_rate", 0.15, 3),
)


class LikelihoodPoints(Record):
    """Points that say how likely the change is to fail."""

    complexity: ComplexityPoints = Field(default={"low": 0, "medium": 6, "high": 12, "unknown": 12})
    experience: ExperiencePoints = Field(
        default={"routine": 0, "done-before": 4, "first-time": 10, "unknown": 10}
    )
    tested: TestedPoints = Field(
        default={"production-like": 0, "partly": 5, "none": 12, "unknown": 12}
    )
    no_verification: Points = 4
    manual_steps: Points = 2
    emergency: Points = 6
    history: HistoryPoints = HistoryPoints.model_construct()
    record: Annotated[tuple[RecordLine, ...], Field(max_length=40)] = _RECORD

    @model_validator(mode="after")
    def _lines_are_sound(self) -> Self:
        lines = [(line.fact, line.at_least, line.points) for line in self.record]
        for number, problem in wrong_lines(lines):
            raise ValueError(f"record: line {number + 1} ({lines[number][0]}): {problem}")
        return self


class OutageBand(Record):
    """An expected outage longer than `over` is worth `points`."""

    over: Duration
    points: Points


def _outage_over(minutes: int, points: int) -> OutageBand:
    return OutageBand.model_construct(over=timedelta(minutes=minutes), points=points)


class ImpactPoints(Record):
    """Points that say how much it hurts if the change fails."""

    changed: TierPoints = Field(
        default={"tier4": 1, "tier3": 5, "tier2": 10, "tier1": 16, "unknown": 16}
    )
    affected: TierPoints = Field(
        default={"tier4": 1, "tier3": 4, "tier2": 10, "tier1": 20, "unknown": 20}
    )
    breadth: Points = 8
    outage: Annotated[tuple[OutageBand, ...], Field(min_length=1, max_length=20)] = (
        _outage_over(0, 1),
        _outage_over(5, 2),
        _outage_over(15, 3),
        _outage_over(60, 5),
        _outage_over(240, 6),
    )
    removal: Points = 4
    unknown_item: Points = 16
    no_owner: Points = 2
    no_rollback: Points = 4

    @model_validator(mode="after")
    def _outages_rise(self) -> Self:
        for shorter, longer in pairwise(self.outage):
            if longer.over <= shorter.over or longer.points < shorter.points:
                raise ValueError(
                    "outage: longer outages must come later and weigh at least as much"
                )
        return self


class Smoothing(Record):
    """Beta prior of failure rates: before counting, `failures` in `changes` are assumed."""

    failures: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    changes: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 20.0
    enough: Annotated[
        int, Field(ge=1, description="Changes seen from which a record counts as known.")
    ] = 5
    bad: Annotated[
        float,
        Field(gt=0, le=1, allow_inf_nan=False, description="Failure rate that weighs all points."),
    ] = 0.25

    @model_validator(mode="after")
    def _a_rate(self) -> Self:
        if self.failures > self.changes:
            raise ValueError("the prior cannot assume more failures than changes")
        return self


class ClassRule(Record):
    """What makes a normal change at least significant or major, whatever its risk.

    It is about changes of an item for which everything holds that is given. With `outage` it is
    about the services whose service level an outage exceeds, or may exceed. What is not known
    of an item counts as the worst that it could be. A change for which a rule asks for `major` is
    covered by no change model.
    """

    model_config = ConfigDict(populate_by_name=True)

    id: Id
    class_: Literal["significant", "major"] = Field(alias="class")
    actions: (
        Annotated[tuple[Literal["add", "modify", "remove", "transfer"], ...], Field(min_length=1)]
        | None
    ) = None
    service: bool = False
    types: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    criticality: (
        Annotated[tuple[Literal["tier1", "tier2", "tier3", "tier4"], ...], Field(min_length=1)]
        | None
    ) = None
    outage: Literal["over-budget", "unknown"] | None = None
    clause: Text | None = None


# Removing or transferring a service may have a major impact on customers.
CLASSES: tuple[ClassRule, ...] = (
    ClassRule.model_construct(
        id="service-taken-away",
        class_="major",
        actions=("remove", "transfer"),
        service=True,
        clause="ISO/IEC 20000-1:2018 8.5.1.2",
    ),
    ClassRule.model_construct(
        id="critical-item-taken-away",
        class_="significant",
        actions=("remove", "transfer"),
        criticality=("tier1", "tier2"),
        clause="Organisation's own",
    ),
    ClassRule.model_construct(
        id="outage-over-budget",
        class_="major",
        outage="over-budget",
        clause="Organisation's own",
    ),
    ClassRule.model_construct(
        id="outage-unknown", class_="significant", outage="unknown", clause="Organisation's own"
    ),
)

MatrixRow = tuple[RiskLevel, RiskLevel, RiskLevel, RiskLevel, RiskLevel]


class RiskModelSpec(DerivingRecord):
    """Weights of a risk score. Likelihood and impact contribute at most 50 points each."""

    weights: ImpactWeights = ImpactWeights()
    likelihood: LikelihoodPoints = LikelihoodPoints.model_construct()
    impact: ImpactPoints = ImpactPoints.model_construct()
    smoothing: Smoothing = Smoothing.model_construct()
    classes: Annotated[tuple[ClassRule, ...], Field(max_length=100)] = CLASSES
    likelihood_bands: Bands = (6, 14, 24, 34)
    impact_bands: Bands = (6, 14, 24, 42)
    matrix: Annotated[
        tuple[MatrixRow, MatrixRow, MatrixRow, MatrixRow, MatrixRow],
        Field(description="Levels: a row for likelihood 1 to 5, a column for impact 1 to 5."),
    ] = (
        ("low", "low", "low", "medium", "medium"),
        ("low", "low", "medium", "medium", "high"),
        ("low", "medium", "medium", "high", "high"),
        ("medium", "medium", "high", "high", "critical"),
        ("medium", "high", "high", "critical", "critical"),
    )

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        for name in ("likelihood_bands", "impact_bands"):
            bands = getattr(self, name)
            if list(bands) != sorted(set(bands)):
                raise ValueError(f"{name} must rise")
        return self

    @cached_property
    def digest(self) -> str:
        """Return the digest of the risk model with every default filled in."""
        # The validators of its document are there already; those of its spec alone are not.
        document = RiskModel.model_construct(spec=self)
        dumped = document.model_dump(mode="json", by_alias=True, include={"spec"})
        return digest(evidence(dumped["spec"]))


class RiskModel(Envelope):
    """The risk model: `policies/risk.yaml`."""

    kind: Literal["RiskModel"]
    metadata: Metadata
    spec: RiskModelSpec
