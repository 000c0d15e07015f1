"""SSH signature blobs, taken apart and put together (PROTOCOL.sshsig of OpenSSH); checking them is ssh-keygen's business."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from changeflow.ledger.sshform import HASHES, SshFormatError, check, kind_of, string, strings

__all__ = ["NAMESPACE", "SshFormatError", "SshSignature", "armour", "fingerprint", "public_key", "read", "unarmour"]

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
    return _decoded("".join(lines[1:-1]))


def public_key(line: str) -> tuple[str, bytes]:
    """Type and blob of a public key line such as `ssh-ed25519 AAAA... alice@laptop`.

    Raises:
        SshFormatError: when it is no such line, spans several, or the blob is of another type than the line says.
    """
    parts = line.split()
    if len(parts) < 2 or "\n" in line or "\r" in line:  # noqa: PLR2004 - type and key
        raise SshFormatError("not a public key line: `<type> <base64> [comment]`")
    blob = _decoded(parts[1])
    if kind_of(blob) != parts[0]:
        raise SshFormatError(f"the key is not of the type `{parts[0]}` that stands before it")
    return parts[0], blob


def fingerprint(blob: bytes) -> str:
    """OpenSSH's name for a public key: `SHA256:` and the digest in base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SshFormatError("not base64") from error
