"""policy backtest --history: records of another system tell some of what rules read, and the rest is unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.history import tables
from changeflow.model.answers.policy_backtest import PolicyBacktest
from changeflow.reading.other_rules import rules_in
from changeflow.reading.view import locate
from changeflow.usecases.policy.backtest_records import backtest_records
from tests.hosts.office import call
from tests.policy.lived_past import POLICIES, LivedPast, folder_of_policies

START = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
COUNT = 60


def rows() -> dict[str, list[dict[str, Any]]]:
    """Sixty changes: those of databases fail now and then, one in three has no class, one has no time."""
    found: dict[str, list[dict[str, Any]]] = {"changes": [], "change_items": [], "opinions": [], "incidents": []}
    for number in range(COUNT):
        key = {"source": "itsm", "change": f"C{number:03}"}
        at = START + timedelta(days=number)
        database = number % 4 == 0
        change = {
            "title": f"Change {number}", "type": "normal", "category": "patch", "recorded_at": at, "actual_start": at + timedelta(days=2),
            "actual_end": at + timedelta(days=2, hours=1), "class": None if number % 3 == 0 else "minor",
            "outcome": "rolled_back" if number % 8 == 0 else "implemented",
        }  # fmt: skip
        if number == COUNT - 1:
            change = {"type": "normal"}
        found["changes"].append(key | change)
        item = {"item": f"db-{number % 8}" if database else "web", "item_type": "database" if database else "service"}
        found["change_items"].append(key | item)
        if number % 2 == 0:
            said = {"person": "p1", "role": "cab", "decision": "approve", "decided_at": at + timedelta(hours=6)}
            found["opinions"].append(key | said)
    found["incidents"].append({"source": "itsm", "incident": "I1", "change": "C001", "link": "caused_by", "opened_at": START + timedelta(days=4)})
    return found


RULES: dict[str, list[dict[str, Any]]] = {
    "approve": [
        {"id": "cab", "require": [{"role": "cab"}], "message": "The CAB agrees"},
        {"id": "databases", "when": 'impact.changed.exists(i, i.type == "database")', "require": [{"role": "dba"}], "message": "DBAs agree"},
        {"id": "major", "when": 'change.class == "major"', "assert": "false", "message": "No major ones"},
        {"id": "modelled", "when": 'change.type == "normal"', "assert": 'change.class == "standard"', "message": "A model", "level": "warn"},
        {"id": "rollback", "assert": "has(change.rollback)", "message": "It can be undone", "level": "warn"},
        {"id": "spring", "assert": 'now < timestamp("2025-04-20T00:00:00Z")', "message": "Not after spring"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("duckdb")
    folder = tmp_path_factory.mktemp("history")
    tables.write(folder, rows())
    return folder


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> LivedPast:
    return LivedPast(tmp_path_factory.mktemp("office") / "repo", 1, 1)


@pytest.fixture(scope="module")
def found(history: Path, office: LivedPast, tmp_path_factory: pytest.TempPathFactory) -> PolicyBacktest:
    proposed = rules_in(folder_of_policies(tmp_path_factory.mktemp("proposed"), {**POLICIES, **RULES}))
    return backtest_records(locate(office.path).base, history, proposed)


def test_a_rule_that_reads_what_records_do_not_say_is_unknown_and_never_passes(found: PolicyBacktest) -> None:
    said = {one.rule: one for one in found.outcomes[1].rules}
    judged = COUNT - 1
    assert found.changes.judged == judged
    assert (said["rollback"].unknown, said["rollback"].held) == (judged, 0)
    # the class is known of two in three, and none of these is major
    unclassed = sum(number % 3 == 0 for number in range(judged))
    assert (said["major"].unknown, said["major"].skipped) == (unclassed, judged - unclassed)
    assert said["reason-given"].unknown == judged
    assert found.outcomes[1].open == 0


def test_people_of_the_records_fill_seats_by_their_role(found: PolicyBacktest) -> None:
    said = {one.rule: one for one in found.outcomes[1].rules}
    assert said["cab"].held == sum(number % 2 == 0 for number in range(COUNT - 1))
    assert said["databases"].waiting == said["databases"].asked == sum(number % 4 == 0 for number in range(COUNT - 1))
    assert {one.role: one.hours for one in found.role_times} == {"cab": 6.0}


def test_what_a_known_fact_stops_is_stopped(found: PolicyBacktest) -> None:
    said = {one.rule: one for one in found.outcomes[1].rules}
    late = sum(START + timedelta(days=number) >= datetime(2025, 4, 20, tzinfo=UTC) for number in range(COUNT - 1))
    assert said["spring"].shut == found.outcomes[1].shut == late > 0


def test_failures_are_outcomes_and_causes_that_incidents_name(found: PolicyBacktest) -> None:
    failures = found.outcomes[1].failures
    rolled_back = sum(number % 8 == 0 for number in range(COUNT - 1))
    assert (failures.ended, failures.failed) == (COUNT - 1, rolled_back + 1)


def test_a_change_without_any_time_is_left_out(found: PolicyBacktest) -> None:
    assert [(one.count, one.changes) for one in found.changes.left_out] == [(1, (f"C{COUNT - 1:03}",))]


def test_kinds_that_always_went_well_are_candidates(found: PolicyBacktest) -> None:
    # services failed once, by the incident; databases often
    assert found.candidates == ()
    assert "records" in found.cannot_know


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_said_where_the_changes_come_from(
    history: Path, office: LivedPast, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("CHANGEFLOW_LANG", language)
    said = call(capfd, "--repo", str(office.path), "policy", "backtest", "--history", str(history))
    assert said.code == 0, said.err
    assert {"en": "records of another system", "zh": "其他系统的历史记录"}[language] in said.out


def test_a_folder_without_records_is_told(office: LivedPast, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    said = call(capfd, "--repo", str(office.path), "policy", "backtest", "--history", str(tmp_path))
    assert said.code == 3
    assert "history import" in said.err
    assert call(capfd, "--repo", str(office.path), "policy", "backtest", "--history", str(tmp_path / "none")).code == 3
