"""ledger log, show and verify through the command line, from a work tree and from a bare clone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from changeflow.ledger.envelope import Signature
from changeflow.model.answers.ledger import LedgerAnswer
from changeflow.model.evidence import DecisionBody
from changeflow.model.sshkeys import fingerprint, prefixed
from tests.hosts.office import CHANGE, Office, call
from tests.repositories import BRANCH, CONTENT, Keys, approval, draft, ledger
from tests.standins import StandIn


@pytest.fixture
def office(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path / "office", keys)
    monkeypatch.chdir(made.repo.path)
    return made


@pytest.fixture
def filled(office: Office, keys: Keys) -> Office:
    branch = ledger(office.repo, ring=keys.ring("carol"))
    branch.append_deciding(lambda _: approval("carol", "db-upgrade", comment="Seen"), signer=keys.signer("carol"))
    branch.append_deciding(lambda _: draft(DecisionBody(gate="deploy", open=False, digest=CONTENT, decision={}), "other"))
    return office


class TestLog:
    def test_a_table_says_when_what_who_and_signed(self, filled: Office, capfd: pytest.CaptureFixture[str]) -> None:
        lines = call(capfd, "ledger", "log").out.splitlines()
        assert lines[0].split() == ["#", "when", "change", "kind", "who", "signed", "what"]
        when = ["Sat", "2026-11-21", "12:00", "+00:00"]
        assert lines[1].split(maxsplit=9) == ["1", *when, CHANGE, "approval", "carol", "carol", "approve as cab: Seen"]
        assert lines[2].split(maxsplit=9) == ["2", *when, "CHG-20261121-other", "decision", "-", "no", "gate deploy shut"]
        assert filled.count() == 2

    @pytest.mark.usefixtures("filled")
    def test_one_change_alone(self, capfd: pytest.CaptureFixture[str]) -> None:
        answer = call(capfd, "ledger", "log", CHANGE, "--format", "json").json
        assert [entry["change"] for entry in answer["entries"]] == [CHANGE]

    @pytest.mark.usefixtures("filled")
    def test_json_is_a_ledger_answer(self, capfd: pytest.CaptureFixture[str]) -> None:
        answer = call(capfd, "ledger", "log", "-f", "json").json
        assert LedgerAnswer.model_validate(answer).ok
        assert answer["entries"][1]["previous"] == answer["entries"][0]["digest"]

    @pytest.mark.usefixtures("office")
    @pytest.mark.parametrize("arguments", [(), (CHANGE,)])
    def test_no_evidence_is_nothing_to_do(self, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
        said = call(capfd, "ledger", "log", *arguments)
        assert said.code == 3
        assert "no evidence" in said.err

    def test_a_ledger_that_does_not_hold_is_listed_with_a_warning(self, filled: Office, capfd: pytest.CaptureFixture[str]) -> None:
        filled.repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
        said = call(capfd, "ledger", "log")
        assert "ledger verify" in said.err
        assert "approve as cab" in said.out


class TestShow:
    @pytest.mark.parametrize("name", ["1", "000001", f"{CHANGE}/000001-approval.json", "000001-approval.json"])
    @pytest.mark.usefixtures("filled")
    def test_an_entry_is_found_by_number_or_path(self, capfd: pytest.CaptureFixture[str], name: str) -> None:
        said = call(capfd, "ledger", "show", name)
        assert said.code == 0
        assert "signed    by carol, SHA256:" in said.out

    @pytest.mark.usefixtures("filled")
    def test_json_is_the_statement_and_raw_the_envelope(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert call(capfd, "ledger", "show", "1", "-f", "json").json["_type"] == "https://in-toto.io/Statement/v1"
        assert set(call(capfd, "ledger", "show", "1", "-f", "raw").json) == {"payload", "payloadType", "signatures"}

    @pytest.mark.parametrize("name", ["3", "0", "nothing", "../etc/passwd", "9999999999"])
    @pytest.mark.usefixtures("filled")
    def test_an_entry_that_is_not_there_is_nothing_to_do(self, capfd: pytest.CaptureFixture[str], name: str) -> None:
        assert call(capfd, "ledger", "show", name).code == 3

    def test_an_entry_that_cannot_be_read_is_shown_raw_and_said(self, filled: Office, capfd: pytest.CaptureFixture[str]) -> None:
        spoil(filled, "CHG-20261121-other/000002-decision.json", "{}")
        said = call(capfd, "ledger", "show", "2", "-f", "raw")
        assert (said.code, said.out) == (4, "{}\n")
        assert "not a ledger entry any more" in call(capfd, "ledger", "show", "2").out


class TestVerify:
    @pytest.mark.usefixtures("filled")
    def test_a_ledger_that_holds_is_one_sentence(self, capfd: pytest.CaptureFixture[str]) -> None:
        said = call(capfd, "ledger", "verify")
        assert (said.code, said.out) == (0, "ok: 2 entries in an unbroken chain, 1 signed\n")

    @pytest.mark.usefixtures("office")
    def test_an_empty_ledger_is_nothing_to_do(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert call(capfd, "ledger", "verify").code == 3

    def test_an_edited_file_is_found_named_and_exits_1(self, filled: Office, capfd: pytest.CaptureFixture[str]) -> None:
        spoil(filled, f"{CHANGE}/000001-approval.json", "{}")
        said = call(capfd, "ledger", "verify")
        assert said.code == 1
        assert said.out.startswith("NOT OK: ")
        assert f"{CHANGE}/000001-approval.json" in said.out
        assert "[ledger-unreadable]" in said.out

    def test_problems_as_json_and_as_annotations(self, filled: Office, capfd: pytest.CaptureFixture[str]) -> None:
        filled.repo("update-ref", "-d", f"refs/heads/{BRANCH}")
        answer = call(capfd, "ledger", "verify", "-f", "json")
        assert answer.code == 1
        assert (answer.json["ok"], answer.json["head"], answer.json["entries"]) == (False, None, [])
        assert [problem["rule"] for problem in answer.json["problems"]] == ["ledger-truncated"]
        annotations = call(capfd, "ledger", "verify", "-f", "github").out
        assert annotations.startswith("::error title=ledger-truncated::entry 2 ")

    def test_a_key_that_two_people_list_is_a_problem(self, office: Office, keys: Keys, capfd: pytest.CaptureFixture[str]) -> None:
        text = (office.repo.path / "policies/roster.yaml").read_text(encoding="utf-8")
        office.repo.write("policies/roster.yaml", text.replace(keys.line("dave"), keys.line("carol")))
        office.repo.commit("a shared key")
        branch = ledger(office.repo)
        branch.append_deciding(lambda _: approval("carol"), signer=keys.signer("carol"))
        said = call(capfd, "ledger", "verify", "-f", "json")
        assert {problem["rule"] for problem in said.json["problems"]} == {"roster-key-shared", "ledger-unknown-key"}
        assert said.code == 1


class TestBareClones:
    @pytest.fixture
    def bare(self, filled: Office, tmp_path: Path) -> Path:
        filled.repo("clone", "-q", "--bare", str(filled.repo.path), str(tmp_path / "audit.git"))
        return tmp_path / "audit.git"

    @pytest.mark.parametrize("where", ["by name", "inside"])
    def test_an_auditor_needs_nothing_but_the_clone(
        self, bare: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
    ) -> None:
        monkeypatch.chdir(bare if where == "inside" else tmp_path)
        front = () if where == "inside" else ("--repo", str(bare))
        assert call(capfd, *front, "ledger", "verify").out == "ok: 2 entries in an unbroken chain, 1 signed\n"
        assert len(call(capfd, *front, "ledger", "log", "-f", "json").json["entries"]) == 2
        assert call(capfd, *front, "ledger", "show", "1").code == 0

    def test_a_bare_repository_without_a_configuration_is_no_change_repository(self, tmp_path: Path, capfd: pytest.CaptureFixture[str], office: Office) -> None:
        office.repo("rm", "-q", "changeflow.yaml")
        office.repo.commit()
        office.repo("clone", "-q", "--bare", str(office.repo.path), str(tmp_path / "other.git"))
        said = call(capfd, "--repo", str(tmp_path / "other.git"), "ledger", "verify")
        assert said.code == 3
        assert "changeflow.yaml" in said.err


def spoil(office: Office, path: str, text: str) -> None:
    """Replace a file in a new commit on the ledger branch."""
    office.repo("stash", "-q", "-u")
    office.repo("checkout", "-q", BRANCH)
    office.repo.write(path, text)
    office.repo.commit("spoil")
    office.repo("checkout", "-q", "main")


def test_the_answer_of_every_format_ends_with_one_line_break(filled: Office, capfd: pytest.CaptureFixture[str]) -> None:
    for format_ in ("text", "json", "github"):
        assert call(capfd, "ledger", "verify", "-f", format_).out.endswith("\n")
        assert not call(capfd, "ledger", "verify", "-f", format_).out.endswith("\n\n")
    assert json.loads(call(capfd, "ledger", "log", "-f", "json").out)["schema"] == "changeflow/ledger/v1"
    assert filled.count() == 2


@pytest.mark.parametrize("command", ["log", "verify", "replay"])
@pytest.mark.parametrize("kind", [("--depth=1",), ("--single-branch",), ("--single-branch", "--bare")])
def test_a_clone_without_the_branch_says_how_to_get_it_and_that_helps(
    filled: Office, tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: tuple[str, ...], command: str
) -> None:
    clone = tmp_path / "clone"
    filled.repo("clone", "-q", *kind, filled.repo.path.as_uri(), str(clone))
    said = call(capfd, "--repo", str(clone), "ledger", command)
    assert (said.code, "is not in this clone" in said.err, "no evidence" in said.err) == (3, True, False)
    hint = said.err.partition("hint: `git ")[2].partition("`")[0]
    filled.repo("-C", str(clone), *hint.split())
    assert call(capfd, "--repo", str(clone), "ledger", "log").code == 0


FIPS = "openssl_conf = start\n[start]\nalg_section = algorithms\n[algorithms]\ndefault_properties = fips=yes\n"


def test_an_openssl_that_is_told_to_allow_nothing_calls_nobody_a_forger(filled: Office, stand_in: StandIn, tmp_path: Path) -> None:
    """OpenSSL reads its configuration once in a process, so this takes one of its own; Python's own OpenSSL reads none there."""
    (tmp_path / "openssl.cnf").write_text(FIPS, encoding="ascii")
    program = (
        "import hashlib, os, sys; hashlib.sha256(b'')\n"
        f"os.environ['OPENSSL_CONF'] = {str(tmp_path / 'openssl.cnf')!r}\n"
        "from changeflow.__main__ import main; sys.argv[0] = 'changeflow'; sys.exit(main())\n"
    )
    # In UTF-8 mode, because under another locale the program starts once again, and not with this text.
    command = [sys.executable, "-X", "utf8", "-c", program, "--repo", str(filled.repo.path), "ledger", "verify"]

    def verify() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, check=False)

    stand_in("ssh-keygen", f'echo . >> "{tmp_path}/runs"; unset OPENSSL_CONF; exec "$REAL" "$@"')
    assert (verify().returncode, (tmp_path / "runs").read_text(encoding="ascii")) == (0, ".\n")
    stand_in("ssh-keygen", "kill -9 $$")
    said = verify()
    assert (said.returncode, said.stdout, "cannot be checked here" in said.stderr) == (5, "", True), said
    assert "forged" not in said.stderr


