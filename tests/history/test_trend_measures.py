"""Measures by week and month, and what changes have in common, beside a loop over the rows."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from changeflow.history.duckdb_measures import DuckDbMeasures, duckdb_measures
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.history.measuring import measure
from changeflow.history.tables import write
from changeflow.history.trend_measures import Trends, measure_by_part, measure_trends
from changeflow.insight.kpi import value_of
from changeflow.insight.part_tables import sql_by_part
from changeflow.insight.period import Period
from changeflow.insight.sub_periods import SubPeriodUnit, sub_periods
from changeflow.insight.trend_tables import DIMENSIONS, MORE_COLUMNS
from changeflow.usecases.report.trends import CHARTED

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 1, tzinfo=ZONE)
QUARTER = Period(datetime(2026, 4, 1, tzinfo=ZONE), datetime(2026, 7, 1, tzinfo=ZONE), ZONE)
DEFINITIONS = {one.id: one for one in kpi_definitions()}
Row = dict[str, Any]


def rows() -> dict[str, list[Row]]:
    draw = random.Random(4)  # noqa: S311 - no secret
    changes, items, incidents, deployments, reviews = [], [], [], [], []
    for number in range(400):
        name, at = f"CHG-{number:04}", START + timedelta(hours=draw.randrange(24 * 181))
        key: Row = {"source": "shop", "change": name}
        changes.append(
            key
            | {
                "type": draw.choice(("standard", "normal", "normal", "emergency", None)),
                "class": draw.choice(("minor", "major", None)),
                "category": draw.choice(("database", "network", None)),
                "team": draw.choice(("dba", "net")),
                "origin": draw.choice(("project", None)),
                "planned_start": at,
                "recorded_at": at + timedelta(hours=draw.randrange(-40, 10)),
                "actual_start": at,
                "actual_end": draw.choice((at + timedelta(hours=3), None)),
                "outcome": draw.choice(("implemented", "implemented", "failed", "rolled_back", None)),
            }
        )
        for item in draw.sample(("db", "app", "lb"), draw.randrange(3)):
            items.append(key | {"item": item, "item_type": "server", "service": draw.choice(("shop", None))})
        if draw.random() < 0.1:
            told = {"incident": f"INC-{number}", "link": "caused_by", "opened_at": at, "resolved_at": at + timedelta(hours=number)}
            incidents.append(key | told)
        deployments.append({"source": "shop", "deployment": name, "change": name, "started_at": at, "outcome": "implemented"})
        reviews.append(key | {"due_at": at, "recorded_at": at + timedelta(days=draw.randrange(-2, 2))})
    return {"changes": changes, "change_items": items, "incidents": incidents, "deployments": deployments, "reviews": reviews}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("trends") / "history"
    write(where, rows())
    return where


def opened(folder: Path) -> Any:
    return duckdb_measures([folder], MORE_COLUMNS)


def test_each_measure_by_part_is_the_measure_of_that_part_alone(folder: Path) -> None:
    wanted = [one for one in DEFINITIONS.values() if sql_by_part(one) is not None]
    assert set(CHARTED) <= {one.id for one in wanted}
    later = datetime(2030, 1, 1, tzinfo=ZONE)
    units: tuple[SubPeriodUnit, ...] = ("week", "month")
    for unit in units:
        parts = sub_periods(QUARTER, unit, START, later)
        with opened(folder) as engine:
            found = measure_by_part(engine, wanted, parts)
            for place in (0, len(parts) // 2, len(parts) - 1):
                alone = measure(engine, wanted, Period(parts[place].start, parts[place].end, ZONE))
                for one in wanted:
                    if one.id not in found:
                        continue
                    here = found[one.id][place]
                    if here is not None and one.unit != "per day":
                        assert here == alone[one.id].found, (one.id, parts[place].name)
                        assert value_of(one.unit, here) == alone[one.id].value
                    elif here is None:
                        assert not alone[one.id].found.numerator


def told_as(change: Row, by: str) -> Any:
    """Return the value of a change in a breakdown."""
    if by == "class" and change["class"] is None and change["type"] in ("standard", "emergency"):
        return change["type"]
    return change[by]


def trends(engine: DuckDbMeasures, enough: int = 5, services: tuple[tuple[str, str], ...] = ()) -> Trends:
    kpis = [DEFINITIONS["changes"], DEFINITIONS["change_failure_rate"]]
    periods = (QUARTER, QUARTER.before(), QUARTER.year_before())
    return measure_trends(engine, kpis, periods, lambda items: [one for one in services if one[0] in items], enough)


def in_quarter(one: Row) -> bool:
    return QUARTER.has(one["planned_start"])


def test_breakdowns_count_what_a_loop_counts(folder: Path) -> None:
    found, tables = None, rows()
    with opened(folder) as engine:
        found = trends(engine, services=(("app", "portal"),))
    now, before, year_before = found.compared
    assert now is not None
    assert before is not None
    assert year_before is None
    caused = {one["change"] for one in tables["incidents"]}
    mine = [one for one in tables["changes"] if in_quarter(one)]
    for by in DIMENSIONS:
        if by == "service":
            continue
        values = [told_as(one, by) for one in mine]
        counts = Counter(values)
        failed: Counter[str | None] = Counter()
        for one, value in zip(mine, values, strict=True):
            ended = one["actual_end"] is not None or one["outcome"] is not None
            failed[value] += ended and (one["outcome"] in ("failed", "rolled_back") or one["change"] in caused)
        told = {row["value"]: (row["changes"], row["failed"]) for row in now.counts[by]}
        assert told == {value: (counts[value], failed[value]) for value in counts}
    services: dict[str, set[str]] = {"shop": set(), "portal": set()}
    for one in tables["change_items"]:
        if one["change"] in {each["change"] for each in mine}:
            if one["service"] is not None:
                services["shop"].add(one["change"])
            elif one["item"] == "app":
                services["portal"].add(one["change"])
    assert {row["value"]: row["changes"] for row in now.counts["service"]} == {name: len(names) for name, names in services.items()}


def test_items_on_which_changes_fail_come_with_these_changes(folder: Path) -> None:
    tables = rows()
    with opened(folder) as engine:
        found = trends(engine)
    caused = {one["change"] for one in tables["incidents"]}
    bad = set()
    for one in tables["changes"]:
        ended = one["actual_end"] is not None or one["outcome"] is not None
        if in_quarter(one) and ended and (one["outcome"] in ("failed", "rolled_back") or one["change"] in caused):
            bad.add(one["change"])
    wanted = {}
    for item in ("db", "app", "lb"):
        wanted[item] = sorted({one["change"] for one in tables["change_items"] if one["item"] == item} & bad)
    assert found.failed_changes == wanted
    assert [row["failed"] for row in found.failing] == sorted((len(names) for names in wanted.values()), reverse=True)


def test_standard_changes_and_emergencies_are_classes_of_their_own(folder: Path) -> None:
    with opened(folder) as engine:
        (now, *_) = trends(engine).compared
    assert now is not None
    by_class, by_type = ({row["value"]: row["changes"] for row in now.counts[name]} for name in ("class", "type"))
    assert by_class.keys() == {"minor", "major", "standard", "emergency", None}
    assert by_class["standard"] < by_type["standard"], "imported ones may have a class"
    assert sum(by_class.values()) == sum(by_type.values())
