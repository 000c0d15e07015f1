"""Business hours, the time outside of them, and holidays: when they are, and what gates do about days that nobody knows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from changeflow import errors
from changeflow.model.calendars import Calendar
from changeflow.model.document_parts import parse_instant as at
from changeflow.model.watched_time import Watch
from changeflow.schedule import public_holidays
from changeflow.schedule.day_patterns import with_day_patterns
from changeflow.schedule.rrule import RecurrenceError
from changeflow.schedule.windows import overlapping
from tests.shop import Shop, request

OFFICE = {"id": "office", "from": "09:00", "to": "18:00", "zone": "Europe/Berlin"}
ID = "CHG-20261121-db"
AT = "2026-11-21T10:00:00Z"


def document(*freezes: dict[str, Any], **spec: Any) -> dict[str, Any]:
    named = [{"id": f"freeze-{number}"} | one for number, one in enumerate(freezes)]
    return {"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "calendar"}, "spec": {"freezes": named} | spec}


def found(freeze: dict[str, Any], since: str, until: str, **spec: Any) -> list[tuple[datetime, datetime]]:
    (calendar,) = with_day_patterns([Calendar.model_validate(document(freeze, **spec))], "Asia/Shanghai")
    return list(overlapping(calendar.spec.freezes[0], at(since), at(until)))


def span(since: str, until: str) -> tuple[datetime, datetime]:
    return at(since), at(until)


def test_hours_are_those_of_weekdays_on_the_clock_of_their_zone() -> None:
    told = found({"during": "office"}, "2026-11-26T12:00:00Z", "2026-11-30T09:00:00Z", hours=[OFFICE])
    assert told == [
        span("2026-11-26T08:00:00Z", "2026-11-26T17:00:00Z"),
        span("2026-11-27T08:00:00Z", "2026-11-27T17:00:00Z"),
        span("2026-11-30T08:00:00Z", "2026-11-30T17:00:00Z"),
    ]
    # without a zone it is the clock of the team
    of_team = {key: value for key, value in OFFICE.items() if key != "zone"}
    assert found({"during": "office"}, "2026-11-26T02:00:00Z", "2026-11-26T03:00:00Z", hours=[of_team]) == [
        span("2026-11-26T01:00:00Z", "2026-11-26T10:00:00Z")
    ]


def test_the_time_outside_of_hours_goes_over_the_weekend() -> None:
    told = found({"outside": "office"}, "2026-11-26T12:00:00Z", "2026-11-30T09:00:00Z", hours=[OFFICE])
    assert told == [span("2026-11-26T17:00:00Z", "2026-11-27T08:00:00Z"), span("2026-11-27T17:00:00Z", "2026-11-30T08:00:00Z")]
    # inside of them there is none, outside there is one
    assert found({"outside": "office"}, "2026-11-26T12:00:00Z", "2026-11-26T13:00:00Z", hours=[OFFICE]) == []
    assert found({"outside": "office"}, "2026-11-28T12:00:00Z", "2026-11-28T12:00:01Z", hours=[OFFICE]) == [told[1]]


def test_hours_may_go_over_midnight_and_end_with_the_day() -> None:
    night = {"id": "night", "from": "22:00", "to": "06:00", "days": ["FR"], "zone": "Europe/Berlin"}
    assert found({"during": "night"}, "2026-11-28T03:00:00Z", "2026-11-28T04:00:00Z", hours=[night]) == [
        span("2026-11-27T21:00:00Z", "2026-11-28T05:00:00Z")
    ]
    whole = {"id": "sunday", "from": "00:00", "to": "24:00", "days": ["SU"], "zone": "Europe/Berlin"}
    # the clocks went back on this Sunday, so it had 25 hours
    assert found({"during": "sunday"}, "2026-10-25T03:00:00Z", "2026-10-25T04:00:00Z", hours=[whole]) == [
        span("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
    ]


def test_holidays_that_follow_each_other_are_one_period() -> None:
    own = {"id": "own", "days": ["2026-12-24", "2026-12-25", "2026-12-31"], "zone": "Europe/Berlin"}
    assert found({"on": "own"}, "2026-12-25T12:00:00Z", "2027-01-01T00:00:00Z", holidays=[own]) == [
        span("2026-12-23T23:00:00Z", "2026-12-25T23:00:00Z"),
        span("2026-12-30T23:00:00Z", "2026-12-31T23:00:00Z"),
    ]


def test_public_holidays_are_those_of_the_country_and_the_region() -> None:
    bavaria = {"id": "bavaria", "country": "DE", "region": "BY", "zone": "Europe/Berlin"}
    assumption = ("2026-08-15T10:00:00Z", "2026-08-15T11:00:00Z")
    assert found({"on": "bavaria"}, "2026-01-06T10:00:00Z", "2026-01-06T11:00:00Z", holidays=[bavaria]) != []
    assert found({"on": "bavaria"}, *assumption, holidays=[bavaria]) == []
    assert found({"on": "bavaria"}, *assumption, holidays=[bavaria | {"categories": ["catholic"]}]) != []
    assert found({"on": "berlin"}, "2026-01-06T10:00:00Z", "2026-01-06T11:00:00Z", holidays=[bavaria | {"id": "berlin", "region": "BE"}]) == []


def test_days_that_are_worked_instead_have_hours_and_holidays_have_none() -> None:
    china = {"id": "cn", "country": "CN", "zone": "Asia/Shanghai"}
    office = {"id": "office", "from": "09:00", "to": "18:00", "zone": "Asia/Shanghai", "holidays": "cn"}
    spring = ("2026-02-17T02:00:00Z", "2026-02-17T03:00:00Z")
    # Saturday, 14 February 2026 was worked for the week of the Spring Festival
    worked = ("2026-02-14T02:00:00Z", "2026-02-14T03:00:00Z")
    assert found({"during": "office"}, *spring, hours=[office], holidays=[china]) == []
    assert len(found({"during": "office"}, *worked, hours=[office], holidays=[china])) == 1
    assert found({"during": "office"}, *worked, hours=[{key: office[key] for key in office if key != "holidays"}]) == []


@pytest.mark.parametrize(("country", "year"), [("CN", 2090), ("CN", 1949), ("DE", 1980)])
def test_a_year_of_which_nothing_is_known_is_no_year_without_holidays(country: str, year: int) -> None:
    one = {"id": "one", "country": country, "zone": "UTC"}
    with pytest.raises(RecurrenceError, match=f"the holidays of {country} are not known in {year}"):
        found({"on": "one"}, f"{year}-05-05T00:00:00Z", f"{year}-05-06T00:00:00Z", holidays=[one])


def test_where_a_country_announces_its_days_each_year_the_next_year_is_not_known() -> None:
    from holidays import country_holidays

    newest = max(country_holidays("CN", years=2024).special_public_holidays)
    assert public_holidays.holiday_year("CN", None, (), newest).worked
    with pytest.raises(RecurrenceError, match=f"not known in {newest + 1}"):
        public_holidays.holiday_year("CN", None, (), newest + 1)
    # the end of a year that is known can be told, though the day after it cannot
    last = datetime(newest, 12, 31, 4, tzinfo=UTC)
    (calendar,) = with_day_patterns([Calendar.model_validate(document({"on": "cn"}, holidays=[{"id": "cn", "country": "CN"}]))], "UTC")
    list(overlapping(calendar.spec.freezes[0], last, last + timedelta(hours=1)))


def test_the_day_beside_an_estimated_holiday_is_not_known() -> None:
    year = next(one for one in (public_holidays.holiday_year("AE", None, (), number) for number in range(2028, 2040)) if one.unsure)
    day = min(year.unsure).isoformat()
    with pytest.raises(RecurrenceError, match="a day beside it is an estimate"):
        found({"on": "ae"}, f"{day}T00:00:00Z", f"{day}T01:00:00Z", holidays=[{"id": "ae", "country": "AE", "zone": "UTC"}])


@pytest.mark.parametrize(
    ("freeze", "spec", "said"),
    [
        ({"during": "office"}, {}, "no calendar has business hours `office`"),
        ({"on": "cn"}, {"hours": [OFFICE]}, "no calendar has holidays `cn`"),
        ({"outside": "office"}, {"hours": [OFFICE | {"holidays": "cn"}]}, "no calendar has holidays `cn`"),
        ({"during": "office"}, {"hours": [OFFICE, OFFICE]}, "or two have them"),
        ({"during": "office"}, {"hours": [OFFICE | {"zone": "Europe/Bavaria"}]}, "no IANA time zone"),
        ({"on": "xx"}, {"holidays": [{"id": "xx", "country": "XX"}]}, "no holidays are known of XX"),
        ({"on": "xx"}, {"holidays": [{"id": "xx", "country": "DE", "region": "ZZ"}]}, "no holidays are known of DE-ZZ"),
    ],
)
def test_what_names_nothing_is_at_no_time_that_could_be_told(freeze: dict[str, Any], spec: dict[str, Any], said: str) -> None:
    with pytest.raises(RecurrenceError, match=said):
        found(freeze, "2026-11-26T12:00:00Z", "2026-11-26T13:00:00Z", **spec)


def test_a_watched_time_holds_until_the_hours_turn() -> None:
    (calendar,) = with_day_patterns([Calendar.model_validate(document({"during": "office"}, hours=[OFFICE]))], "UTC")
    watch = Watch(at("2026-11-26T12:00:00Z"))
    assert len(list(overlapping(calendar.spec.freezes[0], watch.now, watch.now + timedelta(seconds=1)))) == 1
    assert watch.holding.until <= at("2026-11-26T17:00:00Z")
    assert watch.holding.since >= at("2026-11-26T07:59:59Z")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"])
def test_every_minute_is_inside_or_outside_of_hours_as_the_clock_on_the_wall_says(zone: str) -> None:
    hours = [{"id": "late", "from": "16:30", "to": "01:30", "days": ["SA", "SU", "WE"], "zone": zone}]
    place = ZoneInfo(zone)
    for begin in ("2026-03-28T00:00:00Z", "2026-10-03T00:00:00Z", "2026-10-24T00:00:00Z", "2011-12-29T00:00:00Z"):
        since = at(begin)
        until = since + timedelta(days=3)
        inside = found({"during": "late"}, begin, until.isoformat(), hours=hours)
        outside = found({"outside": "late"}, begin, until.isoformat(), hours=hours)
        for minute in range(0, 3 * 24 * 60, 7):
            moment = since + timedelta(minutes=minute)
            expected = _is_open(moment, place)
            if expected is not None:
                assert any(first <= moment < last for first, last in inside) is expected, moment
            assert any(first <= moment < last for first, last in inside) is not any(first <= moment < last for first, last in outside), moment


def _is_open(moment: datetime, place: ZoneInfo) -> bool | None:
    """By the clock on the wall; None in an hour that exists twice, where the first of the two counts as the end."""
    shown = moment.astimezone(place)
    if shown.fold or shown.replace(fold=1).utcoffset() != shown.utcoffset():
        return None
    clock, day = shown.hour * 60 + shown.minute, shown.date()
    if clock >= 16 * 60 + 30:
        return _weekday(day) in ("SA", "SU", "WE")
    if clock >= 90:
        return False
    return _weekday(day - timedelta(days=1)) in ("SA", "SU", "WE") and _exists(day - timedelta(days=1), place)


def _weekday(day: date) -> str:
    return ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()]


def _exists(day: date, place: ZoneInfo) -> bool:
    noon = datetime(day.year, day.month, day.day, 18, tzinfo=place)
    return noon.astimezone(UTC).astimezone(place).date() == day


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path / "shop")
    made.write(f"changes/{ID}/rfc.yaml", request(ID))
    return made


def reasons(shop: Shop) -> list[tuple[str, str]]:
    told = shop.json("gate", "approve", ID, "--now", AT)["reasons"]
    return [(one["reason_code"], one["message"]) for one in told if one["reason_code"].startswith(("freeze.", "calendar."))]


def test_gates_heed_holidays_and_windows_outside_of_business_hours(shop: Shop) -> None:
    # the window of the request is on Wednesday, 25 November 2026, 14:00 to 15:30 in UTC
    own = {"id": "own", "days": ["2026-11-25"], "zone": "UTC"}
    shop.write("policies/calendar.yaml", document({"on": "own", "name": "Company day"}, holidays=[own]))
    shop.commit("A holiday")
    assert [code for code, _ in reasons(shop)] == ["freeze.ahead"]
    window = {"id": "quiet", "outside": "office"}
    shop.write("policies/calendar.yaml", document(windows=[window], hours=[OFFICE]))
    shop.commit("Outside of business hours")
    assert [code for code, _ in reasons(shop)] == ["calendar.outside_windows"]
    shop.write("policies/calendar.yaml", document(windows=[window], hours=[OFFICE | {"to": "15:00"}]))
    shop.commit("Short days")
    assert reasons(shop) == []
    assert shop.run("check").returncode == 0


def test_the_gate_stays_shut_for_a_day_that_nobody_knows(shop: Shop) -> None:
    shop.write("policies/calendar.yaml", document({"on": "cn"}, holidays=[{"id": "cn", "country": "CN", "zone": "Asia/Shanghai"}]))
    shop.commit("No changes on holidays")
    assert reasons(shop) == []
    text = request(ID)
    text["spec"]["window"] = {"start": "2090-11-24T14:00:00Z", "end": "2090-11-24T15:00:00Z"}
    shop.write(f"changes/{ID}/rfc.yaml", text)
    shop.commit("Far ahead")
    done = shop.run("gate", "approve", ID, "--now", AT)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "the holidays of CN are not known in 2090" in said
    assert "may list the days that are known as `days`" in said
    planned = shop.run("--lang", "zh", "assess", ID, "--now", AT)
    assert planned.returncode == 4
    assert "CN 在 2090 年的节假日未知" in planned.stderr
    assert "把已知的日期列在 `days` 中" in planned.stderr


def test_a_change_may_start_in_a_year_whose_end_is_the_last_that_is_known(shop: Shop) -> None:
    shop.write("policies/calendar.yaml", document({"on": "de"}, holidays=[{"id": "de", "country": "DE"}]))
    text = request(ID)
    text["spec"]["window"] = {"start": "2100-12-28T14:00:00Z", "end": "2100-12-28T15:00:00Z"}
    shop.write(f"changes/{ID}/rfc.yaml", text)
    shop.commit("At the end of what is known")
    done = shop.run("when", ID, "--now", "2100-12-27T09:00:07Z", "--format", "json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert [one["start"] for one in told["slots"]] == ["2100-12-28T14:00:00Z"]
    assert {one["start"][:4] for one in told["alternatives"]} == {"2100"}


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    public_holidays.holiday_year.cache_clear()
    monkeypatch.setitem(sys.modules, "holidays", None)
    yield
    public_holidays.holiday_year.cache_clear()


@pytest.mark.usefixtures("without_library")
def test_without_the_library_the_gate_is_shut_and_says_what_to_install() -> None:
    with pytest.raises(errors.UsageError) as told:
        found({"on": "cn"}, "2026-11-26T12:00:00Z", "2026-11-26T13:00:00Z", holidays=[{"id": "cn", "country": "CN"}])
    assert told.value.exit_code == 2
    assert (told.value.message, told.value.hint) == ("this needs the library `holidays`", "pip install 'changeflow[calendar]'")
    # an organisation's own days need none
    assert found({"on": "own"}, "2026-11-26T12:00:00Z", "2026-11-26T13:00:00Z", holidays=[{"id": "own", "days": ["2026-11-26"]}]) != []


def test_the_calendar_of_the_guide_is_one_and_means_what_it_says(shop: Shop) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs/guides/calendars.md").read_text(encoding="utf-8")
    text = guide.partition("## Business hours and holidays")[2].partition("```yaml\n")[2].partition("```")[0]
    shop.write("policies/calendar.yaml", text)
    shop.commit("The calendar of the guide")
    checked = shop.run("check")
    assert checked.returncode == 0, checked.stdout
    told = shop.json("schedule", "--from", "2026-12-23T00:00:00Z", "--to", "2026-12-31T12:00:00Z", "--now", AT)["freezes"]
    assert [(one["id"], one["start"]) for one in told] == [
        ("company-days", "2026-12-24T00:00:00Z"),
        ("holidays-de", "2026-12-24T23:00:00Z"),
        ("company-days", "2026-12-31T00:00:00Z"),
    ]
