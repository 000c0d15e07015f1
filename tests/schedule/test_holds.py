"""Holds: the line is stopped by a word on the ledger, and goes on by another."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.model.document_parts import format_instant
from changeflow.model.evidence import NO_CHANGE, HoldBody
from tests.dates import now
from tests.release.site import ID, ROSTER, Site, git
from tests.release.test_force import append

ROLES = ROSTER + "  roles: {cab: [carol, dave], ecab: [carol]}\n"
ROLES = ROLES.replace("    renovate:", "    dave: {emails: [dave@example.com]}\n    renovate:")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo", **{"policies/roster.yaml": ROLES})


def codes(site: Site, gate: str, *more: str) -> list[str]:
    told = json.loads(site.cli("gate", gate, ID, "--format", "json", *more).out)
    found = [one["reason_code"] for one in told["reasons"] if one["outcome"] != "pass"]
    # nobody is asked here: what was never approved is approved as it stands now, or not
    return [one for one in found if one != "approval.missing"]


def held(site: Site, *words: str, code: int = 0) -> dict[str, object]:
    done = site.cli("hold", *words, "--format", "json")
    assert done.code == code, done.out + done.err
    return json.loads(done.out)["holds"][0]


def test_a_hold_shuts_both_gates_until_it_is_lifted(site: Site) -> None:
    site.change()
    assert codes(site, "approve") == codes(site, "deploy") == []
    told = held(site, "production", "--reason", "Payments fail", "--as", "carol")
    assert (told["id"], told["scope"], told["state"]) == ("hold-1", "environment:production", "in force")
    assert [one["change"] for one in told["stops"]] == [ID]  # type: ignore[attr-defined]
    assert codes(site, "approve") == codes(site, "deploy") == ["hold.in_force"]
    # what was remembered of the ledger is asked the second time
    assert codes(site, "deploy") == ["hold.in_force"]
    said = site.cli("gate", "deploy", ID).out
    assert "the hold `hold-1` of `environment:production` is in force: Payments fail" in said
    assert site.release("run").code == 1
    assert held(site, "lift", "hold-1", "--reason", "Mended", "--as", "dave")["state"] == "lifted"
    assert codes(site, "approve") == codes(site, "deploy") == []
    assert site.cli("hold", "list").out == "no hold is in force or proposed\n"
    assert site.cli("ledger", "verify").code == 0
    assert site.release("run").code == 0


CAROL_LEFT = ROLES.replace("cab: [carol, dave], ecab: [carol]", "cab: [dave], ecab: [dave]")
LENT = ROLES.rstrip("\n") + "\n  delegations: [{from: carol, to: bob, roles: [cab], start: 2026-01-01T00:00:00Z, end: 2099-01-01T00:00:00Z, reason: Leave}]\n"
TWO = "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {allow_simulated_clock: true, hold: {roles: [cab, ecab], count: 2}}\n"


@pytest.mark.parametrize(
    ("before", "who", "path", "after"),
    [
        (ROLES, "carol", "policies/roster.yaml", CAROL_LEFT),
        (LENT, "bob", "policies/roster.yaml", ROLES),
        (ROLES, "carol", "changeflow.yaml", TWO),
    ],
    ids=["lost the role", "a delegation is gone", "two are asked for"],
)
def test_what_was_stopped_by_who_might_stays_stopped(site: Site, before: str, who: str, path: str, after: str) -> None:
    site.write("policies/roster.yaml", before)
    site.commit("Before") if before != ROLES else None
    site.change()
    assert held(site, "production", "--reason", "Payments fail", "--as", who)["state"] == "in force"
    site.write(path, after)
    # times of commits are exact to a second
    date = (now() + timedelta(seconds=30)).isoformat()
    git(site.root, "commit", "-qam", "Later", GIT_COMMITTER_DATE=date)
    assert codes(site, "deploy") == ["hold.in_force"]
    assert json.loads(site.cli("hold", "list", "--format", "json").out)["holds"][0]["state"] == "in force"


def test_what_was_only_proposed_comes_into_force_by_no_role_of_later(site: Site) -> None:
    # an honest twin: whoever never might stop anything stops nothing, whatever changed since
    site.change()
    held(site, "all", "--reason", "Strange noises", "--as", "alice", code=1)
    site.write("policies/roster.yaml", CAROL_LEFT)
    site.commit("Later")
    assert codes(site, "deploy") == []


def test_nobody_takes_the_name_of_a_later_hold(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.change()
    for name in ("GIT_COMMITTER_EMAIL", "GIT_AUTHOR_EMAIL"):
        monkeypatch.setenv(name, "alice@example.com")
    body = HoldBody(event="placed", hold="hold-2", scope="item:wiki", reason="Nothing", by="alice")
    append(site, body, change=NO_CHANGE)
    told = held(site, "production", "--reason", "Payments fail", "--as", "carol")
    assert (told["id"], told["scope"], told["state"]) == ("hold-2", "environment:production", "in force")
    assert codes(site, "deploy") == ["hold.in_force"]


def test_who_may_not_hold_proposes(site: Site) -> None:
    site.change()
    told = held(site, "all", "--reason", "Strange noises", "--as", "alice", code=1)
    assert (told["state"], told["missing"], told["by"]) == ("proposed", 1, ["carol", "dave"])
    assert codes(site, "deploy") == []
    assert held(site, "approve", "hold-1", "--as", "dave")["state"] == "in force"
    assert codes(site, "deploy") == ["hold.in_force"]
    # nor does their word lift it
    held(site, "lift", "hold-1", "--reason", "It is quiet", "--as", "alice", code=1)
    assert codes(site, "deploy") == ["hold.in_force"]


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        ("all", True),
        ("production", True),
        ("payments-db", True),
        ("item:payments-db", True),
        ("type:normal", True),
        ("office", False),
        ("wiki", False),
        ("type:standard", False),
    ],
)
def test_a_scope_covers_what_it_names(site: Site, scope: str, covers: bool) -> None:
    site.change()
    before = site.cli("hold", scope, "--reason", "Why", "--as", "carol", "--dry-run")
    assert (ID in before.out) is covers
    assert site.cli("ledger", "log").out.count("hold-") == 0
    held(site, scope, "--reason", "Why", "--as", "carol")
    assert codes(site, "deploy") == (["hold.in_force"] if covers else [])


@pytest.mark.parametrize(
    ("scope", "code", "said"),
    [
        ("wiki", 2, "may mean several things"),
        ("type:weekly", 2, "no type of change"),
        ("normal", 2, "`type:normal`"),
        ("productoin", 3, "production"),
        ("item:production", 3, "no environment and no item"),
        ("支付数据库", 3, "did you mean `payments-db`?"),
    ],
)
def test_a_scope_that_is_not_clear_stops_nothing(site: Site, scope: str, code: int, said: str) -> None:
    items = site.root / "cmdb/items.yaml"
    text = items.read_text(encoding="utf-8").replace("environment: office", "environment: wiki")
    items.write_text(text.replace("{id: payments-db}", "{id: payments-db, name: 支付数据库}"), encoding="utf-8")
    site.commit("An environment is called like its item")
    done = site.cli("hold", scope, "--reason", "Why", "--as", "carol")
    assert (done.code, said in done.err) == (code, True), done.err
    assert site.cli("hold", "list", "--all").out == "no hold is in force or proposed\n"


def test_a_hold_ends_when_it_says_so_and_that_is_told_before(site: Site) -> None:
    site.change()
    held(site, "all", "--reason", "Audit", "--as", "carol", "--until", "+2d")
    told = json.loads(site.cli("todo", "--as", "dave", "--format", "json").out)
    assert [(one["what"], one["id"]) for one in told["ending"]] == [("hold", "hold-1")]
    until = told["ending"][0]["ends"]
    assert codes(site, "approve", "--now", until) == ["window.past"]
    assert codes(site, "approve") == ["hold.in_force"]


def test_a_policy_asks_for_two(site: Site) -> None:
    config = site.root / "changeflow.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("spec: {", "spec: {hold: {roles: [cab], count: 2}, "), encoding="utf-8")
    site.commit("Two people hold")
    site.change()
    assert held(site, "all", "--reason", "Why", "--as", "carol", code=1)["missing"] == 1
    # the same person twice is one person
    held(site, "approve", "hold-1", "--as", "carol", code=1)
    assert held(site, "approve", "hold-1", "--as", "dave")["state"] == "in force"


def test_break_glass_takes_one_approval_more(site: Site) -> None:
    site.change(type="emergency", emergency={"incident": "INC-1", "justification": "Payments are down"})
    assert codes(site, "deploy") == []
    held(site, "all", "--reason", "Why", "--as", "carol")
    assert codes(site, "approve") == codes(site, "deploy") == ["hold.break_glass"]
    assert site.cli("approve", ID, "--as", "dave").code == 0
    assert codes(site, "approve") == codes(site, "deploy") == []


def test_a_hold_dated_by_a_clock_that_is_ahead_stops_a_start_at_once(site: Site) -> None:
    """The gate `deploy` gives the clocks of others the skew that they may have; nobody starts in between."""
    site.change()
    at = now()
    held(site, "all", "--reason", "Why", "--as", "carol", "--now", format_instant(at + timedelta(minutes=4)))
    assert codes(site, "deploy", "--now", format_instant(at)) == ["hold.in_force"]
    # nothing is approved by it yet, and nothing shut
    assert codes(site, "approve", "--now", format_instant(at)) == []
    assert codes(site, "approve", "--now", format_instant(at + timedelta(minutes=5))) == ["hold.in_force"]


def test_break_glass_holds_for_a_merged_change_and_counts_approvals_given_after_the_hold(site: Site) -> None:
    site.change(type="emergency", emergency={"incident": "INC-1", "justification": "Payments are down"})
    # it is on the main branch, where nobody merges it again: only the gate `deploy` is left
    held(site, "all", "--reason", "Why", "--as", "carol")
    assert site.release("run").code == 1
    # one approval more is by the CAB: of somebody else it is none
    site.cli("approve", ID, "--as", "alice")
    assert codes(site, "deploy") == ["hold.break_glass"]
    assert site.release("run").code == 1
    assert site.cli("approve", ID, "--as", "dave").code == 0
    assert codes(site, "deploy") == []
    assert site.release("run").code == 0
