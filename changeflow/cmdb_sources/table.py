"""The formats of sources, one row each, and the module that reads it, imported when it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from importlib import import_module
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.cmdb_sources.rows import Row, SourceFile
from changeflow.lazy_dataclass import dataclass

MEBIBYTE: Final = 1_024 * 1_024
_YAML: Final = (".yaml", ".yml")


class Format(NamedTuple):
    """One format.

    Attributes:
        name: as documents and commands spell it.
        module: the module below `changeflow.cmdb_sources` whose `read` yields rows.
        suffixes: ends of the names of files that are read in a folder.
        limit: bytes that a file may have, and that a compressed one may become.
        partial: whether an export is usually a part of a larger system, so that a dependency on
            something outside of it is a warning.
        two_files: whether items and dependencies may lie in two files, `nodes` and `edges`.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    limit: int
    partial: bool = False
    two_files: bool = False


# bytes that the files of one source may have together, two of the largest tables
TOGETHER: Final = 1_024 * MEBIBYTE
_TABLES: Final = 512 * MEBIBYTE
_TREES: Final = 64 * MEBIBYTE
FORMATS: Final = {
    one.name: one
    for one in (
        Format("csv", "csv_export", (".csv", ".tsv"),
               _TABLES, two_files=True),
        Format("edges", "edge_list",
               (".txt", ".tsv", ".csv", ".edges"), _TABLES, two_files=True),
        Format("backstage", "backstage", _YAML, _TREES, partial=True),
        Format("kubernetes", "kubernetes", (*_YAML, ".json"), _TREES,
               partial=True),
        Format("terraform", "terraform", (".json",),
               _TREES),
        Format("compose", "compose", _YAML, _TREES),
        Format("netbox", "netbox", (".json",), _TREES, partial=True),
        Format("servicenow", "servicenow", (".csv", ".json"), _TABLES,
               partial=True, two_files=True),
        Format("itop", "itop", (".csv",), _TABLES, partial=True,
               two_files=True),
        Format("graphml", "graphml", (".graphml", ".xml"), _TABLES),
    )
}  # fmt: skip


@dataclass(frozen=True)
class SourceSpec:
    """What a reader is told about its source.

    Attributes:
        format: a name of the table.
        nodes: the path of the file with items, where items and dependencies lie apart.
        edges: the path of the file with dependencies.
        precedence: of the source.
        defaults: attributes of items about which nothing else is known.
        columns: of a table: the attribute to the column that has it.
        values: of a table: the attribute to what its values mean.
    """

    format: str
    nodes: str | None = None
    edges: str | None = None
    precedence: int = 10
    defaults: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def within_limit(files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """Yield files as they are read, as long as they are not too much together.

    Raises:
        errors.Unreadable: when they are.
    """
    size = 0
    for file in files:
        size += len(file.data)
        if size > TOGETHER:
            raise errors.Unreadable.of("source.too_much", path=file.path, most=TOGETHER)
        yield file


def read_with(spec: SourceSpec, files: Sequence[SourceFile]) -> Iterator[Row]:
    """Yield what the files of a source say."""
    module = import_module(f"changeflow.cmdb_sources.{FORMATS[spec.format].module}")
    rows: Iterable[Row] = module.read(files, spec)
    yield from rows
