"""SSH public keys as a roster lists them, read to the last byte (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, OpenSSH PROTOCOL.u2f).

A line that only looks like a key is worse than none: its owner is counted among those who can sign, and cannot.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from typing import Final

RSA_MINIMUM: Final = 1_024  # bits; OpenSSH verifies nothing shorter
_ED25519: Final = 32  # bytes
_POINTS: Final[Mapping[bytes, int]] = {b"nistp256": 65, b"nistp384": 97, b"nistp521": 133}  # bytes of an uncompressed point
_UNCOMPRESSED: Final = b"\x04"


class SshFormatError(ValueError):
    """A key or a signature that is not in OpenSSH's format."""


def public_key(line: str) -> tuple[str, bytes]:
    """Type and blob of a public key line such as `ssh-ed25519 AAAA... alice@laptop`.

    Raises:
        SshFormatError: when it is no such line, spans several, is a certificate, or no key of the type that it names.
    """
    parts = line.split()
    if len(parts) < 2 or "\n" in line or "\r" in line:  # noqa: PLR2004 - type and key
        raise SshFormatError("not a public key line: `<type> <base64> [comment]`")
    blob = decoded(parts[1])
    if kind_of(blob) != parts[0]:
        raise SshFormatError(f"the key is not of the type `{parts[0]}` that stands before it")
    _check(parts[0], string(blob)[1])
    return parts[0], blob


def is_usable(line: str) -> bool:
    """Whether a line is a public key that signatures can be checked with."""
    try:
        public_key(line)
    except SshFormatError:
        return False
    return True


def fingerprint(blob: bytes) -> str:
    """OpenSSH's name for a public key: `SHA256:` and the digest in base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes of a base64 text.

    Raises:
        SshFormatError: when it is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SshFormatError("not base64") from error


def string(data: bytes) -> tuple[bytes, bytes]:
    """Split off a length-prefixed string; the string and what comes after it.

    Raises:
        SshFormatError: when the data end before the string does.
    """
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:
        raise SshFormatError("ends early")
    return data[4 : 4 + size], data[4 + size :]


def strings(data: bytes, count: int) -> list[bytes]:
    """Take data apart that consist of exactly so many length-prefixed strings.

    Raises:
        SshFormatError: when they are fewer, or something comes after them.
    """
    found = []
    for _ in range(count):
        one, data = string(data)
        found.append(one)
    if data:
        raise SshFormatError("has something behind its end")
    return found


def kind_of(key: bytes) -> str:
    """The kind a public key says it is of, such as `ssh-ed25519`.

    Raises:
        SshFormatError: when it says none.
    """
    kind, _ = string(key)
    if not kind:
        raise SshFormatError("ends early")
    return kind.decode("utf-8", "replace")


def _check(kind: str, rest: bytes) -> None:
    """Read the parts that a key of this type has.

    Raises:
        SshFormatError: when one is missing, has another size, or something follows.
    """
    if "-cert-v0" in kind:
        raise SshFormatError("it is a certificate, whose dates and names are not looked at: list the public key itself")
    read = _READERS.get(kind)
    if read is None:
        raise SshFormatError(f"keys of the type `{kind}` are not supported: use ed25519, ecdsa, rsa or a security key")
    if read(rest):
        raise SshFormatError("something follows the key")


def _ed25519(data: bytes) -> bytes:
    point, rest = string(data)
    if len(point) != _ED25519:
        raise SshFormatError(f"an ed25519 key has {_ED25519} bytes, this one has {len(point)}")
    return rest


def _ecdsa(curve: bytes) -> Callable[[bytes], bytes]:
    def read(data: bytes) -> bytes:
        name, after = string(data)
        point, rest = string(after)
        if name != curve or len(point) != _POINTS[curve] or point[:1] != _UNCOMPRESSED:
            raise SshFormatError(f"no point of the curve {curve.decode('ascii')}")
        return rest

    return read


def _rsa(data: bytes) -> bytes:
    exponent, after = string(data)
    modulus, rest = string(after)
    bits = int.from_bytes(modulus, "big").bit_length()
    if int.from_bytes(exponent, "big") % 2 == 0 or bits < RSA_MINIMUM:
        raise SshFormatError(f"an rsa key has at least {RSA_MINIMUM} bits and an odd exponent, this one has {bits} bits")
    return rest


def _with_application(read: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: string(read(data))[1]


_READERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "ssh-ed25519": _ed25519,
    "ssh-rsa": _rsa,
    "ecdsa-sha2-nistp256": _ecdsa(b"nistp256"),
    "ecdsa-sha2-nistp384": _ecdsa(b"nistp384"),
    "ecdsa-sha2-nistp521": _ecdsa(b"nistp521"),
    "sk-ssh-ed25519@openssh.com": _with_application(_ed25519),
    "sk-ecdsa-sha2-nistp256@openssh.com": _with_application(_ecdsa(b"nistp256")),
}
