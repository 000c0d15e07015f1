"""ledger replay: honest decisions come out the same, from anybody's clone and at any later time; forged ones do not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from changeflow.ledger.statement import Draft
from changeflow.model import canonical
from changeflow.model.answers.ledger import LedgerAnswer
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.repo.run_git import Runner
from tests.hosts.office import CHANGE, Office, Said, call, rfc
from tests.release.site import Site
from tests.release.site import git as site_git
from tests.repositories import BRANCH, Keys, Repo, ledger, release

Forgery = dict[str, Any]
GATES = ("submit", "approve", "deploy", "close")
ALWAYS = {"rules": [{"id": "ready", "assert": "true", "message": "It is ready"}]}


def policy(gate: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": gate}, "spec": {"gate": gate, **ALWAYS, **spec}}


class Shelf:
    """An office with a change that is on main and approved, and somebody who records decisions about it."""

    def __init__(self, folder: Path, keys: Keys, capfd: Any, **config: Any) -> None:
        self.office = Office(folder, keys, allow_simulated_clock=True, **config)
        self.capfd = capfd
        for gate in ("submit", "deploy", "close"):
            self.office.put(f"policies/{gate}.yaml", policy(gate))
        self.repo = self.office.repo
        self.main = self.repo.commit("A request", author="Alice <alice@example.com>")
        self("approve", CHANGE, "--as", "carol", "--key", str(keys.files["carol"]), "--now", "2026-11-22T10:00:00Z")

    def copied(self, folder: Path, capfd: Any) -> Shelf:
        """Return a copy of it in another folder."""
        copy = Shelf.__new__(Shelf)
        copy.office = Office.__new__(Office)
        copy.office.keys, copy.capfd, copy.main = self.office.keys, capfd, self.main
        copy.repo = copy.office.repo = Repo(shutil.copytree(self.repo.path, folder, symlinks=True))
        # git looks at the copied files once, and then knows that they are those of the commit
        copy.repo("update-index", "-q", "--refresh")
        return copy

    def __call__(self, *arguments: str, at: Path | None = None, who: str | None = None) -> Said:
        return call(self.capfd, "--repo", str(at or self.repo.path), *arguments, who=who)

    def record(self, gate: str = "approve", *more: str, now: str = "2026-11-25T14:10:00Z", who: str | None = None) -> Said:
        said = self("gate", gate, CHANGE, "--record", "--now", now, *more, who=who)
        assert said.code in (0, 1), said.err
        return said

    def remote(self, address: str) -> None:
        """The main branch follows one at an address, from which it was fetched some time ago."""
        self.repo("config", "remote.origin.url", address)
        self.repo("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
        self.repo("update-ref", "refs/remotes/origin/main", "main")
        self.repo("branch", "-q", "--set-upstream-to", "origin/main", "main")

    def bare(self) -> Path:
        """A fresh clone, as an auditor makes it."""
        clone = self.repo.path.parent / "audit.git"
        subprocess.run(["rm", "-rf", str(clone)], check=True)
        self.repo("clone", "-q", "--bare", "--no-local", f"file://{self.repo.path}", str(clone))
        return clone

    def replay(self, *arguments: str) -> Any:
        """The answer from a bare clone."""
        return self("ledger", "replay", *arguments, "--format", "json", at=self.bare()).json

    def outcomes(self) -> list[tuple[str, str]]:
        return [(one["outcome"], one["reason"]) for one in self.replay()["replayed"]]

    @property
    def ledger(self) -> LedgerBranch:
        return ledger(self.repo, ring=self.office.keys.ring("carol", "dave"))

    def forge(self, edit: Callable[[Forgery], None] = lambda _: None, change: str = CHANGE, **header: Any) -> None:
        """Put another decision in the place of the newest one, so that the chain holds: what a writer of an unsigned ledger can do."""
        *_, last = self.ledger.read().entries
        assert isinstance(last.body, DecisionBody)
        told = json.loads(last.body.model_dump_json())
        edit(told)
        self.cut()
        self.append(last, told, change, **header)

    def cut(self) -> None:
        self.repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
        for anchor in (self.repo.path / ".git" / "changeflow").glob("seen-*"):
            anchor.unlink()

    def append(self, like: LedgerEntry, body: Forgery, change: str = CHANGE, **header: Any) -> None:
        times = {"at": like.at, "recorded_at": like.recorded_at, "subject": like.subject} | header
        draft = Draft(change=change, body=DecisionBody.model_validate(body), **times)
        self.ledger.append_deciding(lambda _: draft)


@pytest.fixture(scope="module")
def first_shelf() -> list[Shelf]:
    """The shelf of which each test has a copy, once a test has made it: what a command says is caught for one test at a time."""
    return []


@pytest.fixture
def shelf(
    tmp_path: Path, keys: Keys, capfd: pytest.CaptureFixture[str], first_shelf: list[Shelf], tmp_path_factory: pytest.TempPathFactory
) -> Shelf:
    if not first_shelf:
        first_shelf.append(Shelf(tmp_path_factory.mktemp("shelf") / "office", keys, capfd))
    return first_shelf[0].copied(tmp_path / "office", capfd)


# -- honest decisions ------------------------------------------------------------------------------------------------------


def test_the_decision_of_every_gate_comes_out_the_same_in_a_bare_clone(shelf: Shelf) -> None:
    opened = [shelf.record(gate).code == 0 for gate in GATES]
    answer = shelf.replay()
    assert [(one["gate"], one["open"], one["outcome"], one["differences"]) for one in answer["replayed"]] == [
        (gate, was, "agrees", []) for gate, was in zip(GATES, opened, strict=True)
    ]
    assert opened == [True, True, True, False]
    assert answer["ok"]
    assert LedgerAnswer.model_validate(answer).replayed


def test_the_change_in_the_work_tree_is_recorded_by_the_commit_that_holds_it(shelf: Shelf) -> None:
    shelf.repo.write("notes.txt", "something else that is not committed\n")
    shelf.record()
    *_, entry = shelf.ledger.read().entries
    assert [one.commit for one in entry.subject] == [shelf.main]
    assert entry.body.decision["inputs"]["head"] == shelf.main  # type: ignore[union-attr]
    assert [one["read_at"] for one in shelf.replay()["replayed"]] == [shelf.main]


def test_a_change_that_is_committed_nowhere_is_unknown_until_some_branch_has_it(shelf: Shelf) -> None:
    text = json.dumps(rfc(reason="Because of the weather"), indent=1)
    shelf.repo.write(f"changes/{CHANGE}/rfc.yaml", text)
    shelf.record("submit")
    *_, entry = shelf.ledger.read().entries
    assert [one.commit for one in entry.subject] == [None]
    ((outcome, reason),) = shelf.outcomes()
    assert outcome == "unknown"
    assert "no commit here has the change as it was there" in reason
    shelf.repo("checkout", "-q", "-b", "proposal")
    shelf.repo.commit("At last")
    assert shelf.outcomes() == [("agrees", "")]
    shelf.repo.write(f"changes/{CHANGE}/rfc.yaml", text.replace("weather", "climate"))
    shelf.repo.commit("Another reason, which is no material edit")
    shelf.repo("checkout", "-q", "main")
    assert shelf.outcomes() == [("agrees", "")]


def test_a_review_that_is_committed_nowhere_keeps_the_change_from_being_read_at_a_commit(shelf: Shelf) -> None:
    shelf.repo.write(f"changes/{CHANGE}/review.yaml", "a review in the making\n")
    shelf.record("close")
    *_, entry = shelf.ledger.read().entries
    assert [one.commit for one in entry.subject] == [None]
    assert [outcome for outcome, _ in shelf.outcomes()] == ["unknown"]
    shelf.repo.commit("The review")
    assert shelf.outcomes() == [("agrees", "")]


def test_a_change_on_a_branch_is_read_from_its_commit(shelf: Shelf) -> None:
    shelf.repo("checkout", "-q", "-b", "proposal")
    shelf.office.put(f"changes/{CHANGE}/rfc.yaml", rfc(implementer="dave"))
    commit = shelf.repo.commit("Dave does it", author="Mallory <mallory@example.com>")
    shelf.repo("checkout", "-q", "main")
    shelf.record("approve", "--head", "proposal")
    assert [(one["outcome"], one["read_at"]) for one in shelf.replay()["replayed"]] == [("agrees", commit)]
    shelf.repo("branch", "-q", "-D", "proposal")
    answer = shelf.replay()
    assert [(one["outcome"], one["hint"]) for one in answer["replayed"]] == [("unknown", f"fetch it: `git fetch origin {commit}`")]


@pytest.mark.parametrize("later", ["policy", "roster", "items", "request"])
def test_what_main_says_later_changes_no_earlier_decision(shelf: Shelf, later: str) -> None:
    shelf.record()
    match later:
        case "policy":
            rule = {"id": "cab", "require": [{"role": "cab", "count": 3}], "message": "Everybody"}
            shelf.office.put("policies/approve.yaml", policy("approve", rules=[rule]))
        case "roster":
            text = (shelf.repo.path / "policies/roster.yaml").read_text(encoding="utf-8")
            shelf.repo.write("policies/roster.yaml", text.replace(shelf.office.keys.line("carol"), shelf.office.keys.line("mallory")))
        case "items":
            shelf.repo("rm", "-q", "cmdb/items.yaml")
        case "request":
            shelf.repo("rm", "-q", f"changes/{CHANGE}/rfc.yaml")
    shelf.repo.commit("Later")
    assert shelf.outcomes() == [("agrees", "")]


def test_what_the_ledger_says_later_changes_no_earlier_decision(shelf: Shelf) -> None:
    shelf.record()
    key = str(shelf.office.keys.files["carol"])
    assert shelf("reject", CHANGE, "--as", "carol", "--key", key, "--now", "2026-11-25T15:00:00Z").code == 0
    shelf.ledger.append_deciding(lambda _: release(change="other", by="bob", environments=("production",)))
    shelf.record(now="2026-11-25T16:00:00Z")
    replayed = shelf.replay()["replayed"]
    assert [(one["outcome"], one["open"]) for one in replayed] == [("agrees", True), ("agrees", False)]


def test_the_decision_that_let_a_release_start_is_computed_again(tmp_path: Path) -> None:
    site = Site.at(tmp_path / "site")
    change = site.change()
    assert site.cli("gate", "deploy", change, "--record").code == 0
    assert site.release("run").code == 0
    head = site_git(site.root, "rev-parse", "HEAD")
    entries = LedgerBranch(Git(site.root), BRANCH).read().entries
    assert {one.commit for entry in entries for one in entry.subject} == {head}
    assert [getattr(one.body, "event", one.kind) for one in entries[:4]] == ["decision", "assessment", "decision", "started"]
    told = site.cli("ledger", "replay", change)
    assert (told.code, told.err) == (0, ""), told.out
    assert told.out.endswith("ok: 2 decisions computed again, byte for byte the same\n")


class Moving:
    """Moves main by an honest commit in the middle of a command: before the git call of this number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, root: Path, to: str) -> None:
        self.root, self.to = root, to
        self.calls, self.at = 0, -1
        run = Runner.run

        def moving(runner: Runner, *arguments: str, **words: Any) -> Any:
            self.calls += 1
            if self.calls == self.at:
                subprocess.run(["git", "update-ref", "refs/heads/main", self.to], cwd=self.root, check=True)
            return run(runner, *arguments, **words)

        monkeypatch.setattr(Runner, "run", moving)


