"""approve, reject and withdraw through the command line, on real repositories with real keys."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from changeflow.model.evidence import ApprovalBody
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from tests.hosts.office import CHANGE, LATER, Office, call, committing, rfc_ahead
from tests.repositories import BRANCH, Keys, approval, draft, ledger

# The office's request lies in the work tree alone.
NOT_COMMITTED = (
    f"warning: not committed as it is here: `changes/{CHANGE}/rfc.yaml`; the opinion counts where a commit holds the same\n"
)


def key(office: Office, name: str) -> str:
    return str(office.keys.files[name])


def test_what_no_commit_holds_yet_is_named_and_what_git_ignores_is_left_out(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    office.repo.write(".gitignore", "*.swp\n")
    office.repo.commit("The request")
    office.repo.write(f"changes/{CHANGE}/.notes.swp")
    said = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"))
    assert "not committed" not in said.err
    office.repo.write(f"changes/{CHANGE}/notes.txt")
    said = call(capfd, "reject", CHANGE, "--as", "dave", "--key", key(office, "dave"), "-m", "no")
    assert f"warning: not committed as it is here: `changes/{CHANGE}/notes.txt`;" in said.err


class TestRecording:
    def test_a_signed_approval_opens_the_gate(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        assert call(capfd, "gate", "approve", CHANGE).code == 1
        said = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"), "-m", "看過了")
        assert said.code == 0
        assert said.out.startswith(f"carol approved {CHANGE}: signed by carol\n")
        assert f"{CHANGE}/000002-approval.json" in said.out
        assert said.err == NOT_COMMITTED + f"the gate `approve` of {CHANGE} is open\n"
        assert call(capfd, "gate", "approve", CHANGE).code == 0

    def test_an_opinion_that_leaves_the_gate_shut_says_where_to_ask(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        said = call(capfd, "reject", CHANGE, "--as", "carol", "--key", key(office, "carol"))
        assert said.err == NOT_COMMITTED + f"hint: `changeflow gate approve {CHANGE}` says what is still missing\n"

    def test_an_older_opinion_that_does_not_count_is_not_held_against_the_new_one(
        self, office: Office, capfd: pytest.CaptureFixture[str]
    ) -> None:
        ledger(office.repo).append_deciding(lambda _: approval("carol", "db-upgrade"))
        said = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"))
        assert "warning" not in said.err.replace(NOT_COMMITTED, "")

    def test_an_approval_that_only_the_close_gate_asks_for_counts_without_a_warning(
        self, office: Office, capfd: pytest.CaptureFixture[str]
    ) -> None:
        rule = {"id": "after", "require": [{"role": "ops", "count": 1}], "message": "In retrospect"}
        spec = {"gate": "close", "rules": [rule]}
        assert "[approver.no_role]" in call(capfd, "approve", CHANGE, "--as", "olga", who="olga").err
        close = {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "close"}, "spec": spec}
        office.put("policies/close.yaml", close)
        office.repo.commit("Ask at the end, too")
        assert "[approver" not in call(capfd, "approve", CHANGE, "--as", "olga", who="olga").err

    def test_the_answer_as_json_is_a_ledger_answer(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        answer = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"), "--role", "cab", "-f", "json").json
        assert answer["schema"] == "changeflow/ledger/v1"
        assert answer["ok"] is True
        assert answer["head"] == office.repo("rev-parse", BRANCH)
        (entry,) = answer["entries"]
        assert (entry["seq"], entry["by"], entry["signed_by"], entry["summary"]) == (2, "carol", "carol", "approve as cab")

    def test_the_statement_is_bound_to_the_content_and_to_the_document(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        digest = call(capfd, "gate", "approve", CHANGE, "-f", "json").json["inputs"]["digest"]
        call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"))
        statement = call(capfd, "ledger", "show", "2", "-f", "json").json
        assert statement["predicate"]["digest"] == digest
        assert [item["name"] for item in statement["subject"]] == [f"changes/{CHANGE}/rfc.yaml"]

    def test_an_approval_outlives_a_typo_and_not_a_moved_window(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"))
        office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead(reason="PostgreSQL 13 leaves support at the end of this month"))
        assert call(capfd, "gate", "approve", CHANGE).code == 0
        office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead(window=LATER))
        shut = call(capfd, "gate", "approve", CHANGE, "-f", "json")
        assert shut.code == 1
        assert shut.json["ignored"][0]["reason_code"] == "approval.stale"

    def test_a_rejection_shuts_the_gate_until_it_is_withdrawn(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"))
        assert call(capfd, "reject", CHANGE, "--as", "dave", "--key", key(office, "dave"), "-m", "No rollback").out.startswith("dave rejected")
        assert call(capfd, "gate", "approve", CHANGE).code == 1
        said = call(capfd, "withdraw", CHANGE, "--as", "dave", "--key", key(office, "dave"))
        assert said.out.startswith("dave withdrew their opinion")
        assert "warning" not in said.err.replace(NOT_COMMITTED, "")
        assert call(capfd, "gate", "approve", CHANGE).code == 0

    def test_an_approval_can_be_given_on_a_branch_that_is_not_checked_out(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        office.repo("checkout", "-q", "-b", "proposal")
        office.repo.commit("Propose", author="Alice <alice@example.com>")
        office.repo("checkout", "-q", "main")
        assert call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol")).code == 3
        said = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"), "--head", "proposal")
        assert said.code == 0
        commit = call(capfd, "ledger", "show", "1", "-f", "json").json["subject"][0]["digest"]["gitCommit"]
        assert commit == office.repo("rev-parse", "proposal")


class TestWhatDoesNotCountIsSaidLoudly:
    @pytest.mark.parametrize(
        ("person", "code"),
        [
            ("alice", "approver.is_requester"),
            ("bob", "approver.is_implementer"),
            ("renovate", "approver.is_agent"),
            ("olga", "approver.no_role"),
        ],
    )
    def test_people_who_may_not_approve_are_recorded_with_the_reason(
        self, office: Office, capfd: pytest.CaptureFixture[str], person: str, code: str
    ) -> None:
        said = call(capfd, "approve", CHANGE, "--as", person, who=person)
        assert said.code == 0
        assert f"[{code}]" in said.err
        assert office.count() == 2  # with the assessment
        decision = call(capfd, "gate", "approve", CHANGE, "-f", "json")
        assert decision.code == 1
        assert [(item["by"], item["reason_code"]) for item in decision.json["ignored"]] == [(person, code)]

    def test_what_another_tool_appended_in_the_name_of_a_person_does_not_count(
        self, office: Office, capfd: pytest.CaptureFixture[str]
    ) -> None:
        digest = call(capfd, "gate", "approve", CHANGE, "-f", "json").json["inputs"]["digest"]
        for name, decision in (("carol", "approve"), ("erin", "approve"), ("dave", "reject")):
            body = ApprovalBody(decision=decision, by=name, role="cab", digest=digest)  # type: ignore[arg-type]
            with committing("bob"):
                ledger(office.repo).append_deciding(lambda _, body=body: draft(body, "db-upgrade"))  # type: ignore[misc]
        decision = call(capfd, "gate", "approve", CHANGE, "-f", "json").json
        assert {item["by"]: item["reason_code"] for item in decision["ignored"]} == {
            "carol": "approval.unsigned", "dave": "approval.unsigned", "erin": "approval.other_committer",
        }  # fmt: skip
        verified = call(capfd, "ledger", "verify", "-f", "json")
        assert (verified.code, [one["rule"] for one in verified.json["problems"]]) == (1, ["ledger-speaker"] * 3)

    def test_somebody_without_keys_speaks_by_a_commit_where_signatures_are_not_required(
        self, office: Office, capfd: pytest.CaptureFixture[str]
    ) -> None:
        said = call(capfd, "approve", CHANGE, "--as", "erin", who="erin")
        assert "warning" not in said.err.replace(NOT_COMMITTED, "")
        assert call(capfd, "gate", "approve", CHANGE).code == 0
        assert call(capfd, "ledger", "verify").code == 0
        assert office.count() == 2  # with the assessment

    def test_a_role_that_is_not_theirs_is_pointed_out(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        said = call(capfd, "approve", CHANGE, "--as", "carol", "--role", "ops", "--key", key(office, "carol"))
        assert "no member of the role `ops`" in said.err
        assert office.count() == 2  # with the assessment

    def test_a_fixed_clock_counts_for_nothing_unless_the_base_allows_it(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        now = ("--now", "2026-11-22T10:00:00Z")
        said = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"), *now)
        assert "fixed clock" in said.err
        decision = call(capfd, "gate", "approve", CHANGE, *now, "-f", "json")
        assert decision.code == 1
        assert decision.json["ignored"][0]["reason_code"] == "approval.simulated"
        assert "simulated" in call(capfd, "ledger", "log").out
        assert office.count() == 2  # with the assessment

    def test_a_fixed_clock_counts_where_the_base_allows_it(
        self, tmp_path: Path, keys: Keys, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office = Office(tmp_path / "demo", keys, allow_simulated_clock=True)
        monkeypatch.chdir(office.repo.path)
        now = ("--now", "2026-11-22T10:00:00Z")
        said = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"), *now)
        assert "warning" not in said.err.replace(NOT_COMMITTED, "")
        assert call(capfd, "gate", "approve", CHANGE, *now).code == 0


class TestRefusals:
    """Nothing is written, whatever was wrong."""

    @pytest.mark.parametrize(
        ("arguments", "code", "says"),
        [
            (("approve", CHANGE, "--as", "carl"), 1, "did you mean `--as carol`"),
            (("approve", CHANGE, "--as", "zzz"), 1, "the roster on the base has: alice, bob"),
            (("approve", CHANGE, "--as", "carol", "--role", "cap"), 1, "did you mean `--role cab`"),
            (("approve", CHANGE, "--as", "carol", "--key", "gone"), 1, "no key file `gone`"),
            (("approve", CHANGE, "--as", "carol", "--key", "."), 1, "no key file"),
            (("approve", "CHG-20261121-db-upgrad", "--as", "carol"), 3, "did you mean"),
            (("approve", "nonsense", "--as", "carol"), 3, "no such change"),
            (("withdraw", CHANGE, "--as", "carol"), 3, "no opinion"),
            (("approve", CHANGE, "--as", "carol"), 1, "carol speaks by a key of theirs, and no key is at hand"),
            (("reject", CHANGE, "--as", "carol"), 1, "--key FILE, or CHANGEFLOW_KEY"),
            (("approve", CHANGE, "--as", "erin"), 1, "`git config user.email erin@example.com`"),
            (("withdraw", CHANGE, "--as", "alice"), 1, "git commits here as changeflow@localhost"),
            (("approve", CHANGE), 2, "--as"),
            (("approve", CHANGE, "--as", "carol", "--base", "nowhere"), 5, "`nowhere`"),
            (("approve", CHANGE, "--as", "carol", "--head", "--all"), 5, "--all"),
            (("approve", CHANGE, "--as", "carol", "--now", "yesterday"), 2, "--now"),
        ],
    )
    def test_a_bad_call_is_refused(
        self, office: Office, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
    ) -> None:
        said = call(capfd, *arguments)
        assert (said.code, said.out) == (code, "")
        assert says in said.err
        assert office.count() == 0

    @pytest.mark.parametrize("whose", ["mallory", "dave"])
    def test_a_key_that_is_not_theirs_is_refused(self, office: Office, capfd: pytest.CaptureFixture[str], whose: str) -> None:
        said = call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, whose))
        assert said.code == 1
        assert "does not list the key" in said.err
        assert office.count() == 0

    def test_where_signatures_are_required_nothing_unsigned_is_taken(
        self, tmp_path: Path, keys: Keys, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office = Office(tmp_path / "strict", keys, rfc_ahead(), require_signatures=True)
        monkeypatch.chdir(office.repo.path)
        assert call(capfd, "approve", CHANGE, "--as", "erin").code == 1
        assert office.count() == 0
        assert call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol")).code == 0
        assert call(capfd, "gate", "approve", CHANGE).code == 0
        assert call(capfd, "ledger", "verify").code == 0

    def test_a_roster_that_is_only_on_the_branch_does_not_judge(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        text = (office.repo.path / "policies/roster.yaml").read_text(encoding="utf-8")
        office.repo.write("policies/roster.yaml", text.replace('"cab": [', '"cab": [ "mallory",').replace('"erin"', '"mallory"', 1))
        assert call(capfd, "approve", CHANGE, "--as", "mallory", "--key", key(office, "mallory")).code == 1
        assert office.count() == 0

    def test_a_ledger_that_was_set_back_takes_no_opinion(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        for person in ("carol", "dave"):
            call(capfd, "approve", CHANGE, "--as", person, "--key", key(office, person))
        office.repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
        said = call(capfd, "approve", CHANGE, "--as", "erin", who="erin")
        assert said.code == 4
        assert "set back" in said.err
        assert office.count() == 2  # with the assessment
        assert call(capfd, "gate", "approve", CHANGE).code != 0


class TestKeys:
    def test_the_environment_names_a_key(self, office: Office, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CHANGEFLOW_KEY", key(office, "carol"))
        assert "signed by carol" in call(capfd, "approve", CHANGE, "--as", "carol").out

    def test_git_s_own_signing_key_is_used_when_git_signs_with_ssh(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        office.repo("config", "user.signingkey", key(office, "carol"))
        assert call(capfd, "approve", CHANGE, "--as", "carol").code == 1
        office.repo("config", "gpg.format", "ssh")
        assert "signed by carol" in call(capfd, "approve", CHANGE, "--as", "carol").out

    def test_git_s_signing_key_of_somebody_else_is_refused(self, office: Office, capfd: pytest.CaptureFixture[str]) -> None:
        office.repo("config", "user.signingkey", key(office, "dave"))
        office.repo("config", "gpg.format", "ssh")
        said = call(capfd, "approve", CHANGE, "--as", "carol")
        assert (said.code, office.count()) == (1, 0)
        assert "is not listed for carol" in said.err

    @pytest.mark.parametrize("with_public_half", [True, False])
    def test_a_passphrase_is_asked_for_on_the_terminal_once(self, office: Office, tmp_path: Path, with_public_half: bool) -> None:
        locked = tmp_path / "locked"
        locked.write_bytes(office.keys.files["carol"].read_bytes())
        locked.chmod(0o600)
        subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", str(locked)], check=True, capture_output=True)
        if with_public_half:
            locked.with_name("locked.pub").write_text(subprocess.run(["ssh-keygen", "-y", "-P", "open sesame", "-f", str(locked)], check=True, capture_output=True, text=True).stdout, encoding="utf-8")
        kept = tmp_path / "kept"
        kept.mkdir()
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update({"SSH_ASKPASS_REQUIRE": "never", "TMPDIR": str(kept)})
            os.execv(sys.executable, [sys.executable, "-m", "changeflow", "approve", CHANGE, "--as", "carol", "--key", str(locked)])  # noqa: S606 - the program under test, on a terminal of its own
        said, answered = b"", 0
        # the approval names the assessment before it: two signatures, one after the other
        with contextlib.suppress(OSError):
            while part := os.read(terminal, 1_000):
                said += part
                while said.count(b"Enter passphrase") > answered:
                    os.write(terminal, b"open sesame\n")
                    answered += 1
        _, status = os.waitpid(child, 0)
        os.close(terminal)
        assert os.waitstatus_to_exitcode(status) == 0
        assert answered == 1, said
        # nothing is left of the agent that held the key
        assert list(kept.iterdir()) == []
        assert office.count() == 2
        ledger = LedgerBranch(Git(office.repo.path), BRANCH, ring=office.keys.ring("carol"))
        assert [entry.signer for entry in ledger.read().entries] == ["carol", "carol"]


def test_hostile_words_are_kept_in_the_record_and_spelt_out_on_the_terminal(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    call(capfd, "approve", CHANGE, "--as", "carol", "--key", key(office, "carol"), "-m", "ok\x1b[2J\u202e\nnext")
    log = call(capfd, "ledger", "log").out
    assert "\x1b" not in log
    assert "\u202e" not in log
    assert len(log.splitlines()) == 3
    assert json.loads(call(capfd, "ledger", "show", "2", "-f", "json").out)["predicate"]["comment"] == "ok\x1b[2J\u202e\nnext"
