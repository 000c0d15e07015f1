"""Terraform states and plans: addresses and references, and no value."""

from __future__ import annotations

import json
from typing import Any

from sourced import merged, needs, rows, told

SECRET = "correct-horse-battery"  # noqa: S105 - the very thing that must not come through


def resource(address: str, *depends_on: str, mode: str = "managed") -> dict[str, Any]:
    type_ = address.rpartition("module.")[2].split(".")[-2]
    values = {"password": SECRET, "user_data": SECRET, "tags": {"Name": SECRET}}
    return {"address": address, "mode": mode, "type": type_, "values": values, "sensitive_values": {"password": True}, "depends_on": list(depends_on)}


STATE = {
    "format_version": "1.0", "terraform_version": "1.15.5",
    "values": {
        "outputs": {"key": {"sensitive": True, "value": SECRET}},
        "root_module": {
            "resources": [
                resource("aws_instance.web[0]", "aws_db_instance.main", "module.net.aws_subnet.a"),
                resource("aws_instance.web[1]"),
                resource('aws_s3_bucket.b["logs.v1"]'),
                resource("aws_db_instance.main", "module.net"),
                resource("aws_lb.front", "aws_instance.web"),
                resource("data.aws_ami.image", mode="data"),
            ],
            "child_modules": [{"address": "module.net", "resources": [resource("module.net.aws_subnet.a"), resource("module.net.aws_vpc.v")]}],
        },
    },
}  # fmt: skip


def reference(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


PLAN = {
    "format_version": "1.2",
    "planned_values": {"root_module": {
        "resources": [resource("terraform_data.web"), resource("terraform_data.db")],
        "child_modules": [{"resources": [resource("module.app.terraform_data.api[0]"), resource("module.app.terraform_data.log")]}],
    }},
    "resource_changes": [
        {"address": "terraform_data.web", "change": {"actions": ["create"], "after": {"p": SECRET}, "after_unknown": {"id": True}}},
        {"address": "terraform_data.db", "change": {"actions": ["delete", "create"], "before": {"p": SECRET}, "before_sensitive": {"p": True}}},
        {"address": "terraform_data.old", "change": {"actions": ["delete"], "before": {"p": SECRET}}},
    ],
    "prior_state": {"values": {"root_module": {"resources": [resource("terraform_data.old", "terraform_data.db")]}}},
    "configuration": {"root_module": {
        "resources": [
            {"address": "terraform_data.web", "mode": "managed", "expressions": {"block": [{"x": reference("module.app.url", "module.app")}], "y": reference("each.key")}},
            {"address": "terraform_data.db", "mode": "managed", "expressions": {}},
        ],
        "module_calls": {"app": {
            "expressions": {"db_id": reference("terraform_data.db.id", "terraform_data.db")},
            "module": {
                "outputs": {"url": {"expression": reference("terraform_data.api[0].output", "terraform_data.api[0]", "terraform_data.api")}},
                "variables": {"db_id": {"default": SECRET, "sensitive": True}},
                "resources": [
                    {"address": "terraform_data.api", "mode": "managed", "expressions": {"input": reference("var.db_id")}, "depends_on": ["terraform_data.log"]},
                    {"address": "terraform_data.log", "mode": "managed", "expressions": {"input": reference("local.x", "path.module")}},
                ],
            },
        }},
    }},
    "variables": {"password": {"value": SECRET}},
}  # fmt: skip


def test_a_state_says_which_resource_depends_on_which() -> None:
    items, findings = merged("terraform", json.dumps(STATE))
    assert findings == []
    assert needs(items, "aws_instance.web:0") == ["aws_db_instance.main", "module.net.aws_subnet.a"]
    assert needs(items, "aws_db_instance.main") == ["module.net.aws_subnet.a", "module.net.aws_vpc.v"]
    assert needs(items, "aws_lb.front") == ["aws_instance.web:0", "aws_instance.web:1"]
    assert "aws_s3_bucket.b_u5b.22_logs.v1_u22.5d_" in items
    assert not any("ami" in ci for ci in items)
    kinds = {"aws_db_instance.main": "database", "aws_lb.front": "network", "aws_instance.web:0": "server", "module.net.aws_vpc.v": "network"}
    assert {ci: items[ci]["type"] for ci in kinds} == kinds


def test_a_plan_says_it_by_the_expressions_of_its_configuration_through_modules() -> None:
    items, findings = merged("terraform", json.dumps(PLAN))
    assert findings == []
    api = "module.app.terraform_data.api:0"
    assert needs(items, api) == ["module.app.terraform_data.log", "terraform_data.db"]
    assert api in needs(items, "terraform_data.web")
    assert needs(items, "terraform_data.old") == ["terraform_data.db"]
    assert {ci: items[ci]["status"] for ci in ("terraform_data.web", "terraform_data.db", "terraform_data.old")} == {
        "terraform_data.web": "planned", "terraform_data.db": "live", "terraform_data.old": "live",
    }  # fmt: skip


def test_no_sensitive_value_is_kept_or_shown_in_any_way() -> None:
    for document in (STATE, PLAN):
        assert SECRET in json.dumps(document)
        assert SECRET not in repr(rows("terraform", json.dumps(document)))
    broken = json.dumps(STATE)[:-30] + SECRET
    assert SECRET not in repr(rows("terraform", broken))


def test_what_is_no_state_is_an_error() -> None:
    for text in ("{}", "[]", '{"values": 3}', "{", '"x"', "[" * 100_000):
        assert [one[:2] for one in told(rows("terraform", text)[1])] == [("source-format", "error")]
