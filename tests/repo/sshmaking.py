"""SSH signatures for the tests: by ssh-keygen where it makes them, put together from their parts where it does not."""

from __future__ import annotations

import base64
import hashlib
import itertools
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.ledger.ssh_signature import armour, unarmour
from changeflow.model.people import Person
from changeflow.model.sshkeys import fingerprint, prefixed, public_key

CONTENT = b'DSSEv1 28 application/vnd.in-toto+json 8 {"a": 1}'


@dataclass(frozen=True)
class Parts:
    """The parts of an SSHSIG blob, each of which a test may replace."""

    key: bytes
    signature: bytes
    namespace: bytes = b"changeflow"
    reserved: bytes = b""
    digest: bytes = b"sha512"
    version: int = 1
    magic: bytes = b"SSHSIG"

    @property
    def blob(self) -> bytes:
        strings = (self.key, self.namespace, self.reserved, self.digest, self.signature)
        return self.magic + self.version.to_bytes(4, "big") + b"".join(map(prefixed, strings))


@dataclass(frozen=True)
class SshKey:
    """A key pair in files of ssh-keygen."""

    file: Path

    @property
    def line(self) -> str:
        return self.file.with_suffix(".pub").read_text(encoding="ascii").strip()

    @property
    def blob(self) -> bytes:
        return public_key(self.line)[1]

    @property
    def ring(self) -> KeyRing:
        return ring_of(self.line)

    def signs(self, content: bytes = CONTENT, namespace: str = "changeflow", *options: str) -> bytes:
        command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, *options, "-f", str(self.file)]
        done = subprocess.run(command, input=content, capture_output=True, check=True)
        return unarmour(done.stdout.decode("ascii"))


@dataclass(frozen=True)
class Asker:
    """The real ssh-keygen, asked whether a signature of a key over the content holds, past all of our own code."""

    folder: Path
    # Threads ask at once, and each takes a number of its own.
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def says(self, line: str, blob: bytes, content: bytes = CONTENT) -> bool:
        return self.says_of_text(line, armour(blob), content)

    def says_of_text(self, line: str, text: str, content: bytes = CONTENT) -> bool:
        place = self.folder / str(next(self.numbers))
        place.mkdir(parents=True)
        (place / "signers").write_text(f"erin {line}\n", encoding="ascii")
        (place / "sig").write_bytes(text.encode("ascii"))
        command = ["ssh-keygen", "-Y", "verify", "-n", "changeflow", "-f", "signers", "-I", "erin", "-s", "sig"]
        done = subprocess.run(command, cwd=place, input=content, capture_output=True, check=False)
        return done.returncode == 0 and done.stdout.startswith(b'Good "changeflow" signature')


def made_key(folder: Path, name: str, *options: str) -> SshKey:
    """A key made by ssh-keygen with these options, such as `-t rsa -b 3072`."""
    file = folder / name
    subprocess.run(["ssh-keygen", "-q", *options, "-N", "", "-C", name, "-f", str(file)], check=True)
    return SshKey(file)


def ring_of(line: str) -> KeyRing:
    return key_ring({"erin": Person(keys=(line,))})


def line_of(blob: bytes, kind: str) -> str:
    return f"{kind} {base64.b64encode(blob).decode('ascii')}"


def keyid_of(blob: bytes) -> str:
    return fingerprint(blob)


def to_be_signed(content: bytes = CONTENT, namespace: bytes = b"changeflow", digest: str = "sha512") -> bytes:
    short = hashlib.new(digest, content).digest()
    return b"SSHSIG" + b"".join(map(prefixed, (namespace, b"", digest.encode("ascii"), short)))


def number(value: int) -> bytes:
    """A positive number as SSH writes it."""
    return prefixed(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def rsa_key(private: rsa.RSAPrivateKey) -> bytes:
    facts = private.public_key().public_numbers()
    return prefixed(b"ssh-rsa") + number(facts.e) + number(facts.n)


def rsa_parts(
    private: rsa.RSAPrivateKey, name: str = "rsa-sha2-512", digest: str = "sha512", content: bytes = CONTENT
) -> Parts:
    algorithm = {"rsa-sha2-256": hashes.SHA256(), "rsa-sha2-512": hashes.SHA512(), "ssh-rsa": hashes.SHA1()}[name]  # noqa: S303 - refused, as it must be
    proof = private.sign(to_be_signed(content, digest=digest), padding.PKCS1v15(), algorithm)
    return Parts(rsa_key(private), wrapped(name, proof), digest=digest.encode("ascii"))


def wrapped(algorithm: str, proof: bytes, more: bytes = b"") -> bytes:
    return prefixed(algorithm.encode("ascii")) + prefixed(proof) + more


def ec_key(private: ec.EllipticCurvePrivateKey, curve: str) -> bytes:
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b"".join(map(prefixed, (f"ecdsa-sha2-{curve}".encode("ascii"), curve.encode("ascii"), point)))


@dataclass(frozen=True)
class Device:
    """Plays the part of a FIDO device, which the machine of the tests lacks: it signs in the form of OpenSSH's PROTOCOL.u2f."""

    application: bytes = b"ssh:"
    ed: ed25519.Ed25519PrivateKey = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    p256: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def ed25519(self, content: bytes = CONTENT, touched: int = 1) -> Parts:
        kind = "sk-ssh-ed25519@openssh.com"
        key = b"".join(map(prefixed, (kind.encode("ascii"), self.ed.public_key().public_bytes_raw(), self.application)))
        signed, tail = self._signed(content, touched)
        return Parts(key, wrapped(kind, self.ed.sign(signed), tail))

    def ecdsa(self, content: bytes = CONTENT, touched: int = 1) -> Parts:
        kind = "sk-ecdsa-sha2-nistp256@openssh.com"
        point = self.p256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        key = b"".join(map(prefixed, (kind.encode("ascii"), b"nistp256", point, self.application)))
        signed, tail = self._signed(content, touched)
        r, s = decode_dss_signature(self.p256.sign(signed, ec.ECDSA(hashes.SHA256())))
        return Parts(key, wrapped(kind, number(r) + number(s), tail))

    def _signed(self, content: bytes, touched: int) -> tuple[bytes, bytes]:
        tail = bytes([touched]) + (7).to_bytes(4, "big")
        parts = (hashlib.sha256(self.application).digest(), tail, hashlib.sha256(to_be_signed(content)).digest())
        return b"".join(parts), tail


def flipped(blob: bytes, places: Sequence[int]) -> list[bytes]:
    """The blob with one bit changed, at each of these places in turn; which bit goes with the place."""
    return [blob[:at] + bytes([blob[at] ^ (1 << at % 8)]) + blob[at + 1 :] for at in places]
