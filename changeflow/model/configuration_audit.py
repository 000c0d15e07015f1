"""Audits of the CMDB: a sample of items, compared with what is there (ISO/IEC 20000-1 8.2.6)."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import (
    ChangeId,
    CiId,
    Envelope,
    Id,
    Instant,
    Metadata,
    PersonId,
    Prose,
    Record,
    Text,
)

# what an auditor found of an attribute
Found = Literal["unchecked", "agrees", "differs", "missing", "surplus"]
# what an auditor found of a whole item
FoundItem = Literal["unchecked", "agrees", "missing"]
Count = Annotated[int, Field(ge=0, strict=True)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$(?!\n)")]


class AuditSample(Record):
    """How the sample was drawn. From these, and the CMDB at the commit, it is drawn again."""

    commit: Commit
    digest: Digest
    baseline: Id | None = None
    seed: Text
    size: Annotated[int, Field(ge=1, strict=True)]
    drawn: Instant
    without_items_of: PersonId | None = None
    population: Count
    left_out: Count = 0


class AuditStratum(Record):
    """Items of one tier and type: how many there are, and how many of them are in the sample."""

    tier: Text
    type: Text
    items: Count
    drawn: Count


class AuditedAttribute(Record):
    """An attribute of an item as it is recorded, and what was found."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    recorded: Prose | None = None
    found: Found | None = None
    value: Prose | None = None
    corrected_by: ChangeId | None = None
    note: Prose | None = None


class AuditedItem(Record):
    """An item of the sample. `found` holds for each attribute that does not say otherwise."""

    ci: CiId
    tier: Text
    type: Text
    found: FoundItem = "unchecked"
    corrected_by: ChangeId | None = None
    note: Prose | None = None
    attributes: Annotated[tuple[AuditedAttribute, ...], Field(min_length=1, max_length=6_000)]


class SurplusItem(Record):
    """Something that was found and that the CMDB does not have."""

    name: Text
    type: Text | None = None
    corrected_by: ChangeId | None = None
    note: Prose | None = None


class ConfigurationAuditSpec(Record):
    """The sample, and what was found."""

    sample: AuditSample
    auditor: PersonId | None = None
    strata: Annotated[tuple[AuditStratum, ...], Field(min_length=1, max_length=10_000)]
    items: Annotated[tuple[AuditedItem, ...], Field(min_length=1, max_length=10_000)]
    surplus: Annotated[tuple[SurplusItem, ...], Field(max_length=10_000)] = ()
    conclusion: Prose | None = None


class ConfigurationAudit(Envelope):
    """An audit of the CMDB: `cmdb/audits/<day>.yaml`.

    `changeflow cmdb audit` draws the sample; the auditor fills it in.
    """

    kind: Literal["ConfigurationAudit"]
    metadata: Metadata
    spec: ConfigurationAuditSpec