def honest_commit(root: Path) -> str:
    """A commit after main that touches nothing of the change, and that main does not have yet."""
    (root / "note.txt").write_text("honest\n", encoding="utf-8")
    for words in (["add", "note.txt"], ["commit", "-qm", "An honest commit"]):
        site_git(root, *words)
    found = site_git(root, "rev-parse", "HEAD")
    site_git(root, "update-ref", "refs/heads/main", "HEAD~1")
    return found


@pytest.mark.once
@pytest.mark.parametrize("part", range(6))
@pytest.mark.parametrize("words", [("gate", "approve", CHANGE, "--record"), ("assess", CHANGE, "--record"), ("gate", "deploy", CHANGE, "--record")], ids=" ".join)
def test_main_may_move_while_a_decision_is_made(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], part: int) -> None:
    moving = Moving(monkeypatch, shelf.repo.path, honest_commit(shelf.repo.path))
    now = ("--now", "2026-11-25T14:10:00Z")
    assert shelf(*words, *now).code in (0, 1)
    made = moving.calls
    moving.calls, moving.at = 0, 1 + part * made // 6
    assert shelf(*words, *now).code in (0, 1)
    assert shelf.repo("rev-parse", "main") == moving.to, "main has moved in the middle"
    replayed = shelf("ledger", "replay", at=shelf.bare())
    assert replayed.code == (3 if words[0] == "assess" else 0), replayed.out


