"""Eight people with keys work in eight clones; the server has git and nothing else.

Each types what `todo` tells in a clone of theirs, after a fetch, wherever their work tree stands.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, SignedOffice, do, typed
from tests.repositories import Keys, make_keys

NEW = ("frank", "grace", "heidi")
EVERYBODY = ("alice", "bob", "carol", "dave", "erin", *NEW)
API = "CHG-20261121-api"


class Colleague(SignedOffice):
    """The clone of one person."""

    def __init__(self, person: str, root: Path, keys: Keys) -> None:
        self.person, self.root, self.keys = person, root, keys

    def fetch(self) -> Colleague:
        self.git("fetch", "-q", "--prune")
        return self

    def told(self, now: str) -> list[str]:
        """Return the commands that `todo` tells after a fetch."""
        return typed(self.fetch().done("todo", "--as", self.person, "--now", now))

    def does_what_is_told(self, now: str) -> list[str]:
        lines = self.told(now)
        for line in lines:
            do(self, line, now, self.person)
        return lines


class Team:
    """A bare server, and a clone for each person."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder, self.keys = folder, keys
        first = SignedOffice(folder / "alice", keys)
        roster = json.loads((first.root / "policies/roster.yaml").read_text("utf-8"))
        for person in NEW:
            facts = {"name": person.capitalize(), "keys": [keys.line(person)]}
            roster["spec"]["people"][person] = facts | {"emails": [f"{person}@example.com"]}
        roster["spec"]["roles"] |= {"cab": ["carol", "dave", "erin", "frank", "grace"]}
        first.write("policies/roster.yaml", roster)
        config = json.loads((first.root / "changeflow.yaml").read_text("utf-8"))
        config["spec"]["ledger"] = {"remote": "origin"}
        first.write("changeflow.yaml", config)
        first.commit("Eight people, and the evidence on the server")
        self.server = folder / "server.git"
        first.git("init", "-q", "--bare", "-b", "main", str(self.server))
        first.git("remote", "add", "origin", str(self.server))
        first.git("push", "-q", "-u", "origin", "main")
        self.people = {"alice": Colleague("alice", first.root, keys)}

    def __getitem__(self, person: str) -> Colleague:
        """Return the clone of a person, made when it is needed."""
        if person not in self.people:
            where = self.folder / person
            self["alice"].git("clone", "-q", str(self.server), str(where))
            self.people[person] = Colleague(person, where, self.keys)
        return self.people[person]

    def asks(self, name: str = CHANGE, **spec: object) -> str:
        """Alice puts a request on a branch of hers, and pushes it."""
        alice, branch = self["alice"], f"alice/{name.split('-', 2)[2]}"
        alice.ask(name, branch=branch, **spec)
        alice.git("push", "-q", "origin", branch)
        return branch

    def merges(self, branch: str) -> None:
        alice = self["alice"].fetch()
        alice.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        alice.git("push", "-q", "origin", "main")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), EVERYBODY)


@pytest.fixture
def team(tmp_path: Path, keys: Keys) -> Team:
    return Team(tmp_path, keys)


def test_from_request_to_closed_each_types_what_todo_tells_in_a_clone_of_their_own(
    team: Team,
) -> None:
    for person in EVERYBODY:
        assert team[person].told(BEFORE) == []
    branch = team.asks()
    # she has not fetched it yet
    assert "Nothing waits" in team["carol"].done("todo", "--as", "carol", "--now", BEFORE)
    assert team["carol"].does_what_is_told(BEFORE) == [
        f"changeflow approve {CHANGE} --as carol --head origin/{branch}"
    ]
    # the gate is open, and Bob cannot release what only a branch has
    assert team["bob"].told(BEFORE) == []
    assert f"merge `origin/{branch}` first" in team["bob"].done(
        "todo", "--as", "bob", "--now", BEFORE
    )
    assert (
        team["alice"].fetch().say("gate", "approve", CHANGE, "--head", branch, "--now", BEFORE).code
        == 0
    )
    team.merges(branch)

    # he has fetched and not pulled; his own main branch lies behind
    assert team["bob"].does_what_is_told(INSIDE) == [
        f"git switch main && git merge --ff-only origin/main && changeflow release run {CHANGE} --as bob"
    ]

    (line,) = team["erin"].told(AFTER)
    assert line.endswith(f"changeflow review {CHANGE} --as erin")
    do(team["erin"], line, AFTER, "erin")
    (team["erin"].root / "changes" / CHANGE / "review.yaml").unlink()
    team["erin"].reviewed()
    team["erin"].git("push", "-q", "origin", "main")

    for person in ("alice", "heidi"):
        clone = team[person].fetch()
        assert clone.say("gate", "close", CHANGE, "--head", "origin/main", "--now", AFTER).code == 0
        assert clone.row(now=AFTER)["state"] == "closed"
        assert clone.say("ledger", "verify").code == 0
    for person in EVERYBODY:
        assert team[person].told(AFTER) == []


