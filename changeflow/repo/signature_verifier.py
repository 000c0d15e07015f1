"""Signing with ssh-keygen, as git signs, and checking signatures with public keys.

Most signatures are checked in this process (`ledger.ssh_verification`). The others are left to
ssh-keygen: certificates, keys on a device, unusual numbers, and everything where the library does
not work.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from changeflow import errors
from changeflow.ledger.chain import Signed, Verdict
from changeflow.ledger.envelope import Signature
from changeflow.ledger.keyring import Key, KeyRing
from changeflow.ledger.ssh_encoding import rsa_encloses_no_digest
from changeflow.ledger.ssh_signature import NAMESPACE, SshSignature, armour, read, unarmour
from changeflow.ledger.ssh_verification import is_made_by_its_key
from changeflow.model.phrases import Told, told
from changeflow.model.sshkeys import (
    SshFormatError,
    fingerprint,
    is_certificate,
    kind_of,
    may_be_listed,
    public_key,
)
from changeflow.repo import child_processes
from changeflow.repo.failures import how_it_ended
from changeflow.repo.held_keys import surroundings_with
from changeflow.repo.work import counted

# Digests of (signature, content) that were found to hold in this process. A release reads the
# ledger dozens of times, and whether a signature fits does not change; only a yes is remembered.
_held: set[bytes] = set()
# ssh-keygen takes some milliseconds of mostly waiting for its own start
_WORKERS = 4
_NO_MORE: Mapping[str, str] = MappingProxyType({})
# characters of its words that are passed on
_LONGEST = 300
# seconds for checking one signature; it takes milliseconds
_PATIENCE = 60.0

# ssh-keygen's own words. Only these, with their exit codes, are verdicts: whatever else goes wrong
# ends in a failure, too.
_FITS = f'Good "{NAMESPACE}" signature for '.encode("ascii")
_DOES_NOT_FIT = b"incorrect signature"
# its words for an RSA signature that opens to no such digest, too
_MAY_NOT_FIT = (
    b"error in libcrypto",
    b"invalid format",
)
_NO = 255
# its words on stdout with that code, whatever it finds wrong with the signature
_COULD_NOT = b"Could not verify signature."


def sign(payload: bytes, key: str, program: str | None = None, note: str = "") -> Signature:
    """Sign with a key file, a public key whose private half an agent holds, or `key::<public key>`.

    A passphrase is asked for on the terminal, by OpenSSH itself and once in this process (see
    `held_keys`).

    Args:
        payload: what is signed.
        key: the key.
        program: makes the signature in place of ssh-keygen where only the public half is named; it
            is called as git calls it.
        note: a further hint for when it fails.

    Raises:
        errors.Refused: when the key cannot be used.
    """
    with _folder() as folder:
        literal = key.removeprefix("key::")
        if key.startswith("key::") or literal.startswith(("ssh-", "ecdsa-", "sk-")):
            file = folder / "key.pub"
            file.write_text(literal + "\n", encoding="utf-8")
        else:
            file = Path(key).expanduser()
        if not file.is_file():
            raise errors.Refused.of("key.no_file", key=key)
        if program is not None and _is_public(file):
            return _fitting(_signed_by(program, payload, file, key, folder), payload, key, folder)
        held = surroundings_with(file, own_key(str(file)))
        done = _keygen("sign", "-n", NAMESPACE, "-f", str(file), stdin=payload, more=held)
        if done.returncode != 0:
            hints: list[str | Told] = [why_not(file) or told("key.which_kind")]
            if note:
                hints.append(note)
            raise errors.CannotSign.of("key.cannot_sign", key=key, why=_refusal(done), hint=hints)
        return _fitting(_signature(done.stdout, key), payload, key, folder)


def _fitting(signature: Signature, payload: bytes, key: str, folder: Path) -> Signature:
    """Return the signature if it fits the content.

    Any other would be called forged by every reader.
    """
    said = read(signature.sig)
    if said.namespace != NAMESPACE:
        case = "namespace"
    elif not _holds(Signed(payload, signature), said, folder / "check"):
        case = "content"
    else:
        return signature
    raise errors.CannotSign.of(
        "key.signed_other", case=case, key=key, found=said.namespace, wanted=NAMESPACE
    )


def _signed_by(program: str, payload: bytes, file: Path, key: str, folder: Path) -> Signature:
    """Let another program sign: it gets a file, and leaves the signature beside it."""
    content = folder / "content"
    content.write_bytes(payload)
    command = [
        str(Path(program).expanduser()),
        "-Y",
        "sign",
        "-n",
        NAMESPACE,
        "-f",
        str(file),
        str(content),
    ]
    try:
        done = child_processes.run(command, environment=os.environ)
    except OSError as error:
        raise _program_failed(program, key, error.strerror or "it cannot be started") from error
    except child_processes.StoppedError as stopped:
        raise errors.Interrupted.of("key.stopped", verb="sign") from stopped
    made = folder / "content.sig"
    if done.returncode != 0 or not made.is_file():
        raise _program_failed(program, key, _refusal(done))
    return _signature(made.read_bytes(), key)


def _program_failed(program: str, key: str, reason: str) -> errors.CannotSign:
    return errors.CannotSign.of("key.program_failed", key=key, program=program, why=reason)


def _signature(armoured: bytes, key: str) -> Signature:
    try:
        blob = unarmour(armoured.decode("ascii", "replace"))
        return Signature(fingerprint(read(blob).public_key), blob)
    except SshFormatError as error:
        raise errors.CannotSign.of("key.no_signature", key=key, why=str(error)) from error


def why_not(file: Path) -> str:
    """Return how to repair a private key file that ssh-keygen refuses; empty without a cause."""
    try:
        mode, data = file.stat().st_mode, file.read_bytes()
    except OSError as error:
        return f"`{file}` cannot be read: {error.strerror}"
    if not data.startswith((b"-----BEGIN ", b"\xef\xbb\xbf-----BEGIN ")):
        return ""
    if mode & 0o077:
        return f"others may read this key; `chmod 600 {file}` makes it yours alone"
    if b"\r" in data or data.startswith(b"\xef\xbb\xbf"):
        return (
            "the file was written as on Windows; it needs LF as line end and no byte order "
            "mark (`tr -d '\\r'`)"
        )
    if not data.endswith(b"\n"):
        return f"the last line of the file has no line end; `echo >> {file}` adds it"
    return ""


class _NotTakenError(errors.CannotJudge):
    """What ssh-keygen said that it cannot judge this signature; `reason` has its words."""

    def __init__(self, signed: Signed, reason: str) -> None:
        self.reason = reason
        failure = _no_verdict(signed, reason)
        super().__init__(failure.message, failure.hint)


class SshVerifier:
    """Verify signatures by the keys of a roster. Instances are `ledger.chain.CheckSignatures`."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring

    def __call__(self, asked: Sequence[Signed]) -> list[Verdict]:
        """Return a verdict for every signature, in order."""
        signatures = counted("progress.signatures", asked, len(asked))
        verdicts = [self._judged_here(signed) for signed in signatures]
        left = [signed for signed, verdict in zip(asked, verdicts, strict=True) if verdict is None]
        by_ssh_keygen = iter(self._judged_by_ssh_keygen(left))
        return [verdict or next(by_ssh_keygen) for verdict in verdicts]

    def _judged_here(self, signed: Signed) -> Verdict | None:
        """Return the verdict that needs no other program; None where one is needed."""
        claimed = signed.signature.keyid
        try:
            said = read(signed.signature.sig)
        except SshFormatError as error:
            data = {"case": "unreadable", "why": str(error)}
            return Verdict(None, claimed, "ledger-signature", data)
        keyid = fingerprint(said.public_key)
        if keyid != claimed:
            data = {"case": "other_key", "claimed": claimed, "keyid": keyid}
            return Verdict(None, keyid, "ledger-signature", data)
        if said.namespace != NAMESPACE:
            data = {"case": "namespace", "found": said.namespace, "wanted": NAMESPACE}
            return Verdict(None, keyid, "ledger-signature", data)
        kind = kind_of(said.public_key)
        if not (may_be_listed(kind) or is_certificate(kind)):
            data = {"case": "kind", "keyid": keyid, "kind": kind}
            return Verdict(None, keyid, "ledger-unchecked", data)
        holds = _holds_here(signed, said)
        if holds is None:
            return None
        return self._verdict(keyid, holds=holds)

    def _judged_by_ssh_keygen(self, asked: Sequence[Signed]) -> list[Verdict]:
        if not asked:
            return []
        from concurrent.futures import ThreadPoolExecutor

        with _folder() as folder, ThreadPoolExecutor(_WORKERS) as pool:
            places = (folder / str(number) for number in range(len(asked)))
            return list(pool.map(self._by_ssh_keygen, asked, places))

    def _by_ssh_keygen(self, signed: Signed, place: Path) -> Verdict:
        """Verify with the key from the roster, or if not listed with the signature's.

        What ssh-keygen refuses to judge is a finding where nothing listed is concerned. Otherwise
        a single push to the ledger could end every command.
        """
        said = read(signed.signature.sig)
        keyid = fingerprint(said.public_key)
        key = self.ring.keys.get(keyid)
        try:
            holds = _ssh_keygen_finds_it_holds(signed, said, key or _unlisted(said), place)
        except _NotTakenError as refusal:
            if key is not None:
                raise
            data = {"keyid": keyid, "why": refusal.reason}
            return Verdict(None, keyid, "ledger-unchecked", data)
        return self._verdict(keyid, holds=holds)

    def _verdict(self, keyid: str, *, holds: bool) -> Verdict:
        known = self.ring.keys.get(keyid)
        if not holds:
            return Verdict(None, keyid, "ledger-signature", {"keyid": keyid})
        if known is None:
            return Verdict(None, keyid, "ledger-unknown-key", {"keyid": keyid})
        return Verdict(known.person, keyid)


