"""The corpus of tampering: every kind is found and rightly named by `ledger verify` and by the second verifier, no honest twin is accused.

`make tamper` runs 1,000 random bit flips as well, over blobs, trees, commits, refs and checkpoints.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hosts.office import Office, call
from tests.ledger import second_verifier
from tests.ledger.flips import BitFlips
from tests.ledger.tampering import ID, Ledger, tampered
from tests.repositories import BRANCH, Keys, Repo, make_keys

CASES = sorted((Path(__file__).parent / "tamper").glob("*.yaml"))
# every sixth kind in the suite, all of them for `make tamper`
SOME = CASES if "CHANGEFLOW_TAMPER_ALL" in os.environ else CASES[::6]
# rules about what entries mean, for which a case is not made
MEANING = {"ledger-journal", "ledger-undecided", "ledger-speaker", "ledger-ahead"}


class Desk:
    """A repository with a roster whose ledger is written by a case, and both verifiers."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.keys = keys
        self.office = Office(folder / "office", keys, repository=ID)
        self.allowed = folder / "allowed_signers"
        self.allowed.write_text("".join(f'{name} namespaces="changeflow" {keys.line(name)}\n' for name in ("carol", "dave")), encoding="ascii")
        self.note = folder / "seen.note"

    @property
    def repo(self) -> Repo:
        return self.office.repo

    def judged(self, ledger: Ledger, capfd: Any, *, checkpoint: bool) -> tuple[set[str], set[str]]:
        """The rules that changeflow names, and those that the second verifier names."""
        shutil.rmtree(self.repo.path / ".git" / "changeflow", ignore_errors=True)
        ledger.write(self.repo)
        self.note.write_bytes(ledger.note)
        more = ["--checkpoint", str(self.note)] if checkpoint else []
        said = call(capfd, "--repo", str(self.repo.path), "ledger", "verify", "--format", "json", "--witness-key", ledger.key, *more)
        ours = {problem["rule"] for problem in said.json["problems"]} - MEANING
        assert said.code == (1 if said.json["problems"] else 0)
        others = second_verifier.verify(str(self.repo.path), str(self.allowed), BRANCH, ID, [str(self.note)] if checkpoint else [])
        return ours, {rule for rule, _ in others} - MEANING


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), ("carol", "dave", "erin", "mallory"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, people: Keys) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"), people)


@pytest.fixture(scope="module")
def honest(people: Keys) -> dict[bool, Ledger]:
    return {signed: Ledger.honest(people, signed=signed) for signed in (True, False)}


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
def test_it_is_found_and_rightly_named_and_its_twin_is_not_accused(path: Path, desk: Desk, honest: dict[bool, Ledger], capfd: Any) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    signed, checkpoint = case.get("signed", True), case.get("checkpoint", False)
    twin = desk.judged(tampered(honest[signed].copy(), case["twin"]), capfd, checkpoint=checkpoint)
    assert twin == (set(), set())
    ours, others = desk.judged(tampered(honest[signed].copy(), case["steps"]), capfd, checkpoint=checkpoint)
    assert sorted(ours) == sorted(case["found"])
    assert sorted(others) == sorted(case.get("second", case["found"]))


def test_there_are_forty_kinds_and_more() -> None:
    assert len(CASES) >= 40


def test_a_bit_that_flips_anywhere_is_found(tmp_path: Path, people: Keys, honest: dict[bool, Ledger]) -> None:
    """A fixed selection; `python -m tests.ledger.flips` takes 1,000."""
    flips = BitFlips(tmp_path, people, honest[True])
    missed = [flip for flip in flips.some(random.Random(4), 12) if not flips.is_found(flip)]  # noqa: S311 - chance for a test
    assert missed == []


def test_the_second_verifier_stands_alone(desk: Desk, honest: dict[bool, Ledger]) -> None:
    shutil.rmtree(desk.repo.path / ".git" / "changeflow", ignore_errors=True)
    honest[True].copy().write(desk.repo)
    script = Path(second_verifier.__file__)
    assert "changeflow" not in {line.split()[1].split(".")[0] for line in script.read_text(encoding="utf-8").splitlines() if line.startswith(("import ", "from "))}
    done = subprocess.run([sys.executable, "-I", str(script), str(desk.repo.path), str(desk.allowed), "--repository", ID], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
