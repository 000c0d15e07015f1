"""Since when people hold roles, as the main branch of a real repository tells, held against a slower way of telling it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.model.opinions import Review
from changeflow.model.people import RoleHistory
from changeflow.reading.repository_store import Store
from changeflow.reading.role_history import role_history
from changeflow.repo.git import Git

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = [{"role": "cab", "tenure": "P7D"}]
MEMBERS = ["carol", "dave"]


class Main:
    """A main branch on which rosters land, one commit each, at times that are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, at: datetime = NOW) -> str:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        date = f"{int(at.timestamp())} +0000"
        identity = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": "1500000000 +0000", "GIT_CONFIG_GLOBAL": os.devnull}
        names = ("-c", "user.name=T", "-c", "user.email=t@example.com")
        done = subprocess.run(["git", *names, *arguments], cwd=self.folder, env=clean | identity, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def lands(self, at: datetime, cab: list[str] | None = None, *, people: Any = None, require: Any = WEEK, **spec: Any) -> None:
        """A roster with these members of the CAB, or another commit where nobody is named."""
        if cab is not None:
            known = {name: {} for name in ("carol", "dave", "erin", "frank")} | (people or {})
            self.write("policies/roster.yaml", "Roster", {"people": known, "roles": {"cab": cab}, **spec})
            rule = {"id": "r", "require": require, "message": "m"}
            self.write("policies/approve.yaml", "Policy", {"gate": "approve", "rules": [rule]})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "work", at=at)

    def write(self, path: str, kind: str, spec: Any) -> None:
        file = self.folder / path
        file.parent.mkdir(exist_ok=True)
        document = {"apiVersion": "changeflow/v1", "kind": kind, "metadata": {"id": kind.lower()}, "spec": spec}
        file.write_text(json.dumps(document), encoding="utf-8")

    def told(self, *approved: datetime, now: datetime = NOW) -> RoleHistory | None:
        store = Store(Git(self.folder))
        reviews = [Review(by="carol", shown_as="carol", decision="approve", digest="sha256:x", at=at) for at in approved]
        return role_history(store, store.at("main").rulebook, reviews, now)

    def since(self, person: str, role: str = "cab", **over: Any) -> datetime | None:
        found = self.told(**over)
        assert found is not None
        return found.since.get(role, {}).get(person)


@pytest.fixture
def main(tmp_path: Path) -> Main:
    return Main(tmp_path)


def test_who_came_later_is_dated_by_the_commit_that_landed(main: Main) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS)
    main.lands(NOW - 3 * DAY, [*MEMBERS, "erin"])
    main.lands(NOW - 2 * DAY)
    main.lands(NOW - DAY, [*MEMBERS, "erin", "frank"])
    assert (main.since("erin"), main.since("frank"), main.since("carol")) == (NOW - 3 * DAY, NOW - DAY, None)


def test_the_first_roster_of_all_gives_its_people_their_roles(main: Main) -> None:
    main.lands(NOW - 2 * DAY)
    main.lands(NOW - DAY, MEMBERS)
    assert main.since("carol") is None


def test_a_roster_that_was_taken_away_and_came_back_is_not_the_first(main: Main) -> None:
    main.lands(NOW - 6 * DAY, MEMBERS)
    (main.folder / "policies/roster.yaml").unlink()
    main.lands(NOW - 4 * DAY)
    main.lands(NOW - 2 * DAY, MEMBERS)
    assert main.since("carol") == NOW - 2 * DAY


def test_who_left_and_came_back_begins_again(main: Main) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS)
    main.lands(NOW - 2 * DAY, ["dave"])
    main.lands(NOW - DAY, MEMBERS)
    assert (main.since("carol"), main.since("dave")) == (NOW - DAY, None)


def test_a_roster_nobody_can_read_interrupts_everybody(main: Main) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS)
    (main.folder / "policies/roster.yaml").write_text("kind: Roster\nspec: [\n", encoding="utf-8")
    main.lands(NOW - 2 * DAY)
    main.lands(NOW - DAY, MEMBERS)
    assert main.since("carol") == NOW - DAY


@pytest.mark.parametrize(
    ("before", "after", "begins"),
    [
        ({"github_id": 3}, {"github_id": 4}, True),
        ({"github_id": 3}, {"github_id": 3, "accounts": [{"github_id": 4}]}, True),
        ({"github_id": 3, "accounts": [{"github_id": 4}]}, {"github_id": 4}, False),
        ({"keys": ["ssh-ed25519 AAAA old"]}, {"keys": ["ssh-ed25519 AAAA new words"]}, False),
        ({"keys": ["ssh-ed25519 AAAA old"]}, {"keys": ["ssh-ed25519 BBBB old"]}, True),
        ({"kind": "agent"}, {}, True),
        ({"emails": ["c@example.com"], "name": "C"}, {"emails": ["d@example.com"], "name": "D"}, False),
    ],
)
def test_an_account_or_a_key_that_came_later_begins_again(main: Main, before: Any, after: Any, begins: bool) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS, people={"carol": before})
    main.lands(NOW - DAY, MEMBERS, people={"carol": after})
    assert main.since("carol") == (NOW - DAY if begins else None)
    assert main.since("carol", "carol") == (NOW - DAY if begins else None)


