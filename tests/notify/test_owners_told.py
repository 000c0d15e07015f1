"""A policy can ask that owners knew the window long enough before."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.model.evidence import NO_CHANGE, LedgerEntry
from changeflow.model.people import Roster
from changeflow.notices.owners_told import owners_told
from tests.dates import now
from tests.notify.servers import web_server
from tests.notify.world import hook, planned, settings, site_at, told, window
from tests.release.site import ID, POLICY, Site

ASKS = POLICY % {"gate": "deploy", "holds": "evidence.told.since != '' && timestamp(evidence.told.since) <= now - duration('24h')"}


def rule(site: Site, at: str) -> str:
    told_ = json.loads(site.cli("gate", "deploy", ID, "--format", "json", "--now", at).out)
    (found,) = [one["outcome"] for one in told_["reasons"] if one["rule"] == "deploy-rule"]
    return str(found)


def test_the_owners_were_told_a_day_before(tmp_path: Path) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        site.write("policies/deploy.yaml", ASKS)
        site.commit("Ask for it")
        planned(site, window=window(30))
        at = (now() + timedelta(hours=31)).isoformat()
        assert rule(site, at) == "fail"
        told(site)
        assert rule(site, at) == "pass"
        assert rule(site, (now() + timedelta(hours=23)).isoformat()) == "fail"
        # what they were told of another window is nothing
        site.change(window=window(32))
        assert rule(site, at) == "fail"
        told(site)
        assert rule(site, at) == "pass"


def test_an_owner_whom_no_message_reaches_was_not_told(tmp_path: Path) -> None:
    with web_server() as server:
        channel = hook(server.port, who=["requester"])
        site = site_at(tmp_path / "repo", channel)
        site.write("policies/deploy.yaml", ASKS)
        site.commit("Ask for it")
        planned(site, window=window(30))
        told(site)
        assert rule(site, (now() + timedelta(hours=31)).isoformat()) == "fail"


def test_without_channels_no_one_was_told(tmp_path: Path) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", hook(server.port))
        planned(site, window=window(30))
        told(site)
        site.write("changeflow.yaml", settings())
        site.write("policies/deploy.yaml", ASKS)
        site.commit("Tell no one any more")
        assert rule(site, (now() + timedelta(hours=31)).isoformat()) == "fail"


@pytest.mark.parametrize(("signer", "known"), [("alice", False), ("bob", True), ("renovate", True), (None, True)])
def test_nobody_proves_by_their_own_line_that_others_were_told_of_their_change(signer: str | None, known: bool) -> None:
    body = {"kind": "notification", "event": "told", "about": ID, "fact": "announced", "occasion": "any-time", "channel": "mail"}
    body |= {"form": "mail", "recipients": ["bob"], "message": "m", "text": f"sha256:{'0' * 64}"}
    entry = {"seq": 1, "previous": None, "digest": f"sha256:{'0' * 64}", "path": "x", "change": NO_CHANGE, "simulated": False}
    times = {"at": now().isoformat(), "recorded_at": now().isoformat()}
    said = LedgerEntry.model_validate(entry | times | {"signer": signer, "subject": [], "body": body})
    head = {"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}}
    roster = Roster.model_validate({**head, "spec": {"people": {"bob": {}}}})
    found = owners_told(ID, "any-time", ["bob"], roster, [said], {"alice"})
    assert (found.since is not None, found.missing) == (known, () if known else ("bob",))


def test_without_channels_notify_says_so(tmp_path: Path) -> None:
    site = site_at(tmp_path / "repo")
    planned(site)
    done = site.cli("notify")
    assert (done.code, "no channel is configured" in done.out) == (0, True)
