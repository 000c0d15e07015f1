"""Notices stand on the ledger by the thousand: a gate reads none that no answer asks for, and what stands among them holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from changeflow.ledger.chain import KnownPlace
from changeflow.repo.ledger_branch import LedgerBranch
from tests.notify.servers import web_server
from tests.notify.world import ROSTER, hook, planned, site_at, told
from tests.release.site import ID, Site

APPROVE = ("gate", "approve", ID, "--format", "json")


@pytest.fixture
def reread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the entries that were read again."""
    found: list[str] = []
    read = LedgerBranch.reread

    def watched(self: LedgerBranch, places: Sequence[tuple[KnownPlace, str]], only: str | None) -> object:
        found.extend(place.path for place, _ in places)
        return read(self, places, only)

    monkeypatch.setattr(LedgerBranch, "reread", watched)
    return found


def told_of_all(site: Site) -> None:
    """Notices, a hold, and a decision after them: the newest entry is read in any case."""
    site.write("policies/roster.yaml", ROSTER.replace("roles: {", "roles: {cab: [carol], ecab: [carol], "))
    site.commit("Who may hold")
    planned(site)
    assert told(site)
    assert site.cli("hold", "payments-db", "--reason", "The database fails", "--as", "carol").code == 0
    assert site.cli("approve", ID, "--as", "carol", "--comment", "Fine").code == 0


def shut_by_hold(out: str) -> bool:
    return "hold.in_force" in [one["reason_code"] for one in json.loads(out)["reasons"]]


def test_a_gate_reads_the_hold_among_notices_and_none_of_these(tmp_path: Path, reread: list[str]) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        told_of_all(site)
        site.cli(*APPROVE)
        reread.clear()
        remembered = site.cli(*APPROVE)
        kinds = {path.partition("-")[2] for path in reread if path.startswith("_/")}
        assert kinds == {"hold.json"}
        read = site.cli(*APPROVE, CHANGEFLOW_INDEX="off")
        assert shut_by_hold(remembered.out)
        assert shut_by_hold(read.out)
        assert remembered.code == read.code


def test_who_was_told_is_told_nothing_twice_though_a_gate_read_no_notice(tmp_path: Path) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        told_of_all(site)
        site.cli(*APPROVE)
        assert told(site) == []
        assert told(site, CHANGEFLOW_INDEX="off") == []
