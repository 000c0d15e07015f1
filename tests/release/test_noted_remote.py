"""On which remote's main branch it was decided: recorded, compared at deploy, and told where a copy stands behind it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from .site import ID, Done, Site, git
from .test_clones import OTHER, with_origin

HERE, THERE = "https://git.example.com/team/changes", "https://git.example.com/staging/changes"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return with_origin(tmp_path)


def move(site: Site, address: str) -> None:
    """Let `origin` be elsewhere. What was fetched from it stays, so that nothing has to be reached."""
    git(site.root, "remote", "set-url", "origin", address)


def decided(site: Site, gate: str = "deploy", change: str = ID, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = site.cli("gate", gate, change, "--format", "json", *more).answer
    return found


def differing(decision: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in decision["reasons"] if one["reason_code"] == "remote.differs"]


def recorded(site: Site) -> list[dict[str, Any]]:
    """The decisions on the ledger, oldest first."""
    names = git(site.root, "log", "--reverse", "--format=", "--name-only", "changeflow/ledger").split()
    texts = (git(site.root, "show", f"changeflow/ledger:{name}") for name in names if name.endswith("-decision.json"))
    payloads = (json.loads(base64.b64decode(json.loads(text)["payload"])) for text in texts)
    return [payload["predicate"]["decision"] for payload in payloads]


def replayed(site: Site) -> list[str]:
    done: Done = site.cli("ledger", "replay", "--format", "json")
    return [one["outcome"] for one in done.answer["replayed"]]


def test_a_release_from_a_copy_is_told_and_recorded_with_both_addresses(site: Site) -> None:
    origin, copy = site.root.parent / "origin.git", site.root.parent / "copy.git"
    assert site.release("run").code == 0
    git(site.root, "clone", "-q", "--mirror", str(origin), str(copy))
    move(site, str(copy))
    git(site.root, "fetch", "-q", "origin")
    done = site.release("run", change=OTHER)
    assert done.code == 0, done.err
    assert f"the main branch of `{copy}` judges" in done.err
    assert f"was made by that of `{origin}`" in done.err
    first, second = recorded(site)
    assert (first["inputs"]["remote"], differing(first)) == (str(origin), [])
    assert second["inputs"]["remote"] == str(copy)
    (told,) = differing(second)
    assert (told["outcome"], told["level"]) == ("pass", "warn")
    assert (told["data"]["remote"], told["data"]["noted"], told["data"]["change"]) == (str(copy), str(origin), ID)
    assert replayed(site) == ["agrees", "agrees"]


@pytest.mark.parametrize(
    "same",
    [
        "git@git.example.com:team/changes.git",
        "ssh://git@git.example.com:2222/team/changes",
        "https://me:hunter2hunter2@GIT.example.com/team/changes/",
    ],
)
def test_another_spelling_of_the_address_is_no_other_remote_and_credentials_stay_out(site: Site, same: str) -> None:
    move(site, HERE.replace("//", "//token:hunter2hunter2@"))
    decided(site, "approve", ID, "--record")
    move(site, same)
    decision = decided(site, "deploy", ID, "--record")
    assert (differing(decision), decision["open"]) == ([], True)
    assert recorded(site)[0]["inputs"]["remote"] == HERE
    assert "hunter2" not in json.dumps(recorded(site))


def test_a_decision_about_the_change_itself_is_compared_however_much_was_decided_since(site: Site) -> None:
    move(site, THERE)
    decided(site, "approve", ID, "--record")
    move(site, HERE)
    decided(site, "approve", OTHER, "--record")
    assert [one["data"]["noted"] for one in differing(decided(site))] == [THERE]
    assert differing(decided(site, "deploy", OTHER)) == [], "of other changes the newest decision alone is compared"
    assert differing(decided(site, "approve")) == [], "what is compared is told at deploy"


def test_an_address_is_told_once_however_many_decisions_note_it(site: Site) -> None:
    move(site, THERE)
    for gate in ("submit", "approve", "deploy"):
        decided(site, gate, ID, "--record")
    move(site, HERE)
    assert len(differing(decided(site))) == 1


def test_what_git_puts_in_place_of_an_address_is_where_it_was_fetched_from(site: Site) -> None:
    move(site, "team:changes")
    git(site.root, "config", f"url.{HERE.removesuffix('changes')}.insteadOf", "team:")
    assert decided(site, "approve")["inputs"]["remote"] == HERE


def test_a_path_is_recorded_from_the_root(site: Site) -> None:
    move(site, "../origin.git")
    assert decided(site)["inputs"]["remote"] == str(site.root.parent / "origin.git")


def test_a_base_of_one_s_own_does_not_keep_the_address_out_of_the_record(site: Site) -> None:
    decided(site, "approve", ID, "--record", "--base", git(site.root, "rev-parse", "main"))
    assert recorded(site)[0]["inputs"]["remote"] == str(site.root.parent / "origin.git")


def test_decisions_without_a_remote_note_none_and_agree_when_there_is_one_later(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "alone")
    site.change()
    decided(site, "approve", ID, "--record")
    git(site.root, "init", "-q", "--bare", "-b", "main", str(tmp_path / "origin.git"))
    git(site.root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(site.root, "push", "-q", "-u", "origin", "main")
    assert differing(decided(site, "deploy", ID, "--record")) == []
    assert [one["inputs"].get("remote") for one in recorded(site)] == [None, str(tmp_path / "origin.git")]
    git(site.root, "remote", "remove", "origin")
    assert replayed(site) == ["agrees", "agrees"]