READING = (
    ("ledger", "verify"), ("ledger", "log"), ("ledger", "show", "1"), ("ledger", "replay"), ("gate", "approve", CHANGE),
    ("gate", "close", CHANGE), ("release", "status", CHANGE),
)  # fmt: skip


@pytest.mark.parametrize("command", READING)
def test_signatures_are_checked_without_another_program(
    filled: Office, capfd: pytest.CaptureFixture[str], stand_in: StandIn, command: tuple[str, ...], tmp_path: Path
) -> None:
    stand_in("ssh-keygen", f'touch "{tmp_path}/ran"')
    assert call(capfd, *command).code in (0, 1)
    assert not (tmp_path / "ran").exists()
    assert filled.count() == 2


@pytest.mark.parametrize("kind", [b"ssh-mldsa-87", b"foo-cert-v01@openssh.com"])
def test_an_entry_signed_in_a_way_that_cannot_be_checked_shuts_its_gates_and_is_named_and_is_no_failure(
    filled: Office, keys: Keys, capfd: pytest.CaptureFixture[str], kind: bytes
) -> None:
    key = prefixed(kind) + prefixed(b"\1" * 32)
    parts = (key, b"changeflow", b"", b"sha512", prefixed(kind) + prefixed(b"\0" * 64))
    signature = Signature(fingerprint(key), b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(prefixed, parts)))
    branch = ledger(filled.repo, ring=keys.ring("carol"))
    branch.append_deciding(lambda _: approval("carol", "db-upgrade"), signer=lambda _: signature)
    for command in READING:
        assert call(capfd, *command).code in (0, 1, 4), command
    said = call(capfd, "ledger", "verify")
    assert (said.code, f"{CHANGE}/000003-approval.json" in said.out, "ledger-unchecked" in said.out) == (1, True, True), said
    shut = call(capfd, "gate", "approve", CHANGE, "-f", "json").json
    assert "ledger.broken" in [reason["reason_code"] for reason in shut["reasons"]]


