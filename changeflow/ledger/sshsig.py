"""SSH signature blobs, taken apart and put together (PROTOCOL.sshsig of OpenSSH); checking them is ssh-keygen's business."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from changeflow.ledger.sshform import HASHES, check
from changeflow.model.sshkeys import SshFormatError, decoded, string, strings

MAGIC: Final = b"SSHSIG"
VERSION: Final = 1
NAMESPACE: Final = "changeflow"

_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_LINE: Final = 70


@dataclass(frozen=True, slots=True)
class SshSignature:
    """What a signature says about itself.

    Attributes:
        public_key: the key that made it.
        namespace: what it was made for.
        algorithm: how it was made.
        proof: its own bytes.
    """

    public_key: bytes
    namespace: str
    algorithm: str = ""
    proof: bytes = b""


def read(blob: bytes) -> SshSignature:
    """Take a signature blob apart, to the last byte.

    Raises:
        SshFormatError: when it is none, or none that a key of its kind can have made.
    """
    if blob[:6] != MAGIC or int.from_bytes(blob[6:10], "big") != VERSION:
        raise SshFormatError("not an SSH signature")
    key, namespace, _reserved, hashed, signature = strings(blob[10:], 5)
    if not namespace:
        raise SshFormatError("ends early")
    if hashed.decode("utf-8", "replace") not in HASHES:
        raise SshFormatError("its digest is neither sha256 nor sha512")
    algorithm, rest = string(signature)
    proof, rest = string(rest)
    made_with = algorithm.decode("utf-8", "replace")
    check(key, made_with, proof, rest)
    return SshSignature(key, namespace.decode("utf-8", "replace"), made_with, proof)


def armour(blob: bytes) -> str:
    """The text form that ssh-keygen reads."""
    text = base64.b64encode(blob).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def unarmour(text: str) -> bytes:
    """The blob in the text form.

    Raises:
        SshFormatError: when it is none.
    """
    lines = text.strip().splitlines()
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:  # noqa: PLR2004 - begin, content, end
        raise SshFormatError("not an armoured SSH signature")
    return decoded("".join(lines[1:-1]))
