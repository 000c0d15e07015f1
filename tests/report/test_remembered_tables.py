"""Tables of a repository's own records are remembered, and made anew as soon as anything they rest on has changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.history.tables import read_rows
from changeflow.model.times import parse_instant
from changeflow.reading.tables_memory import TablesMemory
from changeflow.reading.view import locate
from changeflow.usecases.report import own_tables as module
from changeflow.usecases.report.own_tables import own_tables
from tests.register.office import AFTER, CHANGE, Office
from tests.report.papers import released_office

OTHER = "CHG-20261121-cache"


class Counted:
    """How often records were made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        records_of = module.records_of

        def counted(*arguments: object) -> object:
            self.times += 1
            return records_of(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(module, "records_of", counted)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return released_office(tmp_path / "shop")


def changes(office: Office, now: str | datetime = AFTER) -> dict[str, dict[str, object]]:
    at = parse_instant(now) if isinstance(now, str) else now
    with own_tables(locate(office.root), at) as own:
        rows = read_rows(own.folder, "changes")
        assert own.changes == len(rows)
        assert own.cutoff.ledger == office.git("rev-parse", "changeflow/ledger")
    return {row["change"]: row for row in rows}


def test_equal_questions_are_answered_from_the_tables_of_before(office: Office, made: Counted) -> None:
    first = changes(office)
    assert changes(office) == first
    later = parse_instant(AFTER).replace(second=1)
    assert changes(office, later) == first
    assert made.times == 1


def test_a_request_an_entry_and_a_review_make_them_anew(office: Office, made: Counted) -> None:
    changes(office)
    office.ask(OTHER)
    assert changes(office).keys() == {CHANGE, OTHER}
    office.opinion("withdraw", "alice", OTHER, now=AFTER)
    assert changes(office)[OTHER]["outcome"] == "withdrawn"
    office.reviewed()
    assert changes(office)[CHANGE]["closed_at"] is not None
    assert made.times == 4


def test_a_history_that_was_altered_is_not_answered_from_memory(office: Office, made: Counted) -> None:
    changes(office)
    office.git("update-ref", "-d", "refs/heads/changeflow/ledger")
    with pytest.raises(errors.Unreadable, match="set back"):
        changes(office)
    assert made.times == 2


def test_a_moment_at_which_a_change_stands_otherwise_makes_them_anew(
    office: Office, tmp_path: Path
) -> None:
    changes(office)
    memory = TablesMemory.of(locate(office.root).of_base().for_many())
    assert memory is not None
    folder = tmp_path / "told"
    folder.mkdir()
    assert memory.recall(parse_instant(AFTER), folder) is not None
    assert memory.recall(parse_instant("2026-12-10T00:00:00Z"), folder) is None


def test_nothing_is_remembered_where_the_index_is_off(
    office: Office, made: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    assert changes(office) == changes(office)
    assert made.times == 2
