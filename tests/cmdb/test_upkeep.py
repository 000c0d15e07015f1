"""Records that released changes left behind: `cmdb check` names them, and so does the end of a release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from changeflow.cmdb.outdated_items import Done, digest_of_record, outdated
from changeflow.model.change import Action
from changeflow.model.cmdb import ConfigurationItem, ItemSpec, Status
from tests.release.site import ITEMS, Site, git

ADD, MODIFY, REMOVE, TRANSFER = Action.ADD, Action.MODIFY, Action.REMOVE, Action.TRANSFER
REMOVAL, ADDITION = "CHG-20261121-remove-wiki", "CHG-20261122-add-wiki"
OFFICE = "{type: service, environment: office,"


def item(status: str) -> ConfigurationItem:
    words = {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem"}
    return ConfigurationItem.model_validate({**words, "metadata": {"id": "wiki"}, "spec": {"status": status}})


@pytest.mark.parametrize(
    ("actions", "status", "wanted"),
    [
        ([REMOVE], "live", "retired"),
        ([REMOVE], "retired", None),
        ([ADD], "planned", "live"),
        ([ADD], "live", None),
        ([MODIFY], "live", None),
        ([MODIFY], "planned", None),
        ([REMOVE, ADD], "live", None),
        ([REMOVE, ADD], "planned", "live"),
        ([ADD, REMOVE], "live", "retired"),
        ([ADD, MODIFY], "planned", "live"),
        ([], "live", None),
    ],
)
def test_the_last_addition_or_removal_of_an_item_says_what_its_status_is(
    actions: list[Action], status: str, wanted: str | None
) -> None:
    done = [Done(f"CHG-2026112{number}-x", "wiki", action) for number, action in enumerate(actions)]
    found = outdated(done, {"wiki": item(status)})
    assert [one.wanted.value for one in found] == ([wanted] if wanted else [])


def test_an_item_that_was_removed_and_is_no_longer_in_the_cmdb_is_not_outdated() -> None:
    assert outdated([Done(REMOVAL, "wiki", REMOVE)], {}) == ()


def test_an_item_that_was_added_and_is_not_in_the_cmdb_is_outdated() -> None:
    (found,) = outdated([Done(ADDITION, "wiki", ADD)], {})
    assert (found.status, found.wanted) == (None, Status.LIVE)
    assert outdated([Done(ADDITION, "wiki", ADD), Done(REMOVAL, "wiki", REMOVE)], {}) == ()


def test_a_transfer_wants_a_record_that_has_changed_since() -> None:
    before, after = item("live"), item("live").model_copy(update={"spec": ItemSpec(owner="the-other-firm")})
    done = [Done(REMOVAL, "wiki", TRANSFER, digest_of_record(before))]
    assert [one.wanted for one in outdated(done, {"wiki": before})] == [None]
    assert outdated(done, {"wiki": after}) == ()
    assert outdated([Done(REMOVAL, "wiki", TRANSFER)], {"wiki": before}) == (), "what it was before is not known"
    assert outdated([*done, Done(ADDITION, "wiki", ADD)], {"wiki": before}) == ()


def test_an_item_that_was_removed_while_it_was_planned_is_outdated_until_its_record_changes() -> None:
    planned = item("planned")
    done = [Done(REMOVAL, "wiki", REMOVE, digest_of_record(planned))]
    assert [one.wanted for one in outdated(done, {"wiki": planned})] == [Status.RETIRED]
    assert outdated(done, {"wiki": item("retired")}) == ()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo")


def released(site: Site, change: str, action: str) -> str:
    site.change(change, items=[{"ci": "wiki", "action": action}])
    done = site.release("run", change=change)
    assert done.code == 0, done.err
    return done.err


def set_status(site: Site, status: str) -> None:
    site.write("cmdb/items.yaml", ITEMS.replace(OFFICE, f"{OFFICE} status: {status},"))


def found(site: Site, *arguments: str) -> list[dict[str, str]]:
    done = site.cli("cmdb", "check", "--format", "json", *arguments)
    assert done.code == 0, done.err
    return [one for one in json.loads(done.out)["findings"] if one["rule"].startswith(("cmdb-not", "cmdb-rel"))]


def test_an_item_that_a_released_change_removed_and_that_main_calls_live_is_named(site: Site) -> None:
    hint = released(site, REMOVAL, "remove")
    assert "set `spec.status` of `wiki` to `retired`" in hint
    (one,) = found(site)
    assert (one["rule"], one["level"], one["path"]) == ("cmdb-not-updated", "warning", "cmdb/items.yaml")
    assert REMOVAL in one["message"]
    assert "`wiki`" in one["message"]
    assert "`live`" in one["message"]
    assert "cmdb-not-updated" in site.cli("cmdb", "check").out
    assert "cmdb-not-updated" not in site.cli("check").out

    set_status(site, "retired")
    assert "merge it into main" in found(site)[0]["hint"]
    site.commit("the wiki is retired")
    assert found(site) == []


def test_an_item_that_was_removed_and_added_again_is_planned_no_more(site: Site) -> None:
    released(site, REMOVAL, "remove")
    set_status(site, "planned")
    site.commit("the wiki comes back")
    assert found(site) == []
    assert "set `spec.status` of `wiki` to `live`" in released(site, ADDITION, "add")
    assert ADDITION in found(site)[0]["message"]


def test_a_change_that_modifies_or_was_rolled_back_leaves_the_records_as_they_are(site: Site) -> None:
    assert "spec.status" not in released(site, "CHG-20261121-wiki-patch", "modify")
    site.change(REMOVAL, items=[{"ci": "wiki", "action": "remove"}], steps=[{"name": "fails", "run": ["./scripts/fail", "x"]}])
    done = site.release("run", change=REMOVAL)
    assert done.answer["state"] == "rolled_back"
    assert "spec.status" not in done.err
    assert found(site) == []


def test_a_release_of_several_changes_names_the_records_of_each(site: Site) -> None:
    site.change(REMOVAL, items=[{"ci": "wiki", "action": "remove"}])
    release = {"apiVersion": "changeflow/v1", "kind": "Release", "metadata": {"id": "november"}, "spec": {"changes": [REMOVAL]}}
    site.write("releases/november/release.yaml", json.dumps(release))
    site.commit("a release")
    done = site.release("run", change="november")
    assert (done.code, done.answer["state"]) == (0, "implemented")
    assert "set `spec.status` of `wiki` to `retired`" in done.err


def test_a_clone_without_the_ledger_says_that_it_cannot_tell(site: Site, tmp_path: Path) -> None:
    released(site, REMOVAL, "remove")
    git(tmp_path, "clone", "-q", "--single-branch", "--branch", "main", str(site.root), "clone")
    (one,) = found(Site(tmp_path / "clone"))
    assert (one["rule"], one["level"]) == ("cmdb-releases-unknown", "warning")
    assert "not in this clone" in one["message"]
    assert one["hint"]


def test_a_ledger_that_does_not_hold_together_and_a_folder_without_git_say_so(site: Site) -> None:
    released(site, REMOVAL, "remove")
    ledger = git(site.root, "rev-parse", "refs/heads/changeflow/ledger")
    tree = git(site.root, "rev-parse", "main^{tree}")
    forged = git(site.root, "commit-tree", tree, "-p", ledger, "-m", "forged")
    git(site.root, "update-ref", "refs/heads/changeflow/ledger", forged)
    assert [one["rule"] for one in found(site)] == ["cmdb-releases-unknown"]
    shutil.rmtree(site.root / ".git")
    assert [one["rule"] for one in found(site)] == ["cmdb-releases-unknown"]


def test_a_transferred_item_is_named_until_its_record_says_something_else(site: Site) -> None:
    released(site, REMOVAL, "transfer")
    (one,) = found(site)
    assert (one["rule"], one["path"]) == ("cmdb-not-updated", "cmdb/items.yaml")
    assert "transferred `wiki`" in one["message"]
    site.write("cmdb/items.yaml", ITEMS.replace("criticality: tier4, owner: bob", "criticality: tier4, owner: carol"))
    assert "merge it into main" in found(site)[0]["hint"]
    site.commit("carol owns the wiki")
    assert found(site) == []


def test_the_gate_close_can_ask_that_the_cmdb_says_what_was_done(site: Site) -> None:
    holds = "size(evidence.cmdb.behind) == 0 && size(evidence.cmdb.needed) == 0"
    rule = f"rules: [{{id: cmdb-updated, assert: '{holds}', message: The CMDB says what was done}}]"
    policy = f"apiVersion: changeflow/v1\nkind: Policy\nmetadata: {{id: close}}\nspec:\n  gate: close\n  {rule}\n"
    site.write("policies/close.yaml", policy)
    site.commit("ask for the CMDB")
    assert rules(site, REMOVAL, "remove") == {"cmdb-updated": "fail"}
    needs = "criticality: tier2, owner: bob, depends_on: [{ci: wiki}]}"
    retired = ITEMS.replace(OFFICE, f"{OFFICE} status: retired,")
    site.write("cmdb/items.yaml", retired.replace("criticality: tier2, owner: bob}", needs))
    site.commit("the wiki is retired, and the database still needs it")
    assert rules(site, REMOVAL) == {"cmdb-updated": "fail"}
    site.write("cmdb/items.yaml", retired)
    site.commit("the wiki is retired")
    assert rules(site, REMOVAL) == {"cmdb-updated": "pass"}


def rules(site: Site, change: str, action: str = "") -> dict[str, str]:
    """What the rule says at the gate `close`, after a release if there is an action."""
    if action:
        released(site, change, action)
    answer = json.loads(site.cli("gate", "close", change, "--format", "json").out)
    return {one["rule"].split(".")[-1]: one["outcome"] for one in reasons(answer) if one.get("rule", "").endswith("cmdb-updated")}


def reasons(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in answer["reasons"]:
        yield one
        yield from reasons(one) if "reasons" in one else ()
