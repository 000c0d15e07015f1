"""Which records belong to a period: beside a loop in Python with zoneinfo, in zones whose days are not all 24 hours."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from changeflow.history.duckdb_measures import duckdb_measures
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.history.measuring import MeasuringEngine, measure, whole_period
from changeflow.history.tables import write
from changeflow.insight.period import Period
from changeflow.model.times import parse_instant

Row = dict[str, Any]
ZONES = ("Asia/Shanghai", "Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "UTC")
KPIS = [one for one in kpi_definitions() if one.id in ("changes", "overran", "deployment_frequency")]


def day(text: str, zone: str) -> datetime:
    """The first instant of a day in a zone."""
    return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone))


def period(first: str, after: str, zone: str) -> Period:
    return Period(day(first, zone), day(after, zone), ZoneInfo(zone))


def change(name: str, start: str | datetime | None, **said: Any) -> Row:
    at = parse_instant(start) if isinstance(start, str) else start
    return {"source": "shop", "change": name, "planned_start": at} | said


def told(engine: MeasuringEngine, wanted: Period) -> tuple[str, ...]:
    return measure(engine, KPIS, wanted, records=True)["changes"].records


def test_a_change_over_midnight_at_the_end_of_a_month_belongs_to_the_month_of_its_start(
    tmp_path: Path,
) -> None:
    zone = "Asia/Shanghai"
    late = parse_instant("2026-02-01T00:30:00+08:00")
    rows = [
        change("over", "2026-01-31T23:00:00+08:00", planned_end=late, actual_end=late + timedelta(hours=1)),
        # the same moments by another clock: still the last day of January in Shanghai
        change("told-in-utc", "2026-01-31T15:59:59Z"),
        change("first", "2026-01-31T16:00:00Z"),
        change("before", "2025-12-31T15:59:59Z"),
        change("new-year", "2025-12-31T16:00:00Z"),
    ]
    write(tmp_path, {"changes": rows})
    with duckdb_measures([tmp_path]) as engine:
        january = measure(engine, KPIS, period("2026-01-01", "2026-02-01", zone), records=True)
        assert january["changes"].records == ("new-year", "over", "told-in-utc")
        assert january["overran"].records == ("over",)
        assert told(engine, period("2026-02-01", "2026-03-01", zone)) == ("first",)


def test_quarters_in_shanghai_share_no_change_and_leave_none_out(tmp_path: Path) -> None:
    zone = "Asia/Shanghai"
    ends = ("2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01")
    rows = []
    for text in ends:
        for seconds in (-1, 0, 1):
            rows.append(change(f"{text}{seconds:+}", day(text, zone) + timedelta(seconds=seconds)))
    write(tmp_path, {"changes": rows})
    with duckdb_measures([tmp_path]) as engine:
        found = []
        for first, after in itertools.pairwise(ends):
            found += told(engine, period(first, after, zone))
        within = [row["change"] for row in rows if day(ends[0], zone) <= row["planned_start"] < day(ends[-1], zone)]
    assert sorted(found) == sorted(within)


def test_a_year_of_53_weeks_has_them_all(tmp_path: Path) -> None:
    # ISO 2026 begins on 29 December 2025 and has 53 weeks
    zone, first = "Europe/Amsterdam", date.fromisocalendar(2026, 1, 1)
    weeks = (date.fromisocalendar(2027, 1, 1) - first).days // 7
    assert weeks == 53
    rows = [change(f"day-{n:03}", datetime.combine(first + timedelta(days=n), time(23, 59, 59), ZoneInfo(zone))) for n in range(-7, 7 * 54)]
    write(tmp_path, {"changes": rows})
    with duckdb_measures([tmp_path]) as engine:
        # the first, those in which the clocks are changed, and the last
        for number in (0, 12, 43, 51, 52):
            monday = first + timedelta(weeks=number)
            week = period(monday.isoformat(), (monday + timedelta(weeks=1)).isoformat(), zone)
            assert told(engine, week) == tuple(f"day-{n:03}" for n in range(7 * number, 7 * number + 7))
            assert week.days() == 7
        year = period("2025-12-29", "2027-01-04", zone)
        assert told(engine, year) == tuple(f"day-{n:03}" for n in range(371))
        assert year.days() == 371


@pytest.mark.parametrize(
    ("zone", "text", "hours"),
    [
        ("Europe/Amsterdam", "2026-10-25", 25),
        ("Europe/Amsterdam", "2026-03-29", 23),
        ("America/St_Johns", "2026-11-01", 25),
        ("America/St_Johns", "2026-03-08", 23),
        # half an hour
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
    ],
)
def test_a_day_of_another_length_has_its_changes_and_is_one_day(
    tmp_path: Path, zone: str, text: str, hours: float
) -> None:
    after = (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    whole = period(text, after, zone)
    assert whole.start is not None
    assert whole.end is not None
    start, end = whole.start.astimezone(UTC), whole.end.astimezone(UTC)
    assert (end - start).total_seconds() == hours * 3600
    assert whole.days() == 1
    step = timedelta(minutes=15)
    rows = [change(f"{n:04}", start + n * step) for n in range(-4, 108)]
    write(tmp_path, {"changes": rows})
    with duckdb_measures([tmp_path]) as engine:
        assert len(told(engine, whole)) == hours * 4
        before = whole.before()
        assert before is not None
        assert told(engine, before) == ("-001", "-002", "-003", "-004")


def test_a_time_that_stands_twice_is_two_changes_on_two_sides_of_an_end(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    again = first.replace(fold=1)
    write(tmp_path, {"changes": [change("first", first.astimezone(UTC)), change("again", again.astimezone(UTC))]})
    with duckdb_measures([tmp_path]) as engine:
        assert told(engine, Period(day("2026-10-25", zone.key), again, zone)) == ("first",)
        assert told(engine, Period(again, day("2026-10-26", zone.key), zone)) == ("again",)


def random_periods(dice: random.Random) -> Iterator[Period]:
    for _ in range(6):
        zone = ZoneInfo(dice.choice(ZONES))
        first = date(2026, 1, 1) + timedelta(days=dice.randrange(-400, 400))
        days = dice.choice((1, 7, 28, 31, 92, 365))
        start = datetime.combine(first, time(dice.choice((0, 0, 2)), dice.choice((0, 30))), zone)
        end = datetime.combine(first + timedelta(days=days), time(), zone)
        yield Period(start, end, zone)
    yield Period(None, None, ZoneInfo("UTC"))


def by_a_loop(rows: list[Row], wanted: Period) -> list[str]:
    """A plain loop; seconds are cut off towards the past, as the tables are read."""
    found = []
    for row in rows:
        moment = row["planned_start"] or row["actual_start"] or row["recorded_at"]
        if moment is None:
            if wanted.start is None and wanted.end is None:
                found.append(row["change"])
            continue
        at = moment.astimezone(UTC).replace(microsecond=0)
        start = wanted.start.astimezone(UTC) if wanted.start else at
        end = wanted.end.astimezone(UTC) if wanted.end else at + timedelta(seconds=1)
        if start <= at < end:
            found.append(row["change"])
    return sorted(found)


def random_world(seed: int) -> tuple[list[Period], list[Row]]:
    """Periods in any zone, and changes near their ends."""
    dice = random.Random(seed)  # noqa: S311
    periods = list(random_periods(dice))
    ends: list[datetime] = []
    for one in periods:
        ends += [end for end in (one.start, one.end) if end is not None]
    rows = []
    for number in range(120):
        near = dice.choice(ends) + timedelta(seconds=dice.choice((-1, 0, 1, -1800, 1800, 86_400)))
        times = [None, None, near.astimezone(UTC)]
        dice.shuffle(times)
        planned, started, recorded = times
        rows.append(change(f"C{number:03}", planned, actual_start=started, recorded_at=recorded))
    rows.append(change("C999", None, actual_start=None, recorded_at=None))
    return periods, rows


@pytest.mark.parametrize("seed", range(4))
def test_records_of_any_period_in_any_zone_are_those_of_a_loop_with_zoneinfo(
    tmp_path: Path, seed: int
) -> None:
    periods, rows = random_world(seed)
    write(tmp_path, {"changes": rows})
    with duckdb_measures([tmp_path]) as engine:
        for one in periods:
            assert list(told(engine, one)) == by_a_loop(rows, one), one


def test_a_whole_history_begins_and_ends_with_the_days_of_its_zone(tmp_path: Path) -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    at = datetime(2026, 4, 5, 12, tzinfo=zone)
    write(tmp_path, {"changes": [change("one", at.astimezone(UTC))]})
    with duckdb_measures([tmp_path]) as engine:
        whole = whole_period(engine, Period(None, None, zone))
    assert (whole.start, whole.end) == (day("2026-04-05", zone.key), day("2026-04-06", zone.key))
    assert whole.days() == 1
