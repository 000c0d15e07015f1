"""NetBox: an export of its database (`manage.py dumpdata`), or answers of its REST interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from changeflow.cmdb_sources.identifiers import told_apart
from changeflow.cmdb_sources.json_files import json_of
from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.rows import EdgeRow, ItemRow, Place, Row, SourceFile, not_of_format
from changeflow.cmdb_sources.shapes import at, maps_at, text_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["netbox"].limit
# models that are items, to the beginning of their ids
_ITEMS: Final = {
    "dcim.site": "site", "dcim.rack": "rack", "dcim.device": "device",
    "dcim.powerpanel": "power-panel", "dcim.powerfeed": "power-feed",
    "virtualization.cluster": "cluster", "virtualization.virtualmachine": "vm",
    "circuits.circuit": "circuit", "ipam.service": "service",
}  # fmt: skip
_TYPES: Final = {
    "site": "other", "rack": "device", "device": "device", "power-panel": "device",
    "power-feed": "device", "cluster": "cluster", "vm": "server", "circuit": "network",
    "service": "service",
}  # fmt: skip
# what an item needs: the field, the model that it names
_NEEDS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "dcim.rack": (("site", "dcim.site"),),
    "dcim.powerpanel": (("site", "dcim.site"),),
    "dcim.powerfeed": (("power_panel", "dcim.powerpanel"),),
    "virtualization.cluster": (("site", "dcim.site"),),
    "virtualization.virtualmachine": (
        ("cluster", "virtualization.cluster"), ("device", "dcim.device"), ("site", "dcim.site"),
    ),
    "ipam.service": (
        ("device", "dcim.device"), ("virtual_machine", "virtualization.virtualmachine"),
    ),
}  # fmt: skip
# what a network cable leads to in the end
_ENDS: Final = ("dcim.interface", "circuits.circuittermination")
_STATUS: Final = {
    "active": "live", "planned": "planned", "staged": "planned", "provisioning": "planned",
    "inventory": "planned", "decommissioning": "live", "offline": "live", "failed": "live",
    "deprovisioning": "live", "decommissioned": "retired", "retired": "retired",
}  # fmt: skip
# the path of an answer's `url`, to the model
_REST: Final = {
    "dcim/sites": "dcim.site", "dcim/racks": "dcim.rack", "dcim/devices": "dcim.device",
    "dcim/power-panels": "dcim.powerpanel", "dcim/power-feeds": "dcim.powerfeed",
    "virtualization/clusters": "virtualization.cluster",
    "virtualization/virtual-machines": "virtualization.virtualmachine",
    "circuits/circuits": "circuits.circuit", "ipam/services": "ipam.service",
}  # fmt: skip

Key = tuple[str, str]
Fields = Mapping[str, Any]


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield sites, racks, devices, clusters, machines, power, circuits and services.

    An item needs where it stands, runs and gets its power: two inlets are a group of which one must
    remain. A network cable says that either end notices when the other fails (soft).
    """
    objects: dict[Key, tuple[Fields, Place]] = {}
    for file in files:
        for found in _objects(file):
            if isinstance(found, Finding):
                yield found
            else:
                key, fields = found
                objects.setdefault(key, (fields, Place(file.path)))
    yield from _Inventory(objects).rows()


def _objects(file: SourceFile) -> Iterator[tuple[Key, Fields] | Finding]:
    document = json_of(file, _LIMIT)
    if isinstance(document, Finding):
        yield document
        return
    count = 0
    for one in maps_at({"": document}, ""):
        model, key, fields = text_at(one, "model"), text_at(one, "pk"), at(one, "fields")
        if model and key and isinstance(fields, Mapping):
            count += 1
            yield (model, key), fields
    for one in (*maps_at({"": document}, ""), *maps_at(document, "results")):
        url, key = text_at(one, "url"), text_at(one, "id")
        model = _model_of(url or "")
        if model and key:
            count += 1
            yield (model, key), one
    if not count:
        yield not_of_format(Place(file.path), "netbox", "no_results")


def _model_of(url: str) -> str | None:
    path = url.partition("/api/")[2]
    return _REST.get("/".join(path.split("/")[:2]))


def _plain(value: Any) -> str | None:
    """Return a key, name or word; the REST interface nests them."""
    if isinstance(value, Mapping):
        return text_at(value, "id") or text_at(value, "value")
    return text_at({"": value}, "")


