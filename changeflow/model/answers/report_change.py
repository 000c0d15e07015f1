"""Papers of `report` about single changes: the record of one, and what a CAB has before it."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.one_change import ChangeAnswer
from changeflow.model.answers.report import Paper
from changeflow.model.document_parts import Duration, Instant, Record


class RecordedEntry(Record):
    """An entry of the ledger about the change.

    `told` is what `summary` is made of, for other languages, and no part of the answer.
    """

    seq: int
    at: Instant
    kind: str
    by: str | None
    signed_by: str | None
    digest: str
    summary: str
    told: dict[str, Any] = Field(exclude=True, default={})


class KnownBaseline(Record):
    """The newest baseline of the CMDB on the ledger before the release; `digest` is of its items."""

    name: str
    at: Instant
    seq: int
    digest: str


class RollbackTime(Record):
    """How long a rollback may take, and how long it took; null where that is not known."""

    promised: Duration | None
    took: Duration | None


class ChangePaper(Paper):
    """Answer of `report change`: the record of one change.

    `record` is the answer of `show`. `judged_by` has the digests of request, CMDB and policies that
    the last assessment on record rests on, or else that of now; `assessed` is when that was put
    on record, null where none was.
    """

    kind: Literal["change"] = "change"
    change: str
    record: ChangeAnswer
    rollback: RollbackTime
    assessed: Instant | None
    judged_by: dict[str, Any]
    baseline: KnownBaseline | None
    entries: tuple[RecordedEntry, ...]
