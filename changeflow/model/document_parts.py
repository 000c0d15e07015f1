"""Parts that every document shares: the envelope, strictness, and the contract's small types."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field

from changeflow.model.time_fields import Day, Duration, Instant
from changeflow.model.times import (
    format_duration,
    format_instant,
    parse_date,
    parse_duration,
    parse_instant,
)
from changeflow.pydantic_alone import BaseModel

__all__ = [
    "CHANGE_ID_PATTERN",
    "CI_ID_PATTERN",
    "ID_PATTERN",
    "RELEASE_ID_PATTERN",
    "ChangeId",
    "CiId",
    "CommitName",
    "Day",
    "DerivingRecord",
    "Duration",
    "Envelope",
    "Id",
    "Instant",
    "Metadata",
    "PersonId",
    "Prose",
    "Record",
    "ReleaseId",
    "RepositoryPath",
    "RoleId",
    "Text",
    "format_duration",
    "format_instant",
    "parse_date",
    "parse_duration",
    "parse_instant",
]


# `$(?!\n)` because `$` alone also matches before a trailing line break in some engines (Python's
# among them).
ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$(?!\n)"
CHANGE_ID_PATTERN: Final = r"^CHG-[0-9]{8}-[a-z0-9][a-z0-9-]{0,46}$(?!\n)"
CI_ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$(?!\n)"
RELEASE_ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$(?!\n)"


Text = Annotated[str, Field(min_length=1, max_length=200)]
Prose = Annotated[str, Field(min_length=1, max_length=10_000)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
ChangeId = Annotated[str, Field(pattern=CHANGE_ID_PATTERN)]
ReleaseId = Annotated[str, Field(pattern=RELEASE_ID_PATTERN)]
PersonId = Id
# a commit by its full name, SHA-1 or SHA-256
CommitName = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$(?!\n)")]
# A file or folder of the repository, as a path from its top.
RepositoryPath = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1_024,
        pattern=r"^(?!.*(^|/)\.{0,2}/)(?!.*(^|/)\.{1,2}$)[^\\\x00-\x1f]+$(?!\n)",
    ),
]
RoleId = Id
CiId = Annotated[str, Field(pattern=CI_ID_PATTERN)]


class Record(BaseModel):
    """A frozen record that refuses keys it does not know.

    Modules of records do without `from __future__ import annotations`: it leaves annotations as
    text, and every command would wait while pydantic compiles each of them.
    """

    # The default engine has no look-ahead, which the patterns need to refuse a trailing line break.
    # Classes are built when they are first used: most commands use few of them, and building is
    # half of their start-up.
    model_config = ConfigDict(
        frozen=True, extra="forbid", regex_engine="python-re", defer_build=True
    )


class DerivingRecord(Record):
    """A record that keeps what was derived from it, in `functools.cached_property`.

    A copy with other values derives anew.
    """

    def derive(self) -> None:
        """Derive everything, so that it is kept with the record."""
        for kind in type(self).__mro__:
            for name, value in vars(kind).items():
                if isinstance(value, cached_property):
                    getattr(self, name)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values."""
        found = super().model_copy(update=update, deep=deep)
        for name in vars(found).keys() - type(found).model_fields.keys():
            del vars(found)[name]
        return found


class Metadata(Record):
    """The identity of a document: its id, and a name for people."""

    id: Id
    name: Text | None = None
    labels: dict[Id, Text] = {}


class Envelope(Record):
    """`apiVersion`, `kind`, `metadata`, `spec`: what a document is before what it says.

    The record of a kind says which kind it is, and what its metadata and its spec hold.
    """

    apiVersion: Literal["changeflow/v1"]
    kind: str
    metadata: Any
    spec: Any
