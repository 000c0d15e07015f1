"""`when` in a real repository: slots, other windows, what ends before, and an order for a set."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.gate.builders import ROSTER
from tests.shop import CONFIG, Shop, request

AT = "2026-11-21T10:00:00Z"
EVENING = {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:30:00+08:00"}
LATER = {"start": "2026-11-25T23:00:00+08:00", "end": "2026-11-26T01:00:00+08:00"}


def calendar(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "calendar"}, "spec": spec}


def shop_with(where: Path, **changes: dict[str, Any]) -> Shop:
    shop = Shop(where / "shop")
    for name, spec in changes.items():
        shop.write(f"changes/CHG-20261121-{name}/rfc.yaml", request(f"CHG-20261121-{name}", **spec))
    shop.commit("Requests")
    return shop


def approved(shop: Shop, change: str) -> None:
    for person in ("carol", "dave"):
        done = shop.run("approve", change, "--as", person, "--now", AT)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def frozen(tmp_path: Path) -> Shop:
    shop = shop_with(tmp_path, db={})
    freeze = {"id": "audit", "start": "2026-11-25T20:00:00+08:00", "end": "2026-11-25T22:30:00+08:00"}
    shop.write("policies/calendar.yaml", calendar(freezes=[freeze]))
    shop.commit("A freeze")
    return shop


def test_a_freeze_leaves_the_rest_of_the_window_and_is_named_with_its_end(frozen: Shop) -> None:
    found = frozen.json("when", "CHG-20261121-db", "--now", "2026-11-25T14:10:00Z")
    assert found["earliest"] is None
    assert [(one["start"], one["end"]) for one in found["slots"]] == [("2026-11-25T14:30:00Z", "2026-11-25T15:30:00Z")]
    assert [one["reason_code"] for one in found["slots"][0]["needs"]] == ["approval.missing"]
    assert {"freeze.in_force"} <= {one["reason_code"] for one in found["reasons"]}
    assert found["changes_at"][0] == found["turns"][0]["at"] == "2026-11-25T14:30:00Z"
    assert "freeze.in_force" in {one["reason_code"] for one in found["turns"][0]["ends"]}
    assert all(one["start"] >= "2026-11-25T14:30:00Z" for one in found["alternatives"])
    assert [one["best"] for one in found["alternatives"]] == [True] + [False] * (len(found["alternatives"]) - 1)


def test_an_approved_change_waits_for_the_end_of_a_freeze_that_came_later(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, db={})
    approved(shop, "CHG-20261121-db")
    freeze = {"id": "audit", "start": "2026-11-25T20:00:00+08:00", "end": "2026-11-25T22:30:00+08:00"}
    shop.write("policies/calendar.yaml", calendar(freezes=[freeze]))
    shop.commit("A freeze")
    found = shop.json("when", "CHG-20261121-db", "--now", "2026-11-21T11:00:00Z")
    assert found["earliest"] == "2026-11-25T14:30:00Z"
    assert [(one["start"], one["end"], one["best"]) for one in found["slots"]] == [
        ("2026-11-25T14:30:00Z", "2026-11-25T15:30:00Z", True)
    ]


def test_what_ends_before_a_slot_does_is_named_with_it(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, db={})
    spec = {**CONFIG["spec"], "approval_validity": "P4DT5H"}
    delegation = {"from": "carol", "to": "carl", "roles": ["cab"], "start": "2026-11-20T00:00:00Z", "end": "2026-11-25T14:45:00Z"}
    people = {**ROSTER["people"], "carl": {"name": "Carl", "emails": ["carl@example.com"]}}
    people = {name: {"emails": [f"{name}@example.com"], **facts} for name, facts in people.items()}
    roster = {**ROSTER, "people": people, "delegations": [delegation]}
    shop.write("policies/roster.yaml", {"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}, "spec": roster})
    shop.write("changeflow.yaml", {**CONFIG, "spec": spec})
    shop.commit("Carl stands in for Carol")
    for person in ("carl", "dave"):
        shop.run("approve", "CHG-20261121-db", "--as", person, "--now", AT)
    found = shop.json("when", "CHG-20261121-db", "--now", AT)
    (slot,) = found["slots"]
    assert slot["ending"] == [
        {"what": "delegation", "id": "carl", "at": "2026-11-25T14:45:00Z"},
        {"what": "approval", "id": "carl", "at": "2026-11-25T15:00:00Z"},
    ]
    said = shop.run("when", "CHG-20261121-db", "--now", AT).stdout
    assert "ends before: the delegation to carl" in said


def test_an_exception_that_ends_before_another_window_does_is_named_with_it(frozen: Shop) -> None:
    spec = {
        "change": "CHG-20261121-db", "freeze": "audit", "reason": "It cannot wait", "end": "2026-11-24T14:30:00Z",
        "approved_by": ["carol"],
    }  # fmt: skip
    document = {"apiVersion": "changeflow/v1", "kind": "FreezeException", "metadata": {"id": "audit-db"}, "spec": spec}
    frozen.write("exceptions/audit-db.yaml", document)
    frozen.commit("An exception")
    found = frozen.json("when", "CHG-20261121-db", "--now", AT)
    named = [one["ending"] for one in found["alternatives"] if one["start"] == "2026-11-24T14:00:00Z"]
    assert named == [[{"what": "exception", "id": "audit-db", "at": "2026-11-24T14:30:00Z"}]]


def test_a_set_gets_a_legal_order_and_a_time_for_each(tmp_path: Path) -> None:
    shop = shop_with(
        tmp_path,
        second={"window": EVENING, "depends_on": ["CHG-20261121-first"]},
        first={"window": EVENING},
        third={"window": LATER},
    )
    found = shop.json("when", "CHG-20261121-second", "--with", "CHG-20261121-first,CHG-20261121-third", "--now", AT)
    placed = {one["change"].removeprefix("CHG-20261121-"): one for one in found["together"]["placed"]}
    assert found["together"]["unplaced"] == []
    assert placed["first"]["start"] == "2026-11-25T14:00:00Z"
    assert placed["first"]["moved"] is False
    # it needs the first one, whose window is its own: it gets another window
    assert placed["second"]["start"] >= placed["first"]["end"]
    assert placed["second"]["moved"] is True
    assert placed["second"]["after"] == ["CHG-20261121-first"]
    # half an hour of its window is taken by another change of the same item
    assert placed["third"] == {
        "change": "CHG-20261121-third", "start": "2026-11-25T15:30:00Z", "end": "2026-11-25T17:00:00Z", "moved": False, "after": [],
    }  # fmt: skip
    times = sorted((one["start"], one["end"]) for one in placed.values())
    assert all(before[1] <= after[0] for before, after in pairwise(times))
    assert found["together"]["order"] == [one["change"] for one in found["together"]["placed"]]


def test_changes_that_wait_for_each_other_get_no_time_and_it_is_said_why(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, one={"depends_on": ["CHG-20261121-two"]}, two={"depends_on": ["CHG-20261121-one"]})
    found = shop.json("when", "CHG-20261121-one", "--with", "CHG-20261121-two", "--now", AT)["together"]
    assert found["placed"] == []
    assert {one["change"]: [reason["data"]["change"] for reason in one["reasons"]] for one in found["unplaced"]} == {
        "CHG-20261121-one": ["CHG-20261121-two"],
        "CHG-20261121-two": ["CHG-20261121-one"],
    }


def test_a_change_whose_window_is_past_is_offered_other_ones(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, db={})
    found = shop.json("when", "CHG-20261121-db", "--now", "2026-12-01T10:00:00Z")
    assert found["earliest"] is None
    assert found["slots"] == []
    assert "window.past" in {one["reason_code"] for one in found["reasons"]}
    assert found["alternatives"]
    chinese = shop.run("--lang", "zh", "when", "CHG-20261121-db", "--now", "2026-12-01T10:00:00Z").stdout
    assert "同样时长的其他窗口" in chinese


def test_a_change_that_was_taken_back_has_no_slots(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, db={})
    approved(shop, "CHG-20261121-db")
    shop.run("withdraw", "CHG-20261121-db", "--as", "alice", "-m", "Not needed", "--now", AT)
    found = shop.json("when", "CHG-20261121-db", "--now", "2026-11-22T10:00:00Z")
    assert found["slots"] == []
    assert found["alternatives"] == []
