"""Targets of measures: what an organisation wants its changes to come to (ISO/IEC 20000-1 9.1)."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import Envelope, Id, Metadata, Prose, Record, Text

# `<= 10 %`: at most or at least, a number, and the unit of the measure
TARGET_PATTERN = r"^(<=|>=) ?\d{1,9}(\.\d{1,6})?( ?(%|h|min|per day|per person))?$(?!\n)"


class Objective(Record):
    """A target of one measure, and the role that answers for it."""

    kpi: Text
    target: Annotated[str, Field(pattern=TARGET_PATTERN)]
    owner: Id
    period: Literal["month", "quarter", "year"] = "quarter"
    reason: Prose | None = None


class ObjectivesSpec(Record):
    """The targets, each of another measure."""

    objectives: Annotated[tuple[Objective, ...], Field(max_length=200)]


class Objectives(Envelope):
    """Targets of measures: `policies/objectives.yaml`."""

    kind: Literal["Objectives"]
    metadata: Metadata
    spec: ObjectivesSpec
