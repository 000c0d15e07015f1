"""`emergency --revert` does what was approved as the rollback of the other change, whatever lies in the work tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from changeflow import errors
from changeflow.gate_cases.approved_rollback import require_steps
from changeflow.model.change import ChangeRequest
from tests.release.building import change as built
from tests.release.site import ID, ITEMS, POLICY, Done, Site, checked_step, git, run_step

APPROVED = [checked_step("undo", timeout="PT1M"), {"name": "Tell the desk", "manual": "Call the desk"}]
FORWARD = [checked_step("one")]
EDITED = [run_step("edited")]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site.at(tmp_path / "repo")
    made.change(steps=FORWARD, verification=[], rollback=APPROVED)
    return made


def revert(site: Site, *options: str, change: str = ID) -> Done:
    asked = ("--incident", "INC-1", "--because", "Payments fail", "--requester", "carol", "--revert", change)
    return site.cli("emergency", "undo-payments", *asked, *options)


def written(site: Site, done: Done) -> dict[str, Any]:
    assert done.code == 0, done.err
    document: dict[str, Any] = yaml.safe_load((site.root / done.out.strip()).read_text(encoding="utf-8"))
    return document


def edit(site: Site, *, commit: bool) -> None:
    """Other rollback steps, and nothing else."""
    path = site.root / f"changes/{ID}/rfc.yaml"
    request = yaml.safe_load(path.read_text(encoding="utf-8"))
    request["spec"]["rollback"]["steps"] = EDITED
    path.write_text(yaml.safe_dump(request), encoding="utf-8")
    if commit:
        site.commit("edited afterwards")


def test_the_steps_are_those_of_the_rollback_and_the_way_back_is_the_change_itself(site: Site) -> None:
    assert site.release("run").code == 0
    request = written(site, revert(site))
    spec = request["spec"]
    assert spec["implementation"]["steps"] == APPROVED
    assert (spec["rollback"]["steps"], spec["rollback"]["limit"]) == (FORWARD, "PT30M")
    assert spec["items"] == [{"ci": "payments-db", "action": "modify"}]
    assert request["metadata"]["labels"] == {"reverts": ID}
    assert request["metadata"]["title"] == "Undo: Upgrade payments-db"
    assert (spec["type"], spec["fixes"]) == ("emergency", ["INC-1"])
    assert site.cli("check").code == 0


def test_an_edited_work_tree_changes_nothing_of_it(site: Site) -> None:
    assert site.release("run").code == 0
    edit(site, commit=False)
    assert written(site, revert(site))["spec"]["implementation"]["steps"] == APPROVED


def test_what_main_says_by_now_is_not_what_was_released(site: Site) -> None:
    assert site.release("run").code == 0
    edit(site, commit=True)
    assert written(site, revert(site))["spec"]["implementation"]["steps"] == APPROVED


def test_a_release_whose_content_is_nowhere_here_is_not_guessed(site: Site) -> None:
    """The history was rewritten, and a new clone has the ledger alone."""
    assert site.release("run").code == 0
    edit(site, commit=False)
    git(site.root, "commit", "-q", "--amend", "-a", "-m", "as if it had always been so")
    git(site.root, "clone", "-q", f"file://{site.root}", "../clone")
    clone = Site(site.root.parent / "clone")
    git(clone.root, "fetch", "-q", "origin", "changeflow/ledger:changeflow/ledger")
    done = revert(clone)
    assert (done.code, "not the one that was released" in done.err) == (errors.NO, True)
    assert not list((clone.root / "changes").glob("*-undo-payments"))


def test_a_change_that_was_approved_and_not_released_is_taken_back_as_main_has_it(site: Site) -> None:
    conditional = {"trigger": "errors", "limit": "PT7M", "steps": APPROVED, "preconditions": [run_step("backup is fresh")]}
    site.change(steps=FORWARD, rollback=conditional)
    done = revert(site)
    spec = written(site, done)["spec"]
    assert spec["implementation"]["steps"] == APPROVED
    assert (spec["rollback"]["preconditions"], spec["rollback"]["limit"]) == (conditional["preconditions"], "PT7M")
    assert "1 precondition" in done.err
    assert site.cli("check").code == 0


def test_further_items_are_added_to_those_of_the_change(site: Site) -> None:
    items = written(site, revert(site, "--ci", "wiki", "--ci", "payments-db"))["spec"]["items"]
    assert [item["ci"] for item in items] == ["payments-db", "wiki"]


@pytest.mark.parametrize(
    ("status", "action", "reverse"),
    [("live", "add", "remove"), ("planned", "add", "add"), ("live", "remove", "add"), ("retired", "remove", "remove")],
)
def test_an_item_is_taken_back_as_the_cmdb_allows(site: Site, status: str, action: str, reverse: str) -> None:
    site.write("cmdb/items.yaml", ITEMS.replace("type: service, environment: office", f"type: service, status: {status}, environment: office"))
    site.change(steps=FORWARD, rollback=APPROVED, items=[{"ci": "wiki", "action": action}])
    assert written(site, revert(site))["spec"]["items"] == [{"ci": "wiki", "action": reverse}]
    assert site.cli("check").code == 0


@pytest.mark.parametrize(
    ("named", "words"), [("CHG-20261121-payment", "did you mean"), ("paymnts", "did you mean"), ("nonsense", "no such change")]
)
def test_an_unknown_change_is_named_with_the_one_that_is_near(site: Site, named: str, words: str) -> None:
    done = revert(site, change=named)
    assert (done.code, done.out) == (errors.NOTHING, "")
    assert words in done.err


def test_a_part_of_an_id_is_enough(site: Site) -> None:
    assert written(site, revert(site, change="payments"))["metadata"]["labels"] == {"reverts": ID}


def test_a_change_that_is_only_in_the_work_tree_was_approved_by_nobody(site: Site) -> None:
    draft = site.change("CHG-20261121-draft-of-mine", commit=False)
    done = revert(site, change=draft)
    assert (done.code, "not on the main branch" in done.err) == (errors.NOTHING, True)


def test_a_change_that_was_not_approved_lends_no_steps(site: Site) -> None:
    site.write("policies/approve.yaml", POLICY % {"gate": "approve", "holds": "false"})
    site.commit("nothing is approved any more")
    done = revert(site)
    assert (done.code, "neither released nor approved" in done.err) == (errors.NO, True)
    assert not list((site.root / "changes").glob("*-undo-payments"))


def test_a_release_that_is_not_over_or_was_undone_is_not_taken_back_again(site: Site) -> None:
    site.change(steps=[checked_step("one"), {"name": "Wait", "manual": "Wait for the go"}], verification=[], rollback=[checked_step("undo")])
    waits = site.release("run", "--wait", "PT0S")
    assert waits.answer["state"] == "implementing", waits.err
    running = revert(site)
    assert (running.code, f"`changeflow release rollback {ID} --as PERSON`" in running.err) == (errors.NO, True)
    assert site.release("rollback", "--as", "bob").code == errors.OK
    undone = revert(site)
    assert (undone.code, "rolled back already" in undone.err) == (errors.NO, True)


def test_a_failed_rollback_is_decided_by_a_person_first(site: Site) -> None:
    site.change(steps=[run_step("one", "fail")], verification=[], rollback=[run_step("undo", "fail")])
    assert site.release("run").answer["state"] == "rollback_failed"
    done = revert(site)
    assert (done.code, "--resolved" in done.err) == (errors.NO, True)


@pytest.mark.parametrize("rollback", [None, []])
def test_a_rollback_without_steps_is_no_rollback(rollback: list[Any] | None) -> None:
    without: ChangeRequest = built(rollback=[])
    if rollback is None:
        without = without.model_copy(update={"spec": without.spec.model_copy(update={"rollback": None})})
    with pytest.raises(errors.Refused, match="no planned step undoes"):
        require_steps(without)
