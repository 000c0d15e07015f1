"""iTop: configuration items exported as CSV, with the tables of links between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from changeflow.cmdb_sources.delimited import TableRow, table_rows
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.rows import EdgeRow, ItemRow, Row, SourceFile, Strength, found_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["itop"].limit
_CRITICALITY: Final = {"high": "tier1", "medium": "tier2", "low": "tier3"}
_STATUS: Final = {"implementation": "planned", "production": "live", "stock": "planned"}
# attributes to the columns that may have them: codes and English labels of iTop
_COLUMNS: Final = {
    "criticality": ("business_criticity", "business criticality"),
    "status": ("status", "state"),
    "environment": ("environment",),
    "description": ("description",),
}
_CLASS: Final = ("finalclass", "ci sub-class", "ci class", "class", "sub-class")
_OWNERS: Final = ("team_name", "team->name", "owner", "owner_name")
# columns of an item that name what it needs
_NEEDS: Final[dict[str, Strength]] = {
    "virtualhost_name": "hard", "virtual host->name": "hard", "virtualhost_id->name": "hard",
    "server_name": "hard", "server->name": "hard", "system_name": "hard", "system->name": "hard",
    "farm_name": "hard", "farm->name": "hard", "hypervisor_name": "hard",
    "webserver_name": "hard", "web server->name": "hard", "dbserver_name": "hard",
    "db server->name": "hard", "middleware_name": "hard", "middleware->name": "hard",
    "rack_name": "hard", "rack->name": "hard", "enclosure_name": "hard", "enclosure->name": "hard",
    "powera_name": "soft", "powera->name": "soft", "powerb_name": "soft", "powerb->name": "soft",
    "storagesystem_name": "hard", "storage system->name": "hard",
}  # fmt: skip
# the two columns of a table of links: the first depends on the second
_LINKS: Final[tuple[tuple[str, str, Strength], ...]] = (
    ("applicationsolution_name", "functionalci_name", "hard"),
    ("application solution->name", "functionalci->name", "hard"),
    ("application solution->name", "ci->name", "hard"),
    ("businessprocess_name", "applicationsolution_name", "hard"),
    ("business process->name", "application solution->name", "hard"),
    ("service_name", "functionalci_name", "hard"),
    ("connectableci_name", "networkdevice_name", "soft"),
    ("connectable ci->name", "network device->name", "soft"),
    ("virtualdevice_name", "volume_name", "hard"),
    ("server_name", "volume_name", "hard"),
)

_TABLES: Final = (("name",), ("friendlyname",), *(link[:2] for link in _LINKS))


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield items by name, and links; a table without a column `name` holds links."""
    for file in files:
        for row in table_rows(file, _LIMIT, _TABLES):
            if isinstance(row, Finding):
                yield row
                continue
            name = row.cells.get("name") or row.cells.get("friendlyname")
            if name is None:
                yield from _link(row)
            else:
                yield _item(name, row)
                yield from _needed(name, row)


def _item(name: str, row: TableRow) -> ItemRow:
    cells = row.cells
    found = {attribute: _first(cells, columns) for attribute, columns in _COLUMNS.items()}
    class_ = _first(cells, _CLASS)
    organisation = _first(cells, ("org_name", "organization->name", "organization name"))
    labels = {"itop-class": class_, "organization": organisation}
    kept = {key: text for key, text in labels.items() if text}
    tier, status = found["criticality"], found["status"]
    found["criticality"] = _CRITICALITY.get((tier or "").casefold(), tier)
    found["status"] = _STATUS.get((status or "").casefold(), status)
    return ItemRow(
        id_of(name),
        row.place,
        name=name,
        type=known_type(class_) or "other",
        owner=_first(cells, _OWNERS),
        labels=kept or None,
        **found,
    )


def _first(cells: Mapping[str, str], columns: Iterable[str]) -> str | None:
    return next(filter(None, map(cells.get, columns)), None)


def _needed(name: str, row: TableRow) -> Iterator[EdgeRow]:
    for column, strength in _NEEDS.items():
        other = row.cells.get(column)
        if other is not None:
            yield EdgeRow(id_of(name), id_of(other), row.place, strength)


def _link(row: TableRow) -> Iterator[Row]:
    for dependent, dependency, strength in _LINKS:
        ends = [row.cells.get(dependent), row.cells.get(dependency)]
        if all(ends):
            first, second = (id_of(end) for end in ends if end)
            yield EdgeRow(first, second, row.place, strength)
            return
    yield found_at("source-row", row.place, case="name")
