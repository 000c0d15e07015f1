"""Where nothing shows a ledger, evidence is empty; where anything does, it is read and judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow import errors
from changeflow.reading.repository_store import Store
from changeflow.reading.view import View
from changeflow.repo.git import Git
from changeflow.repo.ledger_anchor import LedgerAnchor
from tests.release.site import ID, Site
from tests.repositories import Repo, approval, ledger

BRANCH = "changeflow/ledger"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site.at(tmp_path / "site")
    made.change()
    return made


def view_of(site: Site) -> View:
    store = Store(Git(site.root))
    return View.of(store, store.at("main"), store.work_tree())


def rules_at(site: Site) -> list[str]:
    return [finding.rule for finding in view_of(site).evidence(ID).problems]


def test_before_the_first_entry_there_is_no_evidence_and_no_problem(site: Site) -> None:
    found = view_of(site).evidence(ID)
    assert (found.entries, found.problems, found.head, found.about) == ((), (), None, frozenset())
    assert found.newest.of(simulated=False) is None


def test_the_first_entry_can_be_appended_to_a_ledger_that_is_not_there(site: Site) -> None:
    found = view_of(site).evidence(ID)
    found.ledger.append(approval("carol", "other"), expected_head=found.head)
    assert [entry.seq for entry in ledger(Repo(site.root)).read().entries] == [1]


def test_a_ledger_that_begins_meanwhile_is_not_appended_to(site: Site) -> None:
    found = view_of(site).evidence(ID)
    ledger(Repo(site.root)).append_deciding(lambda _: approval("carol", "other"))
    with pytest.raises(errors.LostRace):
        found.ledger.append(approval("dave", "other"), expected_head=found.head)


def test_a_ledger_that_was_seen_and_is_gone_shuts_every_gate(site: Site) -> None:
    repo = Repo(site.root)
    ledger(repo).append_deciding(lambda _: approval("carol", "other"))
    ledger(repo).read()
    repo("update-ref", "-d", f"refs/heads/{BRANCH}")
    assert rules_at(site) == ["ledger-truncated"]


def test_an_anchor_that_cannot_be_read_shuts_every_gate_also_without_a_branch(site: Site) -> None:
    anchor = LedgerAnchor(Git(site.root).facts.common_dir, BRANCH).path
    anchor.parent.mkdir(exist_ok=True)
    anchor.write_bytes(b"{")
    assert rules_at(site) == ["ledger-anchor"]


def test_a_ledger_that_only_the_remote_had_is_read(site: Site) -> None:
    repo = Repo(site.root)
    ledger(repo).append_deciding(lambda _: approval("carol", "other"))
    head = repo("rev-parse", BRANCH)
    repo("update-ref", f"refs/remotes/origin/{BRANCH}", head)
    repo("update-ref", "-d", f"refs/heads/{BRANCH}")
    assert view_of(site).evidence(ID).head == head
