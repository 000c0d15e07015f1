"""A job that waits for a deployment protection rule is answered with the deploy gate of the change that its commit names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from github.double import start
from github.double.server import Double
from github.double.world import World

from changeflow import errors
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import DecisionBody
from changeflow.reading.state import State
from changeflow.render.escape import prose
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.repo.source import Revision
from changeflow.resources import folder
from tests.hosts.office import CHANGE, CONFIG, Office, rfc
from tests.repositories import BRANCH, NOON, Repo

INSIDE = "2026-11-25T22:10:00+08:00"
OUTSIDE = "2026-11-26T22:10:00+08:00"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The application's repository."""
    world = World(tmp_path / "github")
    world.add_user("alice", 1_001, emails=("alice@example.com",))
    world.add_app("changeflow-bot", 7_001)
    bob = world.add_user("bob", 1_002)
    world.runs[77] = (1, bob, bob)
    world.commit("main", {"README.md": "hello\n"}, by="alice")
    return world


@pytest.fixture
def double(world: World, shared_data: Path) -> Iterator[Double]:
    folder = start.descriptions(shared_data)
    assert folder is not None
    with start.double_of(world, folder) as double:
        yield double
    assert double.problems == []


@dataclass(frozen=True)
class Said:
    code: int
    log: str
    output: str


Ask = Callable[..., Said]


@pytest.fixture
def ask(world: World, double: Double, office: Office, tmp_path: Path) -> Ask:
    """`changeflow ci` for a deployment of a commit with this message, as a webhook's receiver starts it."""

    def run(message: str, *, now: str = INSIDE, repository_path: Path = office.repo.path, **more: Any) -> Said:
        commit = world.commit("main", {"app.py": message}, by="alice", message=message)
        payload = {
            "action": "requested", "environment": "production", "sha": commit, "ref": "refs/heads/main",
            "deployment_callback_url": f"{double.url}/repos/acme/changes/actions/runs/77/deployment_protection_rule",
            "repository": {"id": world.repository_id, "full_name": "acme/changes"},
        } | more  # fmt: skip
        event, output = tmp_path / "event.json", tmp_path / "output"
        event.write_text(json.dumps(payload), encoding="utf-8")
        output.write_text("", encoding="utf-8")
        environment = {
            **os.environ, "GITHUB_EVENT_NAME": "deployment_protection_rule", "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "acme/changes", "GITHUB_API_URL": double.url, "GITHUB_SERVER_URL": double.origin,
            "GITHUB_GRAPHQL_URL": f"{double.origin}/api/graphql", "GITHUB_OUTPUT": str(output),
            "GITHUB_TOKEN": world.token(world.apps["changeflow-bot"]),
        }  # fmt: skip
        command = [sys.executable, "-m", "changeflow", "--repo", str(repository_path), "ci", "--now", now]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        return Said(done.returncode, done.stdout + done.stderr, output.read_text(encoding="utf-8"))

    return run


def test_inside_its_window_an_approved_change_is_let_through(ask: Ask, world: World) -> None:
    said = ask(f"Speed up settlement\n\nChange: {CHANGE}")
    assert said.code == 0, said.log
    ((run, environment, state, comment),) = world.deployments
    assert (run, environment, state) == (77, "production", "approved")
    assert CHANGE in comment
    assert "open" in said.output


def test_a_shallow_clone_of_the_changes_is_completed(ask: Ask, office: Office, world: World, tmp_path: Path) -> None:
    office.put("docs.json", {})
    office.repo.commit("One more, so that there is a history to be cut")
    clone = tmp_path / "clone"
    for arguments in (
        ["clone", "-q", "--depth", "1", office.repo.path.as_uri(), str(clone)],
        ["-C", str(clone), "fetch", "-q", "--depth", "1", "origin", f"+refs/heads/{BRANCH}:refs/remotes/origin/{BRANCH}"],
    ):
        subprocess.run(["git", *arguments], check=True)
    said = ask(f"Speed up settlement\n\nChange: {CHANGE}", repository_path=clone)
    assert said.code == 0, said.log
    assert [state for _, _, state, _ in world.deployments] == ["approved"]
    assert "deployment: note: the clone is shallow: fetching the rest of its history" in said.log
    shallow = subprocess.run(["git", "-C", str(clone), "rev-parse", "--is-shallow-repository"], capture_output=True, text=True, check=True)
    assert shallow.stdout.strip() == "false"


def test_outside_of_its_window_it_is_turned_down_and_told_why(ask: Ask, world: World) -> None:
    said = ask(f"Speed up settlement\n\nChange: {CHANGE}", now=OUTSIDE)
    assert said.code == errors.NO
    ((_, _, state, comment),) = world.deployments
    assert state == "rejected"
    assert "window" in comment
    assert len(comment) <= 1_024