@pytest.mark.parametrize("part", range(8))
def test_main_may_move_while_a_release_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    site = Site.at(tmp_path / "site")
    site.change()
    moving = Moving(monkeypatch, site.root, honest_commit(site.root))
    moving.at = 2 + part * 4
    assert site.release("run").answer["state"] == "implemented"
    assert site_git(site.root, "rev-parse", "main") == moving.to
    replayed = site.cli("ledger", "replay")
    assert replayed.code == 0, replayed.out


def test_who_starts_a_deployment_is_part_of_what_was_decided_from(shelf: Shelf) -> None:
    """Nobody but the record knows who it was: neither git nor the ledger does."""
    rule = {"id": "bob", "assert": 'evidence.deployer.id == "bob"', "message": "Bob starts it"}
    shelf.office.put("policies/deploy.yaml", policy("deploy", rules=[rule]))
    shelf.repo.commit("Bob alone")
    assert shelf.record("deploy", "--as", "bob", who="bob").code == 0
    assert shelf.record("deploy", "--as", "olga", now="2026-11-25T14:11:00Z", who="olga").code == 1
    assert [outcome for outcome, _ in shelf.outcomes()] == ["agrees", "agrees"]
    shelf.forge(lambda told: told["decision"]["inputs"]["deployer"].update(person="bob"))
    assert [outcome for outcome, _ in shelf.outcomes()] == ["agrees", "differs"]


