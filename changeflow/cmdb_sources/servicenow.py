"""ServiceNow: `cmdb_ci` and `cmdb_rel_ci`, exported as CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from changeflow.cmdb_sources.delimited import table_rows
from changeflow.cmdb_sources.identifiers import id_of, told_apart
from changeflow.cmdb_sources.json_files import json_of
from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.rows import (
    EdgeRow,
    ItemRow,
    Place,
    Row,
    SourceFile,
    Strength,
    found_at,
    not_of_format,
)
from changeflow.cmdb_sources.shapes import maps_at, text_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["servicenow"].limit
# of JSON, which is read as a whole
_JSON_LIMIT: Final = FORMATS["netbox"].limit
_TABLES: Final = (("name",), ("sys_id",), ("display_name",), ("parent", "child"))


class Relation(NamedTuple):
    """Who depends on whom: the parent on the child, the child on the parent, or both."""

    dependents: tuple[str, ...]
    strength: Strength = "hard"


_PARENT, _CHILD = ("parent",), ("child",)
_BOTH: Final = ("parent", "child")
# By the name of the type, `parent descriptor::child descriptor`, in lower case.
RELATIONS: Final[dict[str, Relation]] = {
    "depends on::used by": Relation(_PARENT),
    "runs on::runs": Relation(_PARENT),
    "hosted on::hosts": Relation(_PARENT),
    "virtualized by::virtualizes": Relation(_PARENT),
    "instantiates::instantiated by": Relation(_CHILD),
    "contains::contained by": Relation(_PARENT),
    "consists of::part of": Relation(_PARENT),
    "uses::used by": Relation(_PARENT),
    "consumes::consumed by": Relation(_PARENT),
    "provided by::provides": Relation(_PARENT),
    "powered by::powers": Relation(_PARENT),
    "powers::powered by": Relation(_CHILD),
    "stored on::stores": Relation(_PARENT),
    "provides storage for::stored on": Relation(_CHILD),
    "provides::provided by": Relation(_CHILD),
    "hosts::hosted on": Relation(_CHILD),
    "runs::runs on": Relation(_CHILD),
    "used by::depends on": Relation(_CHILD),
    "used by::uses": Relation(_CHILD),
    "impacts::impacted by": Relation(_CHILD),
    "impacted by::impacts": Relation(_PARENT),
    "located in::houses": Relation(_PARENT),
    "in rack::rack contains": Relation(_PARENT),
    "members::member of": Relation(_PARENT),
    "member of::members": Relation(_CHILD),
    "cluster of::cluster": Relation(_PARENT),
    "connects to::connected by": Relation(_PARENT, "soft"),
    "connected by::connects to": Relation(_CHILD, "soft"),
    "sends data to::receives data from": Relation(_CHILD, "soft"),
    "receives data from::sends data to": Relation(_PARENT, "soft"),
    "exchanges data with::exchanges data with": Relation(_BOTH, "soft"),
    "ip connection::ip connection": Relation(_BOTH, "soft"),
    "dr provided by::provides dr for": Relation(_PARENT, "soft"),
    "backup done by::provides backup for": Relation(_PARENT, "soft"),
    "monitored by::monitors": Relation(
        (),
    ),
    "monitors::monitored by": Relation(
        (),
    ),
    "managed by::manages": Relation(
        (),
    ),
    "manages::managed by": Relation(
        (),
    ),
    "owned by::owns": Relation(
        (),
    ),
    "documents::documented by": Relation(
        (),
    ),
}
_NOT_KNOWN: Final = Relation(_PARENT)
# installed, on order, in maintenance, pending install, pending repair, in stock, retired, stolen, absent
_STATUS: Final = {
    "1": "live", "2": "planned", "3": "live", "4": "planned", "5": "live", "6": "planned",
    "7": "retired", "8": "retired", "100": "retired",
}  # fmt: skip
# attributes to the columns that may have them, the first that is there counts
_COLUMNS: Final = {
    "criticality": ("business_criticality", "busines_criticality", "business criticality"),
    "owner": (
        "support_group", "owned_by", "managed_by", "assignment_group", "support group", "owned by",
        "managed by",
    ),
    "environment": ("environment", "used_for", "used for"),
    "description": ("short_description", "short description", "description"),
}  # fmt: skip
_STATES: Final = (
    "install_status", "install status", "operational_status", "operational status", "status",
    "life_cycle_stage",
)  # fmt: skip


class _Record(NamedTuple):
    place: Place
    values: Mapping[str, str]


def read(files: Iterable[SourceFile], spec: SourceSpec) -> Iterator[Row]:
    """Yield items and relations; a file with `parent` and `child` holds relations.

    An item's id is its name; of several with one name, each is followed by its `sys_id`.
    """
    items: list[_Record] = []
    relations: list[_Record] = []
    for file in files:
        for record in _records(file):
            if isinstance(record, Finding):
                yield record
            elif file.path == spec.edges or {"parent", "child"} <= record.values.keys():
                relations.append(record)
            elif _name(record) or text_at(record.values, "sys_id"):
                items.append(record)
            else:
                yield found_at("source-row", record.place, case="name")
    names = _Names(items)
    for key, record in names.keyed:
        yield _item(names.ids[key], record)
    for record in relations:
        yield from _edges(record, names)


def _name(record: _Record) -> str:
    return record.values.get("name") or record.values.get("display_name") or ""


class _Names:
    """Finds the item that a relation means: by `sys_id`, or by a name that one item alone has."""

    def __init__(self, items: Iterable[_Record]) -> None:
        self.keyed: list[tuple[str, _Record]] = []
        self._sys_ids: set[str] = set()
        self._by_name: dict[str, list[str]] = {}
        for number, record in enumerate(items):
            sys_id = record.values.get("sys_id")
            key = sys_id or f"row-{number}"
            if sys_id:
                self._sys_ids.add(sys_id)
            self.keyed.append((key, record))
            self._by_name.setdefault(_name(record), []).append(key)
        self.ids = told_apart((key, _name(record)) for key, record in self.keyed)

    def find(self, text: str, place: Place) -> str | Finding:
        """Return the id of the item; of one that is not there, the id that it would have."""
        if text in self._sys_ids:
            return self.ids[text]
        keys = self._by_name.get(text, [])
        if len(keys) > 1:
            return found_at("source-row", place, case="ambiguous", name=text)
        return self.ids[keys[0]] if keys else id_of(text)


def _records(file: SourceFile) -> Iterator[_Record | Finding]:
    if not file.path.removesuffix(".gz").endswith(".json"):
        for row in table_rows(file, _LIMIT, _TABLES):
            yield row if isinstance(row, Finding) else _Record(row.place, row.cells)
        return
    document = json_of(file, _JSON_LIMIT)
    if isinstance(document, Finding):
        yield document
        return
    place, empty = Place(file.path), True
    listed = {"records": document} if isinstance(document, list) else document
    for name in ("result", "records"):
        for record in maps_at(listed, name):
            empty = False
            values = {key.casefold(): _value(value) for key, value in record.items()}
            yield _Record(place, {key: value for key, value in values.items() if value})
    if empty and not _is_empty_list(listed):
        yield not_of_format(place, "servicenow", "no_records")


def _is_empty_list(document: Any) -> bool:
    return isinstance(document, Mapping) and [] in (document.get("result"), document.get("records"))


def _value(value: Any) -> str:
    """Return a value; a reference is `{"link": ..., "value": ...}` or has a `display_value`."""
    if isinstance(value, Mapping):
        return text_at(value, "value") or text_at(value, "display_value") or ""
    return text_at({"": value}, "") or ""


def _item(ci: str, record: _Record) -> ItemRow:
    values = record.values
    found = {}
    for attribute, columns in _COLUMNS.items():
        found[attribute] = next(filter(None, map(values.get, columns)), None)
    class_ = values.get("sys_class_name") or values.get("class")
    labels = {"servicenow-class": class_, "sys_id": values.get("sys_id")}
    kept = {key: text for key, text in labels.items() if text}
    return ItemRow(
        ci,
        record.place,
        name=_name(record) or None,
        type=known_type(class_) or "other",
        status=_status(values),
        labels=kept or None,
        **found,
    )


def _status(values: Mapping[str, str]) -> str | None:
    for column in _STATES:
        text = values.get(column)
        if text is not None:
            # the numbers of `install_status`; those of `operational_status` differ from 3 on
            known = _STATUS if column.startswith("install") else {"1": "live", "6": "retired"}
            return known.get(text, "live" if text.isdecimal() else text)
    return None


def _edges(record: _Record, names: _Names) -> Iterator[Row]:
    ends = {}
    for end in ("parent", "child"):
        text = record.values.get(end)
        found = names.find(text, record.place) if text else None
        if found is None:
            yield found_at("source-row", record.place, case="edge")
            return
        if isinstance(found, Finding):
            yield found
            return
        ends[end] = found
    type_ = record.values.get("type") or record.values.get("type.name") or ""
    relation = RELATIONS.get(
        " ".join(type_.casefold().replace(" ::", "::").replace(":: ", "::").split())
    )
    if relation is None:
        data = {"type": type_, "dependent": ends["parent"], "dependency": ends["child"]}
        yield found_at("source-relation", record.place, "warning", **data)
        relation = _NOT_KNOWN
    for dependent in relation.dependents:
        other = "child" if dependent == "parent" else "parent"
        yield EdgeRow(ends[dependent], ends[other], record.place, relation.strength)
