"""Answer of `hold`, `hold approve`, `hold lift` and `hold list`: holds as the ledger has them."""

from typing import Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record


class StoppedChange(Record):
    """A change that a hold stops; one that is `implementing` ends its step."""

    change: str
    title: str
    type: str
    state: str


class HoldAnswer(Record):
    """One hold.

    `agreed` and `lifting` are people whose word counts for placing and for lifting it, `others`
    those whose does not; `missing` is how many more have to agree, and `by` who may. `stops` is
    what it stops now; null where that was not asked.
    """

    id: str
    scope: str
    reason: str
    placed_by: str
    state: Literal["preview", "proposed", "in force", "ended", "lifted"]
    placed: Instant | None
    since: Instant | None
    until: Instant | None
    lifted: Instant | None
    agreed: tuple[str, ...]
    lifting: tuple[str, ...]
    others: tuple[str, ...]
    missing: int
    by: tuple[str, ...]
    stops: tuple[StoppedChange, ...] | None


class HoldsAnswer(Record):
    """Answer of `hold`: the one in question, or all that are not over, oldest first."""

    schema_: Literal["changeflow/holds/v1"] = Field(default="changeflow/holds/v1", alias="schema")
    holds: tuple[HoldAnswer, ...]
