"""Answer of `ledger`: entries, and whether the chain holds."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.findings import AnswerFinding
from changeflow.model.document_parts import Instant, Record
from changeflow.model.replay import ReplayedDecision


class LedgerEntryAnswer(Record):
    """One ledger entry in a listing.

    `told` is what `summary` is made of, for other languages. It is no part of the answer.
    """

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
    told: dict[str, Any] = Field(exclude=True, default={})


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
