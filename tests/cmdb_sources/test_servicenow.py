"""ServiceNow: items and relations, by CSV and by JSON."""

from __future__ import annotations

import json

import pytest
from sourced import merged, needs, rows, told

from changeflow.cmdb_sources.servicenow import RELATIONS

ITEMS = (
    "sys_id,name,sys_class_name,install_status,business_criticality,support_group,short_description\n"
    "1a,web,Web Server,1,1 - most critical,team-web,Sells\n2b,app1,cmdb_ci_appl,100,2 - somewhat critical,,\n"
    "3c,srv1,Linux Server,Installed,,Team Linux,\n4d,srv1,Linux Server,,,,\n"
)
RELATED = "parent,child,type\n1a,2b,Depends on::Used by\n2b,3c,Runs on::Runs\n"


def test_items_and_relations_by_sys_id() -> None:
    items, findings = merged("servicenow", ITEMS, RELATED)
    assert told(findings) == [("source-value", "warning", "a", 4)]
    assert needs(items, "web") == ["app1"]
    assert needs(items, "app1") == ["srv1:3c"]
    assert items["web"]["criticality"] == "tier1"
    assert [items[ci]["status"] for ci in ("web", "app1", "srv1:3c")] == ["live", "retired", "live"]
    assert [items[ci]["type"] for ci in ("web", "app1", "srv1:3c")] == ["server", "application", "server"]


def test_json_with_references_says_the_same_as_csv() -> None:
    head, *lines = ITEMS.strip().split("\n")
    records = [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]
    relations = [
        {"parent": {"link": "https://x/1a", "value": "1a"}, "child": {"display_value": "app1"}, "type": {"display_value": "Depends on::Used by"}},
        {"parent": "app1", "child": "3c", "type": "Runs on::Runs"},
    ]
    names = ("cmdb_ci.json", "cmdb_rel_ci.json")
    said, _ = rows("servicenow", json.dumps({"records": records}), json.dumps({"result": relations}), names=names)
    csv, _ = rows("servicenow", ITEMS, RELATED)
    assert [item._replace(place=None) for item in said.items] == [item._replace(place=None) for item in csv.items]  # type: ignore[arg-type]
    assert [edge[:2] for edge in said.edges] == [edge[:2] for edge in csv.edges]


@pytest.mark.parametrize(("type_", "web", "app1"), [
    ("Depends on::Used by", ["app1"], []), ("Powers::Powered by", [], ["web"]), ("Connects to::Connected by", ["~app1"], []),
    ("Sends data to::Receives data from", [], ["~web"]), ("Exchanges data with::Exchanges data with", ["~app1"], ["~web"]),
    ("Managed by::Manages", [], []), ("RUNS ON :: RUNS", ["app1"], []),
])  # fmt: skip
def test_the_type_of_a_relation_says_who_depends_on_whom(type_: str, web: list[str], app1: list[str]) -> None:
    items, findings = merged("servicenow", ITEMS, f"parent,child,type\n1a,2b,{type_}\n")
    assert [one.rule for one in findings] == ["source-value"]
    assert (needs(items, "web"), needs(items, "app1")) == (web, app1)


def test_an_unknown_type_is_a_warning_and_counts_as_a_dependency() -> None:
    items, findings = merged("servicenow", ITEMS, "parent,child,type\n1a,2b,Blesses::Blessed by\n")
    assert ("source-relation", "warning", "b", 2) in told(findings)
    assert needs(items, "web") == ["app1"]


def test_a_name_that_several_have_does_not_say_which_one_is_meant() -> None:
    assert ("source-row", "error", "b", 2) in told(rows("servicenow", ITEMS, "parent,child,type\nweb,srv1,Runs on::Runs\n")[1])


@pytest.mark.parametrize(("relation", "wanted"), [
    ("1a,,Depends on::Used by", ("source-row", "error", "b", 2)), ("1a,zz,Depends on::Used by", ("source-unknown-item", "warning", "b", 2)),
    ("1a,1a,Depends on::Used by", ("source-self-dependency", "warning", "b", 2)),
])  # fmt: skip
def test_a_relation_without_two_known_items_is_a_finding(relation: str, wanted: tuple[str, str, str, int]) -> None:
    assert wanted in told(merged("servicenow", ITEMS, f"parent,child,type\n{relation}\n")[1])


def test_what_is_no_export_is_an_error() -> None:
    assert told(rows("servicenow", "{}", names=("a.json",))[1]) == [("source-format", "error", "a.json", 0)]
    assert told(rows("servicenow", "class\nx\n")[1]) == [("source-row", "error", "a", 2)]


def test_every_relation_of_the_table_has_its_mirror_or_none_that_contradicts_it() -> None:
    for name, relation in RELATIONS.items():
        parent, child = name.split("::")
        mirror = RELATIONS.get(f"{child}::{parent}")
        if mirror is not None and parent != child:
            swapped = {"parent": "child", "child": "parent"}
            assert {swapped[end] for end in mirror.dependents} == set(relation.dependents), name
            assert mirror.strength == relation.strength, name


@pytest.mark.parametrize(("number", "status"), [
    ("1", "live"), ("2", "planned"), ("3", "live"), ("4", "planned"), ("5", "live"), ("6", "planned"), ("7", "retired"), ("8", "retired"), ("100", "retired"),
])  # fmt: skip
def test_an_item_that_is_on_order_is_planned_and_one_that_awaits_repair_is_live(number: str, status: str) -> None:
    found, _ = rows("servicenow", f"name,install_status\nweb,{number}\n")
    assert [item.status for item in found.items] == [status]
