"""Appending continues what an earlier reading found: the whole ledger is not read again, and a rewritten one never continued."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from changeflow.repo.index_store import IndexStore
from changeflow.repo.ledger_branch import LedgerBranch
from tests.hosts.office import CHANGE, Office, call
from tests.repositories import BRANCH, Keys, approval, filled, ledger

NOON = "2026-11-22T12:00:00Z"


@pytest.fixture
def office(tmp_path: Any, keys: Keys) -> Office:
    office = Office(tmp_path / "office", keys, allow_simulated_clock=True)
    office.repo.commit("A request", author="Alice <alice@example.com>")
    return office


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The heads of which every entry was read."""
    found: list[str] = []
    read = LedgerBranch._all_of

    def noted(branch: LedgerBranch, head: str) -> Any:
        found.append(head)
        return read(branch, head)

    monkeypatch.setattr(LedgerBranch, "_all_of", noted)
    return iter([found])


def says(office: Office, capfd: Any, *words: str, person: str = "carol", code: int = 0) -> str:
    said = call(capfd, "--repo", str(office.repo.path), *words, "--as", person, "--key", str(office.keys.files[person]), "--now", NOON)
    assert said.code == code, said.err
    return said.out + said.err


def approve(office: Office, capfd: Any, person: str = "carol", code: int = 0) -> str:
    return says(office, capfd, "approve", CHANGE, person=person, code=code)


def sound(office: Office) -> int:
    chain = ledger(office.repo, ring=office.keys.ring("carol", "dave")).read()
    assert chain.problems == ()
    return len(chain.entries)


def test_what_is_appended_after_an_earlier_reading_is_what_would_have_been(office: Office, capfd: Any, readings: Iterator[list[str]]) -> None:
    (read,) = readings
    approve(office, capfd)
    approve(office, capfd, "dave")
    read.clear()
    says(office, capfd, "reject", CHANGE, "--comment", "No")
    says(office, capfd, "hold", "all", "--reason", "Payments fail")
    # what a hold stops is told by all of the evidence
    assert len(read) == 1
    read.clear()
    says(office, capfd, "withdraw", CHANGE, person="dave")
    approve(office, capfd)
    assert read == []
    assert sound(office) == office.count() == 7


def test_a_withdrawal_finds_the_opinion_that_it_takes_back_without_reading_all(office: Office, capfd: Any, readings: Iterator[list[str]]) -> None:
    (read,) = readings
    approve(office, capfd)
    approve(office, capfd, "dave")
    read.clear()
    says(office, capfd, "withdraw", CHANGE)
    says(office, capfd, "withdraw", CHANGE, code=3)
    assert (read, office.count()) == ([], 4)


def test_a_branch_that_was_rewritten_is_read_as_a_whole_and_refused(office: Office, capfd: Any, readings: Iterator[list[str]]) -> None:
    (read,) = readings
    approve(office, capfd)
    approve(office, capfd, "dave")
    # an equally long ledger with other entries
    other = Office(office.repo.path.parent / "other", office.keys, allow_simulated_clock=True)
    filled(other.repo, 3)
    office.repo("fetch", "-q", str(other.repo.path), f"+refs/heads/{BRANCH}:refs/heads/{BRANCH}")
    read.clear()
    before = office.count()
    assert "ledger" in approve(office, capfd, code=4)
    assert read
    assert office.count() == before


def test_a_branch_that_was_set_back_is_never_appended_to(office: Office, capfd: Any) -> None:
    approve(office, capfd)
    approve(office, capfd, "dave")
    office.repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
    approve(office, capfd, code=4)
    assert office.count() == 2


@pytest.mark.parametrize("edit", ["older", "nonsense", "gone"])
def test_a_memory_that_says_something_else_is_not_relied_on(office: Office, capfd: Any, edit: str) -> None:
    approve(office, capfd)
    approve(office, capfd, "dave")
    store = IndexStore.of(office.repo.git.facts.common_dir)
    assert store is not None
    plain = json.loads(store.get("ledger", BRANCH) or b"")
    if edit == "older":
        # the newest entry is said to be an older one
        series = json.loads(store.get(plain["series"], CHANGE) or b"")
        plain["latest"] = series[:1]
    elif edit == "nonsense":
        plain["latest"][-1][1] = "sha256:" + "0" * 64
    else:
        plain["latest"] = []
    store.put("ledger", BRANCH, json.dumps(plain).encode())
    approve(office, capfd)
    assert sound(office) == office.count()


def test_entries_that_others_append_meanwhile_are_continued(office: Office, capfd: Any, readings: Iterator[list[str]]) -> None:
    (read,) = readings
    approve(office, capfd)
    head = office.repo.git.resolve(f"refs/heads/{BRANCH}")
    ledger(office.repo, ring=office.keys.ring("carol", "dave")).append(approval("erin", "other"), expected_head=head)
    read.clear()
    approve(office, capfd, "dave")
    assert sound(office) == office.count()


def test_an_entry_dated_too_early_is_refused_with_the_same_words(office: Office, capfd: Any) -> None:
    approve(office, capfd)
    approve(office, capfd, "dave")
    said = call(capfd, "--repo", str(office.repo.path), "approve", CHANGE, "--as", "carol", "--key", str(office.keys.files["carol"]), "--now", "2026-11-22T11:00:00Z")
    assert (said.code, "before the newest evidence" in said.err) == (2, True), said.err
