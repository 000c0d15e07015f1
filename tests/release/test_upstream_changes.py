"""`impact --upstream`: the changes of the last days that may have caused trouble, ranked, and what cannot be read is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from tests.release.site import POLICY, Site, git

ITEMS = """\
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: api, name: Payments API}, spec: {type: service, environment: production, criticality: tier1, owner: bob, depends_on: [{ci: db}, {any_of: [c1, c2]}, {ci: flags, strength: soft}]}}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: db}, spec: {type: database, environment: production, criticality: tier1, owner: bob, depends_on: [{ci: rack}]}}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: c1}, spec: {type: cache, environment: production}}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: c2}, spec: {type: cache, environment: production}}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: flags}, spec: {type: service, environment: production}}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: rack}, spec: {type: other, environment: production}}
---
{apiVersion: changeflow/v1, kind: ConfigurationItem, metadata: {id: web}, spec: {type: service, environment: office, depends_on: [{ci: api}]}}
"""  # fmt: skip
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo", **{"cmdb/items.yaml": ITEMS})


def planned(site: Site, name: str, *items: str, ago: timedelta) -> str:
    """A merged change whose window began so long ago and lasted an hour."""
    start = NOW - ago
    window = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
    return site.change(f"CHG-20261120-{name}", items=[{"ci": ci} for ci in items], window=window)


def released(site: Site, name: str, *items: str, ago: timedelta) -> str:
    change = planned(site, name, *items, ago=ago)
    at = NOW - ago + timedelta(minutes=5)
    done = site.cli("release", "run", change, "--as", "bob", "--now", at.isoformat())
    assert done.code == 0, done.err
    return change


def asked(site: Site, *words: str) -> dict[str, Any]:
    done = site.cli("impact", "api", "--upstream", "--format", "json", "--now", NOW.isoformat(), *words)
    assert done.code == 0, done.err
    found: dict[str, Any] = done.answer["upstream"]
    return found


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_changes_are_ranked_by_score_and_recency_those_of_the_item_first(site: Site) -> None:
    released(site, "old", "rack", ago=9 * DAY)
    released(site, "api", "api", ago=6 * DAY)
    released(site, "rack", "rack", ago=3 * DAY)
    released(site, "flags", "flags", ago=5 * HOUR)
    released(site, "web", "web", ago=4 * HOUR)
    released(site, "caches", "c1", "c2", ago=3 * HOUR)
    planned(site, "ahead", "db", ago=-3 * HOUR)
    found = asked(site)
    assert [(one["change"].removeprefix("CHG-20261120-"), one["score"], one["own"]) for one in found["changes"]] == [
        ("api", 1.0, True), ("caches", 1.0, False), ("rack", 1.0, False), ("flags", 0.5, False),
    ]  # fmt: skip
    caches = found["changes"][1]
    assert (caches["by"], caches["requester"], caches["items"]) == ("bob", "alice", ["c1", "c2"])
    assert caches["see"] == "changeflow show CHG-20261120-caches"
    # it ended some moments after its start, five minutes into its window
    assert caches["rank"] == pytest.approx(1 - (2 + 55 / 60) / (7 * 24), abs=0.001)
    assert (found["rests_on"], found["causes_total"]) == (5, 5)
    assert [(one["ci"], one["score"]) for one in found["causes"]] == [
        ("db", 1.0), ("rack", 1.0), ("flags", 0.5), ("c1", 0.2), ("c2", 0.2),
    ]  # fmt: skip
    assert [one["change"] for one in asked(site, "--days", "1")["changes"]] == ["CHG-20261120-caches", "CHG-20261120-flags"]
    assert len(asked(site, "--days", "30")["changes"]) == 5


def test_what_is_further_away_than_the_depth_is_left_out_with_its_changes(site: Site) -> None:
    planned(site, "rack", "rack", ago=3 * DAY)
    planned(site, "db", "db", "rack", ago=2 * DAY)
    whole, near = asked(site), asked(site, "--depth", "1")
    assert [one["change"] for one in whole["changes"]] == ["CHG-20261120-db", "CHG-20261120-rack"]
    assert [(one["change"], one["items"]) for one in near["changes"]] == [("CHG-20261120-db", ["db"])]
    causes = {one["ci"]: one["score"] for one in whole["causes"]}
    assert {one["ci"]: one["score"] for one in near["causes"]} == {ci: score for ci, score in causes.items() if ci != "rack"}
    assert (whole["rests_on"], near["rests_on"]) == (5, 4)


def test_a_merged_change_counts_by_its_window_and_one_that_is_only_proposed_does_not(site: Site) -> None:
    planned(site, "merged", "db", ago=2 * HOUR)
    site.change("CHG-20261120-proposed", items=[{"ci": "db"}], commit=False)
    (one,) = asked(site)["changes"]
    # its window is over and nobody recorded anything: it may have been done by hand
    assert (one["change"], one["state"], one["ended"]) == ("CHG-20261120-merged", "submitted", "2026-11-26T03:00:00Z")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("shape", ["text", "markdown", "html"])
def test_people_read_the_change_who_when_and_what_to_type(site: Site, shape: str, language: str) -> None:
    change = released(site, "db", "db", ago=2 * HOUR)
    words = ("impact", "api", "--upstream", "--format", shape, "--now", NOW.isoformat())
    done = site.cli("--lang", language, *words)
    assert done.code == 0, done.err
    for word in (change, f"changeflow show {change}", {"en": "implemented", "zh": "已实施"}[language]):
        assert word in done.out
    if shape == "text":
        assert max(map(len, done.out.splitlines())) <= 80
        assert done.out.index(change) < done.out.index("rack")


def test_nothing_found_is_said(site: Site) -> None:
    assert "No change of these days" in site.cli("impact", "api", "--upstream", "--now", NOW.isoformat()).out
    alone = site.cli("impact", "rack", "--upstream", "--now", NOW.isoformat()).out
    assert "rests on nothing" in alone


def test_a_policy_that_cannot_be_read_is_said_with_what_is_known_all_the_same(site: Site) -> None:
    site.write("policies/deploy.yaml", POLICY.replace("rules:", "rulez:") % {"gate": "deploy", "holds": "true"})
    site.commit("broken")
    done = site.cli("impact", "api", "--upstream", "--now", NOW.isoformat())
    assert done.code == errors.UNREADABLE
    assert "This may be incomplete" in done.out
    assert "db" in done.out
    found = site.cli("impact", "api", "--upstream", "--format", "json", "--now", NOW.isoformat())
    assert (found.code, bool(found.answer["upstream"]["problems"])) == (errors.UNREADABLE, True)


def test_a_request_and_a_ledger_that_cannot_be_read_are_said(site: Site) -> None:
    change = released(site, "db", "db", ago=2 * HOUR)
    site.write("changes/CHG-20261120-odd/rfc.yaml", "spec: [")
    site.commit("odd")
    assert asked(site)["unreadable"] == ["CHG-20261120-odd"]
    tree = site.root.parent / "ledger"
    git(site.root, "worktree", "add", "-q", str(tree), "changeflow/ledger")
    entry = next(tree.glob(f"{change}/*-release.json"))
    entry.write_text("{}", encoding="utf-8")
    git(tree, "commit", "-qam", "edited")
    done = site.cli("impact", "api", "--upstream", "--now", NOW.isoformat())
    assert "This may be incomplete" in done.out
    assert "CHG-20261120-odd" in done.out


@pytest.mark.parametrize("words", [("--days", "2"), ("--upstream", "--format", "svg"), ("--upstream", "--days", "0")])
def test_options_that_do_not_fit_are_refused(site: Site, words: tuple[str, ...]) -> None:
    assert site.cli("impact", "api", *words).code == errors.USAGE


def test_without_the_option_nothing_is_said_of_it(site: Site) -> None:
    assert site.cli("impact", "api", "--format", "json").answer["upstream"] is None
