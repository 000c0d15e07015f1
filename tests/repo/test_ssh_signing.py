"""Signatures by the real ssh-keygen, verified with public keys alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.ledger.chain import Signed, Verdict
from changeflow.ledger.envelope import Signature, pae
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.ledger.ssh_signature import unarmour
from changeflow.model.people import Person
from changeflow.repo.signature_verifier import SshVerifier, own_key, sign
from tests.repositories import Keys

CONTENT = pae("application/vnd.in-toto+json", b'{"a":1}')


def judge(ring: KeyRing, signature: Signature, content: bytes = CONTENT) -> Verdict:
    return SshVerifier(ring)([Signed(content, signature)])[0]


def test_a_signature_of_a_listed_key_names_its_holder(keys: Keys) -> None:
    signature = sign(CONTENT, str(keys.files["carol"]))
    assert judge(keys.ring("carol", "dave"), signature) == Verdict("carol", signature.keyid)


def test_the_key_is_named_as_openssh_names_it(keys: Keys) -> None:
    said = subprocess.run(["ssh-keygen", "-lf", str(keys.files["carol"])], capture_output=True, text=True, check=True).stdout
    assert sign(CONTENT, str(keys.files["carol"])).keyid == said.split()[1] == own_key(str(keys.files["carol"]))


def test_a_signature_of_other_content_proves_nothing(keys: Keys) -> None:
    verdict = judge(keys.ring("carol"), sign(CONTENT, str(keys.files["carol"])), CONTENT + b" ")
    assert (verdict.person, verdict.problem) == (None, "ledger-signature")


def test_a_signature_by_a_key_nobody_lists_is_told_apart_from_a_forged_one(keys: Keys) -> None:
    signature = sign(CONTENT, str(keys.files["mallory"]))
    assert judge(keys.ring("carol"), signature).problem == "ledger-unknown-key"
    assert judge(keys.ring("carol"), signature, b"other").problem == "ledger-signature"


def test_a_signature_that_claims_another_key_is_refused(keys: Keys) -> None:
    carol, mallory = (sign(CONTENT, str(keys.files[name])) for name in ("carol", "mallory"))
    verdict = judge(keys.ring("carol"), replace(mallory, keyid=carol.keyid))
    assert (verdict.person, verdict.problem) == (None, "ledger-signature")
    assert verdict.data == {"case": "other_key", "claimed": carol.keyid, "keyid": mallory.keyid}


def test_a_signature_made_for_something_else_is_refused(keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "content"
    file.write_bytes(CONTENT)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", str(keys.files["carol"]), str(file)], check=True, capture_output=True)
    blob = unarmour((tmp_path / "content.sig").read_text(encoding="ascii"))
    verdict = judge(keys.ring("carol"), Signature(own_key(str(keys.files["carol"])) or "", blob))
    assert verdict.problem == "ledger-signature"
    assert verdict.data == {"case": "namespace", "found": "git", "wanted": "changeflow"}


@pytest.mark.parametrize("blob", [b"", b"SSHSIG", b"SSHSIG\0\0\0\2", b"x" * 200, b"SSHSIG\0\0\0\1\xff\xff\xff\xff"])
def test_garbage_instead_of_a_signature_is_a_verdict_not_a_crash(keys: Keys, blob: bytes) -> None:
    assert judge(keys.ring("carol"), Signature("SHA256:x", blob)).problem == "ledger-signature"


def test_every_flipped_byte_of_a_signature_is_noticed(keys: Keys) -> None:
    good = sign(CONTENT, str(keys.files["carol"]))
    broken = [replace(good, sig=good.sig[:at] + bytes([good.sig[at] ^ 1]) + good.sig[at + 1 :]) for at in range(0, len(good.sig), 7)]
    verdicts = SshVerifier(keys.ring("carol"))([Signed(CONTENT, item) for item in broken])
    assert all(verdict.person is None and verdict.problem for verdict in verdicts)


def test_many_signatures_are_judged_in_order(keys: Keys) -> None:
    names = ["carol", "dave", "mallory", "dave", "carol"] * 3
    asked = [Signed(CONTENT, sign(CONTENT, str(keys.files[name]))) for name in names]
    people = [verdict.person for verdict in SshVerifier(keys.ring("carol", "dave"))(asked)]
    assert people == [None if name == "mallory" else name for name in names]


@pytest.mark.parametrize("kind", [("ecdsa", "256"), ("rsa", "2048")])
def test_other_kinds_of_keys_work_too(tmp_path: Path, kind: tuple[str, str]) -> None:
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", kind[0], "-b", kind[1], "-N", "", "-f", str(file)], check=True)
    ring = key_ring({"erin": Person(keys=(file.with_suffix(".pub").read_text(encoding="ascii").strip(),))})
    assert judge(ring, sign(CONTENT, str(file))).person == "erin"


class TestKeyFiles:
    def test_a_missing_key_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(errors.Refused, match="no key file"):
            sign(CONTENT, str(tmp_path / "gone"))

    def test_a_file_that_is_no_key_is_refused_with_openssh_s_reason(self, tmp_path: Path) -> None:
        file = tmp_path / "key"
        file.write_text("not a key\n", encoding="ascii")
        file.chmod(0o600)
        with pytest.raises(errors.Refused, match="cannot sign"):
            sign(CONTENT, str(file))
        assert own_key(str(file)) is None

    def test_a_tilde_means_home(self, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(keys.files["carol"].parent))
        assert sign(CONTENT, "~/carol").keyid == own_key("~/carol")

    @pytest.mark.usefixtures("agent")
    def test_a_public_key_or_a_literal_signs_through_the_agent(self, keys: Keys) -> None:
        line = keys.line("carol")
        for key in (str(keys.files["carol"].with_suffix(".pub")), line, f"key::{line}"):
            assert judge(keys.ring("carol"), sign(CONTENT, key)).person == "carol", key

    def test_without_an_agent_a_public_key_signs_nothing(self, keys: Keys) -> None:
        with pytest.raises(errors.Refused, match="cannot sign"):
            sign(CONTENT, f"key::{keys.line('carol')}")

    @pytest.fixture
    def agent(self, keys: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
        socket = f"/tmp/changeflow-test-{os.getpid()}-{tmp_path.name[-8:]}"  # noqa: S108 - a socket's path has 100 characters at most
        with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL) as process:
            monkeypatch.setenv("SSH_AUTH_SOCK", socket)
            try:
                while not Path(socket).exists():
                    assert process.poll() is None
                subprocess.run(["ssh-add", "-q", str(keys.files["carol"])], check=True, capture_output=True)
                yield socket
            finally:
                process.terminate()


class TestKeyRing:
    def test_a_key_listed_for_two_people_identifies_neither(self, keys: Keys) -> None:
        line = keys.line("carol")
        ring = key_ring({"carol": Person(keys=(line,)), "dave": Person(keys=(line, keys.line("dave")))})
        assert [finding.rule for finding in ring.problems] == ["roster-key-shared"]
        assert judge(ring, sign(CONTENT, str(keys.files["carol"]))).person is None
        assert judge(ring, sign(CONTENT, str(keys.files["dave"]))).person == "dave"

    def test_the_same_key_under_another_comment_is_the_same_key(self, keys: Keys) -> None:
        line = keys.line("carol")
        ring = key_ring({"carol": Person(keys=(line,)), "dave": Person(keys=(" ".join(line.split()[:2]) + " dave's own",))})
        assert [finding.rule for finding in ring.problems] == ["roster-key-shared"]

    def test_a_person_may_list_a_key_twice(self, keys: Keys) -> None:
        ring = key_ring({"carol": Person(keys=(keys.line("carol"), keys.line("carol")))})
        assert ring.problems == ()
        assert len(ring.held_by("carol")) == 1

    @pytest.mark.parametrize(
        "line",
        [
            "ssh-ed25519 not!base64",
            "ssh-ed25519 AAAA",
            "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGbM6V6vF0xNI0b3sYkXBvdJr0GqnmhnbZ9PZ0Yqx7Zm",
            'ssh-ed25519 namespaces="git" AAAAC3NzaC1lZDI1NTE5AAAAIGbM6V6vF0xNI0b3sYkXBvdJr0GqnmhnbZ9PZ0Yqx7Zm',
        ],
    )
    def test_a_line_that_is_no_key_is_a_problem_and_lists_nobody(self, line: str) -> None:
        ring = key_ring({"carol": Person(keys=(line,))})
        assert not ring.keys
        assert [finding.rule for finding in ring.problems] == ["roster-key-unreadable"]


