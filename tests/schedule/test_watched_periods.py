"""The periods of a calendar around a watched time are those of any other, for as long as it says."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from changeflow.model.times import parse_nominal_duration
from changeflow.model.watched_time import Watch
from changeflow.schedule import watched_periods
from changeflow.schedule.recurrence import series

NOW = datetime(2026, 3, 28, 23, tzinfo=UTC)
STEP = timedelta(microseconds=1)
RULES = ("FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY", None)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("length", ["PT1H", "P1D", "PT7H30M", "P40D"])
def test_the_periods_are_the_same_as_long_as_it_says(rule: str | None, length: str) -> None:
    dice = random.Random(f"{rule}{length}")  # noqa: S311
    periods = series(
        dtstart=datetime(2026, 1, 31, 1, 30), duration=parse_nominal_duration(length), rrule=rule, zone="Europe/Berlin",  # noqa: DTZ001
    )  # fmt: skip
    for _ in range(12):
        at = NOW + timedelta(minutes=dice.randrange(-9_000, 9_000))
        ahead = timedelta(minutes=dice.choice([0, 1, 90, 5_000]))
        fixed = at + timedelta(hours=dice.randrange(1, 50))
        watch = Watch(at)
        found = list(periods.overlapping(watch.now, watch.now + ahead)), list(periods.overlapping(watch.now, fixed))
        during = watch.holding
        assert during.since <= at < during.until
        for moment in (at, during.since, during.until - STEP, at + (during.until - at) / 3):
            plain = list(periods.overlapping(moment, moment + ahead)), list(periods.overlapping(moment, fixed))
            assert plain == found, (moment, during)


def test_what_cannot_be_found_around_is_looked_for_at_the_moment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_periods, "_MOST", 1)
    periods = series(
        dtstart=datetime(2026, 1, 1), duration=parse_nominal_duration("PT9H"), rrule="FREQ=DAILY", zone="UTC",  # noqa: DTZ001
    )  # fmt: skip
    watch = Watch(NOW)
    found = list(periods.overlapping(watch.now, watch.now + timedelta(hours=3)))
    assert found == list(periods.overlapping(NOW, NOW + timedelta(hours=3)))
    assert watch.holding.until == NOW + STEP
