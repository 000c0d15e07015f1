"""A schedule that reaches into a year whose holidays the library does not know."""

from __future__ import annotations

from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from changeflow.model.calendars import Calendar
from changeflow.schedule.day_patterns import with_day_patterns
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import periods
from tests.shop import Shop, request

pytest.importorskip("holidays")

# the library knows Germany until the end of 2100
WEEKS = ["--from", "2100-12-20T00:00:00Z", "--to", "2101-01-10T00:00:00Z", "--now", "2100-12-01T10:00:00Z"]
CALENDAR: dict[str, Any] = {
    "apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "public"},
    "spec": {
        "holidays": [{"id": "german", "country": "DE", "zone": "Europe/Berlin"}],
        "freezes": [{"id": "off", "name": "Public holidays", "on": "german"}],
    },
}  # fmt: skip
KNOWN, UNKNOWN, BOTH = "CHG-21001201-known", "CHG-21001201-unknown", "CHG-21001201-both"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop")
    shop.write("policies/calendar.yaml", CALENDAR)
    windows = {KNOWN: ("2100-12-25T10:00:00Z", "2100-12-25T11:00:00Z"), UNKNOWN: ("2101-01-05T10:00:00Z", "2101-01-05T11:00:00Z")}
    for change, (start, end) in windows.items():
        shop.write(f"changes/{change}/rfc.yaml", request(change, window={"start": start, "end": end}))
    shop.commit("Requests")
    return shop


def test_it_shows_what_is_known_and_names_the_calendar_and_the_year(shop: Shop) -> None:
    for _ in range(2):
        # the second time from what is remembered
        found = shop.json("schedule", *WEEKS)
        assert [(one["change"], one["state"], one["freezes"]) for one in found["changes"]] == [(KNOWN, "submitted", ["off"]), (UNKNOWN, "", [])]
        assert [one["start"][:10] for one in found["freezes"]] == ["2100-12-24"]
        (unknown,) = found["unknown"]
        assert (unknown["calendar"], unknown["id"]) == ("public", "off")
        assert "2101" in unknown["why"]
    assert shop.run("schedule", *WEEKS).returncode == 0
    for name in ("text", "markdown", "html"):
        assert "NOT KNOWN calendar public:" in " ".join(unescape(shop.run("schedule", *WEEKS, "--format", name).stdout).split()), name


def test_a_window_that_begins_in_a_known_year_is_frozen_as_far_as_that_is_known_and_the_gate_stays_shut(shop: Shop) -> None:
    (calendar,) = with_day_patterns([Calendar.model_validate(CALENDAR)], "Europe/Berlin")
    since, until = datetime.fromisoformat("2100-12-25T12:00:00Z"), datetime.fromisoformat("2101-01-02T12:00:00Z")
    with pytest.raises(RecurrenceError):
        list(periods(calendar.spec.freezes[0], since, until))
    window = {"start": f"{since:%Y-%m-%dT%H:%M:%SZ}", "end": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
    shop.write(f"changes/{BOTH}/rfc.yaml", request(BOTH, window=window))
    shop.commit("Over the turn of the year")
    done = shop.run("gate", "deploy", BOTH, "--now", "2100-12-27T12:00:00Z")
    assert done.returncode != 0
    assert "2101" in done.stdout + done.stderr


def test_a_calendar_that_cannot_be_read_at_all_still_ends_the_command(shop: Shop) -> None:
    broken = CALENDAR | {"spec": CALENDAR["spec"] | {"freezes": [{"id": "off", "name": "Public holidays", "on": "austrian"}]}}
    shop.write("policies/calendar.yaml", broken)
    shop.commit("Names holidays that are not there")
    assert shop.run("schedule", *WEEKS).returncode == 4
