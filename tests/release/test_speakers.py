"""What is said of a release in a person's name: only what comes from that person, by a key or, without one, by a commit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.ledger.keyring import key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.clock import Clock
from changeflow.model.evidence import ReleaseBody
from changeflow.model.people import Person
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from tests import dates
from tests.git_isolation import fresh_git, keys
from tests.release.site import ID, ROSTER, Done, Site, git, run_step
from tests.repositories import BRANCH, Keys

__all__ = ["fresh_git", "keys"]

STEPS = [run_step("one"), {"name": "Look at it", "manual": "Carol looks at the numbers"}, run_step("two")]
ROLLBACK = {"trigger": "Anything odd", "limit": "PT10M", "steps": [run_step("back")]}


@dataclass
class Keyed:
    """A site where carol and dave have keys, and alice, bob and erin have none."""

    site: Site
    keys: Keys

    def __call__(self, verb: str, *arguments: str, key: str = "", **environment: str) -> Done:
        held = {"CHANGEFLOW_KEY": str(self.keys.files[key])} if key else {}
        return self.site.cli("release", verb, ID, "--format", "json", *arguments, **held, **environment)

    @property
    def waiting(self) -> str:
        found: str = self("status").answer["waiting_for"]
        return found

    def append(self, body: ReleaseBody, key: str = "") -> None:
        """What another tool can do that may push to the ledger."""
        ring = key_ring({name: Person(keys=(self.keys.line(name),)) for name in ("carol", "dave")})
        branch = LedgerBranch(Git(self.site.root), BRANCH, ring=ring)
        last = branch.read().entries[-1]
        clock = Clock(last.at, last.recorded_at)
        draft = Draft(change=ID, body=body, at=clock.now, recorded_at=clock.real)
        branch.append_deciding(lambda _: draft, signer=self.keys.signer(key) if key else None)

    def like_the_last(self, **words: Any) -> ReleaseBody:
        body = LedgerBranch(Git(self.site.root), BRANCH).read().entries[-1].body
        assert isinstance(body, ReleaseBody)
        return ReleaseBody(**{"run": body.run, "digest": body.digest, **words})

    def verified(self) -> list[str]:
        said = self.site.cli("ledger", "verify", "-f", "json")
        return [f"{one['path'][-22:]} {one['rule']}" for one in json.loads(said.out)["problems"]]


def make(folder: Path, keys: Keys, **config: Any) -> Keyed:
    lines = "".join(f"    {name}: {{emails: [{name}@example.com], keys: ['{keys.line(name)}']}}\n" for name in ("carol", "dave"))
    roster = ROSTER.replace("    carol: {emails: [carol@example.com]}\n", lines + "    erin: {emails: [erin@example.com]}\n")
    spec = {"allow_simulated_clock": True, **config}
    document = {"apiVersion": "changeflow/v1", "kind": "Config", "metadata": {"id": "c"}, "spec": spec}
    site = Site.at(folder, **{"policies/roster.yaml": roster, "changeflow.yaml": json.dumps(document)})
    site.change(steps=STEPS, verification=[], rollback=ROLLBACK)
    return Keyed(site, keys)


@pytest.fixture
def keyed(tmp_path: Path, keys: Keys) -> Keyed:
    return make(tmp_path / "site", keys)


@pytest.fixture
def waiting(keyed: Keyed) -> Keyed:
    assert keyed("run", "--as", "bob").answer["waiting_for"] == "implementation/1"
    return keyed


# -- the command line ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "key", "environment", "says"),
    [
        (("confirm", "--as", "carol"), "", {}, "carol speaks by a key of theirs, and no key is at hand"),
        (("confirm", "--as", "carol"), "dave", {}, "is not listed for carol"),
        (("confirm", "--as", "carol", "--failed"), "mallory", {}, "is not listed for carol"),
        (("rollback", "--as", "carol"), "dave", {}, "is not listed for carol"),
        (("confirm", "--as", "carol", "--resolved", "-m", "Done by hand"), "dave", {}, "is not listed for carol"),
        (("confirm", "--as", "erin"), "", {"GIT_COMMITTER_EMAIL": "bob@example.com"}, "git commits here as bob@example.com (bob)"),
        (("rollback", "--as", "erin"), "carol", {"GIT_COMMITTER_EMAIL": "x@y.org"}, "`git config user.email erin@example.com`"),
    ],
)
def test_nothing_is_recorded_in_the_name_of_somebody_else(
    waiting: Keyed, arguments: tuple[str, ...], key: str, environment: dict[str, str], says: str
) -> None:
    before = waiting.site.events()
    done = waiting(*arguments, key=key, **environment)
    assert (done.code, says in done.err) == (1, True), done.err
    assert waiting.site.events() == before
    assert waiting.waiting == "implementation/1"


@pytest.mark.parametrize(("person", "key"), [("carol", "carol"), ("erin", "")])
def test_a_person_confirms_with_a_key_of_theirs_or_without_one_by_a_commit(waiting: Keyed, person: str, key: str) -> None:
    assert waiting("confirm", "--as", person, key=key).code == 0
    assert waiting("resume").answer["state"] == "implemented"
    assert waiting.verified() == []


def test_where_signatures_are_required_a_person_without_a_key_says_nothing(tmp_path: Path, keys: Keys) -> None:
    keyed = make(tmp_path / "strict", keys, require_signatures=True)
    assert keyed("run", key="dave").answer["waiting_for"] == "implementation/1"
    done = keyed("confirm", "--as", "erin", key="dave")
    assert (done.code, "the roster lists no key for erin" in done.err) == (1, True)
    assert keyed("confirm", "--as", "carol", key="carol").code == 0


def test_who_starts_a_release_and_cannot_prove_it_is_recorded_as_unknown(keyed: Keyed) -> None:
    done = keyed("run", "--as", "carol")
    assert "recorded as unknown: carol speaks by a key of theirs" in done.err
    assert "nothing was recorded" not in done.err
    started = next(entry.body for entry in LedgerBranch(Git(keyed.site.root), BRANCH).read().entries if entry.kind == "release")
    assert isinstance(started, ReleaseBody)
    assert started.by is None
    assert keyed.verified() == []


@pytest.mark.parametrize(("person", "key", "by"), [("bob", "", "bob"), ("dave", "dave", "dave"), (None, "dave", "dave"), (None, "", None)])
def test_who_starts_a_release_is_known_by_a_key_or_a_commit(keyed: Keyed, person: str | None, key: str, by: str | None) -> None:
    keyed("run", *(("--as", person) if person else ()), key=key)
    started = next(entry for entry in LedgerBranch(Git(keyed.site.root), BRANCH).read().entries if entry.kind == "release")
    assert started.speaker == by


def test_a_policy_sees_who_is_proven_to_start_it(tmp_path: Path, keys: Keys) -> None:
    keyed = make(tmp_path / "site", keys)
    rule = {"id": "bob", "assert": 'evidence.deployer.id == "bob"', "message": "Bob starts it"}
    policy = {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "deploy"}, "spec": {"gate": "deploy", "rules": [rule]}}
    keyed.site.write("policies/deploy.yaml", json.dumps(policy))
    keyed.site.commit("Bob alone")
    assert keyed("run", "--as", "bob", GIT_COMMITTER_EMAIL="erin@example.com").answer["state"] == "refused"
    assert keyed("run", "--as", "bob").answer["state"] == "implementing"


# -- what another tool appended --------------------------------------------------------------------------------------------------


FORGED: list[tuple[str, Callable[[Keyed], None]]] = [
    ("unsigned", lambda keyed: keyed.append(_confirmed(keyed, "carol"))),
    ("signed by another", lambda keyed: keyed.append(_confirmed(keyed, "carol"), "dave")),
    ("by nobody", lambda keyed: keyed.append(_confirmed(keyed, None))),
    ("committed by another", lambda keyed: keyed.append(_confirmed(keyed, "erin"))),
    ("a stranger", lambda keyed: keyed.append(_confirmed(keyed, "zoe"))),
    ("a rollback", lambda keyed: keyed.append(keyed.like_the_last(event="rolling_back", by="carol"), "dave")),
]


def _confirmed(keyed: Keyed, by: str | None) -> ReleaseBody:
    return keyed.like_the_last(event="confirmed", phase="implementation", index=1, key="implementation/1", outcome="done", by=by)


@pytest.mark.parametrize("forge", [story for _, story in FORGED], ids=[name for name, _ in FORGED])
def test_what_another_tool_appended_in_the_name_of_a_person_is_not_heard(waiting: Keyed, forge: Callable[[Keyed], None]) -> None:
    forge(waiting)
    assert waiting.waiting == "implementation/1"
    assert waiting("resume").answer["state"] == "implementing"
    assert [problem.split()[1] for problem in waiting.verified()] == ["ledger-speaker"]
    assert waiting("confirm", "--as", "carol", key="carol").code == 0
    assert waiting("resume").answer["state"] == "implemented"


def test_a_word_that_was_theirs_then_stays_theirs(waiting: Keyed, keys: Keys) -> None:
    """Erin has no key when she confirms, gets one later, and leaves: nothing of that changes what was said."""
    assert waiting("confirm", "--as", "erin").code == 0
    assert waiting("resume").answer["state"] == "implemented"
    text = (waiting.site.root / "policies/roster.yaml").read_text(encoding="utf-8")
    for hours, (old, new) in enumerate((
        ("    erin: {emails: [erin@example.com]}\n", f"    erin: {{emails: [e@example.org], keys: ['{keys.line('mallory')}']}}\n"),
        ("    erin: {emails: [e@example.org], keys: ['" + keys.line("mallory") + "']}\n", ""),
    ), 1):  # fmt: skip
        text = text.replace(old, new)
        waiting.site.write("policies/roster.yaml", text)
        later = dates.instant() + timedelta(hours=hours)
        git(waiting.site.root, "add", "-A")
        git(waiting.site.root, "commit", "-qm", "Erin has a key, and leaves", GIT_COMMITTER_DATE=later.isoformat())
        assert waiting("status").answer["state"] == "implemented"
        assert waiting("run").answer["message"].startswith("released already")
        assert waiting.verified() == []


def test_a_claim_hangs_on_words_about_another_change_that_are_checked_too(waiting: Keyed) -> None:
    """Nobody but the person themselves frees an environment, whichever change is asked about."""
    git(waiting.site.root, "log", "-1", BRANCH)
    waiting.append(waiting.like_the_last(event="finished", state="rollback_failed"))
    waiting.append(waiting.like_the_last(event="resolved", state="rollback_failed", by="carol"), "dave")
    other = waiting.site.change("CHG-20261122-other", steps=[run_step("x")], verification=[])
    shut = waiting.site.cli("gate", "deploy", other)
    assert ID in shut.out
    assert shut.code == 1


def test_a_person_whose_first_address_is_another_s_too_is_told_one_that_is_theirs_alone(tmp_path):
    roster = ROSTER.replace("carol: {emails: [carol@example.com]}", "carol: {emails: [bob@example.com, carol@work.example]}")
    site = Site.at(tmp_path / "shared", **{"policies/roster.yaml": roster})
    site.change()
    done = site.cli("approve", ID, "--as", "carol", GIT_COMMITTER_NAME="bob", GIT_COMMITTER_EMAIL="bob@example.com")
    assert (done.code, "git config user.email carol@work.example" in done.err) == (1, True), done.err