@pytest.mark.parametrize("command", READING)
def test_a_certificate_s_signature_that_cannot_be_checked_here_is_called_that(
    filled: Office, keys: Keys, capfd: pytest.CaptureFixture[str], stand_in: StandIn, command: tuple[str, ...]
) -> None:
    branch = ledger(filled.repo, ring=keys.ring("carol"))
    branch.append_deciding(lambda _: approval("carol", "db-upgrade"), signer=keys.signer("carol", keys.certificate("carol")))
    assert "ledger-unknown-key" in call(capfd, "ledger", "verify").out
    stand_in("ssh-keygen", "kill -9 $$")
    said = call(capfd, *command)
    assert (said.code, said.out, "cannot be checked here" in said.err) == (5, "", True), said


@pytest.mark.parametrize(
    "command",
    [
        ("ledger", "verify"),
        ("ledger", "log"),
        ("ledger", "show", "1"),
        ("ledger", "replay"),
        ("gate", "approve", CHANGE),
        ("gate", "deploy", CHANGE, "--record"),
        ("gate", "close", CHANGE),
        ("approve", CHANGE, "--as", "dave"),
        ("release", "status", CHANGE),
        ("release", "run", CHANGE),
    ],
)
@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("script", ["kill -9 $$", 'echo "unsupported key type" >&2; exit 255'])
def test_a_signature_that_cannot_be_checked_here_is_called_that_and_never_forged(
    filled: Office, capfd: pytest.CaptureFixture[str], stand_in: StandIn, command: tuple[str, ...], script: str
) -> None:
    stand_in("ssh-keygen", script)
    said = call(capfd, *command)
    assert (said.code, said.out, "cannot be checked here" in said.err) == (5, "", True), said
    assert "forged" not in said.err
    assert filled.count() == 2
