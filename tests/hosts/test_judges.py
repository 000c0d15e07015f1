"""The base is the team's base: what a clone judges by, what it says, and that no branch chooses its judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from tests.hosts.office import CHANGE, CONFIG, Office, Said, call
from tests.repositories import BRANCH, Repo

TWO = [{"id": "cab", "require": [{"role": "cab", "count": 2}], "message": "Two of the CAB"}]


class Clone:
    """Somebody's clone of what an office has pushed."""

    def __init__(self, office: Office, folder: Path, capfd: Any) -> None:
        self.office, self.capfd = office, capfd
        self.server = folder / "server.git"
        office.repo("clone", "-q", "--bare", "--no-local", str(office.repo.path), str(self.server))
        office.repo("clone", "-q", str(self.server), str(folder / "clone"))
        self.repo = Repo(folder / "clone")

    def __call__(self, *arguments: str) -> Said:
        return call(self.capfd, "--repo", str(self.repo.path), *arguments)

    def gate(self, *more: str, gate: str = "approve") -> Any:
        said = self("gate", gate, CHANGE, "-f", "json", *more)
        return said.json | {"stderr": said.err}

    def opinion(self, verb: str, *more: str) -> Said:
        return self(verb, CHANGE, "--as", "carol", "--key", str(self.office.keys.files["carol"]), *more)

    def on_server(self, rules: list[dict[str, Any]]) -> str:
        """The team changes its policy; this clone does not know yet."""
        policy = json.loads((self.office.repo.path / "policies/approve.yaml").read_text(encoding="utf-8"))
        policy["spec"]["rules"] = rules
        self.office.put("policies/approve.yaml", policy)
        commit = self.office.repo.commit("Another policy", author="Olga <olga@example.com>")
        self.office.repo("push", "-q", str(self.server), "main")
        return commit

    def lax(self, name: str = "lax") -> str:
        """A branch of one's own on which nobody need agree."""
        self.repo("checkout", "-q", "-b", name)
        rule = {"id": "fine", "assert": "true", "message": "Fine"}
        policy = json.loads((self.repo.path / "policies/approve.yaml").read_text(encoding="utf-8"))
        self.repo.write("policies/approve.yaml", json.dumps(policy | {"spec": {"gate": "approve", "rules": [rule]}}))
        commit = self.repo.commit("Lax")
        self.repo("checkout", "-q", "main")
        return commit

    def entries(self) -> int:
        if self.repo.git.resolve(f"refs/heads/{BRANCH}") is None:
            return 0
        return int(self.repo("rev-list", "--count", BRANCH))


