"""Answer of `cmdb audit`: a sample that was drawn, or what an audit came to."""

from typing import Literal

from pydantic import Field

from changeflow.model.configuration_audit import AuditSample
from changeflow.model.document_parts import Record
from changeflow.model.phrases import Told, told


class AuditShare(Record):
    """A share of the whole CMDB, estimated from the sample: 0 to 1, with its 95 % interval."""

    value: float
    low: float
    high: float
    agrees: int
    looked_at: int


class AuditedStratumAnswer(Record):
    """A stratum with what was found of its attributes."""

    tier: str
    type: str
    items: int
    drawn: int
    agrees: int
    looked_at: int


class AuditedName(Record):
    """An attribute over all items of the sample."""

    attribute: str
    agrees: int
    looked_at: int


class AuditDifference(Record):
    """An attribute that is not as it is recorded; null where there is no such item."""

    ci: str
    attribute: str | None
    found: str
    recorded: str | None
    value: str | None
    corrected_by: str | None

    @property
    def told(self) -> Told:
        """Return the difference as a sentence."""
        if self.attribute is None:
            return told("audit_draft.found", case="no_item")
        data = {"attribute": self.attribute, "recorded": self.recorded, "value": self.value}
        known = {name: value for name, value in data.items() if value is not None}
        return told("audit_draft.found", case=self.found, **known)


class AuditSurplus(Record):
    """Something that was found and that the CMDB does not have."""

    name: str
    type: str | None
    corrected_by: str | None


class CmdbAuditAnswer(Record):
    """Answer of `cmdb audit`.

    `ok`: everything is filled in, the sample is the one that was drawn, and the auditor is
    independent; `problems` says what is not. Shares are null until all is filled in. `told` is what
    `problems` are made of, and no part of the answer.
    """

    schema_: Literal["changeflow/cmdb-audit/v1"] = Field(
        default="changeflow/cmdb-audit/v1", alias="schema"
    )
    audit: str
    path: str
    written: bool
    sample: AuditSample
    auditor: str | None
    items: int
    attributes: int
    unchecked: int
    ok: bool
    problems: tuple[str, ...]
    told: tuple[Told, ...] = Field(exclude=True, default=())
    accuracy: AuditShare | None
    existence: AuditShare | None
    completeness: AuditShare | None
    strata: tuple[AuditedStratumAnswer, ...]
    by_attribute: tuple[AuditedName, ...]
    differences: tuple[AuditDifference, ...]
    surplus: tuple[AuditSurplus, ...]
    improvements: tuple[str, ...]
