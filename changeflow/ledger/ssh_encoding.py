"""The form of keys and signatures of each kind, so that no program is needed to find damage.

ssh-keygen reports a refusal in many ways, and some of them mean that it cannot judge. A key or
signature that is damaged never reaches it, so only the mathematics is left to it. A kind that is
not listed here is left to ssh-keygen altogether.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from changeflow.model.sshkeys import CURVES, RSA_MINIMUM, SshFormatError, kind_of, string, strings

HASHES: Final = ("sha256", "sha512")
_ED25519: Final = 32
_RSA_HASHES: Final = {"rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512"}
# The beginning of what an RSA signature encloses: the name of the digest that follows, in DER.
_DIGEST_INFO: Final = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
# the bit that makes a number negative
_SIGN: Final = 0x80
_LARGEST_EXPONENT: Final = 1 << 32
_LARGEST_MODULUS: Final = 16_384 // 8


def check(key: bytes, algorithm: str, proof: bytes, rest: bytes) -> None:
    """Check that a key is one of its kind, and that the signature beside it can be one of that key.

    Args:
        key: the public key's blob.
        algorithm: what the signature says it is made with.
        proof: the signature's own bytes.
        rest: what follows them; only keys on a device have something there.

    Raises:
        SshFormatError: when they cannot.
    """
    kind = kind_of(key)
    match kind:
        case "ssh-ed25519" | "sk-ssh-ed25519@openssh.com":
            _check_ed25519(key, proof, on_device=kind.startswith("sk-"))
        case "ssh-rsa":
            _check_rsa(key, proof)
        case _ if kind.startswith(("ecdsa-sha2-", "sk-ecdsa-sha2-")):
            _check_ecdsa(
                key,
                proof,
                kind.removeprefix("sk-").removeprefix("ecdsa-sha2-").removesuffix("@openssh.com"),
            )
        case _:
            return
    algorithms = set(_RSA_HASHES) if kind == "ssh-rsa" else {kind}
    if algorithm not in algorithms:
        raise SshFormatError(
            f"made with `{algorithm}`, which is not for a key of the kind `{kind}`"
        )
    # a device adds a byte of flags and a counter of four
    size = 5 if kind.startswith("sk-") else 0
    if len(rest) != size:
        raise SshFormatError("has something behind its end, or ends early")


# the keys of a ledger are few
@lru_cache(maxsize=256)
def _ed25519_point(key: bytes, parts: int) -> bytes:
    return strings(key, parts)[1]


def _check_ed25519(key: bytes, proof: bytes, *, on_device: bool) -> None:
    point = _ed25519_point(key, 3 if on_device else 2)
    if len(point) != _ED25519 or len(proof) != 2 * _ED25519:
        raise SshFormatError("is not as long as one of its kind")


def _check_ecdsa(key: bytes, proof: bytes, curve: str) -> None:
    _, rest = string(key)
    named, rest = string(rest)
    point, _ = string(rest)
    known = CURVES.get(named)
    if known is None or named.decode("ascii") != curve:
        raise SshFormatError("names another curve than its kind, or none that is known")
    if not known.has(point):
        raise SshFormatError("has a key that is no point of its curve")
    if any(not _is_positive_number(one) or len(one) > known.size + 1 for one in strings(proof, 2)):
        raise SshFormatError("does not consist of two numbers")


def _check_rsa(key: bytes, proof: bytes) -> None:
    _, exponent, modulus = strings(key, 3)
    if not _is_positive_number(exponent) or not _is_positive_number(modulus):
        raise SshFormatError("has a key that is none")
    size, limit = len(modulus.lstrip(b"\0")), int.from_bytes(modulus, "big")
    if limit.bit_length() < RSA_MINIMUM:
        raise SshFormatError(f"has a key of less than {RSA_MINIMUM} bits")
    if len(proof) > size or int.from_bytes(proof, "big") >= limit:
        raise SshFormatError("is larger than its key")


def _is_positive_number(data: bytes) -> bool:
    """Return whether the bytes are a positive whole number as SSH writes it."""
    return bool(data) and data[0] < _SIGN and data != b"\0" and (data[0] != 0 or data[1] >= _SIGN)


def rsa_numbers(key: bytes) -> tuple[int, int]:
    """Return the exponent and the modulus of an RSA key."""
    _, exponent, modulus = strings(key, 3)
    return int.from_bytes(exponent, "big"), int.from_bytes(modulus, "big")


def rsa_encloses_no_digest(key: bytes, algorithm: str, proof: bytes) -> bool:
    """Return whether an RSA signature, opened with its key, has no digest (RFC 8017, 8.2.2).

    If so, this key did not make it.

    OpenSSL reports this like a failure of its own, so ssh-keygen's output does not distinguish the
    two. The answer is False if it is unknown.
    """
    if kind_of(key) != "ssh-rsa" or algorithm not in _RSA_HASHES:
        return False
    exponent, modulus = rsa_numbers(key)
    size = (modulus.bit_length() + 7) // 8
    if exponent > _LARGEST_EXPONENT or size > _LARGEST_MODULUS:
        return False
    name = _RSA_HASHES[algorithm]
    tail = _DIGEST_INFO[name]
    filling = size - 3 - len(tail) - hashlib.new(name).digest_size
    opened = pow(int.from_bytes(proof, "big"), exponent, modulus).to_bytes(size, "big")
    return not opened.startswith(b"\0\1" + b"\xff" * filling + b"\0" + tail)
