"""`schedule` and `when` in a real repository."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import icalendar
import jsonschema
import pytest

from changeflow.resources import folder
from tests.shop import Shop, request

AT = "2026-11-21T10:00:00Z"
WEEK = ["--from", "2026-11-20T00:00:00Z", "--to", "2026-11-27T00:00:00Z"]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    repository = Shop(tmp_path / "shop")
    repository.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db"))
    repository.commit("one")
    return repository


def test_the_schedule_lists_what_overlaps_the_period_and_nothing_else(shop: Shop) -> None:
    found = shop.json("schedule", *WEEK)
    assert [item["change"] for item in found["changes"]] == ["CHG-20261121-db"]
    assert shop.json("schedule", "--from", "2026-11-25T15:30:00Z", "--to", "2026-11-27T00:00:00Z")["changes"] == []


def test_the_answer_is_valid_against_its_schema(shop: Shop) -> None:
    schema = json.loads((folder("schemas") / "answers" / "schedule.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(shop.json("schedule", *WEEK), schema)


def test_two_changes_of_one_item_in_one_window_are_shown_as_conflicts(shop: Shop) -> None:
    shop.write("changes/CHG-20261121-other/rfc.yaml", request("CHG-20261121-other"))
    shop.commit("two")
    planned = shop.json("schedule", *WEEK)["changes"]
    found = {item["change"]: [(one["change"], one["kind"], one["hard"]) for one in item["conflicts"]] for item in planned}
    assert found == {"CHG-20261121-db": [("CHG-20261121-other", "same-item", True)], "CHG-20261121-other": [("CHG-20261121-db", "same-item", True)]}
    assert [item["conflicts_total"] for item in planned] == [1, 1]
    (one,) = shop.json("assess", "CHG-20261121-db")["conflicts"]
    assert one["proposal"] == planned[0]["conflicts"][0]["proposal"]
    said = shop.run("schedule", *WEEK).stdout
    assert "CONFLICT: CHG-20261121-other changes db in the same window" in said
    assert "move CHG-20261121-other to" in said
    # the second time from what is remembered
    assert shop.run("--lang", "zh", "schedule", *WEEK).stdout.count("严重冲突：") == 2


def test_a_change_that_waits_for_another_one_in_its_window_is_out_of_order_and_goes_second(shop: Shop) -> None:
    shop.write("changes/CHG-20261121-other/rfc.yaml", request("CHG-20261121-other", depends_on=["CHG-20261121-db"]))
    shop.commit("one after the other")
    found = [[(one["kind"], one["hard"], one["first"]) for one in item["conflicts"]] for item in shop.json("schedule", *WEEK)["changes"]]
    assert found == [[("order", False, False)], [("order", False, True)]]


def test_a_change_that_cannot_be_read_takes_nothing_away_and_is_named(shop: Shop) -> None:
    for name, file in (("CHG-20261121-zip", b"Gr\xf6\xdfe.txt"), ("CHG-20261121-Odd", b"notes.txt")):
        shop.write(f"changes/{name}/rfc.yaml", request(name))
        try:
            Path(os.fsdecode(bytes(shop.root / "changes" / name) + b"/" + file)).write_text("x", encoding="utf-8")
        except OSError:
            pytest.skip("this file system takes UTF-8 names only")
    shop.commit("attachments of long ago")
    found = shop.json("schedule", *WEEK)
    assert [item["change"] for item in found["changes"]] == ["CHG-20261121-db"]
    assert found["unreadable"] == ["CHG-20261121-Odd", "CHG-20261121-zip"]
    for command in (("assess",), ("gate", "approve"), ("release", "plan"), ("approve", "--as", "carol")):
        done = shop.run(*command, "CHG-20261121-zip")
        assert done.returncode == 4
        assert "`changes/CHG-20261121-zip/Gr\\xf6\\xdfe.txt`: the name of this file is not UTF-8" in done.stderr


def test_a_title_that_a_spreadsheet_would_run_is_made_harmless(shop: Shop) -> None:
    shop.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db", title="=HYPERLINK(1)"))
    shop.commit("formula")
    rows = list(csv.DictReader(io.StringIO(shop.run("schedule", *WEEK, "--format", "csv").stdout)))
    assert rows[0]["title"] == "'=HYPERLINK(1)"


def test_the_calendar_reads_back_with_its_chinese_title(shop: Shop) -> None:
    title = "升级数据库; 夜间, 十分钟"
    shop.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db", title=title))
    shop.commit("Chinese")
    calendar: Any = icalendar.Calendar.from_ical(shop.run("schedule", *WEEK, "--format", "ics").stdout)
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == f"CHG-20261121-db: {title}"
    assert str(event["description"]).startswith("normal change of ")


def test_the_calendar_speaks_the_language_of_its_reader(shop: Shop) -> None:
    done = shop.run("--lang", "zh", "schedule", *WEEK, "--format", "ics")
    (event,) = icalendar.Calendar.from_ical(done.stdout).walk("VEVENT")
    assert str(event["description"]).startswith("常规变更：")


def test_an_empty_period_is_a_usage_error(shop: Shop) -> None:
    done = shop.run("schedule", "--from", AT, "--to", AT)
    assert done.returncode == 2
    assert "ends before it begins" in done.stderr


def test_when_says_the_window_is_the_earliest_start_once_it_is_approved(shop: Shop) -> None:
    before = shop.run("when", "CHG-20261121-db", "--now", AT)
    assert before.returncode == 1
    for person in ("carol", "dave"):
        shop.run("approve", "CHG-20261121-db", "--as", person, "--now", AT)
    found = shop.json("when", "CHG-20261121-db", "--now", AT)
    assert found["earliest"] == "2026-11-25T14:00:00Z"
    assert [one["reason_code"] for one in found["reasons"]] == ["window.not_open"]
    assert [(item["at"], item["open"]) for item in found["turns"]] == [
        ("2026-11-25T14:00:00Z", True),
        ("2026-11-25T15:30:00Z", False),
    ]
    assert [(item["start"], item["end"], item["needs"]) for item in found["slots"]] == [
        ("2026-11-25T14:00:00Z", "2026-11-25T15:30:00Z", [])
    ]
