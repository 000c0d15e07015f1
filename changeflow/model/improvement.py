"""Improvements: what was found wrong, why, and what is done about it (ISO/IEC 20000-1 10.1)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from changeflow.model.canonical import digest
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
    Text,
)

# the fields that a verification is about
_VERIFIED: Final = ("finding", "action", "done_by", "verified")


class ImprovementSource(Record):
    """Where it comes from: one audit, review of a change, review of a period, or nonconformity.

    `ci` is the item that it is about. `follow_up` is the number of the follow-up in the review,
    counted from 1: that is followed here then. `clause` is the requirement that was not met.
    """

    audit: Id | None = None
    ci: CiId | None = None
    review: ChangeId | None = None
    follow_up: Annotated[int, Field(ge=1, le=1_000, strict=True)] | None = None
    period: Id | None = None
    nonconformity: Text | None = None
    clause: Text | None = None


class ImprovementDone(Record):
    """What carried it out: a change, or a commit."""

    change: ChangeId | None = None
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{7,64}$(?!\n)")] | None = None


class ImprovementVerified(Record):
    """The person who saw that it works, the day, and what they looked at."""

    by: PersonId
    on: Day
    evidence: Prose | None = None


class ImprovementSpec(Record):
    """What was found, its cause, and what is done about it, by whom and when.

    `verifier` is the role or person who is to see whether it works; without one the CAB is.
    """

    source: ImprovementSource
    raised: Day | None = None
    finding: Prose
    cause: Prose | None = None
    action: Prose
    owner: Id | None = None
    due: Day | None = None
    done_by: ImprovementDone | None = None
    verifier: Id | None = None
    verified: ImprovementVerified | None = None

    @property
    def done(self) -> ImprovementDone:
        """Return what carried it out; empty where nothing has."""
        return self.done_by or ImprovementDone()


class Improvement(Envelope):
    """An improvement: `improvements/<id>.yaml`."""

    kind: Literal["Improvement"]
    metadata: Metadata
    spec: ImprovementSpec

    @property
    def verified_content(self) -> str:
        """Return the digest of what a person verifies: the finding, what was done, and how."""
        said = self.spec.model_dump(mode="json")
        return digest({name: said[name] for name in _VERIFIED})
