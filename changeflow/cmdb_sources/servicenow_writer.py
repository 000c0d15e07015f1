"""Items as tables that `servicenow` reads, and ServiceNow's own import sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.cmdb.columns_of_records import native_values
from changeflow.cmdb_sources.carried import edges_of
from changeflow.cmdb_sources.csv_writer import Table
from changeflow.cmdb_sources.export_table import Exported, Piece
from changeflow.cmdb_sources.identifiers import cell_name

_ITEMS: Final = "cmdb_ci.csv"
_RELATIONS: Final = "cmdb_rel_ci.csv"
_COLUMNS: Final = (
    "name", "sys_class_name", "install_status", "business_criticality", "support_group",
    "environment", "short_description",
)  # fmt: skip
_STATUS: Final = {"live": "1", "planned": "4", "retired": "7"}
_TIERS: Final = {
    "tier1": "1 - most critical",
    "tier2": "2 - somewhat critical",
    "tier3": "3 - less critical",
    "tier4": "4 - not critical",
}
# the types of relations that `servicenow` reads as hard and as soft
_TYPES: Final = {"hard": "Depends on::Used by", "soft": "Connects to::Connected by"}


def write(exported: Exported) -> Iterator[Piece]:
    """Yield both tables in one walk. ServiceNow has no groups: each member counts as needed."""
    items, relations = Table(_ITEMS), Table(_RELATIONS)
    yield items.row(*_COLUMNS)
    yield relations.row("parent", "type", "child")
    for item in exported.walk():
        name, values = cell_name(item.metadata.id), native_values(item)
        yield items.row(
            name,
            values.get("type", ""),
            _STATUS.get(values.get("status", ""), ""),
            _TIERS.get(values.get("criticality", ""), ""),
            *(values.get(attribute, "") for attribute in ("owner", "environment", "description")),
        )
        for other, strength, _, _ in edges_of(item):
            yield relations.row(name, _TYPES[strength], cell_name(other))
