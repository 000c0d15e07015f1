"""Paper of `report cmdb`: the newest audit of the CMDB, and its baselines with what differs."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.baselines import BaselineAnswer
from changeflow.model.answers.cmdb_audit import AuditShare, CmdbAuditAnswer
from changeflow.model.answers.cmdb_diff import CmdbDiffAnswer
from changeflow.model.answers.report import Paper
from changeflow.model.document_parts import Instant, Record

FoundKind = Literal["agrees", "differs", "missing", "surplus", "unchecked"]


class AuditedLine(Record):
    """An attribute of an audited item: what is recorded, and what was found.

    `attribute` is null for an item that does not exist, and for something that the CMDB does not
    have (`surplus`). `corrected_by` is the change that corrects the record.
    """

    ci: str
    attribute: str | None
    recorded: str | None
    found: FoundKind
    value: str | None
    corrected_by: str | None
    note: str | None


class EarlierAudit(Record):
    """The audit before, for comparison."""

    audit: str
    drawn: Instant
    accuracy: AuditShare | None
    completeness: AuditShare | None


class DifferenceKinds(Record):
    """How many differences of each kind there are.

    `without_owner` and `outdated` are of the whole CMDB, as the main branch has it.
    """

    differs: int
    missing: int
    surplus: int
    without_owner: int
    outdated: int


class OutdatedRecord(Record):
    """An item whose record is still as it was before a released change.

    `status` is null where the CMDB lacks the item, `wanted` where something else should differ.
    """

    ci: str
    change: str
    action: str
    status: str | None
    wanted: str | None


class BaselineStep(Record):
    """A baseline, and what differs from the one before it; null where there is none.

    `problem` says why the two cannot be compared; `told` is what it is made of, and no part of the
    answer.
    """

    baseline: BaselineAnswer
    before: str | None
    differences: CmdbDiffAnswer | None
    problem: str
    told: str | dict[str, Any] = Field(exclude=True, default="")


class CmdbPaper(Paper):
    """Answer of `report cmdb`.

    `audit` is the newest one whose sample was drawn in the period, null where there is none;
    `independent` says whether its auditor answers for none of the items, null where none is named.
    `since` is what differs now from the newest baseline.
    """

    kind: Literal["cmdb"] = "cmdb"
    audit: CmdbAuditAnswer | None
    independent: bool | None
    conclusion: str | None
    lines: tuple[AuditedLine, ...]
    previous: EarlierAudit | None
    kinds: DifferenceKinds
    outdated: tuple[OutdatedRecord, ...]
    without_owner: tuple[str, ...]
    baselines: tuple[BaselineStep, ...]
    since: CmdbDiffAnswer | None
