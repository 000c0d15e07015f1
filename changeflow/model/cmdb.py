"""Configuration items and what they depend on (ISO/IEC 20000-1:2018 8.2.6)."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator

from changeflow.model.document_parts import CiId, Day, Envelope, Id, Prose, Record, Text


class Status(StrEnum):
    """The stage of a configuration item in its life."""

    PLANNED = "planned"
    LIVE = "live"
    RETIRED = "retired"


class Criticality(StrEnum):
    """The importance of an item for the business; tier1 is the highest."""

    TIER1 = "tier1"
    TIER2 = "tier2"
    TIER3 = "tier3"
    TIER4 = "tier4"


class DependsOnItem(Record):
    """A single dependency: without it this item fails (hard) or degrades (soft)."""

    ci: CiId
    strength: Literal["hard", "soft"] = "hard"


class DependsOnAnyOf(Record):
    """A redundancy group: this item fails when fewer than `min` members remain."""

    any_of: Annotated[tuple[CiId, ...], Field(min_length=1, max_length=1_000)]
    min: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _enough_members(self) -> Self:
        if self.min > len(set(self.any_of)):
            raise ValueError(f"`min` is {self.min}, the group has {len(set(self.any_of))} members")
        return self


Dependency = DependsOnItem | DependsOnAnyOf


class ItemMetadata(Record):
    """Identity of a configuration item."""

    id: CiId
    name: Text | None = None
    labels: dict[Id, Text] = {}


class ItemMaps(Record):
    """What belongs to an item in git, Terraform, registries and clusters.

    A branch that touches any of it changes the item, and its request must say so.
    """

    paths: Annotated[tuple[Text, ...], Field(max_length=1_000)] = ()
    terraform: Annotated[tuple[Text, ...], Field(max_length=1_000)] = ()
    images: Annotated[tuple[Text, ...], Field(max_length=1_000)] = ()
    helm: Annotated[tuple[Text, ...], Field(max_length=1_000)] = ()


class ServiceLevel(Record):
    """How much of a period a service is available, in percent, as its customers were promised.

    The rest of the period is the budget for planned outages. Periods are calendar periods of
    `spec.timezone` in changeflow.yaml; a week begins on Monday.
    """

    target: Annotated[
        Decimal,
        Field(gt=0, le=100, max_digits=12, allow_inf_nan=False),
        WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 100}),
    ]
    period: Literal["week", "month", "quarter", "year"] = "month"


class ItemSpec(Record):
    """The facts about an item: its type, its owner and its dependencies.

    A key that is left out is unknown, and unknown raises the risk.

    `confirmed` is the day on which its owner last looked whether all of this is still true.
    """

    type: Text | None = None
    status: Status = Status.LIVE
    criticality: Criticality | None = None
    owner: Id | None = None
    environment: Id | None = None
    description: Prose | None = None
    depends_on: Annotated[tuple[Dependency, ...], Field(max_length=5_000)] = ()
    maps: ItemMaps | None = None
    service_level: ServiceLevel | None = None
    confirmed: Day | None = None


class ConfigurationItem(Envelope):
    """A configuration item: `cmdb/**/*.yaml`, several documents per file allowed."""

    kind: Literal["ConfigurationItem"]
    metadata: ItemMetadata
    spec: ItemSpec
