"""Freeze exceptions: a change that may go on during a freeze, until a moment."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import (
    ChangeId,
    Envelope,
    Id,
    Instant,
    Metadata,
    PersonId,
    Prose,
    Record,
)


class FreezeExceptionSpec(Record):
    """Which change may go on during which freeze, or freezes, why, until when, and who approved that.

    It counts from the main branch alone, until `end`, where enough of `approved_by` hold a role that
    the configuration names (`freeze_exceptions`) and none of these asked for the change or carries it
    out.
    """

    change: ChangeId
    freeze: Id | Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]
    reason: Prose
    end: Instant
    approved_by: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=20)]

    @property
    def freezes(self) -> tuple[str, ...]:
        """Return the ids of the freezes."""
        return (self.freeze,) if isinstance(self.freeze, str) else self.freeze


class FreezeException(Envelope):
    """A freeze exception: `exceptions/<id>.yaml`."""

    kind: Literal["FreezeException"]
    metadata: Metadata
    spec: FreezeExceptionSpec
