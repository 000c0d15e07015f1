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
    changes, incidents, opinions, reviews, deployments = [], [], [], [], []
    for number in range(count):
        key = {"source": "shop", "change": f"变更-{number:03}"}
        times = moments(
            dice, "recorded_at", "approved_at", "planned_start", "planned_end", "outage_start",
            "outage_end", "actual_start", "actual_end", "closed_at",
        )  # fmt: skip
        kind = dice.choice(("standard", "normal", "emergency", None))
        said = {"type": kind, "cab_required": dice.choice((True, False, None))}
        changes.append(key | said | {"outcome": dice.choice(outcomes)} | times)
        link = {"link": dice.choice(("caused_by", "related", "fixes", None))}
        named = {"source": "desk", "incident": f"INC-{number // 2}", "change": key["change"]}
        incidents.append(named | link | moments(dice, "opened_at", "resolved_at"))
        said = {"decision": "approve", "retrospective": dice.choice((True, False, None))}
        opinions.append(key | said | moments(dice, "decided_at"))
        reviews.append(key | moments(dice, "due_at", "recorded_at"))
        deployed = {"deployment": f"D-{number}", "outcome": dice.choice(outcomes)}
        change = {"change": dice.choice((key["change"], None))}
        deployments.append({"source": "shop"} | deployed | change | moments(dice, "started_at"))
    return {
        "changes": changes,
        "incidents": incidents,
        "opinions": opinions,
        "reviews": reviews,
        "deployments": deployments,
    }


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
    assert expected[1]["lead_time.median"].value is not None


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
