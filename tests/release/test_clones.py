"""Clones that lack the ledger, or keep it to themselves; work trees that lack the request; claims that nobody can follow."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.model.evidence import ReleaseBody

from .site import CONFIG, ID, Site, checked_step, git
from .test_force import append

OTHER = "CHG-20261122-other"
PUSHED = CONFIG.replace("{allow_simulated_clock: true}", "{ledger: {remote: origin}}")


@pytest.fixture
def first(tmp_path: Path) -> Site:
    return with_origin(tmp_path)


def with_origin(folder: Path, config: str = CONFIG) -> Site:
    """A repository with a request, whose origin has the main branch and no ledger yet."""
    site = Site.at(folder / "first", **{"changeflow.yaml": config})
    site.change(steps=[checked_step("one")], verification=[])
    site.change(OTHER, steps=[checked_step("other")], verification=[])
    git(folder, "init", "-q", "--bare", "-b", "main", str(folder / "origin.git"))
    git(site.root, "remote", "add", "origin", str(folder / "origin.git"))
    git(site.root, "push", "-q", "-u", "origin", "main")
    return site


def clone(site: Site, name: str, *options: str) -> Site:
    """A clone that leaves its marks where the first one does."""
    made = Site(site.root.parent / name)
    git(site.root.parent, "clone", "-q", *options, f"file://{site.root.parent}/origin.git", str(made.root))
    made.marks_file.symlink_to(site.marks_file)
    return made


def push_ledger(site: Site) -> None:
    git(site.root, "push", "-q", "origin", "changeflow/ledger")


# -- what is not known lets nothing happen -------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [("--single-branch",), ("--depth=1",)])
@pytest.mark.parametrize("config", [CONFIG, PUSHED], ids=["ledger of its own", "ledger pushed"])
def test_a_clone_without_the_ledger_releases_nothing_again(tmp_path, options, config):
    first = with_origin(tmp_path, config)
    assert first.release("run").code == 0
    push_ledger(first)
    other = clone(first, "other", *options)
    assert other.cli("gate", "deploy", ID).code == errors.HOST_FAILED
    if config == PUSHED:
        assert other.release("run").answer["message"].endswith("nothing was run")  # it is fetched
    else:
        for verb in ("run", "resume", "rollback"):
            done = other.release(verb, "--as", "bob")
            assert (done.code, "git fetch" in done.err) == (errors.HOST_FAILED, True)
    assert first.marks == ["implementation/0 one"]


def test_the_gate_of_a_clone_without_the_ledger_names_the_line_that_brings_it(first):
    assert first.release("run").code == 0
    push_ledger(first)
    other = clone(first, "other", "--single-branch")
    done = other.cli("gate", "deploy", ID)
    assert (done.code, "`git fetch origin changeflow/ledger:changeflow/ledger`" in done.err) == (errors.HOST_FAILED, True)
    git(other.root, "fetch", "-q", "origin", "changeflow/ledger:changeflow/ledger")
    assert other.cli("gate", "deploy", ID).code == 1


def test_where_no_remote_has_a_ledger_nothing_was_released(first):
    other = clone(first, "other", "--single-branch")
    assert other.cli("gate", "deploy", ID).code == 0
    assert other.release("run").code == 0


def test_a_remote_that_cannot_be_asked_is_not_a_remote_without_a_ledger(first):
    other = clone(first, "other", "--single-branch")
    shutil.rmtree(first.root.parent / "origin.git")
    for done in (other.cli("gate", "deploy", ID), other.release("run")):
        assert (done.code, "cannot be asked" in done.err) == (errors.HOST_FAILED, True)


def test_without_a_pushed_ledger_a_clone_learns_what_others_pushed_by_hand_and_is_warned(first):
    assert first.cli("gate", "deploy", ID, "--record").code == 0
    push_ledger(first)
    one, two = clone(first, "one"), clone(first, "two")
    done = one.release("run")
    assert (done.code, "spec.ledger.remote" in done.err) == (0, True)
    push_ledger(one)
    assert two.release("run").answer["message"].endswith("nothing was run")
    assert first.marks == ["implementation/0 one"]
    assert "warning" not in two.release("run", "--local", change=OTHER).err


def test_a_ledger_that_its_remote_lost_is_given_to_it_again_and_the_release_goes_on(tmp_path):
    first = with_origin(tmp_path, PUSHED)
    drop = f'#!/bin/sh\ngit -C "{tmp_path}/origin.git" update-ref -d refs/heads/changeflow/ledger\necho "one one" >> "$MARKS"\n'
    first.write("scripts/drop", drop)
    first.change(steps=[checked_step("one", "drop"), checked_step("two")], verification=[])
    git(first.root, "push", "-q", "origin", "main")
    done = first.process("release", "run", ID, "--format", "json")
    assert (done.code, done.answer["state"]) == (0, "implemented")
    there = git(tmp_path / "origin.git", "rev-parse", "refs/heads/changeflow/ledger")
    assert there == git(first.root, "rev-parse", "changeflow/ledger")


# -- a request that the work tree lacks ----------------------------------------------------------------------------------


@pytest.fixture
def waiting(tmp_path: Path) -> Site:
    """A release that waits for a person, in a work tree on a branch without the request."""
    site = Site.at(tmp_path / "site")
    site.change(steps=[checked_step("one"), {"name": "call", "manual": "Call"}, checked_step("two")], verification=[])
    site.release("run")
    git(site.root, "checkout", "-q", "-b", "other")
    git(site.root, "rm", "-rq", f"changes/{ID}")
    git(site.root, "commit", "-qm", "a branch without it")
    return site


def test_a_release_goes_on_in_a_work_tree_that_lacks_its_request(waiting):
    assert waiting.release("status").answer["waiting_for"] == "implementation/1"
    assert waiting.release("confirm", "--as", "carol").code == 0
    assert waiting.release("resume").answer["state"] == "implemented"
    assert waiting.release("status").code == 0


def test_a_release_is_rolled_back_in_a_work_tree_that_lacks_its_request(waiting):
    done = waiting.release("rollback", "--as", "bob")
    assert (done.code, done.answer["state"]) == (0, "rolled_back")


def test_a_request_that_main_has_lost_as_well_is_found_in_its_history(waiting):
    git(waiting.root, "branch", "-qf", "main", "other")
    assert waiting.release("rollback", "--as", "bob").answer["state"] == "rolled_back"


def test_a_request_that_was_never_started_is_looked_for_in_the_work_tree_alone(waiting):
    git(waiting.root, "update-ref", "-d", "refs/heads/changeflow/ledger")
    shutil.rmtree(waiting.root / ".git/changeflow")
    assert waiting.release("run").code == errors.NOTHING


# -- a person's word where nothing can be followed -----------------------------------------------------------------------


def line(event: str, **words: object) -> ReleaseBody:
    return ReleaseBody.model_validate({"event": event, "run": "r1", "digest": "sha256:" + "c" * 64, **words})


RESOLVED = ("confirm", "--resolved", "--as", "carol", "--note", "There never was such a change")


def test_a_claim_for_a_change_that_never_existed_is_ended_by_a_persons_word(tmp_path):
    site = Site.at(tmp_path / "site")
    site.change(steps=[checked_step("one")], verification=[])
    append(site, line("started", environments=("production",)), change=OTHER)
    refused = site.release("run")
    assert (refused.code, OTHER in refused.answer["message"]) == (1, True)
    assert "--resolved" in site.release("status", change=OTHER).err
    assert site.release("confirm", "--resolved", "--note", "x", change=OTHER).code == errors.USAGE
    assert site.release(*RESOLVED[:-2], change=OTHER).code == errors.USAGE
    assert site.release(*RESOLVED, change=OTHER).code == 0
    assert site.release("run").code == 0
    assert site.release(*RESOLVED, change=OTHER).code == 1


def test_of_two_that_hold_an_environment_side_by_side_each_is_ended_by_a_persons_word(tmp_path):
    site = Site.at(tmp_path / "site")
    site.change(steps=[checked_step("one")], verification=[])
    later = f"{OTHER}-later"
    for change in (OTHER, later):
        append(site, line("started", environments=("production",)), change=change)
    for change in (later, OTHER):
        assert site.release("run").code == 1
        assert site.release(*RESOLVED, change=change).code == 0
    assert site.release("run").code == 0


@pytest.mark.parametrize("event", ["started", "outcome", "intent"])
def test_a_journal_that_makes_no_sense_is_ended_by_a_persons_word_and_runs_nothing(tmp_path, event):
    site = Site.at(tmp_path / "site")
    site.change(steps=[checked_step("one")], verification=[])
    append(site, line("started", environments=("production",)))
    append(site, line(event, key="implementation/7"))
    assert site.release("run").code == 1
    assert site.release(*RESOLVED).code == 0
    status = site.release("status")
    assert (status.code, site.release("run").code, site.marks) == (1, 1, [])
    site.change(OTHER, steps=[checked_step("other")], verification=[])
    assert site.release("run", change=OTHER).code == 0


def test_a_release_that_can_go_on_needs_no_such_word(tmp_path):
    site = Site.at(tmp_path / "site")
    site.change(steps=[{"name": "call", "manual": "Call"}], verification=[])
    site.release("run")
    assert site.release(*RESOLVED).code == 1
    assert json.loads(site.release("status").out)["state"] == "implementing"


def test_no_change_and_no_release_of_it_is_nothing_to_do(tmp_path):
    site = Site.at(tmp_path / "site")
    assert site.release(*RESOLVED, change="CHG-20261101-nothing").code == errors.NOTHING


# -- a ledger begins once ------------------------------------------------------------------------------------------------


def renamed(site: Site, config: str) -> None:
    site.write("changeflow.yaml", config)
    site.commit("The ledger has another name")
    git(site.root, "push", "-q", "origin", "main")


def test_a_new_name_for_the_branch_of_the_ledger_makes_nothing_run_again(first):
    assert first.release("run").code == 0
    renamed(first, CONFIG.replace("allow_simulated_clock: true", "allow_simulated_clock: true, ledger: {branch: evidence}"))
    for done in (first.release("run"), first.cli("gate", "deploy", ID), first.cli("approve", ID, "--as", "carol")):
        assert (done.code, "still on `changeflow/ledger`" in done.err) == (errors.HOST_FAILED, True)
    assert first.marks == ["implementation/0 one"]


def test_evidence_that_was_taken_along_to_the_new_name_is_what_it_was(first):
    assert first.release("run").code == 0
    renamed(first, CONFIG.replace("allow_simulated_clock: true", "allow_simulated_clock: true, ledger: {branch: evidence}"))
    git(first.root, "branch", "--no-track", "evidence", "refs/heads/changeflow/ledger")
    assert first.release("run").answer["message"].endswith("nothing was run")
    assert first.marks == ["implementation/0 one"]


def test_an_approval_does_not_begin_a_second_ledger_in_a_clone_that_lacks_the_first(first):
    assert first.release("run").code == 0
    push_ledger(first)
    other = clone(first, "other", "--single-branch")
    done = other.cli("approve", OTHER, "--as", "carol")
    assert (done.code, "`origin` has it" in done.err, "git fetch origin" in done.err) == (errors.HOST_FAILED, True, True)


def test_a_ledger_may_begin_while_its_remote_cannot_be_asked(first):
    git(first.root, "remote", "set-url", "origin", str(first.root.parent / "nowhere.git"))
    assert first.cli("approve", ID, "--as", "carol").code == 0