@pytest.mark.parametrize(
    "message",
    ["Speed up settlement", f"Two\n\nChange: {CHANGE}\nChange: CHG-20261121-another", "Unknown\n\nChange: CHG-20261121-nowhere"],
    ids=["none", "several", "unknown"],
)
def test_a_commit_that_names_no_change_of_ours_is_turned_down(ask: Ask, world: World, message: str) -> None:
    assert ask(message).code == errors.NO
    assert [state for _, _, state, _ in world.deployments] == ["rejected"]


def test_a_change_that_is_only_in_the_work_tree_is_turned_down(ask: Ask, office: Office, world: World) -> None:
    office.repo("rm", "-rq", "changes")
    office.repo.commit("Take it back")
    office.put(f"changes/{CHANGE}/rfc.yaml", rfc())
    assert ask(f"Speed up settlement\n\nChange: {CHANGE}").code == errors.NO
    assert [state for _, _, state, _ in world.deployments] == ["rejected"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/repos/acme/changes/actions/runs/77/deployment_protection_rule",
        "{double}.evil.example/repos/acme/changes/actions/runs/77/deployment_protection_rule",
        "{double}/repos/acme/other/actions/runs/77/deployment_protection_rule",
        "{double}/repos/acme/changes/actions/runs/77/../78/deployment_protection_rule",
        "{double}/repos/acme/changes/actions/runs/77/deployment_protection_rule?x=1",
        "",
        None,
    ],
)
def test_the_answer_goes_to_this_repository_on_this_host_or_nowhere(
    ask: Ask, double: Double, world: World, url: str | None
) -> None:
    elsewhere = url.replace("{double}", double.url) if url is not None else None
    assert ask(f"Speed up\n\nChange: {CHANGE}", deployment_callback_url=elsewhere).code == errors.UNREADABLE
    assert world.deployments == []
    assert double.requests == []


def test_the_remote_s_newest_state_decides_and_not_an_old_clone_of_it(
    ask: Ask, office: Office, world: World, tmp_path: Path
) -> None:
    folder = office.repo.path
    office.repo("clone", "-q", "--mirror", str(folder), str(tmp_path / "remote.git"))
    office.repo("remote", "add", "origin", str(tmp_path / "remote.git"))
    office.repo("update-ref", "-d", f"refs/heads/{BRANCH}")  # the approval is on the remote only
    office.repo("clone", "-q", str(tmp_path / "remote.git"), str(tmp_path / "elsewhere"))
    elsewhere = Repo(tmp_path / "elsewhere")
    elsewhere("rm", "-rq", "changes")
    elsewhere.commit("Take it back")
    elsewhere("push", "-q", "origin", "HEAD:main")
    assert ask(f"Speed up settlement\n\nChange: {CHANGE}").code == errors.NO
    assert [state for _, _, state, _ in world.deployments] == ["rejected"]
    elsewhere("checkout", "-q", "HEAD^", "--", "changes")
    elsewhere.commit("Bring it back")
    elsewhere("push", "-q", "origin", "HEAD:main")
    assert ask(f"Again\n\nChange: {CHANGE}").code == 0


def test_what_cannot_be_read_is_not_answered_and_the_job_keeps_waiting(ask: Ask, office: Office, world: World) -> None:
    office.repo.write("policies/deploy.yaml", "apiVersion: [broken\n")
    office.repo.commit("Break a policy")
    assert ask(f"Speed up\n\nChange: {CHANGE}").code == errors.UNREADABLE
    assert world.deployments == []


def test_a_ledger_that_does_not_hold_is_not_answered(ask: Ask, office: Office, world: World) -> None:
    git = office.repo.git
    empty = git.commit_tree(git.mktree([]), [git.rev_parse(BRANCH)], "Forget everything")
    office.repo("update-ref", f"refs/heads/{BRANCH}", empty)
    assert ask(f"Speed up\n\nChange: {CHANGE}").code == errors.UNREADABLE
    assert world.deployments == []


def test_a_commit_that_github_does_not_have_is_not_answered(ask: Ask, world: World) -> None:
    assert ask(f"Speed up\n\nChange: {CHANGE}", sha="0" * 40).code == errors.HOST_FAILED
    assert world.deployments == []


# -- who starts it --------------------------------------------------------------------------------------------------------


def asks_who(office: Office) -> None:
    """The rules that ship, and people with accounts: alice requested, bob implements, carol approved."""
    office.repo.write("policies/deploy.yaml", (folder("policies") / "deploy.yaml").read_text(encoding="utf-8"))
    for name, number in (("alice", 1_001), ("bob", 1_002), ("carol", 1_003)):
        office.about(name, github_id=number)
    office.repo.commit("Who is who, and who starts what", author="Olga <olga@example.com>")


