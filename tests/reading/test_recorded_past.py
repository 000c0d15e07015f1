"""What `history/` and `incidents/` record is read once, kept for the content of the files, and asked by bisection."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.history import tables
from changeflow.insight.instants import microseconds
from changeflow.insight.known_past import known_past
from changeflow.model.times import parse_instant
from changeflow.reading import recorded_past
from changeflow.reading.recorded_past import RecordedPast
from changeflow.reading.state import State
from changeflow.reading.view import locate
from tests.reading.test_own_records import incident
from tests.register.office import CHANGE, Office

OPENED = parse_instant("2026-11-20T10:00:00Z")
ROWS: dict[str, list[dict[str, Any]]] = {
    "changes": [
        {
            "source": "itsm", "change": "C1", "team": "平台组", "category": "patch", "outcome": "failed",
            "actual_start": OPENED, "actual_end": OPENED + timedelta(hours=1),
        },
    ],
    "change_items": [{"source": "itsm", "change": "C1", "item": "db", "service": "shop"}],
    "incidents": [{"source": "itsm", "incident": "I1", "item": "db", "opened_at": OPENED, "change": CHANGE, "link": "caused_by", "closed_at": OPENED}],
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path / "shop")
    tables.write(found.root / "history", ROWS)
    found.commit("history")
    return found


def state_of(office: Office) -> State:
    return locate(office.root).base


def told(state: State) -> RecordedPast:
    found = state.recorded_past
    assert found is not None
    return found


def asked(found: RecordedPast) -> list[list[int]]:
    past = found.past
    groups = [("item incident", "db"), ("item start", "db"), ("team failed", "平台组"), ("category finished", "patch")]
    return [list(past.of(kind, name)) for kind, name in groups]


def test_a_repository_without_records_has_no_past(tmp_path: Path) -> None:
    assert state_of(Office(tmp_path / "shop")).recorded_past is None


def test_the_tables_are_read_once_for_their_content(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, expected = told(state_of(office)), known_past(ROWS)
    assert first.past.first_incident == microseconds(OPENED)
    assert asked(first) == [list(expected.of("item incident", "db")), *asked(first)[1:]]
    assert all(asked(first))
    assert list(first.past.services_of("db")) == ["shop"]
    assert first.past.blamed(CHANGE, microseconds(OPENED)) == microseconds(OPENED)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    again = told(state_of(office))
    assert (asked(again), again.digest) == (asked(first), first.digest)


def test_what_came_since_is_read(office: Office) -> None:
    before = told(state_of(office))
    later = {"source": "itsm", "incident": "I2", "item": "db", "opened_at": OPENED + timedelta(days=1)}
    tables.write(office.root / "history", {"incidents": [later]})
    office.commit("another incident")
    after = told(state_of(office))
    assert asked(after)[0] == [*asked(before)[0], microseconds(OPENED + timedelta(days=1))]
    assert after.digest != before.digest


def test_without_the_library_nothing_is_told_and_the_line_that_installs_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(errors.UsageError) as error:
        _ = state_of(office).recorded_past
    assert error.value.hint == "pip install 'changeflow[insight]'"


def test_a_file_that_is_no_table_is_named_where_it_lies(office: Office) -> None:
    office.write("history/incidents.parquet", "PAR1 no more")
    office.commit("damaged")
    with pytest.raises(errors.Unreadable, match=r"`history/incidents\.parquet`.*history/incidents\.parquet'$"):
        _ = state_of(office).recorded_past


def test_rows_about_this_repository_are_left_out_of_its_tables_because_the_ledger_has_them(office: Office) -> None:
    own = {"source": "changeflow", "change": CHANGE, "team": "平台组", "outcome": "failed", "actual_start": OPENED, "actual_end": OPENED}
    before = asked(told(state_of(office)))
    tables.write(office.root / "history", {"changes": [own]})
    office.commit("own rows")
    assert asked(told(state_of(office))) == before


def test_documents_of_incidents_are_part_of_it_and_one_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    office = Office(tmp_path / "shop")
    office.write("incidents/INC-1.yaml", incident("INC-1", items=["db"], caused_by=[CHANGE], opened="2026-11-20T10:00:00Z"))
    office.commit("incident")
    found = told(state_of(office))
    assert asked(found)[0] == [microseconds(OPENED)]
    assert found.past.blamed(CHANGE, 0) == microseconds(OPENED)
    office.write("incidents/INC-2.yaml", "kind: [")
    office.commit("broken")
    for _ in range(2):
        assert told(state_of(office)).unreadable == ("incidents/INC-2.yaml",)


def test_a_work_tree_is_read_each_time(office: Office) -> None:
    state = locate(office.root).head
    assert state.commit is None
    assert asked(told(state)) == asked(told(state_of(office)))
    tables.write(office.root / "history", {"incidents": [{**ROWS["incidents"][0], "incident": "I9"}]})
    assert len(asked(told(locate(office.root).head))[0]) == 2


def test_a_snapshot_that_was_damaged_is_read_again(office: Office) -> None:
    first = told(state_of(office))
    (snapshot,) = (office.root / ".git/changeflow/past").glob("*.columns")
    snapshot.write_bytes(snapshot.read_bytes().replace("平台组".encode(), "平台絵".encode()))
    assert asked(told(state_of(office))) == asked(first)


def test_all_tables_are_read_that_a_fact_needs() -> None:
    for table, columns in recorded_past.READS.items():
        assert set(columns) <= {column.name for column in tables.TABLES[table].columns}