class _Inventory:
    """The objects, and the ids of those that are items."""

    def __init__(self, objects: Mapping[Key, tuple[Fields, Place]]) -> None:
        self._objects = objects
        self._ids: dict[Key, str] = {}
        by_kind: dict[str, list[Key]] = {}
        for key in objects:
            if key[0] in _ITEMS:
                by_kind.setdefault(key[0], []).append(key)
        for model, keys in by_kind.items():
            kind = _ITEMS[model]
            named = [(key[1], f"{kind}/{self._name(key) or key[1]}") for key in keys]
            found = told_apart(named)
            for key in keys:
                self._ids[key] = found[key[1]]

    def _name(self, key: Key) -> str | None:
        fields = self._objects[key][0]
        return text_at(fields, "name") or text_at(fields, "cid")

    def _field(self, key: Key, name: str) -> Any:
        found = self._objects.get(key)
        return found[0].get(name) if found is not None else None

    def _related(self, key: Key, name: str) -> str | None:
        return _plain(self._field(key, name))

    def rows(self) -> Iterator[Row]:
        for key in sorted(self._ids, key=lambda key: (key[0], self._ids[key])):
            yield self._item(key)
            yield from self._place_needed(key)
            yield from self._hosts(key)
        yield from self._power()
        yield from self._cables()

    def _item(self, key: Key) -> ItemRow:
        fields, place = self._objects[key]
        kind = _ITEMS[key[0]]
        labels = {"netbox-id": key[1]}
        for label, field, model in (
            ("tenant", "tenant", "tenancy.tenant"),
            ("role", "role", "dcim.devicerole"),
            ("site", "site", "dcim.site"),
        ):
            text = self._word(fields.get(field), model)
            if text is not None:
                labels[label] = text
        role = self._word(fields.get("role") or fields.get("device_role"), "dcim.devicerole")
        type_ = known_type(role) if kind in ("device", "vm") else None
        return ItemRow(
            self._ids[key],
            place,
            name=self._name(key),
            type=type_ or _TYPES[kind],
            status=_STATUS.get(_plain(fields.get("status")) or "", _plain(fields.get("status"))),
            description=text_at(fields, "description"),
            labels=labels,
        )

    def _word(self, value: Any, model: str) -> str | None:
        if isinstance(value, Mapping):
            return text_at(value, "name") or text_at(value, "display")
        found = self._objects.get((model, _plain(value) or ""))
        return text_at(found[0], "name") if found is not None else None

    def _place_needed(self, key: Key) -> Iterator[EdgeRow]:
        needs = _NEEDS.get(key[0], ())
        if key[0] == "dcim.device":
            # the rack stands on the site
            rack = self._related(key, "rack")
            needs = (("rack", "dcim.rack"),) if rack else (("site", "dcim.site"),)
        if key[0] == "virtualization.virtualmachine" and self._related(key, "cluster"):
            needs = needs[:2]
        for field, model in needs:
            other = self._ids.get((model, self._related(key, field) or ""))
            if other is not None:
                yield EdgeRow(self._ids[key], other, self._objects[key][1])

    def _hosts(self, key: Key) -> Iterator[EdgeRow]:
        """Yield that a cluster degrades when a device that hosts it fails."""
        if key[0] != "dcim.device":
            return
        cluster = self._ids.get(("virtualization.cluster", self._related(key, "cluster") or ""))
        if cluster is not None:
            yield EdgeRow(cluster, self._ids[key], self._objects[key][1], "soft")

    def _ends(self) -> dict[str, list[Key]]:
        """Return what each cable connects."""
        found: dict[str, list[Key]] = {}
        for model, key in self._objects:
            if model != "dcim.cabletermination":
                continue
            cable = self._related((model, key), "cable")
            type_ = self._field((model, key), "termination_type")
            end = self._related((model, key), "termination_id")
            if cable and end and isinstance(type_, (list, str)):
                name = type_ if isinstance(type_, str) else ".".join(map(str, type_))
                found.setdefault(cable, []).append((name, end))
        return found

    def _power(self) -> Iterator[EdgeRow]:
        inlets: dict[Key, set[Key]] = {}
        for ends in self._ends().values():
            ports = [end for end in ends if end[0] == "dcim.powerport"]
            supplies = [end for end in ends if end[0] in ("dcim.poweroutlet", "dcim.powerfeed")]
            for port in ports:
                device = ("dcim.device", self._related(port, "device") or "")
                for supply in supplies:
                    source = supply
                    if supply[0] == "dcim.poweroutlet":
                        source = ("dcim.device", self._related(supply, "device") or "")
                    inlets.setdefault(device, set()).add(source)
        for device, sources in sorted(inlets.items()):
            if device not in self._ids:
                continue
            known = sorted({self._ids[source] for source in sources if source in self._ids})
            group = "power" if len(known) > 1 else None
            for ci in known:
                yield EdgeRow(self._ids[device], ci, self._objects[device][1], "hard", group)

    def _cables(self) -> Iterator[EdgeRow]:
        beside: dict[Key, set[Key]] = {}
        for ends in self._ends().values():
            for end in ends:
                beside.setdefault(end, set()).update(other for other in ends if other != end)
        for model, key in self._objects:
            # both sides of a patch panel
            if model == "dcim.frontport":
                front = (model, key)
                rear = ("dcim.rearport", self._related(front, "rear_port") or "")
                beside.setdefault(front, set()).add(rear)
                beside.setdefault(rear, set()).add(front)
        pairs: set[tuple[Key, Key]] = set()
        for port in beside:
            if port[0] not in _ENDS:
                continue
            one = self._item_of(port)
            for end in self._reached(port, beside):
                other = self._item_of(end) if end[0] in _ENDS else None
                if one is not None and other is not None and one != other:
                    pairs.add((one, other))
        for one, other in sorted(pairs):
            yield EdgeRow(self._ids[one], self._ids[other], self._objects[one][1], "soft")

    def _item_of(self, port: Key) -> Key | None:
        field, model = ("device", "dcim.device")
        if port[0] == "circuits.circuittermination":
            field, model = "circuit", "circuits.circuit"
        key = (model, self._related(port, field) or "")
        return key if key in self._ids else None

    @staticmethod
    def _reached(port: Key, beside: Mapping[Key, set[Key]]) -> Iterator[Key]:
        """Yield the ends that a port is connected with, through patch panels."""
        seen, waiting = {port}, [port]
        while waiting:
            for other in beside.get(waiting.pop(), ()):
                if other in seen:
                    continue
                seen.add(other)
                if other[0] in ("dcim.frontport", "dcim.rearport"):
                    waiting.append(other)
                else:
                    yield other
