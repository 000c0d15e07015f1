"""Conditions see the business hours and holidays that the time of a change touches, and nothing where these are not known."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest
from changeflow.model.people import Roster
from changeflow.model.watched_time import Holding, Watch
from changeflow.policy.calendar_facts import CalendarFacts, calendar_facts
from changeflow.policy.cel import compile_condition
from changeflow.schedule.windows import timing
from tests import valid_repository as valid
from tests.release.site import ID, POLICY, Site

CALENDAR = """\
apiVersion: changeflow/v1
kind: Calendar
metadata: {id: office}
spec:
  hours:
    - {id: office, from: "09:00", to: "18:00", holidays: closed}
    - {id: shanghai, from: "09:00", to: "18:00", zone: Asia/Shanghai}
  holidays:
    - {id: closed, days: [2027-01-06]}
"""
UNKNOWN = CALENDAR + "    - {id: germany, country: DE}\n"
LONG_AGO = datetime(2026, 12, 1, tzinfo=UTC)


def calendars(text: str = CALENDAR, zone: str = "Europe/Berlin") -> tuple[Calendar, ...]:
    found = record(load(text.encode(), "office.yaml").documents[0])
    assert isinstance(found, Calendar)
    return (found.in_zone(zone),)


def request(start: str, hours: float = 1) -> ChangeRequest:
    found = record(load(valid.RFC.encode(), "rfc.yaml").documents[0])
    assert isinstance(found, ChangeRequest)
    begin = datetime.fromisoformat(start)
    window = type(found.spec.window)(start=begin, end=begin + timedelta(hours=hours))  # type: ignore[misc]
    return found.model_copy(update={"spec": found.spec.model_copy(update={"window": window})})


def seen(start: str, hours: float = 1, text: str = CALENDAR, now: datetime = LONG_AGO, **more: Any) -> CalendarFacts:
    change, listed = request(start, hours), calendars(text)
    times = timing(change, listed, {}, valid_roster(), now, **more)
    return calendar_facts(times, change, listed, now)


def valid_roster() -> Roster:
    found = record(load(b"apiVersion: changeflow/v1\nkind: Roster\nmetadata: {id: r}\nspec: {people: {}}\n", "r.yaml").documents[0])
    assert isinstance(found, Roster)
    return found


@pytest.mark.parametrize(
    ("start", "hours", "business", "holiday"),
    [
        # 10:00 in Berlin, 17:00 in Shanghai, a Tuesday
        ("2027-01-05T09:00:00+00:00", 0.5, ["office", "shanghai"], []),
        ("2027-01-05T09:00:00+00:00", 2, ["office", "shanghai"], []),
        # 11:00 in Berlin: Shanghai has gone home
        ("2027-01-05T10:00:00+00:00", 1, ["office"], []),
        # half-open: an hour that begins as the office closes
        ("2027-01-05T17:00:00+00:00", 1, [], []),
        ("2027-01-05T16:00:00+00:00", 1, ["office"], []),
        # closed, on Berlin's clock
        ("2027-01-06T10:00:00+00:00", 1, [], ["closed"]),
        ("2027-01-05T22:30:00+00:00", 0.5, [], []),
        ("2027-01-05T22:30:00+00:00", 1, [], ["closed"]),
        # a Saturday
        ("2027-01-09T10:00:00+00:00", 1, [], []),
    ],
)
def test_the_window_is_asked_about(start: str, hours: float, business: list[str], holiday: list[str]) -> None:
    found = seen(start, hours)
    assert (found["business_hours"], found["holiday"]) == (business, holiday)


@pytest.mark.parametrize("starting", [False, True])
def test_what_is_over_of_the_window_is_not_asked_about_and_what_comes_before_it_neither(starting: bool) -> None:
    late = datetime(2027, 1, 5, 17, 30, tzinfo=UTC)
    assert seen("2027-01-05T10:00:00+00:00", 8, now=late, starting=starting)["business_hours"] == []
    early = datetime(2027, 1, 5, 10, 30, tzinfo=UTC)
    assert seen("2027-01-05T18:00:00+00:00", 2, now=early, starting=starting)["business_hours"] == []


def test_they_are_looked_for_only_where_a_condition_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("changeflow.schedule.day_patterns.hours_touched", lambda *_: asked.append("hours") or [])
    monkeypatch.setattr("changeflow.schedule.day_patterns.holidays_touched", lambda *_: asked.append("days") or [])
    facts = {"calendar": seen("2027-01-05T10:00:00+00:00"), "now": LONG_AGO}
    assert compile_condition("calendar.lead_hours > 1.0 && calendar.freezes == []").truth(facts)
    assert asked == []
    assert compile_condition("calendar.business_hours == []").truth(facts)
    assert compile_condition("calendar['business_hours'] == [] && !calendar.in_window").truth(facts)
    assert asked == ["hours"]
    assert compile_condition("size(calendar) > 3").truth(facts)
    assert asked == ["hours", "days"]


def test_an_unknown_year_is_absent_and_says_why() -> None:
    found = seen("2101-01-05T10:00:00+00:00", text=UNKNOWN)
    facts = {"calendar": found, "now": LONG_AGO}
    assert not compile_condition("has(calendar.holiday)").truth(facts)
    assert found.unknown["holiday"]["code"] == "recurrence.holidays_year"
    # what is known is
    assert compile_condition("'office' in calendar.business_hours").truth(facts)


def test_a_watched_time_notes_how_long_they_are_so() -> None:
    change, listed = request("2027-01-05T10:00:00+00:00", 8), calendars()
    watch = Watch(datetime(2027, 1, 5, 16, 0, tzinfo=UTC))
    times = timing(change, listed, {}, valid_roster(), watch.now, starting=True)
    facts = {"calendar": calendar_facts(times, change, listed, watch.now), "now": watch.now}
    assert compile_condition("'office' in calendar.business_hours").truth(facts)
    assert isinstance(watch.holding, Holding)
    assert watch.holding.until == datetime(2027, 1, 5, 17, 0, tzinfo=UTC)


# -- at a gate -------------------------------------------------------------------------------------


def outcome(site: Site, gate: str, at: str) -> tuple[str, str]:
    told = json.loads(site.cli("gate", gate, ID, "--format", "json", "--now", at).out)
    (found,) = [one for one in told["reasons"] if one["rule"] == f"{gate}-rule"]
    return found["outcome"], found["message"]


@pytest.mark.parametrize("gate", ["approve", "deploy"])
def test_a_rule_that_reads_them_decides_and_cannot_be_decided_for_an_unknown_year(tmp_path: Path, gate: str) -> None:
    holds = "calendar.holiday == [] && !('office' in calendar.business_hours)"
    files = {f"policies/{gate}.yaml": POLICY % {"gate": gate, "holds": holds}, "policies/office.yaml": UNKNOWN}
    site = Site.at(tmp_path / "repo", **files)
    # 18:30 in UTC, the zone of the team
    site.change(window={"start": "2027-01-05T18:30:00Z", "end": "2027-01-05T19:30:00Z"})
    assert outcome(site, gate, "2026-12-01T00:00:00Z")[0] == "pass"
    site.change(window={"start": "2027-01-05T17:30:00Z", "end": "2027-01-05T18:30:00Z"})
    assert outcome(site, gate, "2026-12-01T00:00:00Z")[0] == "fail"
    site.change(window={"start": "2101-01-05T18:30:00Z", "end": "2101-01-05T19:30:00Z"})
    found, message = outcome(site, gate, "2026-12-01T00:00:00Z")
    assert found == "error"
    assert "the holidays of DE are not known in 2101" in message
