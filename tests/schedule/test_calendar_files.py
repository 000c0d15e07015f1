"""Calendars in a real repository: what cannot be read is named with its place, and one zone is the team's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shop import CONFIG, Shop, request

AT = "2026-11-21T10:00:00Z"
ID = "CHG-20261121-db"
HEAD = "apiVersion: changeflow/v1\nkind: Calendar\nmetadata: {id: calendar}\nspec:\n  freezes:\n    - "


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    repository = Shop(tmp_path / "shop")
    repository.write(f"changes/{ID}/rfc.yaml", request(ID))
    repository.commit("one")
    return repository


def freeze(shop: Shop, text: str) -> None:
    shop.write("policies/calendar.yaml", HEAD + text + "\n")
    shop.commit("A calendar")


def test_a_freeze_that_cannot_be_read_shuts_every_gate_and_is_named_with_its_file_and_line(shop: Shop) -> None:
    freeze(shop, "{id: quiet, start: 2026-11-03T22:00:00Z, end: 2026-11-03T23:00:00Z, rrule: 'FREQ=DAILY;INTERVAL=0;BYDAY=MO'}")
    for command in (("gate", "submit", ID), ("gate", "deploy", ID), ("assess", ID), ("schedule",)):
        done = shop.run(*command, "--now", AT)
        assert done.returncode == 4
        assert "policies/calendar.yaml:6:" in done.stderr
        assert "INTERVAL" in done.stderr


def test_a_zone_and_a_rule_that_cannot_be_read_are_both_named(shop: Shop) -> None:
    freeze(shop, "{id: night, name: Night, dtstart: '2026-11-25T22:00:00', duration: PT2H, rrule: weekly, zone: CET+1}")
    done = shop.run("check")
    assert done.returncode == 1
    assert "did you mean `FREQ=WEEKLY`?" in done.stdout
    assert "`CET+1` is no IANA time zone" in done.stdout
    assert "2 errors" in done.stdout


def test_the_zone_of_the_team_is_that_of_local_times(shop: Shop) -> None:
    freeze(shop, "{id: night, name: Night, dtstart: '2026-11-25T22:00:00', duration: PT2H, rrule: FREQ=DAILY}")
    assert [one["id"] for one in shop.json("assess", ID, "--now", AT)["freezes"]] == []  # 22:00 in UTC is later
    shop.write("changeflow.yaml", CONFIG | {"spec": CONFIG["spec"] | {"timezone": "Asia/Shanghai"}})
    shop.commit("Our zone")
    wanted = {"id": "night", "name": "Night", "start": "2026-11-25T14:00:00Z", "end": "2026-11-25T16:00:00Z"}
    assert shop.json("assess", ID, "--now", AT)["freezes"] == [wanted]
    codes = {one["reason_code"]: one["data"] for one in shop.json("gate", "approve", ID, "--now", AT)["reasons"]}
    assert codes["freeze.ahead"] == wanted


def test_a_change_may_start_in_its_window_once_a_freeze_is_over(shop: Shop) -> None:
    freeze(shop, "{id: noon, start: 2026-11-01T13:00:00Z, end: 2026-11-01T14:30:00Z, rrule: FREQ=DAILY, zone: UTC}")
    for person in ("carol", "dave"):
        shop.run("approve", ID, "--as", person, "--now", AT)
    found = shop.json("when", ID, "--now", AT)
    assert found["earliest"] == "2026-11-25T14:30:00Z"
    assert "the freeze `noon`" in shop.run("gate", "approve", ID, "--now", AT).stdout
