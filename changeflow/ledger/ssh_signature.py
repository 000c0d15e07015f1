"""SSH signature blobs, split and joined (PROTOCOL.sshsig of OpenSSH)."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.ssh_encoding import HASHES, check
from changeflow.model.sshkeys import SshFormatError, decoded, prefixed, string, strings

MAGIC: Final = b"SSHSIG"
VERSION: Final = 1
NAMESPACE: Final = "changeflow"
# OpenSSH signs nothing else here, and takes any bytes for it when it checks
_RESERVED: Final = b""

_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_LINE: Final = 70
# bytes of a proof by an Ed25519 key, and of a signature that may be one
_ED25519: Final = 64
_MOST_BEFORE: Final = 1024
_NO_SPACE: Final = dict.fromkeys(map(ord, " \t\n\v\f\r"))


@dataclass(frozen=True, slots=True)
class SshSignature:
    """The fields of a signature.

    Attributes:
        public_key: the key that made it.
        namespace: what it was made for.
        algorithm: how it was made.
        proof: its own bytes.
        digest: the name of the digest that was signed.
    """

    public_key: bytes
    namespace: str
    algorithm: str = ""
    proof: bytes = b""
    digest: str = "sha512"

    def signed_data(self, content: bytes) -> bytes:
        """Return the bytes that the key signs to sign this content."""
        short = hashlib.new(self.digest, content).digest()
        return _before_digest(self.namespace, self.digest) + prefixed(short)


@lru_cache(maxsize=64)
def _before_digest(namespace: str, digest: str) -> bytes:
    parts = (namespace.encode("utf-8"), _RESERVED, digest.encode("ascii"))
    return MAGIC + b"".join(map(prefixed, parts))


def read(blob: bytes) -> SshSignature:
    """Take a signature blob apart, to the last byte.

    Raises:
        SshFormatError: when it is none, or none that a key of its kind can have made.
    """
    if len(blob) < _MOST_BEFORE:
        # all signatures of one key begin alike, if the key is of this kind
        before = _before_proof(blob[:-_ED25519])
        if before is not None:
            key, namespace, digest = before
            return SshSignature(key, namespace, "ssh-ed25519", blob[-_ED25519:], digest)
    return _read_whole(blob)


@lru_cache(maxsize=256)
def _before_proof(beginning: bytes) -> tuple[bytes, str, str] | None:
    """Return key, namespace and digest of an Ed25519 signature; None where it is none.

    What its last bytes are, which are the proof, does not matter to its form.

    Args:
        beginning: all of it but the proof.
    """
    try:
        said = _read_whole(beginning + bytes(_ED25519))
    except SshFormatError:
        return None
    if said.algorithm != "ssh-ed25519" or len(said.proof) != _ED25519:
        return None
    return said.public_key, said.namespace, said.digest


def _read_whole(blob: bytes) -> SshSignature:
    """Take a signature blob apart, to the last byte.

    Raises:
        SshFormatError: when it is none, or none that a key of its kind can have made.
    """
    if blob[:6] != MAGIC or int.from_bytes(blob[6:10], "big") != VERSION:
        raise SshFormatError("not an SSH signature")
    key, namespace, reserved, hashed, signature = strings(blob[10:], 5)
    if not namespace:
        raise SshFormatError("ends early")
    if reserved != _RESERVED:
        raise SshFormatError("has something in its reserved part")
    digest = hashed.decode("utf-8", "replace")
    if digest not in HASHES:
        raise SshFormatError("its digest is neither sha256 nor sha512")
    algorithm, rest = string(signature)
    proof, rest = string(rest)
    made_with = algorithm.decode("utf-8", "replace")
    check(key, made_with, proof, rest)
    return SshSignature(key, namespace.decode("utf-8", "replace"), made_with, proof, digest)


def armour(blob: bytes) -> str:
    """Return the text form that ssh-keygen reads."""
    text = base64.b64encode(blob).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def unarmour(text: str) -> bytes:
    """Return the blob in the text form, read as OpenSSH reads it.

    The text begins with the first line of the form. White space, and text after the last line, are
    ignored.

    Raises:
        SshFormatError: when it is none.
    """
    inside, end, _ = text.removeprefix(_BEGIN).partition(f"\n{_END}")
    if not text.startswith(_BEGIN) or not end:
        raise SshFormatError("not an armoured SSH signature")
    packed = inside.translate(_NO_SPACE)
    blob = decoded(packed)
    if base64.b64encode(blob).decode("ascii") != packed:
        raise SshFormatError("not base64")
    return blob
