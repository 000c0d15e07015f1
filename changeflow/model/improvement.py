"""Improvements: what was found wrong, why, and what is done about it (ISO/IEC 20000-1 10.1)."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import (
    ChangeId,
    CiId,
    Day,
    Envelope,
    Id,
    Metadata,
    PersonId,
    Prose,
    Record,
)


class ImprovementSource(Record):
    """Where it comes from: an audit of the CMDB, or a review of a change."""

    audit: Id | None = None
    ci: CiId | None = None
    review: ChangeId | None = None


class ImprovementDone(Record):
    """What carried it out: a change, or a commit."""

    change: ChangeId | None = None
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{7,64}$(?!\n)")] | None = None


class ImprovementVerified(Record):
    """The person who saw that it works, and the day."""

    by: PersonId
    on: Day


class ImprovementSpec(Record):
    """What was found, its cause, and what is done about it, by whom and when."""

    source: ImprovementSource
    finding: Prose
    cause: Prose | None = None
    action: Prose
    owner: Id | None = None
    due: Day | None = None
    done_by: ImprovementDone | None = None
    verified: ImprovementVerified | None = None


class Improvement(Envelope):
    """An improvement: `improvements/<id>.yaml`."""

    kind: Literal["Improvement"]
    metadata: Metadata
    spec: ImprovementSpec
