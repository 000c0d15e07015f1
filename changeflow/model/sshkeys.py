"""SSH public keys as a roster lists them, read to the last byte.

Formats: RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, OpenSSH PROTOCOL.u2f.

A line that only looks like a key is worse than none: its owner is counted among those who can sign,
and cannot.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

# bits; OpenSSH verifies nothing shorter
RSA_MINIMUM: Final = 1_024
# bytes
_ED25519: Final = 32
_UNCOMPRESSED: Final = b"\x04"
# the name of an algorithm (RFC 4251, 6): printable, without a blank or a comma
_KIND: Final = re.compile(rb"[!-+\--~]{1,64}")


class SshFormatError(ValueError):
    """A key or a signature that is not in OpenSSH's format."""


class Curve(NamedTuple):
    """A curve of FIPS 186: the points (x, y) with y² = x³ - 3x + b, modulo a prime.

    Attributes:
        size: bytes of a coordinate.
        prime: the modulus.
        b: the curve's own number.
    """

    size: int
    prime: int
    b: int

    def has(self, point: bytes) -> bool:
        """Return whether the bytes are an uncompressed point of the curve."""
        if len(point) != 1 + 2 * self.size or point[:1] != _UNCOMPRESSED:
            return False
        x = int.from_bytes(point[1 : 1 + self.size], "big")
        y = int.from_bytes(point[1 + self.size :], "big")
        if x >= self.prime or y >= self.prime:
            return False
        return (y * y - x * x * x + 3 * x - self.b) % self.prime == 0


CURVES: Final[Mapping[bytes, Curve]] = {
    b"nistp256": Curve(
        32,
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    ),
    b"nistp384": Curve(
        48,
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        int(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112"
            "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            16,
        ),
    ),
    b"nistp521": Curve(
        66,
        2**521 - 1,
        int(
            "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1"
            "56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            16,
        ),
    ),
}


def public_key(line: str) -> tuple[str, bytes]:
    """Return type and blob of a public key line such as `ssh-ed25519 AAAA... alice@laptop`.

    Raises:
        SshFormatError: when it is no such line, spans several, is a certificate, or no key of the
            type that it names.
    """
    parts = line.split()
    if len(parts) < 2 or "\n" in line or "\r" in line:  # noqa: PLR2004 - type and key
        raise SshFormatError("not a public key line: `<type> <base64> [comment]`")
    blob = decoded(parts[1])
    if kind_of(blob) != parts[0]:
        raise SshFormatError(f"the key is not of the type `{parts[0]}` that is written before it")
    _check_parts(parts[0], string(blob)[1])
    return parts[0], blob


def is_usable(line: str) -> bool:
    """Return whether a line is a public key that can verify signatures."""
    try:
        public_key(line)
    except SshFormatError:
        return False
    return True


@lru_cache(maxsize=256)
def fingerprint(blob: bytes) -> str:
    """Return OpenSSH's name for a key: `SHA256:` and the digest in base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


def decoded(text: str) -> bytes:
    """Return the bytes of a base64 text.

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


def prefixed(data: bytes) -> bytes:
    """Return a string with its length before it."""
    return len(data).to_bytes(4, "big") + data


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


# the keys of a ledger are few
@lru_cache(maxsize=256)
def kind_of(key: bytes) -> str:
    """Return the kind that a public key states, such as `ssh-ed25519`.

    Raises:
        SshFormatError: when it says none.
    """
    kind, _ = string(key)
    if not kind:
        raise SshFormatError("ends early")
    if _KIND.fullmatch(kind) is None:
        raise SshFormatError("has a key whose kind is no name")
    return kind.decode("ascii")


def may_be_listed(kind: str) -> bool:
    """Return whether a roster can list keys of a kind."""
    return kind in _READERS


def is_certificate(kind: str) -> bool:
    """Return whether a kind is that of a certificate."""
    return "-cert-v0" in kind


def _check_parts(kind: str, rest: bytes) -> None:
    """Read the parts that a key of this type has.

    Raises:
        SshFormatError: when one is missing, has another size, or something follows.
    """
    if is_certificate(kind):
        raise SshFormatError(
            "it is a certificate, whose dates and names are not looked at: list the public key "
            "itself"
        )
    read = _READERS.get(kind)
    if read is None:
        raise SshFormatError(
            f"keys of the type `{kind}` are not supported: use ed25519, ecdsa, rsa or a security "
            "key"
        )
    if read(rest):
        raise SshFormatError("something follows the key")


def _read_ed25519(data: bytes) -> bytes:
    point, rest = string(data)
    if len(point) != _ED25519:
        raise SshFormatError(f"an ed25519 key has {_ED25519} bytes, this one has {len(point)}")
    return rest


def _reader_of_curve(curve: bytes) -> Callable[[bytes], bytes]:
    def read(data: bytes) -> bytes:
        name, after = string(data)
        point, rest = string(after)
        if name != curve or not CURVES[curve].has(point):
            raise SshFormatError(f"no point of the curve {curve.decode('ascii')}")
        return rest

    return read


def _read_rsa(data: bytes) -> bytes:
    exponent, after = string(data)
    modulus, rest = string(after)
    bits = int.from_bytes(modulus, "big").bit_length()
    if int.from_bytes(exponent, "big") % 2 == 0 or bits < RSA_MINIMUM:
        raise SshFormatError(
            f"an rsa key has at least {RSA_MINIMUM} bits and an odd exponent, this one has {bits} "
            "bits"
        )
    return rest


def _with_application(read: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: string(read(data))[1]


_READERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "ssh-ed25519": _read_ed25519,
    "ssh-rsa": _read_rsa,
    "ecdsa-sha2-nistp256": _reader_of_curve(b"nistp256"),
    "ecdsa-sha2-nistp384": _reader_of_curve(b"nistp384"),
    "ecdsa-sha2-nistp521": _reader_of_curve(b"nistp521"),
    "sk-ssh-ed25519@openssh.com": _with_application(_read_ed25519),
    "sk-ecdsa-sha2-nistp256@openssh.com": _with_application(_reader_of_curve(b"nistp256")),
}
