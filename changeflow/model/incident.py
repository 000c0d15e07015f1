"""Incidents, where no other system holds them."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import (
    ChangeId,
    CiId,
    Envelope,
    Instant,
    Metadata,
    Prose,
    Record,
)


class IncidentSpec(Record):
    """What happened, to what, which changes caused it, and which mended it.

    `caused_by` and `fixes` are statements by a person: no program takes what is near in time for a
    cause. A change that caused an incident did not go as planned, and is reviewed.
    """

    opened: Instant
    resolved: Instant | None = None
    severity: Literal["low", "medium", "high", "critical"] | None = None
    items: Annotated[tuple[CiId, ...], Field(max_length=500)] = ()
    caused_by: Annotated[tuple[ChangeId, ...], Field(max_length=100)] = ()
    fixes: Annotated[tuple[ChangeId, ...], Field(max_length=100)] = ()
    description: Prose | None = None


class Incident(Envelope):
    """An incident: `incidents/<id>.yaml`."""

    kind: Literal["Incident"]
    metadata: Metadata
    spec: IncidentSpec
