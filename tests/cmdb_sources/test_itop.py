"""iTop: items by class, and links."""

from __future__ import annotations

from sourced import merged, needs, rows, told

ITEMS = (
    '"Name";"CI Sub-class";"Status";"Business criticality";"Organization->Name";"Virtual host->Name"\r\n'
    '"ERP";"Application Solution";"production";"high";"Demo";""\r\n"vm1";"Virtual Machine";"implementation";"medium";"Demo";"esx1"\r\n'
    '"esx1";"Hypervisor";"obsolete";"low";"Demo";""\r\n'
)
LINKS = "Application Solution->Name;CI->Name\nERP;vm1\n"


def test_items_links_and_columns_that_name_what_is_needed() -> None:
    items, findings = merged("itop", ITEMS, LINKS)
    assert findings == []
    assert (needs(items, "ERP"), needs(items, "vm1"), needs(items, "esx1")) == (["vm1"], ["esx1"], [])
    assert [items[ci]["status"] for ci in ("ERP", "vm1", "esx1")] == ["live", "planned", "retired"]
    assert [items[ci]["criticality"] for ci in ("ERP", "vm1", "esx1")] == ["tier1", "tier2", "tier3"]
    assert [items[ci]["type"] for ci in ("ERP", "vm1", "esx1")] == ["application", "server", "server"]


def test_names_of_attributes_are_read_as_well_as_labels() -> None:
    items, findings = merged("itop", "name,finalclass,status\nweb,WebServer,production\nsrv,Server,stock\n", "applicationsolution_name,functionalci_name\nweb,srv\n")
    assert findings == []
    assert needs(items, "web") == ["srv"]
    assert items["srv"]["status"] == "planned"


def test_a_row_without_a_name_or_a_link_is_an_error_and_a_link_to_nowhere_a_warning() -> None:
    assert told(rows("itop", "finalclass\nServer\n")[1]) == [("source-row", "error", "a", 2)]
    assert told(merged("itop", ITEMS, LINKS + "ERP;gone\n")[1]) == [("source-unknown-item", "warning", "b", 3)]
    assert told(merged("itop", ITEMS, LINKS + "ERP;ERP\n")[1]) == [("source-self-dependency", "warning", "b", 3)]
    assert told(merged("itop", ITEMS + '"ERP";"";"";"";"";""\r\n')[1]) == [("source-duplicate-id", "warning", "a", 5)]
