"""What ssh-keygen may say about a signature where it is asked: it fits, it does not, or "not here". Only its own clear no is a no."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.ledger.chain import Signed, Verdict, is_sound
from changeflow.ledger.chain_rules import found_in_ledger
from changeflow.ledger.envelope import Signature, pae
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.ledger.ssh_signature import read, unarmour
from changeflow.model.people import Person
from changeflow.model.sshkeys import SshFormatError, fingerprint, prefixed
from changeflow.repo import signature_verifier
from changeflow.repo.signature_verifier import SshVerifier
from tests.standins import StandIn

CONTENT = pae("application/vnd.in-toto+json", b'{"of":"signatures"}')
KINDS = ("ed25519", "ecdsa-256", "ecdsa-521", "rsa-2048")


@dataclass(frozen=True)
class Made:
    """A key of one kind, what it signed, and what another key of the kind signed."""

    line: str
    blob: bytes
    other: bytes

    @property
    def ring(self) -> KeyRing:
        return key_ring({"erin": Person(keys=(self.line,))})


def signed_by(file: Path, namespace: str = "changeflow") -> bytes:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(file)]
    done = subprocess.run(command, input=CONTENT, capture_output=True, check=True)
    return unarmour(done.stdout.decode("ascii"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("kinds")
    found = {}
    for kind in KINDS:
        name, _, bits = kind.partition("-")
        for which in ("one", "two"):
            size = ["-b", bits] if bits else []
            subprocess.run(["ssh-keygen", "-q", "-t", name, *size, "-N", "", "-f", str(folder / f"{kind}-{which}")], check=True)
        line = (folder / f"{kind}-one.pub").read_text(encoding="ascii").strip()
        found[kind] = Made(line, signed_by(folder / f"{kind}-one"), signed_by(folder / f"{kind}-two"))
    return found


def judge(ring: KeyRing, blob: bytes, content: bytes = CONTENT) -> Verdict:
    """The verdict on a signature that claims to be made with the key that it carries, so that nothing else stops it."""
    try:
        keyid = fingerprint(read(blob).public_key)
    except SshFormatError:
        keyid = "SHA256:nothing"
    return SshVerifier(ring)([Signed(content, Signature(keyid, blob))])[0]


@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("kind", KINDS)
def test_a_good_signature_holds_and_one_over_other_content_or_by_another_key_does_not(made: dict[str, Made], kind: str) -> None:
    one = made[kind]
    assert judge(one.ring, one.blob).person == "erin"
    assert judge(one.ring, one.blob, CONTENT + b"\n").problem == "ledger-signature"
    assert judge(one.ring, one.other).problem == "ledger-unknown-key"
    grafted = one.blob.replace(read(one.blob).proof, read(one.other).proof)
    if len(grafted) == len(one.blob):  # numbers of an ECDSA signature differ in length now and then
        assert judge(one.ring, grafted).problem == "ledger-signature"


@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("kind", KINDS)
def test_every_damaged_byte_of_what_a_listed_key_signed_is_a_verdict(made: dict[str, Made], kind: str) -> None:
    one = made[kind]
    stride = len(one.blob) // 40
    blobs = [one.blob[:at] + bytes([one.blob[at] ^ bit]) + one.blob[at + 1 :] for at in range(0, len(one.blob), stride) for bit in (1, 128)]
    keyid = fingerprint(read(one.blob).public_key)
    verdicts = SshVerifier(one.ring)([Signed(CONTENT, Signature(keyid, blob)) for blob in blobs])
    assert {verdict.problem for verdict in verdicts} == {"ledger-signature"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_that_is_cut_short_or_drawn_out_is_a_verdict_without_asking_anybody(
    made: dict[str, Made], kind: str, stand_in: StandIn
) -> None:
    one = made[kind]
    stand_in("ssh-keygen", "kill -9 $$")
    for blob in (*(one.blob[:end] for end in range(0, len(one.blob), 5)), one.blob + b"x", one.blob + b"\0\0\0\0", b"\xff" * 99):
        assert judge(one.ring, blob).problem == "ledger-signature"


@pytest.mark.parametrize("kind", [b"\xff\xfe", "é".encode(), b"two words", b"two\nlines", b"\0", b"a,b", b"x" * 65])
def test_a_key_whose_kind_is_no_name_is_a_verdict_without_asking_anybody(
    made: dict[str, Made], kind: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    key = prefixed(kind) + prefixed(b"\1" * 32)
    parts = (key, b"changeflow", b"", b"sha512", prefixed(kind) + prefixed(b"\0" * 64))
    blob = b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(prefixed, parts))
    verdict = judge(made["ed25519"].ring, blob)
    assert (verdict.person, verdict.problem) == (None, "ledger-signature")


def test_a_signature_for_another_purpose_is_a_verdict(tmp_path: Path) -> None:
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    ring = key_ring({"erin": Person(keys=(file.with_suffix(".pub").read_text(encoding="ascii").strip(),))})
    for namespace in ("git", "file", "changeflow2", "Changeflow"):
        found = judge(ring, signed_by(file, namespace))
        assert (found.person, found.problem, found.data["found"]) == (None, "ledger-signature", namespace)


# -- a checker that does not work ----------------------------------------------------------------------------------------


CANNOT = {
    "killed": ("kill -9 $$", "killed by SIGKILL"),
    "ended": ("kill -TERM $$", "killed by SIGTERM"),
    "too old": ('echo "ssh-keygen: illegal option -- Y" >&2; exit 1', "illegal option"),
    "this kind is not taken": ('echo "Could not verify signature."; echo "Signature verification failed: unsupported key type" >&2; exit 255', "unsupported key type"),
    "a library that fails": ('echo "Could not verify signature."; echo "Signature verification failed: error in libcrypto" >&2; exit 255', "error in libcrypto"),
    "a library that is missing": ('echo "error while loading shared libraries: libcrypto.so.3" >&2; exit 127', "shared libraries"),
    "no reason": ("exit 255", "exit code 255, without a reason"),
    "says yes to everything": ("exit 0", "exit code 0, and not a word that the signature fits"),
    "talks too much": ("printf %0100000d 0 >&2; exit 255", "0" * 300),
    "says no with another code": ('echo "Signature verification failed: incorrect signature" >&2; exit 1', "incorrect signature"),
    "garbage": ("head -c 300 /dev/urandom >&2; exit 3", ""),
    "good, but for something else": ("""echo 'Good "git" signature for erin with ED25519 key SHA256:x'""", "exit code 0"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        ('exec ssh-keygen -Y sign -n git -f "$6"', "is for `git`, not for `changeflow`"),
        ('head -c 9 | exec ssh-keygen "$@"', "does not fit what was to be signed"),
        ("exit 0", "is no signature"),
        ('ssh-keygen "$@" | head -n 2', "is no signature"),
    ],
)
def test_a_program_that_signs_something_else_has_signed_nothing(tmp_path: Path, stand_in: StandIn, signs: str, words: str) -> None:
    """On the ledger it would be called forged by every reader, for good."""
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    assert read(signature_verifier.sign(CONTENT, str(file)).sig).namespace == "changeflow"
    path = os.environ["PATH"]
    stand_in("ssh-keygen", f'PATH="{path}"\n[ "$2" = verify ] && exec ssh-keygen "$@"\n{signs}')
    with pytest.raises(errors.CannotSign, match=words):
        signature_verifier.sign(CONTENT, str(file))


@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("what", CANNOT)
def test_a_checker_that_fails_gives_no_verdict_in_either_direction(
    made: dict[str, Made], stand_in: StandIn, what: str
) -> None:
    script, words = CANNOT[what]
    stand_in("ssh-keygen", script)
    for blob, content in ((made["ed25519"].blob, CONTENT), (made["ed25519"].blob, b"other"), (made["rsa-2048"].blob, CONTENT)):
        if blob == made["rsa-2048"].blob and "Could not verify" in script:
            # It ran and will not take the signature of a stranger: that is the ledger's fault, whatever it says of others.
            assert judge(made["ed25519"].ring, blob, content).problem == "ledger-unchecked"
            continue
        with pytest.raises(errors.CannotJudge, match="cannot be checked here: ssh-keygen:") as caught:
            judge(made["ed25519"].ring, blob, content)
        assert words in caught.value.message
        assert len(caught.value.message) < 500
        assert caught.value.exit_code == 5


@pytest.mark.usefixtures("without_library")
def test_a_checker_that_hangs_gives_no_verdict(
    made: dict[str, Made], stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("ssh-keygen", "exec sleep 60")
    monkeypatch.setattr(signature_verifier, "_PATIENCE", 0.2)
    with pytest.raises(errors.CannotJudge, match="no answer within"):
        judge(made["ed25519"].ring, made["ed25519"].blob)


@pytest.mark.usefixtures("without_library")
def test_a_checker_that_is_missing_or_no_program_gives_no_verdict(
    made: dict[str, Made], stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stand_in("ssh-keygen", "exit 0")
    monkeypatch.setenv("PATH", str(file.parent))
    file.write_bytes(b"\x7fELF, cut short")
    with pytest.raises(errors.CannotJudge, match="cannot be started"):
        judge(made["ed25519"].ring, made["ed25519"].blob)
    file.unlink()
    with pytest.raises(errors.CannotJudge, match="not installed"):
        judge(made["ed25519"].ring, made["ed25519"].blob)


@pytest.mark.usefixtures("without_library")
@pytest.mark.parametrize("words", ["error in libcrypto", "invalid format"])
def test_the_mathematics_of_an_rsa_signature_is_told_from_a_library_that_fails(
    made: dict[str, Made], stand_in: StandIn, words: str
) -> None:
    """OpenSSL calls a signature that opens to nothing an error of its own."""
    one = made["rsa-2048"]
    stand_in("ssh-keygen", f'echo "Could not verify signature."; echo "Signature verification failed: {words}" >&2; exit 255')
    at = one.blob.index(read(one.blob).proof)
    forged = one.blob[: at + 9] + bytes([one.blob[at + 9] ^ 1]) + one.blob[at + 10 :]
    assert judge(one.ring, forged).problem == "ledger-signature"
    with pytest.raises(errors.CannotJudge):
        judge(one.ring, one.blob)


# -- a key that the roster does not list -----------------------------------------------------------------------------------


def strange(kind: bytes, rest: bytes, proof: bytes, algorithm: bytes = b"") -> bytes:
    """A signature in its form, by a key of some kind that nobody holds."""
    parts = (prefixed(kind) + rest, b"changeflow", b"", b"sha512", prefixed(algorithm or kind) + proof)
    return b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(prefixed, parts))


POINT, PROOF = prefixed(b"\1" * 32), prefixed(b"\0" * 64)
# kind, and whether no program is needed to tell
STRANGE = {
    "a kind of the future": (strange(b"ssh-mldsa-87", POINT, PROOF), True),
    "a kind of the past": (strange(b"ssh-dss", POINT, prefixed(b"\0" * 40)), True),
    "a certificate of no kind": (strange(b"foo-cert-v01@openssh.com", POINT, PROOF), False),
    "a certificate that is none": (strange(b"ssh-ed25519-cert-v01@openssh.com", POINT, PROOF), False),
    "numbers beyond every limit": (
        strange(b"ssh-rsa", prefixed(b"\1" * 40) + prefixed(b"\0" + b"\xf1" * 256), prefixed(b"\1" * 256), b"rsa-sha2-512"), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", STRANGE)
def test_what_nobody_listed_signed_and_nobody_can_check_is_a_finding_and_no_failure(
    made: dict[str, Made], what: str, stand_in: StandIn
) -> None:
    blob, without_program = STRANGE[what]
    if without_program:
        stand_in("ssh-keygen", "kill -9 $$")
    verdict = judge(made["ed25519"].ring, blob)
    assert (verdict.person, verdict.problem) == (None, "ledger-unchecked")
    assert not is_sound([found_in_ledger(verdict.problem, **verdict.data)])
