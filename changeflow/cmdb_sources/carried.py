"""What of an item comes back when a format that it was written in is read again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.cmdb.columns_of_records import native_values
from changeflow.cmdb_sources.collect import MOST_LABELS, as_read
from changeflow.cmdb_sources.delimited import folded
from changeflow.cmdb_sources.export_table import ExportFormat
from changeflow.cmdb_sources.graphml import IDS
from changeflow.cmdb_sources.identifiers import cell_name, id_of, label_key, line_name
from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.rows import ATTRIBUTES, Strength
from changeflow.model.cmdb import ConfigurationItem, DependsOnItem, ItemSpec

# columns and keys that a reader takes for something else than a label
_TAKEN: Final = frozenset(("id", "from", "to", "label", IDS, *ATTRIBUTES))
_KNOWN: Final = frozenset((*ATTRIBUTES, "depends_on"))
# Further fields of items, which no format has. Each is told under its own name.
FURTHER: Final = tuple(name for name in ItemSpec.model_fields if name not in _KNOWN)

# formats that carry every id
_ALL_IDS: Final = frozenset(("columns", "graphml"))

Edge = tuple[str, Strength, str | None, int]


def edges_of(item: ConfigurationItem) -> Iterator[Edge]:
    """Yield what an item depends on: id, strength, and the number and the size of its group."""
    group = 0
    for need in item.spec.depends_on:
        if isinstance(need, DependsOnItem):
            yield need.ci, need.strength, None, 1
            continue
        group += 1
        for member in sorted(set(need.any_of)):
            yield member, "hard", str(group), need.min


def labels_of(item: ConfigurationItem) -> Iterator[tuple[str, str]]:
    """Yield the labels that a table can carry: readers see the names of columns in lower case."""
    for key, value in sorted(item.metadata.labels.items())[:MOST_LABELS]:
        if key not in _TAKEN and label_key(folded(key)) == key:
            yield key, value


def not_carried(item: ConfigurationItem, format_: ExportFormat) -> Iterator[str]:
    """Yield what of an item does not come back: words of `CARRIED`, and names of fields."""
    carries = format_.carries
    if not _id_comes_back(item.metadata.id, format_):
        yield "id"
    if "alone" not in carries and not item.spec.depends_on:
        yield "alone"
    for name, value in native_values(item).items():
        if name not in carries or not _comes_back(name, value, format_):
            yield name
    if item.metadata.labels and ("labels" not in carries or not _labels_come_back(item)):
        yield "labels"
    yield from _edges_not_carried(item, carries)
    for name in FURTHER:
        if getattr(item.spec, name):
            yield name


def _edges_not_carried(item: ConfigurationItem, carries: frozenset[str]) -> Iterator[str]:
    if "strength" not in carries and any(edge[1] == "soft" for edge in edges_of(item)):
        yield "strength"
    if "groups" not in carries and any(edge[2] is not None for edge in edges_of(item)):
        yield "groups"


def _id_comes_back(ci: str, format_: ExportFormat) -> bool:
    if format_.name in _ALL_IDS:
        return True
    name = line_name(ci) if format_.name == "edges" else cell_name(ci)
    return id_of(name.strip() or name) == ci


def _comes_back(name: str, value: str, format_: ExportFormat) -> bool:
    if format_.name == "columns":
        return True
    if format_.name == "servicenow" and name == "type":
        return (known_type(value) or "other") == value
    return as_read(name, value) == value.strip()


def _labels_come_back(item: ConfigurationItem) -> bool:
    carried = dict(labels_of(item))
    return all(
        key in carried and as_read("name", value) == value.strip()
        for key, value in item.metadata.labels.items()
    )
