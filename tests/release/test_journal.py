"""The journal's contract, on the fake in memory and on the ledger branch in real git."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.model.clock import Clock
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import ReleaseBody
from changeflow.release_driver.adapters import LedgerJournal, SystemClock
from changeflow.release_driver.ports import Journal
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from tests.dates import now

from .building import CONTENT, ID
from .fakes import FakeJournal
from .site import git

OTHER = "CHG-20261122-other"
BODY = ReleaseBody(event="started", run="r1", digest=CONTENT, environments=("production",), output="tab\there 発")


def clock() -> Clock:
    real = now()
    return Clock(real, real)


@pytest.fixture(params=["fake", "ledger"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    if request.param == "fake":
        return FakeJournal()
    git(tmp_path, "init", "-q")
    return LedgerJournal(LedgerBranch(Git(tmp_path), "changeflow/ledger"), ID, ConfigSpec())


def test_an_empty_journal_has_no_head(journal):
    reading = journal.read()
    assert (reading.entries, reading.problems, reading.head) == ((), (), None)


def test_what_is_appended_is_read_back_in_order(journal):
    for event in ("started", "intent", "outcome"):
        body = BODY.model_copy(update={"event": event, "key": "" if event == "started" else "implementation/0"})
        journal.append(ID, body, head=journal.read().head, clock=clock())
    entries = journal.read().of(ID)
    assert [entry.body.event for entry in entries] == ["started", "intent", "outcome"]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[0].body == BODY


def test_times_are_kept_to_the_microsecond(journal):
    moment = now() + timedelta(microseconds=123_457)
    journal.append(ID, BODY, head=None, clock=Clock(moment, moment))
    assert journal.read().entries[0].at == moment


def test_entries_of_other_changes_are_read_and_told_apart(journal):
    journal.append(ID, BODY, head=None, clock=clock())
    journal.append(OTHER, BODY, head=journal.read().head, clock=clock())
    reading = journal.read()
    assert (len(reading.entries), len(reading.of(ID)), len(reading.of(OTHER))) == (2, 1, 1)


def test_appending_on_an_outdated_head_loses_the_race(journal):
    journal.append(ID, BODY, head=None, clock=clock())
    with pytest.raises(errors.LostRace):
        journal.append(ID, BODY, head=None, clock=clock())
    assert len(journal.read().entries) == 1


def test_the_head_moves_with_every_entry(journal):
    heads = [journal.read().head]
    for _ in range(3):
        journal.append(ID, BODY, head=journal.read().head, clock=clock())
        heads.append(journal.read().head)
    assert len(set(heads)) == 4


def test_simulated_entries_count_only_where_the_configuration_allows_it(tmp_path):
    git(tmp_path, "init", "-q")
    ledger = LedgerBranch(Git(tmp_path), "changeflow/ledger")
    real = now()
    written = LedgerJournal(ledger, ID, ConfigSpec())
    written.append(ID, BODY, head=None, clock=Clock(datetime(2030, 1, 1, tzinfo=UTC), real))
    assert LedgerJournal(ledger, ID, ConfigSpec()).read().entries == ()
    assert len(LedgerJournal(ledger, ID, ConfigSpec(allow_simulated_clock=True)).read().entries) == 1


def test_the_machines_clock_moves_unless_it_is_fixed():
    fixed = datetime(2026, 11, 25, tzinfo=UTC)
    assert SystemClock(fixed).clock().now == fixed
    assert SystemClock(fixed).clock().simulated
    assert not SystemClock().clock().simulated
    assert SystemClock().patience() <= SystemClock().patience()
