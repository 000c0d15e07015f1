"""Local times become instants as `zoneinfo` says, also where the clock changes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from changeflow.history.zone_sql import Fold, _transitions, instant_sql, zone_problem
from changeflow.model.zones import time_zone

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local
SECOND = timedelta(seconds=1)
ZONES = ("Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Asia/Shanghai", "UTC")


def _wanted(local: datetime, zone: str, fold: Fold) -> tuple[int | None, str]:
    """Microseconds of the instant, and why there is none, by Python's own rules."""
    there = time_zone(zone)
    first, second = (local.replace(tzinfo=there, fold=number).astimezone(UTC) for number in (0, 1))
    if first.astimezone(there).replace(tzinfo=None) != local:
        return None, "gap"
    if first != second and fold == "finding":
        return None, "fold"
    chosen = second if fold == "later" else first
    return round(chosen.timestamp()) * 1_000_000, ""


@pytest.mark.parametrize("zone", ZONES)
def test_every_kind_of_local_time_is_that_of_zoneinfo(zone: str) -> None:
    chance = random.Random(zone)  # noqa: S311
    times = [EPOCH + timedelta(minutes=chance.randrange(1_440, 129 * 365 * 1_440)) for _ in range(2_000)]
    for moment, before, after in _transitions(zone):
        jump = abs(after - before)
        for seconds in (-jump - 1, -jump, -1, 0, 1, jump // 2, jump - 1, jump, jump + 1):
            times.append(EPOCH + timedelta(seconds=moment + before + seconds))
    times = [time for time in times if 1970 <= time.year < 2099]
    folds: tuple[Fold, ...] = ("earlier", "later", "finding")
    with duckdb.connect() as database:
        for fold in folds:
            found: list[tuple[Any]] = database.execute(
                f"SELECT epoch_us({instant_sql('t', zone, fold)}) FROM (SELECT unnest($1::BIGINT[]) AS t)",
                [[(time - EPOCH) // timedelta(microseconds=1) for time in times]],
            ).fetchall()
            for time, (instant,) in zip(times, found, strict=True):
                wanted, why = _wanted(time, zone, fold)
                assert instant == wanted, (time, fold)
                assert wanted is not None or zone_problem(time, zone) == why


def test_years_that_are_not_believed_have_no_instant() -> None:
    with duckdb.connect() as database:
        for year in (1, 1969, 2100, 9999):
            local = datetime(year, 6, 1)  # noqa: DTZ001 - local
            moment = (local - EPOCH) // timedelta(microseconds=1)
            assert database.execute(f"SELECT {instant_sql(str(moment), 'Asia/Shanghai', 'earlier')}").fetchone() == (None,)
            assert zone_problem(local, "Asia/Shanghai") == "year"