def _unlisted(said: SshSignature) -> Key:
    return Key("unlisted", kind_of(said.public_key), said.public_key)


def own_key(key: str) -> str | None:
    """Return the fingerprint of a key's public half, where no passphrase is needed for it.

    It is read from `KEY.pub`, from `KEY` itself, or from a literal.
    """
    literal = key.removeprefix("key::")
    candidates = [literal]
    if not literal.startswith(("ssh-", "ecdsa-", "sk-")):
        candidates = _lines_of(Path(key).expanduser())
    for line in candidates:
        try:
            return fingerprint(public_key(line)[1])
        except SshFormatError:
            continue
    return None


def _is_public(file: Path) -> bool:
    try:
        public_key(file.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError, SshFormatError):
        return False
    return True


def _lines_of(file: Path) -> list[str]:
    lines = []
    for candidate in (file, Path(f"{file}.pub")):
        try:
            # The comment behind a key may be of any encoding; the key itself is ASCII.
            lines.append(candidate.read_text(encoding="utf-8", errors="replace").strip())
        except OSError:
            continue
    return lines


def _holds(signed: Signed, said: SshSignature, place: Path) -> bool:
    """Tell whether the key that the signature names made it over the content.

    Raises:
        errors.CannotJudge: when that cannot be said on this machine.
    """
    holds = _holds_here(signed, said)
    if holds is None:
        return _ssh_keygen_finds_it_holds(signed, said, _unlisted(said), place)
    return holds


