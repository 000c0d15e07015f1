"""Answer of `ledger`: entries, and whether the chain holds."""

from typing import Literal

from pydantic import Field

from changeflow.model.answers.findings import AnswerFinding
from changeflow.model.document_parts import Instant, Record
from changeflow.model.replay import ReplayedDecision


class LedgerEntryAnswer(Record):
    """One ledger entry in a listing."""

    seq: int
    kind: str
    change: str
    path: str
    digest: str
    previous: str | None
    at: Instant
    recorded_at: Instant
    simulated: bool
    by: str | None
    signed_by: str | None
    summary: str


class LedgerAnswer(Record):
    """Answer of `ledger log|verify|replay`.

    `replayed` has the decisions that were computed again, and only then.
    """

    schema_: Literal["changeflow/ledger/v1"] = Field(default="changeflow/ledger/v1", alias="schema")
    entries: tuple[LedgerEntryAnswer, ...]
    head: str | None
    ok: bool
    problems: tuple[AnswerFinding, ...]
    replayed: tuple[ReplayedDecision, ...] = ()
