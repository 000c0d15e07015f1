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


class SeenAnswer(Record):
    """What one witness saw, as `verify` tells it.

    `size` is the number of entries there were, `digest` that of the last of them. `key` says
    whether the signature `holds`, is `wrong`, or is by a key that is `unknown` here; `place` is the
    file or branch that says so; `agrees` tells whether the ledger still has that entry.
    """

    by: str
    at: Instant
    size: int
    digest: str
    key: Literal["holds", "unknown", "wrong"]
    place: str
    agrees: bool


class LedgerAnswer(Record):
    """Answer of `ledger log|verify|replay`.

    `replayed` has the decisions that were computed again, and only then. `witnesses` says who saw
    what when, the earliest first, in the answer of `verify` alone. `total` and `signed` count the
    entries that were read, and those of them with a signature of a person that holds.
    """

    schema_: Literal["changeflow/ledger/v1"] = Field(default="changeflow/ledger/v1", alias="schema")
    entries: tuple[LedgerEntryAnswer, ...]
    head: str | None
    ok: bool
    problems: tuple[AnswerFinding, ...]
    total: int = 0
    signed: int = 0
    replayed: tuple[ReplayedDecision, ...] = ()
    witnesses: tuple[SeenAnswer, ...] = ()


class WitnessAnswer(Record):
    """Answer of `ledger witness`.

    `new` tells whether a checkpoint was cosigned; this witness may have seen the same before.
    `key` is the verifier key by which others check it. `place` is the branch or file it lies in,
    `size` and `digest` are those of the ledger; where `ok` is false, nothing was cosigned.
    """

    schema_: Literal["changeflow/witness/v1"] = Field(
        default="changeflow/witness/v1", alias="schema"
    )
    ok: bool
    new: bool
    by: str
    key: str
    size: int | None = None
    digest: str | None = None
    place: str | None = None
    problems: tuple[AnswerFinding, ...]
