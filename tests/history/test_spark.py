"""Spark measures what DuckDB measures, digit for digit. `make spark` gets it (400 MB, needs Java); without it this is skipped."""

import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from changeflow.history.duckdb_measures import duckdb_measures
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.history.measuring import Measured, MeasuringEngine, measure, whole_period
from changeflow.history.tables import write
from changeflow.insight.period import Period
from changeflow.insight.records import DELIVERY_STANDINGS, FOUND, TABLES
from tests.history.test_periods_of_measures import KPIS, by_a_loop, random_world

ZONE = ZoneInfo("America/St_Johns")
START = datetime(2026, 1, 1, tzinfo=ZONE)


def moments(dice: random.Random, *columns: str) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for column in columns:
        moment = START + timedelta(microseconds=dice.randrange(-10**13, 10**13))
        found[column] = moment.astimezone(UTC) if dice.random() < 0.8 else None
    return found


def rows(dice: random.Random, count: int) -> dict[str, list[dict[str, Any]]]:
    outcomes = ("implemented", "failed", "rolled_back", "withdrawn", None)
    flags, lengths = (True, False, None), (0, 60, 3_599, 7_201, None)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for number in range(count):
        key = {"source": "shop", "change": f"变更-{number:03}"}
        times = moments(
            dice, "recorded_at", "approved_at", "planned_start", "planned_end", "outage_start",
            "outage_end", "actual_start", "actual_end", "closed_at", "rehearsed_at",
            "rollback_start", "rollback_end", "retrospective_due_at",
        )  # fmt: skip
        said: dict[str, Any] = {"type": dice.choice(("standard", "normal", "emergency", None))}
        for flag in ("cab_required", "temporary", "in_freeze", "notice_kept"):
            said[flag] = dice.choice(flags)
        said["conflicts"] = dice.choice((0, 1, 3, None))
        said["rollback_limit_seconds"] = dice.choice(lengths)
        if dice.random() < 0.2:
            said["reverted_by"] = f"变更-{dice.randrange(count):03}"
        found["changes"].append(key | said | {"outcome": dice.choice(outcomes)} | times)
        item = {"item": f"item-{number % 7}", "action": "add", "updated": dice.choice(flags)}
        for length in ("outage_seconds", "actual_outage_seconds"):
            item[length] = dice.choice(lengths)
        found["change_items"].append(key | item)
        link = {"link": dice.choice(("caused_by", "related", "fixes", None))}
        named = {"source": "desk", "incident": f"INC-{number // 2}", "change": key["change"]}
        found["incidents"].append(named | link | moments(dice, "opened_at", "resolved_at"))
        said = {"decision": "approve", "retrospective": dice.choice(flags), "cab": dice.choice(flags)}
        said["person"] = dice.choice(("alice", "bob", None))
        found["opinions"].append(key | said | moments(dice, "decided_at"))
        found["reviews"].append(key | moments(dice, "due_at", "recorded_at"))
        deployed = {"deployment": f"D-{number}", "outcome": dice.choice(outcomes)}
        deployed["commit"] = dice.choice(("a", "b", "c", None))
        deployed["environment"] = dice.choice(("production", "staging", None))
        change = {"change": dice.choice((key["change"], None))}
        deployed |= moments(dice, "started_at", "ended_at", "committed_at")
        found["deployments"].append({"source": "shop"} | deployed | change)
        outage = {"service": f"service-{number % 5}", "budget_seconds": 3_600}
        outage |= {"planned_seconds": dice.choice(lengths), "actual_seconds": dice.choice(lengths)}
        month = {"period_start": START, "period_end": START + timedelta(days=31)}
        found["service_outages"].append(key | outage | month)
        audited = {"audit": f"A-{number % 3}", "item": f"item-{number}", "found": dice.choice(FOUND)}
        audited |= {"attributes": 9, "agreeing": dice.randrange(10)}
        audited["audited_at"] = START + timedelta(days=number % 3)
        found["audited_items"].append({"source": "shop"} | audited)
        improved = moments(dice, "due_at", "done_at", "verified_at")
        found["improvements"].append({"source": "shop", "improvement": f"I-{number}"} | improved)
        delivered = {"delivery": f"D-{number * 2}", "standing": dice.choice(DELIVERY_STANDINGS)}
        found["deliveries"].append({"source": "shop"} | delivered | moments(dice, "delivered_at"))
    return found


def measured(engine: MeasuringEngine, period: Period) -> tuple[Period, dict[str, Measured]]:
    whole = whole_period(engine, period)
    return whole, measure(engine, kpi_definitions(), whole, records=True)


# sockets that Spark leaves open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_spark_and_duckdb_measure_the_same_to_the_last_digit(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="Spark is not here (make spark)")
    if shutil.which("java") is None:
        pytest.skip("Java is not here (Debian: default-jre-headless)")
    from changeflow.history.spark_measures import spark_measures

    dice = random.Random(20000)  # noqa: S311
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder, count in zip(folders, (300, 40), strict=True):
        write(folder, rows(dice, count))
    for period in (Period(None, None, ZONE), Period(START, START + timedelta(days=31), ZONE)):
        with duckdb_measures(folders) as engine:
            expected = measured(engine, period)
        with spark_measures(folders) as spark:
            assert measured(spark, period) == expected
    without = {name for name, one in expected[1].items() if one.value is None}
    # no level of risk and no target is set, and of the classes only that normal changes need one is known
    assert without == {one for one in expected[1] if one.startswith("changes.risk")} | {"targets_met"}
    # in the zones whose clocks are changed
    periods, changes = random_world(1)
    write(tmp_path / "third", {"changes": changes})
    with spark_measures([tmp_path / "third"]) as spark:
        for period in periods:
            found = measure(spark, KPIS, period, records=True)["changes"].records
            assert list(found) == by_a_loop(changes, period)


def test_spark_says_how_it_is_installed(tmp_path: Path) -> None:
    from changeflow import errors
    from changeflow.history.spark_measures import spark_measures

    try:
        import pyspark
    except ImportError:
        with pytest.raises(errors.UsageError, match=r"pyspark\.sql"), spark_measures([tmp_path]):
            pass
    else:
        assert pyspark.__version__