@pytest.mark.parametrize(
    ("attempt", "first", "this", "state", "says"),
    [
        (1, "bob", "bob", "approved", ""),
        (1, "alice", "alice", "rejected", "alice (GitHub account 1001) starts it: requester"),
        (1, "carol", "carol", "rejected", "carol (GitHub account 1003) starts it: approver"),
        (2, "bob", "carol", "rejected", "approver"),
        (2, "carol", "bob", "approved", ""),
        (1, "mallory", "mallory", "rejected", "GitHub account 1666, `mallory`, starts it and is nobody the roster knows"),
        (1, "bob", None, "approved", ""),
        (2, "bob", None, "rejected", "does not tell the number"),
        (1, None, None, "rejected", "does not tell the number"),
    ],
    ids=["implementer", "requester", "approver", "re-run by an approver", "re-run by the implementer", "stranger", "old server",
         "re-run on an old server", "nobody"],
)  # fmt: skip
def test_who_requested_or_approved_it_does_not_start_it(
    ask: Ask, office: Office, world: World, attempt: int, first: str | None, this: str | None, state: str, says: str
) -> None:
    asks_who(office)
    world.add_user("carol", 1_003)
    world.add_user("mallory", 1_666)
    world.runs[77] = (attempt, *(world.user(name) if name else None for name in (first, this)))
    said = ask(f"Speed up\n\nChange: {CHANGE}")
    assert [(found, prose(says) in comment) for _, _, found, comment in world.deployments] == [(state, True)], said.log


@pytest.mark.parametrize(
    ("who", "state"), [("dave", "rejected"), ("erin", "rejected"), ("bob", "approved"), ("olga", "approved")]
)
def test_whose_approvals_the_bot_sealed_does_not_start_it(ask: Ask, office: Office, world: World, who: str, state: str) -> None:
    """Dave's approval was counted, erin's was one too many; bob's was none, because he implements it."""
    numbers = {"bob": 1_002, "dave": 1_004, "erin": 1_005, "olga": 1_006}
    asks_who(office)
    for name, number in numbers.items():
        office.about(name, github_id=number)
    office.put("changeflow.yaml", CONFIG | {"spec": {"host": "github", "allow_simulated_clock": True}})
    office.repo.commit("GitHub is the host", author="Olga <olga@example.com>")
    spare = [{"by": "erin", "reason_code": "approval.not_needed"}, {"by": "bob", "reason_code": "approver.is_implementer"}]
    content = State(Revision(office.repo.git, "main")).change(CHANGE)
    body = DecisionBody(
        gate="approve", open=True, digest=content.digest, decision={"approvals": [{"by": "dave"}], "ignored": spare}
    )
    sealed = Draft(change=CHANGE, body=body, at=NOON, recorded_at=NOON, subject=content.subjects)
    LedgerBranch(office.repo.git, BRANCH).append_deciding(lambda _: sealed)
    account = world.user(who) if who == "bob" else world.add_user(who, numbers[who])
    world.runs[77] = (1, account, account)
    said = ask(f"Speed up\n\nChange: {CHANGE}")
    assert [found for _, _, found, _ in world.deployments] == [state], said.log


def test_the_event_s_own_word_about_who_started_it_is_not_believed(ask: Ask, office: Office, world: World) -> None:
    asks_who(office)
    alice = world.user("alice")
    world.runs[77] = (1, alice, alice)
    sender = {"id": 1_002, "login": "bob", "type": "User"}
    ask(f"Speed up\n\nChange: {CHANGE}", sender=sender, deployment={"creator": sender})
    assert [state for _, _, state, _ in world.deployments] == ["rejected"]


def test_text_of_the_commit_does_not_format_the_comment(ask: Ask, world: World) -> None:
    ask("Speed up\n\nChange: [click](https://evil.example) @everybody <img src=x>")
    ((_, _, state, comment),) = world.deployments
    assert state == "rejected"
    assert "[click]" not in comment
    assert "<img" not in comment


def test_a_run_that_github_does_not_show_was_started_by_nobody_known(ask: Ask, world: World, office: Office) -> None:
    """The policy here asks nothing of who starts it; one that does is not met."""
    world.runs.clear()
    assert ask(f"Speed up settlement\n\nChange: {CHANGE}").code == 0
    known = {"id": "known", "assert": "evidence.deployer.known", "message": "Somebody we know starts it"}
    spec = {"gate": "deploy", "rules": [known]}
    office.put("policies/who.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "who"}, "spec": spec})
    office.repo.commit("Ask who starts it", author="Olga <olga@example.com>")
    assert ask(f"Speed up settlement\n\nChange: {CHANGE}").code == errors.NO
    assert [state for _, _, state, _ in world.deployments] == ["approved", "rejected"]