def test_a_deputy_is_dated_by_the_delegation(main: Main) -> None:
    delegation = {"from": "carol", "to": "erin", "roles": ["cab"], "start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
    main.lands(NOW - 60 * DAY, MEMBERS)
    main.lands(NOW - DAY, MEMBERS, delegations=[delegation])
    assert (main.since("erin"), main.since("carol")) == (NOW - DAY, None)


def test_a_date_set_back_gains_no_more_than_the_time_since_the_commit_before(main: Main) -> None:
    main.lands(NOW - 30 * DAY, MEMBERS)
    main.lands(NOW - 2 * DAY)
    main.lands(NOW - 25 * DAY, [*MEMBERS, "erin"])
    assert main.since("erin") == NOW - 2 * DAY


def test_a_date_from_the_future_is_now_and_moves_nobody_else(main: Main) -> None:
    main.lands(NOW - 30 * DAY, MEMBERS)
    main.lands(NOW + 400 * DAY)
    main.lands(NOW - 2 * DAY, [*MEMBERS, "erin"])
    main.lands(NOW + 5 * DAY, [*MEMBERS, "erin", "frank"])
    assert (main.since("erin"), main.since("frank"), main.since("carol")) == (NOW - 2 * DAY, NOW, None)


def test_what_stood_in_a_branch_counts_from_when_the_branch_was_merged(main: Main) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS)
    main.git("checkout", "-q", "-b", "change")
    main.lands(NOW - 30 * DAY, [*MEMBERS, "erin"])
    main.git("checkout", "-q", "main")
    main.lands(NOW - 20 * DAY)
    main.git("merge", "-q", "--no-ff", "-m", "Merge", "change", at=NOW - DAY)
    assert main.since("erin") == NOW - DAY


def test_a_shallow_clone_cannot_tell(main: Main, tmp_path: Path) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS)
    main.lands(NOW - 30 * DAY, MEMBERS)
    main.git("clone", "-q", "--depth", "1", f"file://{main.folder}", str(tmp_path / "shallow"))
    store = Store(Git(tmp_path / "shallow"))
    assert role_history(store, store.at("main").rulebook, [], NOW) is None


def test_where_no_tenure_is_asked_for_only_approvals_make_it_look(main: Main) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS, require=[{"role": "cab"}])
    assert main.told() is None
    assert main.told(NOW) == RoleHistory(known_from=NOW - 7 * DAY)
    main.lands(NOW - DAY, [*MEMBERS, "erin"], require=[{"role": "cab"}])
    found = main.told(NOW)
    assert found is not None
    assert found.since["cab"] == {"erin": NOW - DAY}


def test_it_looks_back_from_the_oldest_approval_by_the_longest_tenure(main: Main) -> None:
    main.lands(NOW - 60 * DAY, MEMBERS, require=[{"role": "cab", "tenure": "P1D"}, {"role": "ecab", "tenure": "P20D"}])
    found = main.told(NOW - 5 * DAY, NOW - 2 * DAY)
    assert found is not None
    assert found.known_from == NOW - 25 * DAY


# A commit dated right now cannot be told from one dated ahead, so every landing here lies a day back at least.
SUBSETS = st.lists(st.sampled_from(["carol", "dave", "erin"]), unique=True).map(sorted)
LANDINGS = st.lists(st.tuples(st.integers(1, 40), st.one_of(st.none(), SUBSETS)), min_size=1, max_size=6)


@given(LANDINGS)
@settings(max_examples=12)
def test_it_agrees_with_following_every_person_through_every_commit(landings: list[tuple[int, list[str] | None]]) -> None:
    with TemporaryDirectory() as folder:
        main = Main(Path(folder))
        main.lands(NOW - 50 * DAY, ["frank"])
        for ago, cab in landings:
            main.lands(NOW - ago * DAY, cab)
        found = main.told()
        assert found is not None
        for person, came in _followed(landings):
            told = found.since.get("cab", {}).get(person, found.known_from)
            assert told == came or (told <= found.known_from and came <= found.known_from), (person, landings)


def _followed(landings: list[tuple[int, list[str] | None]]) -> Iterator[tuple[str, datetime]]:
    """Everybody in the CAB at the end, and when they came for the last time; a commit lands no earlier than the one before."""
    came: dict[str, datetime] = {"frank": NOW - 50 * DAY}
    landed = NOW - 50 * DAY
    for ago, cab in landings:
        landed = max(landed, NOW - ago * DAY)
        if cab is not None:
            came = {person: came.get(person, landed) for person in cab}
    yield from came.items()