@pytest.fixture
def clone(office: Office, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Clone:
    office.repo.commit("A request", author="Alice <alice@example.com>")
    return Clone(office, tmp_path, capfd)


def test_a_clone_that_has_fetched_judges_by_what_it_fetched_and_says_so(clone: Clone) -> None:
    newest = clone.on_server(TWO)
    assert "main" not in clone.gate()["inputs"]
    clone.repo("fetch", "-q")
    decision = clone.gate()
    assert decision["inputs"]["base"] == newest
    assert decision["inputs"]["main"]["behind"] == 1
    assert decision["missing"][0]["needed"] == 2
    assert "judged by `origin/main`" in decision["stderr"]
    assert "is 1 commit behind it" in decision["stderr"]
    assert clone("assess", CHANGE, "-f", "json").json["inputs"]["main"]["behind"] == 1


def test_a_policy_that_was_not_pushed_does_not_judge(clone: Clone) -> None:
    pushed = clone.repo("rev-parse", "main")
    lax = clone.lax()
    clone.repo("reset", "-q", "--hard", lax)
    decision = clone.gate()
    assert (decision["inputs"]["base"], decision["open"]) == (pushed, False)
    assert "is 1 commit ahead of it, and what is not pushed does not count" in decision["stderr"]


def test_a_decision_on_record_comes_out_the_same_where_main_is_the_newest(clone: Clone) -> None:
    clone.on_server(TWO)
    clone.repo("fetch", "-q")
    clone("gate", "submit", CHANGE, "--record")
    clone("gate", "approve", CHANGE, "--record")
    clone.repo("merge", "-q", "--ff-only", "origin/main")
    replayed = clone("ledger", "replay", "--strict", "-f", "json").json["replayed"]
    assert [(one["outcome"], one["differences"]) for one in replayed] == [("agrees", []), ("agrees", [])]


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize("by", ["option", "environment"])
def test_an_opinion_is_not_recorded_by_a_base_of_ones_own(
    clone: Clone, verb: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.lax()
    if by == "environment":
        monkeypatch.setenv("CHANGEFLOW_BASE", "lax")
    said = clone.opinion(verb, *(("--base", "lax") if by == "option" else ()))
    assert said.code == errors.NO
    assert "the base `lax` is not contained in `refs/remotes/origin/main`" in said.err
    assert clone.entries() == 0


@pytest.mark.parametrize(
    "words",
    [
        ("gate", "approve", CHANGE, "--record"),
        ("assess", CHANGE, "--record"),
        ("review", CHANGE, "--as", "carol"),
        ("release", "run", CHANGE, "--as", "bob"),
        ("release", "resume", CHANGE),
        ("release", "rollback", CHANGE, "--as", "bob"),
        ("release", "confirm", CHANGE, "--as", "bob"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_nothing_acts_or_is_recorded_by_a_base_of_ones_own(clone: Clone, words: tuple[str, ...]) -> None:
    commit = clone.lax()
    for base in ("lax", commit, "refs/heads/lax"):
        said = clone(*words, "--base", base)
        assert (said.code, "a branch must not choose its judge" in said.err) == (errors.NO, True), base
    assert clone.entries() == 0


def test_asking_what_another_base_would_say_stays_possible(clone: Clone) -> None:
    lax = clone.lax()
    decision = clone.gate("--base", "lax")
    assert (decision["open"], decision["inputs"]["base"]) == (True, lax)
    assert clone("assess", CHANGE, "--base", "lax").code == 0
    assert clone("release", "plan", CHANGE, "--base", "lax").code == 0


def test_a_base_that_main_contains_may_be_named(clone: Clone) -> None:
    assert clone.opinion("approve", "--base", "main").code == 0
    assert clone.opinion("withdraw", "--base", clone.repo("rev-parse", "main")).code == 0


@pytest.mark.parametrize("base", ["main~1", "origin/main~1", "commit"])
@pytest.mark.parametrize(
    "words",
    [
        ("approve", CHANGE, "--as", "carol"),
        ("gate", "approve", CHANGE, "--record"),
        ("release", "run", CHANGE, "--as", "bob"),
        ("release", "rollback", CHANGE, "--as", "bob"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_rules_that_the_team_has_replaced_do_not_judge_what_acts(clone: Clone, words: tuple[str, ...], base: str) -> None:
    old = clone.repo("rev-parse", "main")
    clone.on_server(TWO)
    clone.repo("pull", "-q")
    said = clone(*words, "--base", old if base == "commit" else base)
    assert said.code == errors.NO
    assert "which has another `policies/approve.yaml`: old rules do not judge" in said.err
    assert clone.entries() == 0
    assert clone.gate("--base", "main~1")["inputs"]["base"] == old


def test_an_older_base_that_reads_the_same_may_be_named(clone: Clone) -> None:
    clone.office.repo.write("docs/notes.md", "Nothing that judges\n")
    clone.office.repo.commit("Notes", author="Olga <olga@example.com>")
    clone.office.repo("push", "-q", str(clone.server), "main")
    clone.repo("pull", "-q")
    assert clone.opinion("approve", "--base", "main~1").code == 0
    assert "old rules" not in clone("release", "run", CHANGE, "--base", "main~1").err


def test_a_release_does_not_start_by_requests_that_main_no_longer_has(clone: Clone) -> None:
    request = f"changes/{CHANGE}/rfc.yaml"
    clone.office.repo.write(request, (clone.repo.path / request).read_text(encoding="utf-8"))
    clone.office.repo.commit("Merge it", author="Olga <olga@example.com>")
    clone.office.repo("rm", "-q", request)
    clone.office.repo.commit("Give it up", author="Olga <olga@example.com>")
    clone.office.repo("push", "-q", str(clone.server), "main")
    clone.repo("pull", "-q")
    said = clone("release", "run", CHANGE, "--as", "bob", "--base", "main~1")
    assert (said.code, f"has another `{request}`" in said.err) == (errors.NO, True)


def test_a_main_branch_that_follows_nothing_says_what_it_lacks(clone: Clone) -> None:
    clone.on_server(TWO)
    clone.repo("fetch", "-q")
    clone.repo("branch", "--unset-upstream", "main")
    line = "git branch --set-upstream-to=origin/main main"
    assert f"lacks commits of `origin/main`: `{line}`" in clone.gate()["stderr"]
    clone.repo(*line.split()[1:])
    assert "judged by `origin/main`" in clone.gate()["stderr"]


def test_a_clone_of_another_branch_alone_is_told_the_fetch_that_helps(clone: Clone, tmp_path: Path) -> None:
    clone.office.repo("push", "-q", str(clone.server), "main:refs/heads/topic")
    clone.repo("clone", "-q", "--single-branch", "-b", "topic", clone.server.as_uri(), str(tmp_path / "topic"))
    clone.repo = Repo(tmp_path / "topic")
    said = clone("release", "run", CHANGE)
    line = "git fetch origin +refs/heads/main:refs/remotes/origin/main"
    assert (said.code, line in said.err) == (errors.HOST_FAILED, True)
    clone.repo(*line.split()[1:])
    assert clone.gate()["inputs"]["base"] == clone.repo("rev-parse", "origin/main")


def test_a_tag_named_main_is_not_the_main_branch(clone: Clone) -> None:
    clone.repo("tag", "main", clone.lax())
    assert clone.gate()["open"] is False
    assert clone.opinion("approve", "--base", "main").code == errors.NO


def test_a_branch_that_names_itself_main_does_not_judge(clone: Clone) -> None:
    clone.lax()
    clone.repo("checkout", "-q", "lax")
    clone.repo.write("changeflow.yaml", json.dumps(CONFIG | {"spec": {"main_branch": "lax", "remote": "nowhere"}}))
    clone.repo.commit("I am the law")
    assert clone.gate()["inputs"]["base"] == clone.repo("rev-parse", "origin/main")


def test_where_nothing_tells_the_main_branch_two_that_claim_it_are_refused(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    office.put("changeflow.yaml", CONFIG | {"spec": {"main_branch": "trunk"}})
    office.repo.commit("A request", author="Alice <alice@example.com>")
    office.repo("branch", "-q", "-m", "main", "trunk")
    on = ("--repo", str(office.repo.path), "gate", "approve", CHANGE)
    office.repo("checkout", "-q", "-b", "topic")
    assert call(capfd, *on).code == errors.NO
    office.put("changeflow.yaml", CONFIG | {"spec": {"main_branch": "topic"}})
    office.repo.commit("I am the law", author="Alice <alice@example.com>")
    said = call(capfd, *on)
    assert said.code == errors.HOST_FAILED
    assert "each of the branches `topic`, `trunk` names itself as the main one" in said.err


class TestARemoteThatWasNeverFetched:
    @pytest.fixture
    def lone(self, clone: Clone) -> Clone:
        clone.repo("update-ref", "-d", "refs/remotes/origin/main")
        clone.repo("update-ref", "-d", "refs/remotes/origin/HEAD")
        return clone

    @pytest.mark.parametrize(
        "words", [("gate", "deploy"), ("release", "run"), ("release", "resume"), ("release", "rollback"), ("release", "confirm")]
    )
    def test_starts_nothing_and_says_how_to_fetch(self, lone: Clone, words: tuple[str, ...]) -> None:
        said = lone(*words, CHANGE)
        assert said.code == errors.HOST_FAILED
        assert "git fetch origin +refs/heads/main:refs/remotes/origin/main" in said.err
        assert lone.entries() == 0

    def test_answers_other_questions_and_says_by_what(self, lone: Clone) -> None:
        assert "so the local one judges" in lone.gate()["stderr"]
        assert lone("release", "status", CHANGE).code == 0

    def test_is_asked_for_by_the_configuration_too(self, lone: Clone) -> None:
        lone.repo("config", "--unset", "branch.main.remote")
        lone.repo.write("changeflow.yaml", json.dumps(CONFIG | {"spec": {"remote": "origin"}}))
        lone.repo.commit("Where the team is")
        assert lone("gate", "deploy", CHANGE).code == errors.HOST_FAILED
        lone.repo("fetch", "-q", "origin")
        assert lone("gate", "deploy", CHANGE).code == errors.NO


def test_an_old_local_main_that_does_not_know_the_teams_remote_is_led_there(clone: Clone) -> None:
    clone.office.put("changeflow.yaml", CONFIG | {"spec": {"remote": "team"}})
    newest = clone.on_server(TWO)
    clone.repo("update-ref", "-d", "refs/remotes/origin/HEAD")
    clone.repo("remote", "add", "team", str(clone.server))
    clone.repo("fetch", "-q", "origin")
    said = clone("gate", "deploy", CHANGE)
    assert (said.code, "git fetch team" in said.err) == (errors.HOST_FAILED, True)
    clone.repo("fetch", "-q", "team")
    assert clone.gate()["inputs"]["base"] == newest
    assert clone.gate()["inputs"]["main"]["judged"] == "refs/remotes/team/main"
