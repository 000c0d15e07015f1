"""Every format of `schedule`: states without a window, pictures, the agenda, and events that move and are cancelled."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import icalendar
import pytest

from changeflow.reading.view import locate
from changeflow.render.presentation import Presentation
from changeflow.render.schedule import CONFLICTS_SHOWN, FORMATS
from changeflow.schedule.conflicts import MOST_CONFLICTS
from changeflow.usecases.schedule.forward_schedule import schedule
from tests.shop import Shop, request

AT = "2026-11-21T10:00:00Z"
WEEKS = ["--from", "2026-11-23T00:00:00Z", "--to", "2026-12-07T00:00:00Z", "--now", AT]
EVIL = 'Move <script>alert(1)</script> & "all" | the rest'


def without_window(change: str, **spec: Any) -> dict[str, Any]:
    found = request(change, "Put the fire out", **spec)
    found["spec"].pop("window")
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop")
    shop.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db", EVIL))
    urgent = {"type": "emergency", "emergency": {"incident": "INC-1", "justification": "Down"}}
    shop.write("changes/CHG-20261121-fire/rfc.yaml", without_window("CHG-20261121-fire", **urgent))
    shop.write("changes/CHG-20261121-idea/rfc.yaml", without_window("CHG-20261121-idea", draft=True))
    shop.commit("Requests")
    return shop


def event_of(shop: Shop, change: str) -> Any:
    found = icalendar.Calendar.from_ical(shop.run("schedule", *WEEKS, "--format", "ics").stdout)
    (event,) = [one for one in found.walk("VEVENT") if one["uid"] == f"{change}@changeflow"]
    return event


def test_changes_without_a_window_have_their_state_and_no_time(shop: Shop) -> None:
    for _ in range(2):
        # the second time from what is remembered
        rows = {one["change"]: one for one in shop.json("schedule", *WEEKS)["changes"]}
        assert list(rows) == ["CHG-20261121-db", "CHG-20261121-fire", "CHG-20261121-idea"]
        assert (rows["CHG-20261121-fire"]["state"], rows["CHG-20261121-idea"]["state"]) == ("submitted", "draft")
        assert (rows["CHG-20261121-fire"]["start"], rows["CHG-20261121-fire"]["end"]) == (None, None)
    said = shop.run("schedule", *WEEKS).stdout
    assert "Without a window:\nCHG-20261121-fire  (emergency) Put the fire out\n" in said
    assert "CHG-20261121-idea,Put the fire out,normal,,,db,production,bob,draft,," in shop.run("schedule", *WEEKS, "--format", "csv").stdout


def test_a_draft_with_a_window_stands_there_collides_with_nothing_and_takes_its_event_away(shop: Shop) -> None:
    assert str(event_of(shop, "CHG-20261121-db")["status"]) == "TENTATIVE"
    shop.write("changes/CHG-20261121-other/rfc.yaml", request("CHG-20261121-other"))
    shop.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db", EVIL, draft=True))
    shop.commit("Not yet")
    for _ in range(2):
        # the second time from what is remembered
        rows = {one["change"]: one for one in shop.json("schedule", *WEEKS)["changes"]}
        assert (rows["CHG-20261121-db"]["state"], rows["CHG-20261121-db"]["start"]) == ("draft", "2026-11-25T14:00:00Z")
        assert [rows[name]["conflicts_total"] for name in ("CHG-20261121-db", "CHG-20261121-other")] == [0, 0]
    assert str(event_of(shop, "CHG-20261121-db")["status"]) == "CANCELLED"
    paper = shop.json("report", "schedule", "--from", WEEKS[1], "--to", WEEKS[3], "--now", AT)
    assert [one["change"] for one in paper["changes"]] == ["CHG-20261121-other"]


def test_the_page_is_one_file_without_scripts_and_everything_in_it_is_escaped(shop: Shop) -> None:
    page = shop.run("schedule", *WEEKS, "--format", "html").stdout
    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page
    assert re.search(r"(?:src|href)=", page) is None
    assert "prefers-color-scheme: dark" in page
    assert page.count("<svg ") == 1
    assert "CHG-20261121-fire" in page


def test_the_picture_has_a_bar_for_each_change_in_its_week(shop: Shop) -> None:
    drawn = shop.run("schedule", *WEEKS, "--format", "svg").stdout
    tree = ET.fromstring(drawn)  # noqa: S314 - made by this program
    titles = [one.text or "" for one in tree.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0].startswith("Weeks of the change schedule, Mon 2026-11-23 to Sun 2026-12-06")
    assert [one for one in titles if one.startswith(f"CHG-20261121-db: {EVIL} (")] == titles[1:]
    assert shop.run("--lang", "zh", "schedule", *WEEKS, "--format", "svg").stdout.count("尚未批准") == 1


def test_the_agenda_names_conflicts_freezes_and_changes_without_a_window(shop: Shop) -> None:
    shop.write("changes/CHG-20261121-other/rfc.yaml", request("CHG-20261121-other"))
    shop.commit("Another one")
    page = shop.run("schedule", *WEEKS, "--format", "markdown").stdout
    assert "## Changes without a window" in page
    assert page.count("CONFLICT:") == 1
    assert "<script>" not in page
    assert "No freeze falls into this period." in page


@pytest.mark.parametrize("name", CONFLICTS_SHOWN)
def test_a_format_shows_the_same_where_only_the_conflicts_that_it_shows_were_put_into_words(shop: Shop, name: str) -> None:
    for number in range(8):
        change = f"CHG-20261121-more-{number}"
        shop.write(f"changes/{change}/rfc.yaml", request(change))
    shop.commit("Many at once")
    since, until = (datetime.fromisoformat(WEEKS[number]) for number in (1, 3))
    few, most = (schedule(locate(shop.root), since, until, since, told) for told in (CONFLICTS_SHOWN[name], MOST_CONFLICTS))
    assert len(most.planned[0].conflicts) > len(few.planned[0].conflicts)
    assert FORMATS[name](few, Presentation()) == FORMATS[name](most, Presentation())


def test_an_event_is_moved_and_cancelled_by_the_same_identifier(shop: Shop) -> None:
    first = event_of(shop, "CHG-20261121-db")
    assert (str(first["status"]), first["dtstart"].dt.isoformat()) == ("TENTATIVE", "2026-11-25T14:00:00+00:00")
    window = {"start": "2026-11-26T22:00:00+08:00", "end": "2026-11-26T23:30:00+08:00"}
    shop.write("changes/CHG-20261121-db/rfc.yaml", request("CHG-20261121-db", EVIL, window=window))
    shop.commit("Move it")
    moved = event_of(shop, "CHG-20261121-db")
    assert moved["dtstart"].dt.isoformat() == "2026-11-26T14:00:00+00:00"
    for person in ("carol", "dave"):
        shop.run("approve", "CHG-20261121-db", "--as", person, "--now", AT)
    agreed = event_of(shop, "CHG-20261121-db")
    shop.run("withdraw", "CHG-20261121-db", "--as", "alice", "-m", "Not needed", "--now", AT)
    cancelled = event_of(shop, "CHG-20261121-db")
    assert [str(one["status"]) for one in (moved, agreed, cancelled)] == ["TENTATIVE", "CONFIRMED", "CANCELLED"]
    numbers = [int(one["sequence"]) for one in (first, moved, agreed, cancelled)]
    assert numbers == sorted(set(numbers))
    assert event_of(shop, "CHG-20261121-db").to_ical() == cancelled.to_ical()
