"""Sources of configuration items: exports of other systems."""

from typing import Annotated, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator

from changeflow.model.cmdb import Criticality, Status
from changeflow.model.document_parts import Envelope, Id, Metadata, Record, Text
from changeflow.model.source_files import files_problem

SourceFormat = Literal[
    "csv", "edges", "backstage", "kubernetes", "terraform", "compose", "netbox", "servicenow",
    "itop", "graphml",
]  # fmt: skip
# what native YAML has, and the most that a source may have
NATIVE_PRECEDENCE = 100
MOST_PRECEDENCE = 1_000

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$(?!\n)")]
# `null` may be written here to say that there is none; elsewhere an empty value is a slip
NoneStated = Annotated[None, WithJsonSchema({"const": None})]
FileOrNone = Annotated[
    Text | None, WithJsonSchema({"type": ["string", "null"], "minLength": 1, "maxLength": 200})
]
Column = Literal[
    "id", "name", "type", "status", "criticality", "owner", "environment", "description",
    "from", "to", "strength", "group", "min",
]  # fmt: skip


class SourceDigests(Record):
    """The digests of two files outside of the repository."""

    nodes: Sha256 | None = None
    edges: Sha256 | None = None


class SourceDefaults(Record):
    """What holds for items of the source about which nothing else is known."""

    type: Text | None = None
    status: Status | None = None
    criticality: Criticality | None = None
    owner: Id | None = None
    environment: Id | None = None


class MappedColumn(Record):
    """The column that has an attribute, and what its values mean."""

    column: Text | None = None
    values: dict[Text, Text] = {}


class ConfigurationSourceSpec(Record):
    """Where the files are, and how much they weigh beside what others say."""

    format: SourceFormat
    path: FileOrNone = None
    nodes: FileOrNone = None
    edges: FileOrNone = None
    sha256: Sha256 | SourceDigests | NoneStated = None
    precedence: Annotated[int, Field(ge=0, le=MOST_PRECEDENCE)] = 10
    defaults: SourceDefaults = SourceDefaults()
    mapping: dict[Column, Text | MappedColumn] = {}

    @model_validator(mode="after")
    def _has_files(self) -> Self:
        problem = files_problem(
            self.format,
            (self.path, self.nodes, self.edges),
            one_digest=isinstance(self.sha256, str),
            mapped=bool(self.mapping),
        )
        if problem is not None:
            raise ValueError(f"the files of the source are not named: {problem}")
        return self


class ConfigurationSource(Envelope):
    """A source of configuration items: `cmdb/sources/*.yaml`."""

    kind: Literal["ConfigurationSource"]
    metadata: Metadata
    spec: ConfigurationSourceSpec
