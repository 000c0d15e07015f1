"""What is remembered of the ledger opens and shuts nothing: every answer is that of a reading of all of it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.ledger import chain
from changeflow.reading.view import locate
from changeflow.repo.index_store import FILE
from changeflow.repo.ledger_branch import LedgerBranch
from changeflow.repo.signature_verifier import SshVerifier
from tests.examples import seeds
from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, Office, SignedOffice

LEDGER = "refs/heads/changeflow/ledger"
OTHER = "CHG-20261121-cache"
THIRD = "CHG-20261121-queue"
NAMES = (CHANGE, OTHER, THIRD)
COMMANDS = (
    ("gate", "approve", CHANGE), ("gate", "approve", OTHER), ("gate", "deploy", CHANGE), ("gate", "submit", THIRD),
    ("assess", CHANGE), ("assess", OTHER), ("list",), ("schedule", "--from", BEFORE, "--to", AFTER), ("gate", "close", CHANGE),
)  # fmt: skip


@pytest.fixture(params=[Office, SignedOffice])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    found: Office = request.param(tmp_path / "shop")
    for name in NAMES[:2]:
        found.ask(name)
    return found


def index_of(office: Office) -> Path:
    return office.root / ".git" / "changeflow" / FILE


def same(office: Office, command: tuple[str, ...], now: str) -> None:
    asked = (*command, "--now", now, "--format", "json")
    remembered, read = office.say(*asked), office.say(*asked, CHANGEFLOW_INDEX="off")
    assert remembered == read, command


# -- what happens to a ledger ----------------------------------------------------------------------


def _approve(office: Office, dice: random.Random) -> None:
    office.say("approve", dice.choice(NAMES), "--as", dice.choice(["carol", "dave", "erin"]), "--comment", "Fine", "--now", BEFORE)


def _reject(office: Office, dice: random.Random) -> None:
    office.say("reject", dice.choice(NAMES), "--as", dice.choice(["carol", "dave"]), "--comment", "No", "--now", BEFORE)


def _release(office: Office, dice: random.Random) -> None:
    office.released(dice.choice(NAMES))


def _edit(office: Office, dice: random.Random) -> None:
    office.ask(dice.choice(NAMES), title=f"Title {dice.random()}", reason=f"Reason {dice.random()} for this change")


def _set_back(office: Office, _: random.Random) -> None:
    """The ledger loses its newest entry."""
    if _length(office) > 1:
        office.git("update-ref", LEDGER, f"{LEDGER}~1")


def _forget_anchor(office: Office, _: random.Random) -> None:
    for anchor in (office.root / ".git/changeflow").glob("seen-*"):
        anchor.unlink()


def _length(office: Office) -> int:
    done = subprocess.run(["git", "rev-list", "--count", LEDGER], cwd=office.root, capture_output=True, text=True, check=False)
    return int(done.stdout or 0)


def _other_committer(office: Office, _: random.Random) -> None:
    """The newest entry is committed again, by another person."""
    if _length(office) < 2:
        return
    tree = office.git("rev-parse", f"{LEDGER}^{{tree}}").strip()
    who = ["-c", "user.name=Mallory", "-c", "user.email=mallory@example.com"]
    commit = office.git(*who, "commit-tree", tree, "-p", f"{LEDGER}~1", "-m", "again").strip()
    office.git("update-ref", LEDGER, commit)


def _edit_entry(office: Office, dice: random.Random) -> None:
    """The newest entry says something else."""
    if _length(office) < 1:
        return
    listed = office.git("ls-tree", "-r", LEDGER).splitlines()
    facts, path = dice.choice(listed).split("\t")
    data = office.git("cat-file", "blob", facts.split()[2]).replace('"sig"', '"sIg"').replace("payloadType", "payloadtype")
    done = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=office.root, input=data, capture_output=True, text=True, check=True
    )
    scratch = {**os.environ, "GIT_INDEX_FILE": str(office.root / ".git/scratch")}
    for words in (["read-tree", LEDGER], ["update-index", "--cacheinfo", f"100644,{done.stdout.strip()},{path}"]):
        subprocess.run(["git", *words], cwd=office.root, env=scratch, check=True)
    tree = subprocess.run(["git", "write-tree"], cwd=office.root, env=scratch, capture_output=True, text=True, check=True)
    who = ["-c", "user.name=M", "-c", "user.email=m@example.com"]
    commit = office.git(*who, "commit-tree", tree.stdout.strip(), "-p", LEDGER, "-m", "edited").strip()
    office.git("update-ref", LEDGER, commit)


def _people(office: Office, dice: random.Random) -> None:
    """A person's key or address goes, or comes back."""
    path = office.root / "policies/roster.yaml"
    kept = office.root.parent / "roster"
    if kept.exists() and dice.random() < 0.7:
        path.write_text(kept.read_text(encoding="utf-8"), encoding="utf-8")
    else:
        kept.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        roster = json.loads(path.read_text(encoding="utf-8"))
        person = roster["spec"]["people"]["carol"]
        person.pop("keys", None)
        person["emails"] = ["carol.new@example.com"]
        path.write_text(json.dumps(roster), encoding="utf-8")
    office.say("check")
    office.commit("people")


