"""Measures of a period, beside what a loop over the rows comes to."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from changeflow.history.duckdb_measures import duckdb_measures
from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.history.measuring import Measured, measure, measure_with_before
from changeflow.history.tables import write
from changeflow.insight.period import Period
from changeflow.model.languages import LANGUAGES

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 1, tzinfo=ZONE)
PERIOD = Period(START, datetime(2026, 4, 1, tzinfo=ZONE), ZONE)
Row = dict[str, Any]


def measured(
    folder: Path, rows: dict[str, list[Row]], period: Period = PERIOD
) -> dict[str, Measured]:
    write(folder, rows)
    with duckdb_measures([folder]) as engine:
        return measure(engine, kpi_definitions(), period, records=True)


def change(number: int, **said: Any) -> Row:
    return {"source": "shop", "change": f"CHG-{number:04}", "planned_start": START} | said


def test_an_empty_history_measures_nothing(tmp_path: Path) -> None:
    found = measured(tmp_path, {"changes": []})
    assert {one.value for one in found.values()} == {None}


def test_what_nobody_recorded_is_not_measured(tmp_path: Path) -> None:
    found = measured(tmp_path, {"changes": [change(1, actual_end=START)]})
    assert found["changes"].value == 1
    assert found["rolled_back"].value is None
    assert found["changes.emergency"].value is None
    assert found["unauthorised"].missing == ("deployments",)


def test_several_incidents_count_once_for_their_change(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    changes = [
        change(1, actual_start=START, actual_end=START, outcome="implemented"),
        change(2, actual_start=START, actual_end=START, outcome="implemented"),
        change(3, actual_start=START, actual_end=START, outcome="implemented"),
        change(4, actual_start=START, actual_end=START, outcome="rolled_back"),
    ]

    def incident(name: str, number: int, link: str, opened: datetime) -> Row:
        return {
            "source": "desk",
            "incident": name,
            "change": f"CHG-{number:04}",
            "link": link,
            "opened_at": opened,
            "resolved_at": opened + hour,
        }

    incidents = [
        incident("INC-1", 1, "caused_by", START + hour),
        incident("INC-2", 1, "caused_by", START + hour),
        # before the change: it may have been its reason, and not its result
        incident("INC-3", 2, "related", START - hour),
        incident("INC-4", 3, "fixes", START + hour),
    ]
    found = measured(tmp_path, {"changes": changes, "incidents": incidents})
    assert found["change_failure_rate"].value == 50.0
    assert found["change_failure_rate"].records == ("CHG-0001", "CHG-0004")
    assert found["restore_time.median"].found.denominator == 2
    assert found["restore_time.median"].value == 1.0


def test_a_change_belongs_to_the_period_of_its_planned_start_in_the_zone(tmp_path: Path) -> None:
    assert PERIOD.end is not None
    second = timedelta(seconds=1)
    changes = [
        change(1, planned_start=START - second, actual_start=START),
        change(2, planned_start=START),
        change(3, planned_start=PERIOD.end - second, actual_start=PERIOD.end + second),
        change(4, planned_start=PERIOD.end),
        change(5, planned_start=None, actual_start=START, recorded_at=START - second),
        change(6, planned_start=None, recorded_at=PERIOD.end - second),
        change(7, planned_start=None),
    ]
    found = measured(tmp_path, {"changes": changes})
    assert found["changes"].records == ("CHG-0002", "CHG-0003", "CHG-0005", "CHG-0006")
    whole = measured(tmp_path, {"changes": []}, Period(None, None, ZONE))
    assert whole["changes"].value == 7


def test_a_record_that_two_folders_have_counts_once(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, {"changes": [change(1, type="normal"), change(2, type="normal")]})
    write(other, {"changes": [change(2, type="emergency"), change(3, type="emergency")]})
    with duckdb_measures([one, other]) as engine:
        found = measure(engine, kpi_definitions(), PERIOD)
    assert (found["changes"].value, found["changes.emergency"].value) == (3, 1)


@pytest.mark.parametrize("seed", range(3))
def test_a_period_and_the_one_before_are_measured_as_each_alone(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    write(tmp_path, {"changes": [_random_change(dice, number) for number in range(80)]})
    before = PERIOD.before()
    assert before is not None
    with duckdb_measures([tmp_path]) as engine:
        now, then = measure_with_before(engine, kpi_definitions(), PERIOD)
        assert now == measure(engine, kpi_definitions(), PERIOD, records=True)
        assert then in ({}, measure(engine, kpi_definitions(), before))
        later = (
            Period(PERIOD.start + timedelta(days=30), PERIOD.end, ZONE) if PERIOD.start else PERIOD
        )
        now, then = measure_with_before(engine, kpi_definitions(), later)
        assert now == measure(engine, kpi_definitions(), later, records=True)
        assert then["changes"].value


def test_seconds_are_rounded_towards_the_past_on_both_sides_of_1970(tmp_path: Path) -> None:
    second = timedelta(seconds=1)
    first = datetime(1969, 12, 31, 23, 59, 58, tzinfo=ZoneInfo("UTC"))
    times = [
        first,
        first + second / 2,
        first + second,
        first + 3 * second / 2,
        first + 2 * second,
        first + 5 * second / 2,
    ]
    write(
        tmp_path, {"changes": [change(number, planned_start=at) for number, at in enumerate(times)]}
    )
    with duckdb_measures([tmp_path]) as engine:
        rows = engine.rows("select planned_start from past_changes order by change")
    assert [row["planned_start"] for row in rows] == [-2, -2, -1, -1, 0, 0]


@pytest.mark.parametrize("seed", range(6))
def test_measures_are_those_of_a_loop_over_the_rows(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    changes = [_random_change(dice, number) for number in range(dice.choice((1, 7, 60)))]
    found = measured(tmp_path, {"changes": changes})
    assert PERIOD.start is not None
    assert PERIOD.end is not None
    mine = []
    for one in changes:
        moment = one["planned_start"] or one["actual_start"] or one["recorded_at"]
        if moment is not None and PERIOD.start <= moment < PERIOD.end:
            mine.append(one)

    def later(first: str, second: str) -> list[str]:
        known = (one for one in mine if one[first] and one[second])
        return sorted(one["change"] for one in known if one[first] > one[second])

    assert found["changes"].value == len(mine)
    assert list(found["recorded_after_start"].records) == later("recorded_at", "actual_start")
    assert list(found["recorded_after_end"].records) == later("recorded_at", "actual_end")
    assert list(found["closed_before_end"].records) == later("actual_end", "closed_at")
    assert list(found["overran"].records) == later("actual_end", "planned_end")
    assert found["emergency_share"].found.numerator == _count(mine, "type", "emergency")
    assert found["cab_required"].found.numerator == _count(mine, "cab_required", value=True)
    waits = sorted(_hours(mine, "recorded_at", "actual_end"))
    expected = round(median(waits), 2) if waits else None
    assert found["lead_time.median"].value == expected


def _count(rows: Iterable[Row], column: str, value: object) -> int:
    return sum(row[column] == value for row in rows)


def _hours(rows: Iterable[Row], first: str, last: str) -> Iterable[float]:
    for row in rows:
        if row[first] and row[last] and row[last] >= row[first]:
            yield (row[last] - row[first]).total_seconds() / 3600


def _random_change(dice: random.Random, number: int) -> Row:
    times = {}
    for column in ("planned_start", "planned_end", "actual_start", "actual_end", "recorded_at",
                   "closed_at"):  # fmt: skip
        moment = START + timedelta(seconds=dice.randrange(-5_000_000, 12_000_000))
        times[column] = dice.choice((moment, moment, moment, None))
    return change(
        number,
        type=dice.choice(("normal", "emergency", None)),
        cab_required=dice.choice((True, False, None)),
        **times,
    )


def test_every_measure_is_defined_in_every_language_and_once_in_its_place() -> None:
    places = set()
    for one in kpi_definitions():
        for said in filter(None, (one.title, one.numerator, one.denominator)):
            assert said.keys() == set(LANGUAGES)
            assert all(said.values())
        assert (one.denominator is None) == (one.unit == "count")
        places.add((one.section, one.place))
    assert len(places) == len(kpi_definitions())


def test_what_is_due_after_the_paper_was_made_is_not_late_yet(tmp_path: Path) -> None:
    now, day = START + timedelta(days=40), timedelta(days=1)
    emergency = {"type": "emergency", "actual_start": START, "outcome": "implemented"}
    write(
        tmp_path,
        {
            "changes": [
                change(1, **emergency, actual_end=now - 9 * day),
                change(2, **emergency, actual_end=now - 2 * day),
                change(3, **emergency, actual_end=now - 9 * day, retrospective_due_at=now + day),
            ],
            "opinions": [{"source": "shop", "change": "CHG-0001", "person": "erin", "decision": "approve", "decided_at": now - 8 * day, "retrospective": True}],
            "reviews": [
                {"source": "shop", "change": "CHG-0001", "due_at": now - day},
                {"source": "shop", "change": "CHG-0002", "due_at": now + day},
                {"source": "shop", "change": "CHG-0003", "due_at": now + day, "recorded_at": now - day},
            ],
            "improvements": [
                {"source": "shop", "improvement": "late", "due_at": now - day},
                {"source": "shop", "improvement": "later", "due_at": now + day},
                {"source": "shop", "improvement": "early", "due_at": now + day, "done_at": now - day},
            ],
        },
    )
    with duckdb_measures([tmp_path]) as engine:
        found, _ = measure_with_before(engine, kpi_definitions(), PERIOD, now)
        over, _ = measure_with_before(engine, kpi_definitions(), PERIOD, now + 90 * day)
    counts = {"retrospective_on_time": ((1, 1), (1, 3)), "reviews_on_time": ((1, 2), (1, 3)), "improvements_on_time": ((1, 2), (1, 3))}
    for name, (before, afterwards) in counts.items():
        assert (found[name].found.numerator, found[name].found.denominator) == before, name
        assert (over[name].found.numerator, over[name].found.denominator) == afterwards, name
    assert found["improvements_on_time"].records == ("late",)


def test_only_a_normal_change_has_a_class_that_may_be_unknown(tmp_path: Path) -> None:
    changes = [change(1, type="standard"), change(2, type="emergency"), change(3, type="normal"), change(4, type="normal")]
    changes[3]["class"] = "minor"
    found = measured(tmp_path, {"changes": changes})
    for name in ("minor", "significant", "major"):
        assert found[f"changes.{name}"].found.unknown == 1
    assert found["changes.minor"].value == 1


def test_a_change_that_failed_by_its_review_is_a_failure_and_no_success(tmp_path: Path) -> None:
    ended = {"actual_start": START, "actual_end": START, "outcome": "implemented"}
    reviews = [
        {"source": "shop", "change": "CHG-0001", "outcome": "failed"},
        {"source": "shop", "change": "CHG-0002", "outcome": "successful-with-issues"},
        {"source": "other", "change": "CHG-0003", "outcome": "failed"},
    ]
    found = measured(tmp_path, {"changes": [change(number, **ended) for number in (1, 2, 3)], "reviews": reviews})
    assert found["change_failure_rate"].records == ("CHG-0001",)
    assert found["change_success_rate"].records == ("CHG-0002", "CHG-0003")
