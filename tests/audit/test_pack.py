"""The folder of a sampled change can be checked with sha256sum and ssh-keygen alone, by the commands that it prints."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.audit.world import DUTIES, OPEN, URGENT, audited_office
from tests.register.office import CHANGE, SignedOffice

GOOD = re.compile(r'Good "changeflow" signature for (\w+) with ED25519 key')


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SignedOffice:
    return audited_office(tmp_path_factory.mktemp("packs") / "shop")


@pytest.fixture(scope="module")
def audit(office: SignedOffice) -> Path:
    said = office.say("audit", "--out", "../audit", "--seed", "a day", "--now", DUTIES)
    assert said.code == 1, said.err
    return office.root.parent / "audit"


@pytest.fixture
def pack(audit: Path, tmp_path: Path) -> Path:
    """The folder of a change, alone in an empty folder: no repository, no changeflow."""
    shutil.copytree(audit / "samples" / CHANGE, tmp_path / "pack")
    return tmp_path / "pack"


def printed(text: str) -> list[str]:
    """The commands that a README prints, each as one line."""
    joined = re.sub(r" \\\n +", " ", text)
    return [line.strip() for line in joined.splitlines() if line.startswith("      ")]


def typed(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """What a shell says to a command, with nothing of this project on its way."""
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})


def test_every_printed_command_says_what_is_announced(pack: Path) -> None:
    whole, statements, *signatures, request = printed((pack / "README.txt").read_text(encoding="utf-8"))
    done = typed(pack, whole)
    assert done.returncode == 0
    assert all(line.endswith(": OK") for line in done.stdout.splitlines())
    done = typed(pack, statements)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    signers = [GOOD.match(typed(pack, line).stdout) for line in signatures]
    assert len(signatures) == len(list(pack.glob("ledger/*.sig")))
    assert {found[1] for found in signers if found} >= {"carol", "dave", "bob", "erin"}
    assert all(signers)
    assert "ledger/" in typed(pack, request).stdout


def test_a_changed_statement_fails_its_signature_and_a_changed_entry_its_statement(pack: Path) -> None:
    approval = next(pack.glob("ledger/*-approval.statement.json"))
    approval.write_bytes(approval.read_bytes().replace(b'"approve"', b'"reject" '))
    _, statements, *rest = printed((pack / "README.txt").read_text(encoding="utf-8"))
    assert "DIFFERS" in typed(pack, statements).stdout
    checks = [line for line in rest if approval.name in line]
    assert [typed(pack, line).returncode for line in checks] == [255]


def test_the_page_shows_the_same_commands(audit: Path, pack: Path) -> None:
    page = html.unescape((audit / "samples" / CHANGE / "index.html").read_text(encoding="utf-8"))
    for command in printed((pack / "README.txt").read_text(encoding="utf-8")):
        assert f"<code>{command}</code>" in page


def test_the_commands_of_the_whole_audit_find_each_entry_on_the_ledger_and_draw_the_sample_again(audit: Path) -> None:
    whole, in_ledger, *draws = printed((audit / "README.txt").read_text(encoding="utf-8"))
    assert typed(audit, whole).returncode == 0
    assert typed(audit, in_ledger).stdout == ""
    told = json.loads((audit / "audit.json").read_text(encoding="utf-8"))
    ranks = {one["change"]: one["rank"] for one in told["sample"]}
    drawn = {}
    for command in draws:
        for line in typed(audit, command).stdout.splitlines():
            rank, change = line.split()
            drawn[change] = rank
    assert drawn == ranks


def test_keys_are_those_of_the_roster_of_the_time(office: SignedOffice, audit: Path) -> None:
    signers = (audit / "samples" / CHANGE / "allowed_signers").read_text(encoding="utf-8")
    for person in ("carol", "dave", "erin"):
        kind, blob = office.keys.line(person).split()[:2]
        assert f'{person} namespaces="changeflow" {kind} {blob}\n' in signers


def test_evidence_is_what_the_ledger_and_the_commits_hold(office: SignedOffice, audit: Path) -> None:
    for file in (audit / "samples" / CHANGE / "ledger").glob("*[a-z].json"):
        if ".statement" not in file.name:
            held = office.git("show", f"changeflow/ledger:{CHANGE}/{file.name}")
            assert file.read_text(encoding="utf-8").strip() == held.strip()
    rfc = office.git("show", f"main:changes/{CHANGE}/rfc.yaml")
    assert (audit / "samples" / CHANGE / "request/rfc.yaml").read_text(encoding="utf-8").strip() == rfc.strip()
    assert (audit / "samples" / CHANGE / "policies-then/policies/roster.yaml").is_file()


def test_a_change_without_entries_says_so_and_has_a_record(audit: Path) -> None:
    folder = audit / "samples" / OPEN
    assert "The ledger has no entry about this change." in (folder / "README.txt").read_text(encoding="utf-8")
    assert not (folder / "ledger").exists()
    assert json.loads((folder / "record.json").read_text(encoding="utf-8"))["change"] == OPEN


def test_an_emergency_whose_approvals_are_owed_has_a_no_with_its_date(audit: Path) -> None:
    told = json.loads((audit / "samples" / URGENT / "checklist.json").read_text(encoding="utf-8"))
    answers = {check["id"]: check for check in told["checks"]}
    assert answers["retrospective"]["verdict"] == "no"
    assert answers["approved"]["verdict"] == "yes"
    assert answers["window"]["verdict"] == "not_applicable"