def _harm_index(office: Office, dice: random.Random) -> None:
    path = index_of(office)
    if path.exists():
        harms: list[Callable[[], object]] = [
            path.unlink,
            lambda: os.truncate(path, path.stat().st_size // 2),
            lambda: path.write_bytes(b"none"),
            lambda: _old_records(path, dice),
        ]
        dice.choice(harms)()


def _old_records(path: Path, dice: random.Random) -> None:
    """Records that were true some time ago come back, one by one."""
    old = path.with_name("old")
    if old.exists() and dice.random() < 0.7:
        with sqlite3.connect(path) as file:
            file.execute("ATTACH ? AS old", (str(old),))
            spaces = [space for (space,) in file.execute("SELECT DISTINCT space FROM old.records")]
            file.execute("INSERT OR REPLACE INTO records SELECT * FROM old.records WHERE space = ?", (dice.choice(spaces),))
        file.close()
    else:
        shutil.copy(path, old)


STEPS: tuple[Callable[[Office, random.Random], None], ...] = (
    _approve, _approve, _approve, _reject, _release, _edit, _set_back, _forget_anchor, _other_committer, _edit_entry, _people,
    _harm_index, _harm_index,
)  # fmt: skip


@pytest.mark.parametrize("seed", seeds(0, 1, 2))
def test_every_answer_is_that_of_reading_all_of_the_ledger(seed: int, office: Office) -> None:
    dice = random.Random(seed)  # noqa: S311
    _approve(office, dice)
    for _ in range(12):
        dice.choice(STEPS)(office, dice)
        for _ in range(2):
            same(office, dice.choice(COMMANDS), dice.choice([BEFORE, INSIDE]))


# -- one by one ------------------------------------------------------------------------------------


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Readings of the whole ledger, by the change that they were for."""
    found: list[str | None] = []
    read = LedgerBranch.read

    def watched(self: LedgerBranch, *, only: str | None = None, fetch: bool = False, again: bool = True) -> object:
        found.append(only)
        return read(self, only=only, fetch=fetch, again=again)

    monkeypatch.setattr(LedgerBranch, "read", watched)
    return found


def test_a_ledger_that_was_read_is_not_read_again_for_any_change(office: Office, readings: list[str | None]) -> None:
    office.approved()
    office.say("gate", "approve", CHANGE, "--now", BEFORE)
    readings.clear()
    for name in NAMES[:2]:
        office.say("gate", "approve", name, "--now", BEFORE)
        office.say("assess", name, "--now", BEFORE)
    assert readings == []


def test_an_answer_about_some_changes_reads_those_of_another_one_alone(office: Office, readings: list[str | None]) -> None:
    for name in NAMES[:2]:
        office.approved(name)
    office.say("gate", "approve", CHANGE, "--now", BEFORE)
    readings.clear()
    base = locate(office.root).of_base()
    some = base.for_some(frozenset([CHANGE])).ledger.evidence(base.base, "")
    told = some.of_change(OTHER)
    assert readings == []
    assert told == tuple(one for one in some.entries if one.change == OTHER)
    assert readings != []


def test_entries_of_another_change_that_are_not_as_they_were_have_all_of_the_ledger_read(
    office: Office, readings: list[str | None]
) -> None:
    for name in NAMES[:2]:
        office.approved(name)
    office.say("gate", "approve", CHANGE, "--now", BEFORE)
    with contextlib.closing(sqlite3.connect(index_of(office))) as index, index:
        assert index.execute("DELETE FROM records WHERE name = ?", (OTHER,)).rowcount
    readings.clear()
    base = locate(office.root).of_base()
    some = base.for_some(frozenset([CHANGE])).ledger.evidence(base.base, "")
    told = some.of_change(OTHER)
    assert told
    assert told == tuple(one for one in some.entries if one.change == OTHER)
    assert readings != []


def test_entries_that_came_since_are_read_alone(office: Office, readings: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    office.opinion("approve", "carol")
    office.say("gate", "approve", CHANGE, "--now", BEFORE)
    words = ("approve", CHANGE, "--as", "dave", "--comment", "Fine", "--now", BEFORE)
    office.say(*words, CHANGEFLOW_INDEX="off")
    readings.clear()
    places: list[int] = []
    read = chain.read

    def watched(files: list[tuple[str, bytes]], **more: object) -> object:
        places.append(len(files))
        return read(files, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(chain, "read", watched)
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    assert readings == []
    assert places == [1]


def test_the_signatures_of_the_change_in_question_are_checked_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = SignedOffice(tmp_path / "shop")
    office.ask()
    office.approved()
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    checked: list[int] = []
    reread = LedgerBranch.reread

    def watched(self: LedgerBranch, places: list[object], only: str | None) -> object:
        checked.append(len(places))
        return reread(self, places, only)  # type: ignore[arg-type]

    monkeypatch.setattr(LedgerBranch, "reread", watched)
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    assert max(checked) >= 2
    asked: list[object] = []
    check = SshVerifier.__call__

    def listened(self: SshVerifier, signed: list[object]) -> object:
        asked.extend(signed)
        return check(self, signed)  # type: ignore[arg-type]

    monkeypatch.setattr(SshVerifier, "__call__", listened)
    office.say("gate", "approve", CHANGE, "--now", BEFORE)
    assert len(asked) >= 2


def test_a_key_that_was_taken_away_opens_nothing_that_is_remembered(tmp_path: Path) -> None:
    office = SignedOffice(tmp_path / "shop")
    office.ask()
    office.opinion("approve", "carol")
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    _people(office, random.Random(1))  # noqa: S311
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1


def test_what_counted_by_earlier_rules_counts_no_more_because_it_is_remembered(tmp_path: Path) -> None:
    office = Office(tmp_path / "shop")
    office.ask()
    office.approved()
    assert office.released().code == 0
    office.ask(OTHER, depends_on=[CHANGE])
    before = office.say("gate", "deploy", OTHER, "--now", INSIDE, "--format", "json")
    assert "dependency.not_implemented" not in before.out
    office.say("gate", "approve", OTHER, "--now", INSIDE)
    config = json.loads((office.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["allow_simulated_clock"] = False
    office.write("changeflow.yaml", config)
    office.commit("Real clocks alone")
    # What was recorded by a fixed clock is no moment that a decision could come too early for.
    for moment in (BEFORE, INSIDE):
        for gate in ("approve", "deploy"):
            same(office, ("gate", gate, OTHER), moment)


def test_an_index_of_another_repository_says_nothing_about_this_one(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, other = Office(tmp_path / "one" / "shop"), Office(tmp_path / "two" / "shop")
    for office in (one, other):
        office.ask()
    one.approved()
    other.opinion("reject", "dave")
    assert one.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    assert other.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1
    kept = tmp_path / "kept"
    index_of(one).rename(kept)
    index_of(other).rename(index_of(one))
    kept.rename(index_of(other))
    assert one.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    assert other.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1


def test_a_veto_cannot_be_hidden_by_older_records(office: Office) -> None:
    office.approved()
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    old = index_of(office).read_bytes()
    office.opinion("reject", "dave")
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1
    index_of(office).write_bytes(old)
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1


def test_a_record_of_the_change_that_is_older_than_the_rest_hides_no_veto(office: Office) -> None:
    office.approved()
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    shutil.copy(index_of(office), office.root.parent / "old")
    office.opinion("reject", "dave")
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1
    with sqlite3.connect(index_of(office)) as file:
        file.execute("ATTACH ? AS old", (str(office.root.parent / "old"),))
        file.execute("INSERT OR REPLACE INTO records SELECT * FROM old.records WHERE name = ?", (CHANGE,))
    file.close()
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1


def test_a_ledger_that_was_set_back_together_with_the_index_is_found_cut_short(office: Office) -> None:
    office.approved()
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 0
    before, old = office.git("rev-parse", LEDGER).strip(), index_of(office).read_bytes()
    office.opinion("reject", "dave")
    office.git("update-ref", LEDGER, before)
    index_of(office).write_bytes(old)
    said = office.say("gate", "approve", CHANGE, "--now", BEFORE)
    assert said.code == 4
    assert "set back or rewritten" in said.out


def test_ledger_verify_reads_everything_whatever_is_remembered(office: Office, readings: list[str | None]) -> None:
    office.approved()
    office.say("gate", "approve", CHANGE, "--now", BEFORE)
    readings.clear()
    office.say("ledger", "verify")
    assert readings
