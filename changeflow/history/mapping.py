"""What a mapping says, as plain records: made from a document that fits its schema.

The records of `model/history_mapping.py` say the same, and cost as much time as a small import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Literal

from changeflow.lazy_dataclass import dataclass

Fold = Literal["earlier", "later", "finding"]


@dataclass(frozen=True)
class ValuePattern:
    """A regular expression, and the value of texts in which it occurs."""

    match: str
    value: str


@dataclass(frozen=True)
class ReadValue:
    """Where a value comes from, and what it means."""

    column: str | None = None
    constant: str | None = None
    nothing: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[ValuePattern, ...] = ()
    otherwise: Literal["finding", "nothing", "same"] = "finding"
    split: str | None = None
    dates: tuple[str, ...] = ()
    times: int | None = None
    optional: bool = False
    first: tuple[str | ReadValue, ...] = ()


@dataclass(frozen=True)
class ReadTrait:
    """A trait of changes whose column has one of these values, or matches."""

    column: str
    trait: str | None = None
    values: tuple[str, ...] = ()
    match: str | None = None
    split: str | None = None
    optional: bool = False


@dataclass(frozen=True)
class RowCondition:
    """What a row must have to be one of the table."""

    column: str
    values: tuple[str, ...] = ()
    match: str | None = None


@dataclass(frozen=True)
class ReadLink:
    """A change that an incident is linked to, and what links them."""

    change: str | ReadValue
    link: str


@dataclass(frozen=True)
class ExportFile:
    """How the files of the export are written."""

    format: Literal["csv", "json", "jsonl"]
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    skip_lines: int = 0
    each: str | None = None
    nothing: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str | None = None
    dates: tuple[str, ...] = ("iso",)
    zone: str | None = None
    fold: Fold = "finding"


@dataclass(frozen=True)
class HistoryMappingSpec:
    """What the export holds, and what its columns mean."""

    table: str
    source: str
    file: ExportFile
    columns: Mapping[str, str | ReadValue]
    only: tuple[RowCondition, ...] = ()
    items: Mapping[str, str | ReadValue] = field(default_factory=dict)
    traits: tuple[ReadTrait, ...] = ()
    links: tuple[ReadLink, ...] = ()
    reverts: str | ReadValue | None = None
    several_rows: Literal["unknown", "first"] = "unknown"


def mapping_spec(data: Mapping[str, Any]) -> HistoryMappingSpec:
    """Return the spec of a mapping.

    Args:
        data: of a document that fits its schema.
    """
    parts = dict(data)
    parts["file"] = ExportFile(**_with_tuples(data["file"]))
    for key in ("columns", "items"):
        parts[key] = {name: _read(value) for name, value in data.get(key, {}).items()}
    parts["only"] = tuple(RowCondition(**_with_tuples(one)) for one in data.get("only", ()))
    parts["traits"] = tuple(ReadTrait(**_with_tuples(one)) for one in data.get("traits", ()))
    parts["links"] = tuple(_links(data.get("links", ())))
    if "reverts" in data:
        parts["reverts"] = _read(data["reverts"])
    return HistoryMappingSpec(**parts)


def _links(links: Iterable[Mapping[str, Any]]) -> Iterable[ReadLink]:
    for link in links:
        yield ReadLink(_read(link["change"]), link["link"])


def _read(value: str | Mapping[str, Any]) -> str | ReadValue:
    if isinstance(value, str):
        return value
    parts = _with_tuples(value)
    if "patterns" in parts:
        parts["patterns"] = tuple(ValuePattern(**one) for one in value["patterns"])
    if "first" in parts:
        parts["first"] = tuple(_read(one) for one in value["first"])
    return ReadValue(**parts)


def _with_tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(one) if isinstance(one, list) else one for key, one in data.items()}
