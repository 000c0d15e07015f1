"""The DORA measures where counting rows is wrong: each world is small enough to be counted by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from changeflow.history.duckdb_measures import DuckDbMeasures, duckdb_measures
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.history.measuring import Measured, measure
from changeflow.history.tables import write
from changeflow.insight.period import Period

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# 31 days
JANUARY = Period(START, datetime(2026, 2, 1, tzinfo=UTC), ZoneInfo("UTC"))
Row = dict[str, Any]
MEASURES = (
    "deployment_frequency", "change_lead_time.median", "deployment_failure_rate",
    "change_failure_rate", "restore_time.median", "incidents.seven_days",
)  # fmt: skip


def change(name: str, start: datetime, **said: Any) -> Row:
    times = {"planned_start": start, "actual_start": start, "actual_end": start + HOUR}
    return {"source": "shop", "change": name, "type": "normal", "outcome": "implemented"} | times | said


def deployment(name: str, commit: str | None, end: datetime, **said: Any) -> Row:
    """A deployment of an hour, of a commit that was made a day before its end."""
    times = {"committed_at": end - DAY, "started_at": end - HOUR, "ended_at": end}
    own = {"source": "shop", "deployment": name, "commit": commit, "environment": "production"}
    return own | times | {"outcome": "implemented"} | said


def incident(name: str, of: str, link: str, opened: datetime, hours: int = 2) -> Row:
    times = {"opened_at": opened, "resolved_at": opened + hours * HOUR}
    return {"source": "desk", "incident": name, "change": of, "link": link} | times


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


def measured(folder: Path, **tables: list[Row]) -> dict[str, Measured]:
    write(folder, {"changes": [], **tables})
    with duckdb_measures([folder]) as engine:
        return _measured(engine)


def _measured(engine: DuckDbMeasures) -> dict[str, Measured]:
    kpis = [one for one in kpi_definitions() if one.id in MEASURES]
    return measure(engine, kpis, JANUARY, records=True)


def share(one: Measured) -> tuple[int | None, int | None]:
    return one.found.numerator, one.found.denominator


def test_several_incidents_of_one_change_are_one_failure_and_several_restorations(folder: Path) -> None:
    found = measured(
        folder,
        changes=[change("C1", START), change("C2", START)],
        incidents=[
            incident("I1", "C1", "caused_by", START + HOUR, hours=1),
            incident("I2", "C1", "caused_by", START + HOUR, hours=5),
            # the same incident once more, for another of its items
            incident("I2", "C1", "caused_by", START + HOUR, hours=5) | {"item": "cache"},
        ],
        deployments=[
            deployment("D1", "a", START + HOUR, change="C1"),
            deployment("D2", "b", START + 2 * HOUR, change="C2"),
        ],
    )
    assert share(found["change_failure_rate"]) == (1, 2)
    assert share(found["deployment_failure_rate"]) == (1, 2)
    assert (found["restore_time.median"].value, found["restore_time.median"].found.denominator) == (3.0, 2)
    assert found["incidents.seven_days"].records == ("I1", "I2")


@pytest.mark.parametrize("link", ["caused_by", "related"])
def test_an_incident_from_before_the_change_is_no_failure_of_it(folder: Path, link: str) -> None:
    begun = [change("C1", START + DAY), change("C2", START + DAY)]
    incidents = [
        incident("I1", "C1", link, START + DAY - HOUR),
        incident("I2", "C2", link, START + DAY),
    ]
    found = measured(folder, changes=begun, incidents=incidents)
    assert found["change_failure_rate"].records == ("C2",)
    assert found["incidents.seven_days"].records == ("I2",)


def test_a_change_that_fixes_an_incident_did_not_fail(folder: Path) -> None:
    incidents = [
        incident("I1", "C1", "caused_by", START + HOUR),
        incident("I1", "C2", "fixes", START + HOUR),
        # a month later, and still its cause; not within seven days
        incident("I2", "C1", "caused_by", START + 20 * DAY),
    ]
    changes = [change("C1", START), change("C2", START + 2 * HOUR, type="emergency")]
    found = measured(folder, changes=changes, incidents=incidents)
    assert found["change_failure_rate"].records == ("C1",)
    assert found["restore_time.median"].records == ("I1", "I2")
    assert found["incidents.seven_days"].records == ("I1",)


def test_an_incident_of_two_changes_fails_both_and_is_restored_once(folder: Path) -> None:
    both = [incident("I1", "C1", "caused_by", START + DAY), incident("I1", "C2", "caused_by", START + DAY)]
    changes = [change("C1", START), change("C2", START), change("C3", START)]
    found = measured(folder, changes=changes, incidents=both)
    assert share(found["change_failure_rate"]) == (2, 3)
    assert found["restore_time.median"].found.denominator == 1
    assert found["incidents.seven_days"].value == 1


def test_a_commit_that_is_deployed_again_is_one_deployment(folder: Path) -> None:
    again = [
        deployment("D1", "a", START + 2 * HOUR),
        # the pipeline ran again: nothing new came to anybody, and the commit waited no longer
        deployment("D2", "a", START + 20 * DAY) | {"committed_at": START + 2 * HOUR - DAY},
        deployment("D3", "b", START + 21 * DAY),
        # elsewhere it is a deployment of its own
        deployment("D4", "a", START + 3 * HOUR, environment="staging"),
        # nothing is known of its commit
        deployment("D5", None, START + 22 * DAY),
    ]
    found = measured(folder, deployments=again)
    assert share(found["deployment_frequency"]) == (4, 31)
    assert found["deployment_frequency"].records == ("D1", "D3", "D4", "D5")
    assert found["change_lead_time.median"].value == 24.0
    assert share(found["deployment_failure_rate"]) == (0, 4)


def test_two_changes_that_are_released_from_one_commit_are_two_deployments(folder: Path) -> None:
    both = [
        deployment("D1", "a", START + 2 * HOUR, change="C1"),
        deployment("D2", "a", START + 3 * HOUR, change="C2"),
    ]
    found = measured(folder, deployments=both)
    assert found["deployment_frequency"].records == ("D1", "D2")
    assert share(found["deployment_failure_rate"]) == (0, 2)


def test_a_return_to_an_earlier_commit_is_no_deployment_and_fails_the_one_it_takes_back(folder: Path) -> None:
    line = [
        deployment("D1", "a", START + DAY),
        deployment("D2", "b", START + 2 * DAY),
        # once more, and then back
        deployment("D3", "b", START + 3 * DAY),
        deployment("D4", "a", START + 4 * DAY),
        deployment("D5", "c", START + 5 * DAY),
    ]
    found = measured(folder, deployments=line)
    assert found["deployment_frequency"].records == ("D1", "D2", "D5")
    assert share(found["deployment_failure_rate"]) == (1, 3)
    assert found["deployment_failure_rate"].records == ("D2",)


def test_what_failed_and_was_tried_again_counts_once_as_failed(folder: Path) -> None:
    tries = [
        deployment("D1", "a", START + DAY, outcome="failed"),
        deployment("D2", "a", START + 2 * DAY),
        deployment("D3", "b", START + 3 * DAY, outcome="rolled_back"),
        deployment("D4", "c", START + 4 * DAY),
        # never begun, and still under way
        deployment("D5", "d", START + 5 * DAY, outcome="withdrawn"),
        deployment("D6", "e", START + 5 * DAY, outcome=None),
    ]
    found = measured(folder, deployments=tries)
    assert found["deployment_frequency"].records == ("D2", "D4")
    assert found["deployment_failure_rate"].records == ("D1", "D3")
    assert share(found["deployment_failure_rate"]) == (2, 3)


def test_what_came_before_the_period_is_remembered_but_not_counted(folder: Path) -> None:
    line = [
        deployment("D1", "a", START - DAY),
        deployment("D2", "b", START - HOUR),
        # back to what ran in December
        deployment("D3", "a", START + DAY),
        deployment("D4", "c", START + 2 * DAY),
    ]
    found = measured(folder, deployments=line)
    assert found["deployment_frequency"].records == ("D4",)
    assert share(found["deployment_failure_rate"]) == (0, 1)


def test_a_period_without_a_deployment_has_a_frequency_of_nought(folder: Path) -> None:
    found = measured(folder, deployments=[deployment("D1", "a", START - 40 * DAY)])
    assert found["deployment_frequency"].value == 0.0
    assert found["deployment_failure_rate"].value is None