def test_the_remote_that_a_decision_notes_is_compared_again(shelf: Shelf) -> None:
    """Neither git nor the ledger knows where a clone's remote was; that a decision does not tell of another one shows."""
    for gate, moment, address in (("approve", "14:10", "https://a.example/x"), ("deploy", "14:11", "https://b.example/x")):
        shelf.remote(address)
        shelf.record(gate, now=f"2026-11-25T{moment}:00Z")
    assert [outcome for outcome, _ in shelf.outcomes()] == ["agrees", "agrees"]
    shelf.forge(lambda told: told["decision"]["inputs"].update(remote="https://a.example/x"))
    assert [outcome for outcome, _ in shelf.outcomes()] == ["agrees", "differs"]
    shelf.forge(lambda told: told["decision"]["inputs"].update(remote=["https://a.example/x"]))
    assert [outcome for outcome, _ in shelf.outcomes()] == ["agrees", "unknown"]


def test_two_processes_with_other_hashes_answer_the_same_bytes(shelf: Shelf) -> None:
    for gate in GATES:
        shelf.record(gate)
    clone = shelf.bare()
    command = [sys.executable, "-m", "changeflow", "--repo", str(clone), "ledger", "replay", "-f", "json"]
    said = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout for seed in ("1", "2")
    }
    assert len(said) == 1


# -- what is asked for -----------------------------------------------------------------------------------------------------


