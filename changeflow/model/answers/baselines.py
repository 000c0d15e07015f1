"""Answer of `cmdb baseline`: baselines of the CMDB as the ledger has them."""

from typing import Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record


class BaselineAnswer(Record):
    """One baseline.

    `outside` has the digests of files outside of the repository from which items were read.
    """

    name: str
    commit: str
    digest: str
    items: int
    relations: int
    outside: dict[str, str]
    by: str | None
    signed_by: str | None
    at: Instant
    simulated: bool
    seq: int


class BaselinesAnswer(Record):
    """Answer of `cmdb baseline`: the one that was recorded, or all of them, oldest first."""

    schema_: Literal["changeflow/baselines/v1"] = Field(
        default="changeflow/baselines/v1", alias="schema"
    )
    baselines: tuple[BaselineAnswer, ...]