def _holds_here(signed: Signed, said: SshSignature) -> bool | None:
    """Return what this process found earlier or finds now; None where it cannot judge."""
    proof = _proof(signed)
    if proof in _held:
        return True
    holds = is_made_by_its_key(said, signed.content)
    if holds:
        _held.add(proof)
    return holds


def _proof(signed: Signed) -> bytes:
    signature = hashlib.sha256(signed.signature.sig).digest()
    return signature + hashlib.sha256(signed.content).digest()


def _ssh_keygen_finds_it_holds(signed: Signed, said: SshSignature, key: Key, place: Path) -> bool:
    """Ask ssh-keygen whether the key made the signature over the content.

    Raises:
        errors.CannotJudge: when ssh-keygen cannot say so on this machine.
    """
    place.mkdir(mode=0o700)
    signature, signers = place / "sig", place / "allowed_signers"
    signature.write_text(armour(signed.signature.sig), encoding="ascii")
    # The line is written from the decoded key, so nothing in a roster can add an option or a second
    # line.
    line = (
        f'{key.person} namespaces="{NAMESPACE}" {key.kind} '
        f"{base64.b64encode(key.blob).decode('ascii')}\n"
    )
    signers.write_text(line, encoding="ascii")
    arguments = ("-n", NAMESPACE, "-f", str(signers), "-I", key.person, "-s", str(signature))
    try:
        done = _keygen("verify", *arguments, stdin=signed.content, patience=_PATIENCE)
    except child_processes.LateError as late:
        raise _no_verdict(signed, f"it gave no answer within {_PATIENCE:g} s") from late
    fits = _verdict(done, said)
    if fits is None:
        reason = "exit code 0, and not a word that the signature fits"
        if done.returncode:
            reason = _reason(done)
        if done.returncode == _NO and done.stdout.startswith(_COULD_NOT):
            raise _NotTakenError(signed, reason)
        raise _no_verdict(signed, reason)
    if fits:
        _held.add(_proof(signed))
    return fits