def test_one_change_or_one_entry_alone(shelf: Shelf) -> None:
    shelf.record("submit")
    shelf.record("approve")
    assert [one["seq"] for one in shelf.replay("5")["replayed"]] == [5]
    assert [one["seq"] for one in shelf.replay(CHANGE)["replayed"]] == [3, 5]
    nothing = shelf("ledger", "replay", "2")
    assert (nothing.code, "entry 2 is another kind of entry (approval)" in nothing.err) == (3, True)
    assert shelf("ledger", "replay", "9").code == 3
    assert shelf("ledger", "replay", "CHG-20261121-nobody").code == 3
    assert shelf("ledger", "replay", "nonsense").code == 3


def test_the_assessment_stands_on_record_before_the_decision_to_approve_alone(shelf: Shelf) -> None:
    for gate in GATES:
        shelf.record(gate)
    bodies = [entry.body for entry in shelf.ledger.read().entries[2:]]
    assert [(body.kind, getattr(body, "gate", "")) for body in bodies] == [
        ("decision", "submit"),
        ("assessment", ""),
        ("decision", "approve"),
        ("decision", "deploy"),
        ("decision", "close"),
    ]
    assessment, decision = bodies[1:3]
    assert assessment.assessment["digest"] == decision.digest  # type: ignore[union-attr]
    assert {"score", "level", "factors"} <= set(assessment.assessment["risk"])  # type: ignore[union-attr]
    assert {one["outcome"] for one in shelf.replay("--strict")["replayed"]} == {"agrees"}


def test_nothing_but_its_own_assessment_may_come_between_a_state_and_its_decision(shelf: Shelf) -> None:
    shelf.record()
    *_, assessment, decision = shelf.ledger.read().entries
    shelf.cut()
    draft = Draft(change=CHANGE, body=assessment.body, at=decision.at, recorded_at=decision.recorded_at, subject=decision.subject)
    shelf.ledger.append_deciding(lambda _: draft)
    shelf.append(decision, json.loads(decision.body.model_dump_json()))
    assert routes(shelf.replay()) == ["decision.inputs.ledger"]


def test_without_a_decision_there_is_nothing_to_do(shelf: Shelf) -> None:
    said = shelf("ledger", "replay")
    assert (said.code, said.out) == (3, "")
    assert "no decision to compute again" in said.err


def test_an_empty_ledger_is_nothing_to_do(tmp_path: Path, keys: Keys, capfd: pytest.CaptureFixture[str]) -> None:
    office = Office(tmp_path / "office", keys)
    assert call(capfd, "--repo", str(office.repo.path), "ledger", "replay").code == 3


def test_a_ledger_that_does_not_hold_is_refused_with_a_word_about_verify(shelf: Shelf) -> None:
    shelf.record()
    shelf.record(now="2026-11-25T16:00:00Z")
    shelf.repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
    said = shelf("ledger", "replay")
    assert (said.code, said.out) == (4, "")
    assert "`changeflow ledger verify`" in said.err


# -- forged decisions ------------------------------------------------------------------------------------------------------


def opened(told: Forgery) -> None:
    """Say that the gate was open, in every word that says it."""
    told["open"] = told["decision"]["open"] = True
    for reason in told["decision"]["reasons"]:
        reason["outcome"] = "pass"


def routes(answer: Any) -> list[str]:
    (one,) = answer["replayed"]
    assert one["outcome"] == "differs"
    assert not answer["ok"]
    return [".".join(map(str, difference["route"])) for difference in one["differences"]]


def test_a_decision_turned_open_is_found_where_the_chain_holds(shelf: Shelf) -> None:
    key = str(shelf.office.keys.files["carol"])
    assert shelf("withdraw", CHANGE, "--as", "carol", "--key", key, "--now", "2026-11-25T14:00:00Z").code == 0
    assert shelf.record().code == 1
    shelf.forge(opened)
    assert shelf("ledger", "verify", at=shelf.bare()).code == 0
    assert {"open", "decision.open"} <= set(routes(shelf.replay()))
    said = shelf("ledger", "replay", at=shelf.bare())
    assert said.code == 1
    assert "open: recorded true, recomputed false" in said.out
    assert said.out.endswith("NOT OK: of 1 decision 0 agree, 1 differs\n")
    assert call(shelf.capfd, "--repo", str(shelf.bare()), "ledger", "replay", "-f", "github").out.startswith("::error title=ledger replay differs::")


