"""Which resources a plan changes: addresses and actions of `terraform show -json`, and no value."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from changeflow.release.plan_formats.plan_text import Machine
from changeflow.release.planning import Planning
from changeflow.scope.terraform_plan import UnreadablePlanError, is_plan, planned_changes

HIDDEN = "hunter2-never-shown"


def resource(address: str, *actions: str, **more: Any) -> dict[str, Any]:
    change = {"actions": list(actions), "after": {"password": HIDDEN}, "after_unknown": {"id": True}, "after_sensitive": {"password": True}}
    return {"address": address, "mode": "managed", "change": change, **more}


def plan(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {}, "resource_changes": list(resources), **more}


def written(document: Any, **how: Any) -> bytes:
    return json.dumps(document, **how).encode()


def changes(data: bytes, path: str = "plan.json", *, surely: bool = False) -> list[tuple[str, str]]:
    return [(one.address, one.did) for one in planned_changes(path, data, surely=surely)]


def why(data: bytes, path: str = "plan.json", *, surely: bool = False) -> str:
    with pytest.raises(UnreadablePlanError) as caught:
        list(planned_changes(path, data, surely=surely))
    return str(caught.value.why["code"])


def test_what_a_plan_creates_updates_replaces_or_destroys_is_changed() -> None:
    data = plan(
        resource("a.new", "create"),
        resource("a.other", "update"),
        resource("a.again", "delete", "create"),
        resource("a.swapped", "create", "delete"),
        resource("a.gone", "delete"),
        resource("a.forgotten", "forget"),
    )
    assert changes(written(data)) == [
        ("a.new", "added"), ("a.other", "changed"), ("a.again", "changed"), ("a.swapped", "changed"), ("a.gone", "removed"),
        ("a.forgotten", "changed"),
    ]  # fmt: skip


def test_what_it_leaves_alone_or_only_reads_is_not() -> None:
    assert changes(written(plan(resource("a.same", "no-op"), resource("data.a.seen", "read")))) == []
    assert changes(written({"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {}})) == []


def test_a_resource_that_moves_is_changed_at_both_addresses() -> None:
    moved = resource("module.new.a.b", "update", previous_address="a.b")
    assert changes(written(plan(moved))) == [("module.new.a.b", "changed"), ("a.b", "removed")]


def test_a_line_is_told_where_the_plan_has_lines() -> None:
    data = written(plan(resource("a.one", "create"), resource('a.two["ü"]', "create")), indent=1)
    lines = data.decode().split("\n")
    for one in planned_changes("plan.json", data, surely=False):
        assert json.dumps(one.address) in lines[one.line - 1]


def test_windows_writes_it_as_utf_16_and_a_pipeline_compresses_it() -> None:
    text = json.dumps(plan(resource("a.one", "create")))
    assert changes("\ufeff".encode("utf-16-le") + text.encode("utf-16-le")) == [("a.one", "added")]
    assert changes(gzip.compress(text.encode()), "plan.json.gz") == [("a.one", "added")]
    assert is_plan("x.json", "\ufeff".encode("utf-16-le") + text.encode("utf-16-le"))


def test_a_plan_is_known_when_another_program_sorted_its_keys_also_when_it_is_cut_off() -> None:
    configuration = {"root_module": {"variables": {f"v{number}": {} for number in range(1_000)}}}
    data = written(plan(resource("a.one", "create"), configuration=configuration), sort_keys=True)
    assert data.index(b"resource_changes") > 8_000
    assert is_plan("x.json", data)
    assert is_plan("x.json", data[:-30])
    assert why(data[:-30]) == "unread.json"
    assert is_plan("x.json", data.decode().encode("utf-16"))
    assert not is_plan("x.json", b'{"format_version": "1.0", "values": {}}' + b" " * 5_000)


def test_a_compressed_plan_is_known_whatever_its_name_is() -> None:
    data = written(plan(resource("a.one", "create")))
    assert is_plan("production.json.gz", gzip.compress(data))
    assert not is_plan("other.json.gz", gzip.compress(b'{"a": 1}'))
    assert not is_plan("plan.json.gz", gzip.compress(b'{"a": 1}'))
    assert is_plan("plan.json.gz", gzip.compress(data)[:-20])


def test_a_state_is_no_plan_and_changes_nothing() -> None:
    state = written({"format_version": "1.0", "terraform_version": "1.9.8", "values": {"root_module": {}}})
    assert changes(state) == []
    assert why(state, surely=True) == "unread.other"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 a plan in its own form", "unread.binary"),
        (written(plan(resource("a.one", "create")))[:-20], "unread.json"),
        (written([plan()]), "unread.other"),
        (written(plan(errored=True)), "unread.errored"),
        (written(plan({"change": {"actions": ["create"]}})), "unread.shape"),
        (written(plan({"address": "a.one", "change": {}})), "unread.shape"),
        (written(plan({"address": "a.one", "change": {"actions": "create"}})), "unread.shape"),
        (written({**plan(), "resource_changes": {"a": 1}}), "unread.shape"),
        (b'{"terraform_version": "1", "resource_changes": [{}], "resource_changes": []}', "unread.json"),
        (b'{"terraform_version": "1", "resource_changes": ' + b"[" * 100_000, "unread.json"),
        (b'{"terraform_version": "\xff"}', "unread.text"),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_nothing(data: bytes, code: str) -> None:
    assert why(data) == code


def test_no_value_of_a_resource_gets_into_what_is_said() -> None:
    data = written(plan(resource("a.one", "create")))
    found = list(planned_changes("plan.json", data, surely=False))
    assert HIDDEN not in repr(found)
    with pytest.raises(UnreadablePlanError) as caught:
        list(planned_changes("plan.json", data[:-3] + HIDDEN.encode(), surely=False))
    assert HIDDEN not in repr(caught.value.why)


KEPT = "changes/CHG-20261121-payments/plans/1.terraform.txt"


def kept(document: Any) -> bytes:
    """A plan as `changeflow plan` keeps it."""
    planning = Planning("CHG-20261121-payments", 1, "Apply", ("./scripts/plan",), "terraform", timedelta(minutes=5))
    return planning.kept(written(document), Machine()).encode()


def test_a_plan_that_is_kept_touches_what_the_plan_itself_touches() -> None:
    document = plan(
        resource("a.new", "create"),
        resource('module.x["a b"].a.other', "update"),
        resource("a.again", "delete", "create"),
        resource("a.gone", "delete", deposed="1234abcd"),
        resource("a.same", "no-op"),
        resource("data.a.seen", "read"),
        resource("module.new.a.b", "update", previous_address="a.b"),
    )
    assert sorted(changes(kept(document), KEPT)) == sorted(changes(written(document)))
    assert is_plan(KEPT, kept(document))


def test_a_kept_plan_that_is_none_may_touch_anything() -> None:
    assert why(b"nothing to see\n", KEPT) == "unread.other"
