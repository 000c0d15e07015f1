"""SSH signature blobs, split and joined (PROTOCOL.sshsig of OpenSSH)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

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
        parts = (self.namespace.encode("utf-8"), _RESERVED, self.digest.encode("ascii"), short)
        return MAGIC + b"".join(map(prefixed, parts))


def read(blob: bytes) -> SshSignature:
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
