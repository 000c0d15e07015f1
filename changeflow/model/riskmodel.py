"""The risk model: weights, bands and the 5 x 5 matrix; every number a risk score is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from changeflow.model.base import Envelope, Metadata, Record

RiskLevel = Literal["low", "medium", "high", "critical"]
Points = Annotated[int, Field(ge=0, le=100)]
Weight = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Bands = Annotated[tuple[Points, Points, Points, Points], Field(description="points from which 2, 3, 4 and 5 begin")]


class ImpactWeights(Record):
    """How much of a score each kind of dependency hands on (design, section 4)."""

    hard: Weight = 1.0
    soft: Weight = 0.5
    weakened: Weight = 0.2
    threshold: Weight = 0.05


class LikelihoodPoints(Record):
    """Points that say how likely the change is to fail."""

    complexity: dict[Literal["low", "medium", "high", "unknown"], Points] = {
        "low": 0, "medium": 6, "high": 12, "unknown": 12,
    }
    experience: dict[Literal["routine", "done-before", "first-time", "unknown"], Points] = {
        "routine": 0, "done-before": 4, "first-time": 10, "unknown": 10,
    }
    tested: dict[Literal["production-like", "partly", "none", "unknown"], Points] = {
        "production-like": 0, "partly": 5, "none": 12, "unknown": 12,
    }
    no_verification: Points = 4
    unrehearsed_manual_steps: Points = 2
    emergency: Points = 6
    history: Points = 10
    no_history: Points = 2


class ImpactPoints(Record):
    """Points that say how much it hurts if the change fails."""

    changed: dict[Literal["tier1", "tier2", "tier3", "tier4", "unknown"], Points] = {
        "tier1": 16, "tier2": 10, "tier3": 5, "tier4": 1, "unknown": 16,
    }
    affected: dict[Literal["tier1", "tier2", "tier3", "tier4", "unknown"], Points] = {
        "tier1": 20, "tier2": 10, "tier3": 4, "tier4": 1, "unknown": 10,
    }
    breadth: Points = 8
    outage: Points = 6
    removal: Points = 4
    unknown_item: Points = 16


class Smoothing(Record):
    """Beta prior of failure rates: `failures` in `changes` are assumed before anything is counted."""

    failures: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    changes: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 20.0
    enough: Annotated[int, Field(ge=1, description="changes seen from which history counts as known")] = 5


MatrixRow = tuple[RiskLevel, RiskLevel, RiskLevel, RiskLevel, RiskLevel]


class RiskModelSpec(Record):
    """Weights of a risk score. Likelihood and impact contribute at most 50 points each."""

    weights: ImpactWeights = ImpactWeights()
    likelihood: LikelihoodPoints = LikelihoodPoints()
    impact: ImpactPoints = ImpactPoints()
    smoothing: Smoothing = Smoothing()
    likelihood_bands: Bands = (6, 14, 24, 34)
    impact_bands: Bands = (6, 14, 24, 36)
    matrix: Annotated[
        tuple[MatrixRow, MatrixRow, MatrixRow, MatrixRow, MatrixRow],
        Field(description="row: likelihood 1 to 5; column: impact 1 to 5"),
    ] = (
        ("low", "low", "low", "medium", "medium"),
        ("low", "low", "medium", "medium", "high"),
        ("low", "medium", "medium", "high", "high"),
        ("medium", "medium", "high", "high", "critical"),
        ("medium", "high", "high", "critical", "critical"),
    )

    @model_validator(mode="after")
    def _bands_rise(self) -> RiskModelSpec:
        for name in ("likelihood_bands", "impact_bands"):
            bands = getattr(self, name)
            if list(bands) != sorted(set(bands)):
                raise ValueError(f"{name} must rise")
        return self


class RiskModel(Envelope[Metadata, RiskModelSpec]):
    """The risk model: `policies/risk.yaml`."""

    kind: Literal["RiskModel"]