def test_a_fresh_clone_and_the_server_itself_answer_the_same(team: Team, tmp_path: Path) -> None:
    branch = team.asks()
    team["carol"].does_what_is_told(BEFORE)
    team.merges(branch)
    team["alice"].git("clone", "-q", str(team.server), str(tmp_path / "fresh"))
    answers = []
    for where in (tmp_path / "fresh", team.server, team["alice"].root):
        found = team["alice"].answer("--repo", str(where), "list")
        answers.append([(one["change"], one["state"], one["owed"]) for one in found["changes"]])
        shown = team["alice"].done("--repo", str(where), "show", CHANGE, "--now", BEFORE)
        assert "陈凯若 (carol) approved as `cab`" in shown
    assert answers[0] == answers[1] == answers[2]
    assert [name for name, *_ in answers[0]] == [CHANGE]


def test_five_members_of_the_cab_speak_one_after_the_other_and_no_word_is_lost(team: Team) -> None:
    branch = team.asks()
    for person in ("carol", "dave", "erin", "frank", "grace"):
        # none of them fetches what the one before has said
        team[person].git("fetch", "-q", "origin", branch)
        words = ("approve", CHANGE, "--as", person, "--head", "FETCH_HEAD", "--now", BEFORE)
        team[person].done(*words)
    found = team["heidi"].fetch().answer("show", CHANGE)
    assert sorted(one["by"] for one in found["opinions"]) == [
        "carol",
        "dave",
        "erin",
        "frank",
        "grace",
    ]
    assert team["heidi"].say("ledger", "verify").code == 0


def test_who_requested_it_and_who_holds_no_role_cannot_open_the_gate(team: Team) -> None:
    branch = team.asks()
    for person in ("alice", "heidi"):
        clone, revision = team[person].fetch(), branch if person == "alice" else f"origin/{branch}"
        clone.say("approve", CHANGE, "--as", person, "--head", revision, "--now", BEFORE)
        assert clone.say("gate", "approve", CHANGE, "--head", revision, "--now", BEFORE).code == 1
    assert team["carol"].told(BEFORE) != []


def test_when_the_requester_takes_it_back_it_waits_for_nobody_in_any_clone(team: Team) -> None:
    branch = team.asks(API)
    assert team["grace"].told(BEFORE) != []
    team["alice"].done("withdraw", API, "--as", "alice", "--head", branch, "--now", BEFORE)
    for person in EVERYBODY:
        assert team[person].told(BEFORE) == []
    assert team["grace"].row(API)["state"] == "withdrawn"


def test_a_branch_that_is_deleted_on_the_server_waits_for_nobody_after_a_fetch(team: Team) -> None:
    branch = team.asks(API)
    team["grace"].does_what_is_told(BEFORE)
    team["alice"].git("push", "-q", "origin", "--delete", branch)
    team["alice"].git("branch", "-D", branch)
    for person in ("alice", "bob", "carol", "grace"):
        assert team[person].told(BEFORE) == []
    text = " ".join(team["grace"].done("list", "--now", BEFORE).split())
    assert "nothing can be approved or released before a branch has it again" in text