FORGERIES: dict[str, tuple[Callable[[Forgery], None], str]] = {
    "the gate": (lambda told: told.update(gate="deploy"), "decision.gate"),
    "the digest": (lambda told: told.update(digest="sha256:" + "0" * 64), "digest"),
    "somebody's approval": (lambda told: told["decision"]["approvals"][0].update(by="dave"), "decision.approvals.0.by"),
    "a message": (lambda told: told["decision"]["reasons"][0].update(message="Fine"), "decision.reasons.0.message"),
    "an input that nothing is read from": (lambda told: told["decision"]["inputs"].update(cmdb="sha256:" + "1" * 64), "decision.inputs.cmdb"),
    "more than was said": (lambda told: told["decision"].update(extra=True), "decision.extra"),
    "less than was said": (lambda told: told["decision"].pop("witness"), "decision.witness"),
    "a number for a truth": (lambda told: told["decision"].update(satisfiable=1), "decision.satisfiable"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_every_other_byte_is_found(shelf: Shelf, forgery: str) -> None:
    edit, route = FORGERIES[forgery]
    shelf.record()
    shelf.forge(edit)
    assert route in routes(shelf.replay())


def test_a_decision_given_to_another_change_is_found(shelf: Shelf) -> None:
    other = "CHG-20261121-other"
    told = rfc(items=[{"ci": "payments-db", "action": "remove"}])
    shelf.office.put(f"changes/{other}/rfc.yaml", {**told, "metadata": {**told["metadata"], "id": other}})
    shelf.repo.commit("Another request")
    shelf.record()
    shelf.forge(change=other)
    assert {"decision.change", "digest", "subject.0.name"} <= set(routes(shelf.replay()))


def test_a_decision_about_a_change_that_is_not_there_is_found(shelf: Shelf) -> None:
    shelf.record()
    shelf.forge(change="CHG-20261121-nobody")
    answer = shelf.replay()
    assert routes(answer) == []
    assert "lead to no decision: no such change" in answer["replayed"][0]["reason"]


def test_another_subject_than_what_was_decided_about_is_found(shelf: Shelf) -> None:
    shelf.record()
    *_, last = shelf.ledger.read().entries
    shelf.forge(subject=(last.subject[0].model_copy(update={"sha256": "0" * 64}),))
    assert routes(shelf.replay()) == ["subject.0.sha256"]


def test_an_earlier_state_of_the_ledger_is_no_way_past_a_rejection(shelf: Shelf) -> None:
    """The decision of yesterday, recorded after today's rejection: every input is real, and it was not made there."""
    shelf.record()
    *_, yesterday = shelf.ledger.read().entries
    shelf.cut()
    shelf.cut()  # the assessment before it
    key = str(shelf.office.keys.files["carol"])
    assert shelf("reject", CHANGE, "--as", "carol", "--key", key, "--now", "2026-11-25T14:00:00Z").code == 0
    shelf.append(yesterday, json.loads(yesterday.body.model_dump_json()))
    assert routes(shelf.replay()) == ["decision.inputs.ledger"]


def test_another_moment_than_the_one_it_was_recorded_at_is_found(shelf: Shelf) -> None:
    """Outside of its window the release may not start; a moment inside makes every other byte right."""
    shelf.office.put("policies/deploy.yaml", policy("deploy", rules=[{"id": "window", "assert": "calendar.in_window", "message": "In its window"}]))
    shelf.repo.commit("Only in the window")
    assert shelf.record("deploy").code == 0
    shelf.forge(at="2026-11-28T14:10:00Z", recorded_at="2026-11-28T14:10:00Z")
    assert routes(shelf.replay()) == ["decision.now"]


def test_a_branch_does_not_judge_even_where_its_every_byte_agrees(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.repo("checkout", "-q", "-b", "lax")
    shelf.office.put("policies/approve.yaml", policy("approve"))
    lax = shelf.repo.commit("Nobody need agree")
    shelf.repo("checkout", "-q", "main")
    refused = shelf("gate", "approve", CHANGE, "--record", "--now", "2026-11-25T14:10:00Z", "--base", "lax")
    assert (refused.code, "a branch must not choose its judge" in refused.err) == (1, True)
    with monkeypatch.context() as altered:
        altered.setattr("changeflow.reading.team_main.require_current", lambda *_, **__: None)
        assert shelf.record("approve", "--base", "lax").code == 0
    answer = shelf.replay()
    assert [(one["outcome"], one["fails"]) for one in answer["replayed"]] == [("unknown", True)]
    assert f"the base {lax[:12]} is none that the main branch stood at" in answer["replayed"][0]["reason"]
    assert not answer["ok"]


MISSING = ("base", "ledger", "head", "history", "now", "inputs")


@pytest.mark.parametrize("name", MISSING)
def test_without_an_input_nothing_agrees_and_an_open_gate_fails(shelf: Shelf, name: str) -> None:
    def less(told: Forgery) -> None:
        told["decision"]["inputs"]["head"] = None if name == "history" else told["decision"]["inputs"]["head"]
        (told["decision"] if name in ("now", "inputs") else told["decision"]["inputs"]).pop(name)

    shelf.record()
    shelf.forge(less)
    assert [outcome for outcome, _ in shelf.outcomes()] == ["unknown"]
    assert shelf("ledger", "replay", at=shelf.bare()).code == 1


NONSENSE: list[Any] = [None, 7, [], {}, "HEAD", "--all", "0" * 40, "refs/heads/main", "\x00"]


@pytest.mark.once
@pytest.mark.parametrize("name", ["base", "ledger", "head", "deployer"])
def test_nonsense_for_an_input_is_never_agreement_and_never_a_bug(shelf: Shelf, name: str) -> None:
    shelf.record("deploy")
    for value in NONSENSE:
        shelf.forge(lambda told, value=value: told["decision"]["inputs"].update({name: value}))  # type: ignore[misc]
        said = shelf("ledger", "replay", "-f", "json")
        assert (said.code, said.json["ok"]) == (1, False), value


def test_a_shut_gate_that_cannot_be_computed_is_listed_and_fails_where_everything_must_be_known(shelf: Shelf) -> None:
    shelf.record("close")
    shelf.forge(lambda told: told["decision"].pop("inputs"))
    said = shelf("ledger", "replay")
    assert said.code == 0
    assert "unknown  #3" in said.out
    assert "the entry does not say what it was decided from" in said.out
    assert said.out.endswith("ok: of 1 decision 0 agree, 1 cannot be computed here\n")
    assert shelf("ledger", "replay", "--strict").code == 1
    assert shelf("ledger", "replay", "-f", "github").out.startswith("::warning title=ledger replay unknown::")


def test_another_version_of_the_program_is_named_where_the_outcome_differs(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.record()
    shelf.forge(opened_by("dave"))
    monkeypatch.setattr("changeflow.replaying.replay._TOOL", "changeflow 99.0")
    (one,) = shelf.replay()["replayed"]
    assert "recorded it, this is changeflow 99.0" in one["hint"]


def opened_by(person: str) -> Callable[[Forgery], None]:
    return lambda told: told["decision"]["approvals"][0].update(by=person)


def test_a_decision_with_lists_too_long_to_be_kept_comes_out_the_same(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "LARGE", 100)
    monkeypatch.setattr(canonical, "MEMBERS", 0)
    shelf.record()
    body = shelf.ledger.read().entries[-1].body
    assert isinstance(body, DecisionBody)
    assert body.decision["left_out"]["reasons"]["members"] > 0
    assert shelf.outcomes() == [("agrees", "")]
    shelf.forge(lambda told: told["decision"]["left_out"]["reasons"].update(members=1_000))
    assert shelf.outcomes()[0][0] == "differs"
