"""Mappings of history: how an export of another system becomes rows of the tables of the past."""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import Envelope, Id, Metadata, Record, Text

ExportFormat = Literal["csv", "json", "jsonl"]
TableName = Literal[
    "changes", "change_items", "incidents", "opinions", "steps", "deployments", "reviews",
    "service_outages", "audited_items", "improvements", "deliveries",
]  # fmt: skip
LinkName = Literal["caused_by", "fixes", "related"]

# a cell, or a part of it: an empty one and a separator of one space are meant
Cell = Annotated[str, Field(max_length=200)]
OneCharacter = Annotated[str, Field(min_length=1, max_length=1)]
Pattern = Annotated[str, Field(min_length=1, max_length=1_000)]


class ValuePattern(Record):
    r"""A regular expression, and the value of texts in which it occurs.

    `\1` in the value stands for what the first brackets matched.
    """

    match: Pattern
    value: Cell


class ReadValue(Record):
    """Where a value comes from, and what it means.

    A text that `values` and `patterns` do not cover is a finding, unless `otherwise` says more.
    """

    column: Text | None = None
    constant: Text | None = None
    nothing: tuple[Cell, ...] = ()
    values: dict[Cell, Text] = {}
    patterns: Annotated[tuple[ValuePattern, ...], Field(max_length=200)] = ()
    otherwise: Literal["finding", "nothing", "same"] = "finding"
    split: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    dates: tuple[Text, ...] = ()
    times: Annotated[int, Field(ge=1, le=86_400)] | None = None
    optional: bool = False
    first: Annotated[tuple["Text | ReadValue", ...], Field(max_length=20)] = ()


class ReadTrait(Record):
    """A trait of changes whose column has one of these values, or matches."""

    trait: Id | None = None
    column: Text
    values: tuple[Cell, ...] = ()
    match: Pattern | None = None
    split: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    optional: bool = False


class RowCondition(Record):
    """What a row must have to be one of the table: one of these values, a match, or any text."""

    column: Text
    values: tuple[Cell, ...] = ()
    match: Pattern | None = None


class ReadLink(Record):
    """A change that an incident is linked to, and what links them."""

    change: Text | ReadValue
    link: LinkName


class ExportFile(Record):
    """How the files of the export are written."""

    format: ExportFormat
    encoding: Text = "utf-8"
    delimiter: OneCharacter = ","
    quote: OneCharacter = '"'
    skip_lines: Annotated[int, Field(ge=0, le=1_000)] = 0
    each: Text | None = None
    nothing: tuple[Cell, ...] = ()
    decimal: OneCharacter = "."
    thousands: OneCharacter | None = None
    dates: Annotated[tuple[Text, ...], Field(max_length=20)] = ("iso",)
    zone: Text | None = None
    fold: Literal["earlier", "later", "finding"] = "finding"


class HistoryMappingSpec(Record):
    """What the export holds, and what its columns mean."""

    table: TableName
    source: Text
    file: ExportFile
    only: Annotated[tuple[RowCondition, ...], Field(max_length=20)] = ()
    columns: dict[Id, Text | ReadValue]
    items: dict[Id, Text | ReadValue] = {}
    traits: Annotated[tuple[ReadTrait, ...], Field(max_length=200)] = ()
    links: Annotated[tuple[ReadLink, ...], Field(max_length=20)] = ()
    reverts: Text | ReadValue | None = None
    several_rows: Literal["unknown", "first"] = "unknown"


class HistoryMapping(Envelope):
    """How an export becomes rows of the tables of the past: `history/mappings/*.yaml`."""

    kind: Literal["HistoryMapping"]
    metadata: Metadata
    spec: HistoryMappingSpec
