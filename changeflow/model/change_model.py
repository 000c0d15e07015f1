"""Change models: the template and the limits of a pre-authorised standard change."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from changeflow.model.change import Action, Argument, ImplementationStep, Rollback, Step
from changeflow.model.document_parts import (
    CiId,
    Day,
    Duration,
    Envelope,
    Metadata,
    PersonId,
    Prose,
    Record,
    RoleId,
    Text,
)


class StepPattern(Record):
    """A step that the model covers.

    Each word matches itself, `{ci}` an item of the change, `*` one plain argument.

    `run: [./scripts/restart, "{ci}"]` covers `./scripts/restart cart` in a change of `cart`, and
    nothing longer. `*` never matches the program, an option, a path, or another item than the
    change's own. `manual: true` covers a manual step.
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["run"]}, {"required": ["manual"]}]}
    )

    run: Annotated[tuple[Argument, ...], Field(min_length=1)] | None = None
    manual: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.run is None) == (self.manual is None):
            raise ValueError("a step pattern has either `run` or `manual`")
        return self


class Scope(Record):
    """Items a model covers: by id, or by type and environment.

    An item is covered when every list given holds it.
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    items: tuple[CiId, ...] | None = None
    types: tuple[Text, ...] | None = None
    environments: tuple[Text, ...] | None = None
    actions: Annotated[tuple[Action, ...], Field(min_length=1)] = (Action.MODIFY,)

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a scope names items, types, environments or actions")
        return self


class Template(Record):
    """The fields that `changeflow new --model` fills in."""

    title: Text | None = None
    category: Text | None = None
    reason: Prose | None = None
    benefit: Prose | None = None
    assessment: dict[str, Text] | None = None
    implementation: tuple[ImplementationStep, ...] = ()
    verification: tuple[Step, ...] = ()
    rollback: Rollback | None = None
    duration: Duration | None = None


class ChangeModelSpec(Record):
    """Scope, steps, ceiling, validity and who authorised the model."""

    description: Prose
    authority: RoleId
    authorised_by: Annotated[tuple[PersonId, ...], Field(min_length=1)]
    valid_from: Day | None = None
    expires: Day
    scope: Scope
    steps: Annotated[tuple[StepPattern, ...], Field(min_length=1)]
    ceiling: Annotated[
        int,
        Field(
            ge=0, le=100, description="Risk score that a change under this model may not exceed."
        ),
    ]
    max_failures: Annotated[int, Field(ge=0)] | None = None
    max_failure_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    template: Template | None = None


class ChangeModel(Envelope):
    """A change model: `policies/models/*.yaml`."""

    kind: Literal["ChangeModel"]
    metadata: Metadata
    spec: ChangeModelSpec
