"""Facts never lose their force: keys leave, signatures become required, clocks were fixed; what was started stays started."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from changeflow.gate_cases.release_facts import release_facts
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import Body, LedgerEntry, ReleaseBody
from changeflow.release import state_machine as machine
from changeflow.release.ending import finished_changes
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch, Signer
from tests import dates
from tests.repositories import BRANCH, Keys, make_keys

from .building import ID as BUILT
from .building import Writer, change, writer
from .site import ID, Site, checked_step, git

OTHER = "CHG-20261122-other"
PEOPLE = ("bob", "carol", "erin")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), (*PEOPLE, "mallory"))


def roster(keys: Keys, **holders: str) -> str:
    """People and whose key each of them lists; a person with no key name is no longer there."""
    listed = {name: name for name in PEOPLE} | holders
    people = {"alice": {"emails": ["alice@example.com"]}} | {name: {"keys": [keys.line(key)]} for name, key in listed.items() if key}
    document = {"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}, "spec": {"people": people}}
    return json.dumps(document)


def config(**spec: bool) -> str:
    return json.dumps({"apiVersion": "changeflow/v1", "kind": "Config", "metadata": {"id": "c"}, "spec": spec})


@pytest.fixture
def made(tmp_path: Path, keys: Keys) -> Callable[..., Site]:
    def make(**spec: bool) -> Site:
        site = Site.at(tmp_path / "repo", **{"changeflow.yaml": config(**spec), "policies/roster.yaml": roster(keys)})
        site.change(steps=[checked_step("one")], verification=[])
        site.change(OTHER, steps=[checked_step("other")], verification=[])
        return site

    return make


def acts(site: Site, keys: Keys, who: str, verb: str, *arguments: str, change: str = ID, **environment: str):
    return site.cli(
        "release", verb, change, "--format", "json", "--as", who, *arguments, CHANGEFLOW_KEY=str(keys.files[who]), **environment
    )


def append(site: Site, body: Body, *, change: str = ID, signer: Signer | None = None, at: datetime | None = None) -> None:
    """An entry by hand, from a program that asks for nothing."""
    ledger = LedgerBranch(Git(site.root), BRANCH)
    now = dates.instant()
    draft = Draft(change=change, body=body, at=at or now, recorded_at=at or now)
    ledger.append(draft, expected_head=ledger.read().head, signer=signer)


def line(event: str, **words: object) -> ReleaseBody:
    return ReleaseBody.model_validate({"event": event, "run": "r1", "digest": "sha256:" + "c" * 64, **words})


@pytest.mark.parametrize("later", [{"bob": "mallory"}, {"bob": ""}], ids=["another key", "left"])
def test_a_release_whose_key_has_left_the_roster_is_not_run_again(made, keys, later):
    site = made(require_signatures=True)
    assert acts(site, keys, "bob", "run").code == 0
    site.write("policies/roster.yaml", roster(keys, **later))
    site.commit("bob has another key, or none")
    assert site.release("status").answer["state"] == "implemented"
    again = acts(site, keys, "erin", "run")
    assert (again.code, again.answer["state"]) == (0, "implemented")
    assert "nothing was run" in again.answer["message"]
    assert site.marks == ["implementation/0 one"]


def test_a_release_from_before_signatures_were_required_is_not_run_again_and_frees_what_it_held(made, keys):
    site = made(require_signatures=False)
    assert site.release("run").code == 0
    site.write("changeflow.yaml", config(require_signatures=True))
    site.commit("signatures from now on")
    assert acts(site, keys, "erin", "run").answer["message"].endswith("nothing was run")
    assert acts(site, keys, "erin", "run", change=OTHER).code == 0
    assert site.marks == ["implementation/0 one", "implementation/0 other"]


def test_a_failed_rollback_holds_the_environment_when_the_key_of_its_driver_has_left(made, keys):
    site = made(require_signatures=True)
    site.write(f"changes/{ID}/rfc.yaml", "")
    site.change(steps=[checked_step("one", "fail")], rollback=[checked_step("undo", "fail")])
    assert acts(site, keys, "bob", "run").answer["state"] == "rollback_failed"
    site.write("policies/roster.yaml", roster(keys, bob="mallory"))
    site.commit("bob has a new key")
    refused = acts(site, keys, "erin", "run", change=OTHER)
    assert (refused.code, f"the release of {ID} holds" in refused.answer["message"]) == (1, True)
    note = ("--resolved", "--note", "Restored by hand")
    assert acts(site, keys, "carol", "confirm", *note).code == 0
    assert acts(site, keys, "erin", "run", change=OTHER).code == 0


def test_a_release_under_a_fixed_clock_that_was_allowed_then_is_not_run_again(made, keys):
    site = made(allow_simulated_clock=True)
    now = f"{dates.instant() + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    assert acts(site, keys, "bob", "run", "--now", now).code == 0
    site.write("changeflow.yaml", config(allow_simulated_clock=False))
    site.commit("the real clock from now on")
    assert acts(site, keys, "bob", "run").answer["message"].endswith("nothing was run")
    assert site.marks == ["implementation/0 one"]


@pytest.mark.parametrize("event", ["finished", "resolved"])
def test_an_unsigned_line_frees_no_environment_that_a_signed_one_holds(made, keys, event):
    site = made(require_signatures=True)
    site.write(f"changes/{ID}/rfc.yaml", "")
    site.change(steps=[checked_step("one", "fail")], rollback=[checked_step("undo", "fail")])
    assert acts(site, keys, "bob", "run").answer["state"] == "rollback_failed"
    append(site, line(event, by="carol" if event == "resolved" else None, state="rolled_back"))
    refused = acts(site, keys, "erin", "run", change=OTHER)
    assert (refused.code, f"the release of {ID} holds" in refused.answer["message"]) == (1, True)


def test_a_word_in_the_name_of_a_person_with_a_key_frees_nothing_without_a_signature(made, keys):
    site = made(require_signatures=False)
    append(site, line("started", environments=("production",)), change=OTHER)
    append(site, line("resolved", by="carol", state="rolled_back"), change=OTHER)
    assert acts(site, keys, "bob", "run").code == 1
    append(site, line("resolved", by="carol", state="rolled_back", note="really"), change=OTHER, signer=keys.signer("carol"))
    assert acts(site, keys, "bob", "run").code == 0


def test_a_forged_start_without_a_signature_blocks_and_opens_nothing(made, keys):
    site = made(require_signatures=True)
    append(site, line("started", environments=("production",)))
    append(site, line("finished", state="implemented"))
    assert acts(site, keys, "bob", "run").code == 1
    close = site.cli("gate", "close", ID, "--format", "json").answer
    assert "release.unproven" in {reason["reason_code"] for reason in close["reasons"]}
    assert site.marks == []


# -- the pure part -------------------------------------------------------------------------------------------------------


def unproven(entries: list[LedgerEntry], *places: int) -> list[LedgerEntry]:
    return [entry.model_copy(update={"proven": place not in places}) for place, entry in enumerate(entries)]


def ended(state: str = "implemented") -> Writer:
    return writer(change())("started").did("implementation/0")("finished", state=state)


def test_a_line_that_is_not_proven_after_a_start_that_is_stops_the_release():
    journal = writer(change())("started").did("implementation/0")
    following = machine.next_action(journal.plan, unproven(journal.entries, 2))
    assert isinstance(following, machine.Broken)
    assert "not signed" in following.reason


def test_a_journal_that_is_not_proven_from_its_start_on_binds_as_it_stands():
    journal = ended()
    assert machine.next_action(journal.plan, unproven(journal.entries, 0, 1, 2, 3)) == machine.Nothing("implemented", resolved=False)


def test_other_changes_rest_only_on_an_end_that_is_proven():
    entries = ended().entries
    assert finished_changes(entries) == {BUILT: "implemented"}
    assert finished_changes(unproven(entries, 3)) == {}


def test_an_end_that_is_not_proven_does_not_end_a_release_whose_start_is():
    facts = release_facts(change(), unproven(ended().entries, 3))
    assert (facts.state, facts.proven) == ("implementing", True)
    facts = release_facts(change(), unproven(ended().entries, 0, 3))
    assert (facts.state, facts.proven) == ("implemented", False)


def test_git_says_the_same_in_every_clone(made, keys, tmp_path):
    site = made(require_signatures=True)
    assert acts(site, keys, "bob", "run").code == 0
    site.write("policies/roster.yaml", roster(keys, bob="mallory"))
    site.commit("bob has a new key")
    git(tmp_path, "clone", "-q", str(site.root), str(tmp_path / "clone"))
    clone = Site(tmp_path / "clone")
    assert clone.release("status").answer["state"] == "implemented"