def _verdict(done: subprocess.CompletedProcess[bytes], said: SshSignature) -> bool | None:
    """Return the result of ssh-keygen; None where its output is no verdict.

    It was killed, is too old, or does not take keys of this kind.
    """
    if done.returncode == 0:
        return True if done.stdout.startswith(_FITS) else None
    if done.returncode != _NO:
        return None
    if _DOES_NOT_FIT in done.stderr:
        return False
    if not any(words in done.stderr for words in _MAY_NOT_FIT):
        return None
    if rsa_encloses_no_digest(said.public_key, said.algorithm, said.proof):
        return False
    return None


@contextmanager
def _folder() -> Iterator[Path]:
    """Yield a temporary folder for the files that ssh-keygen reads and writes.

    Raises:
        errors.CannotJudge: when there is no room for them.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="changeflow-") as folder:
            yield Path(folder)
    except OSError as error:
        raise _no_room(error) from error


def _no_room(error: OSError) -> errors.CannotJudge:
    where = f"{error.filename}: " if isinstance(error.filename, str) else ""
    return errors.CannotJudge.of("key.no_temporary", why=f"{where}{error.strerror or error}")


def _no_verdict(signed: Signed, reason: str) -> errors.CannotJudge:
    return errors.CannotJudge.of("key.unchecked", keyid=signed.signature.keyid, why=reason)


def _keygen(
    verb: str,
    *arguments: str,
    stdin: bytes,
    patience: float | None = None,
    more: Mapping[str, str] = _NO_MORE,
) -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", "-Y", verb, *arguments]
    try:
        return child_processes.run(
            command,
            environment={**os.environ, "LC_ALL": "C", **more},
            stdin=stdin,
            patience=patience,
        )
    except FileNotFoundError as error:
        # it is a folder for temporary files that is not there
        if error.filename != command[0]:
            raise _no_room(error) from error
        raise errors.CannotJudge.of("key.no_keygen", case=verb) from error
    except OSError as error:
        raise errors.CannotJudge.of("key.keygen_failed", why=errors.refusal(error)) from error
    except child_processes.StoppedError as stopped:
        raise errors.Interrupted.of("key.stopped", verb=verb) from stopped


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the message of ssh-keygen, or how it ended without one."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip()[:_LONGEST] if lines else how_it_ended(done.returncode)


def _refusal(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return why no signature was made.

    That is the last line, and before it the one that names the file's permissions.
    """
    reasons = [_reason(done)]
    for line in map(str.strip, done.stderr.decode("utf-8", "replace").splitlines()):
        if line.startswith("Permissions "):
            reasons.insert(0, line.removesuffix("."))
            break
    return "; ".join(dict.fromkeys(reasons))
