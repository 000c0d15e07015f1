"""NetBox: devices, machines and what carries them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sourced import merged, needs, told


def row(model: str, key: int, **fields: Any) -> dict[str, Any]:
    return {"model": model, "pk": key, "fields": fields}


def termination(key: int, cable: int, model: str, end: int) -> dict[str, Any]:
    return row("dcim.cabletermination", key, cable=cable, termination_type=model.split("."), termination_id=end)


DUMP = [
    row("dcim.site", 1, name="Akron", status="active"),
    row("dcim.rack", 1, name="R1", site=1, status="reserved"),
    row("dcim.devicerole", 1, name="Router"),
    row("dcim.device", 1, name="rtr1", site=1, rack=1, role=1, status="active", cluster=None),
    row("dcim.device", 2, name="sw1", site=1, rack=1, role=None, status="planned", cluster=1),
    row("dcim.device", 3, name="pdu1", site=1, rack=None, role=None, status="active", cluster=None),
    row("dcim.device", 4, name=None, site=1, rack=None, role=None, status="decommissioning", cluster=None),
    row("dcim.device", 5, name="panel", site=1, rack=None, role=None, status="active", cluster=None),
    row("dcim.powerpanel", 1, name="P1", site=1), row("dcim.powerfeed", 1, name="F1", power_panel=1, status="active"),
    row("virtualization.cluster", 1, name="c1", site=1, status="active"),
    row("virtualization.virtualmachine", 1, name="vm1", cluster=1, device=2, site=1, status="active"),
    row("virtualization.virtualmachine", 2, name="vm1", cluster=None, device=None, site=1, status="active"),
    row("ipam.service", 1, name="dns", virtual_machine=1, device=None),
    row("dcim.powerport", 1, device=1), row("dcim.poweroutlet", 1, device=3), row("dcim.powerport", 2, device=1),
    row("dcim.interface", 1, device=1), row("dcim.interface", 2, device=2), row("dcim.frontport", 1, device=5, rear_port=1),
    row("dcim.rearport", 1, device=5),
    termination(1, 1, "dcim.powerport", 1), termination(2, 1, "dcim.poweroutlet", 1),
    termination(3, 2, "dcim.powerport", 2), termination(4, 2, "dcim.powerfeed", 1),
    termination(5, 3, "dcim.interface", 1), termination(6, 3, "dcim.frontport", 1),
    termination(7, 4, "dcim.rearport", 1), termination(8, 4, "dcim.interface", 2),
]  # fmt: skip


def test_an_item_needs_where_it_stands_runs_and_gets_its_power() -> None:
    items, findings = merged("netbox", json.dumps(DUMP))
    assert told(findings) == [("source-value", "warning", "a", 0)]
    assert needs(items, "device/rtr1") == ["~device/sw1", "rack/R1", "1 of device/pdu1 power-feed/F1"]
    assert needs(items, "device/sw1") == ["~device/rtr1", "rack/R1"]
    assert needs(items, "device/4") == ["site/Akron"]
    assert needs(items, "cluster/c1") == ["~device/sw1", "site/Akron"]
    assert needs(items, "vm/vm1:1") == ["cluster/c1", "device/sw1"]
    assert needs(items, "vm/vm1:2") == ["site/Akron"]
    assert needs(items, "service/dns") == ["vm/vm1:1"]
    assert needs(items, "power-feed/F1") == ["power-panel/P1"]
    assert (items["device/rtr1"]["type"], items["device/sw1"]["status"]) == ("network", "planned")


def test_answers_of_the_rest_interface_are_read_too() -> None:
    site = {"id": 1, "url": "https://nb.example/api/dcim/sites/1/", "name": "Akron", "status": {"value": "active", "label": "Active"}}
    device = {
        "id": 7, "url": "https://nb.example/api/dcim/devices/7/", "name": "rtr1", "site": {"id": 1, "name": "Akron"}, "rack": None,
        "status": {"value": "active"}, "role": {"id": 1, "name": "Router"},
    }  # fmt: skip
    items, findings = merged("netbox", json.dumps({"count": 1, "results": [site]}), json.dumps([device]))
    assert findings == []
    assert needs(items, "device/rtr1") == ["site/Akron"]
    assert items["device/rtr1"]["type"] == "network"


@pytest.mark.parametrize("type_", [[{"name": None}], [None], [["dcim"]], [1, 2], {}, None, 5])
def test_a_cable_whose_end_has_no_known_type_connects_nothing(type_: Any) -> None:
    ends = [{"model": "dcim.cabletermination", "pk": 1, "fields": {"cable": 1, "termination_type": type_, "termination_id": 1}}]
    items, findings = merged("netbox", json.dumps([row("dcim.device", 1, name="router"), *ends]))
    assert list(items) == ["device/router"]
    assert findings == []


def test_what_is_no_export_is_an_error() -> None:
    for text in ("[]", "{}", "[1]", '[{"model": "x"}]'):
        assert [one[:2] for one in told(merged("netbox", text)[1])] == [("source-format", "error")]


def test_the_demonstration_of_netbox(shared_data: Path) -> None:
    items, findings = merged("netbox", (shared_data / "netbox-demo-v3.6.json.gz").read_bytes())
    kinds = Counter(ci.partition("/")[0] for ci in items)
    assert kinds == {
        "site": 24, "rack": 42, "device": 72, "power-panel": 4, "power-feed": 48, "cluster": 32, "vm": 180, "circuit": 29,
    }  # fmt: skip
    assert {level for _, level, _, _ in told(findings)} == {"warning"}
    assert "device/dmi01-buffalo-pdu01" in needs(items, "device/dmi01-buffalo-sw01")
