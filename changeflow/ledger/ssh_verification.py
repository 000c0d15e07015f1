"""Verification of SSH signatures in this process, with the library `cryptography`.

There are three answers: yes, no, and None if this process cannot decide. None means: a certificate
or a key on a device, numbers that implementations treat differently, a library that is missing, or
one that fails on a signature which is known to be valid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from changeflow.ledger.known_signatures import KNOWN_SIGNATURES, SIGNED_CONTENT
from changeflow.ledger.ssh_encoding import rsa_numbers
from changeflow.ledger.ssh_signature import SshSignature, read, unarmour
from changeflow.model.sshkeys import kind_of, strings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ED25519_PRIME: Final = 2**255 - 19
_ED25519_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_TO_255_BITS: Final = 2**255 - 1

# Outside of these bounds a library may refuse an RSA key for its size alone, so that its no would
# not be about the signature.
_RSA_BITS: Final = range(2_048, 16_384 + 1)
_RSA_EXPONENTS: Final = range(65_537, 2**32, 2)


def is_made_by_its_key(said: SshSignature, content: bytes) -> bool | None:
    """Return whether the named key made a signature over a content, or None if unknown.

    Args:
        said: a signature in its form, as `sshsig.read` returns it.
        content: what is said to be signed.
    """
    if said.algorithm not in _VERIFIERS or not _judges_known_signatures(said.algorithm):
        return None
    kind = "ssh-rsa" if said.algorithm.startswith("rsa-") else said.algorithm
    if kind_of(said.public_key) != kind:
        # OpenSSH knows no such key, although its numbers may fit.
        return None
    return _verified_by_library(said, content)


@cache
def _judges_known_signatures(algorithm: str) -> bool:
    """Return whether the library accepts a known signature, and refuses a false one.

    A library may be built or configured to refuse an algorithm (FIPS). Some report then that the
    signature is wrong.
    """
    said = read(unarmour(KNOWN_SIGNATURES[algorithm]))
    accepts = _verified_by_library(said, SIGNED_CONTENT) is True
    return accepts and _verified_by_library(said, SIGNED_CONTENT + b"?") is False


def _verified_by_library(said: SshSignature, content: bytes) -> bool | None:
    try:
        from cryptography.exceptions import InvalidSignature
    except Exception:  # noqa: BLE001 - a library that cannot be loaded says so in many ways
        return None
    try:
        return _VERIFIERS[said.algorithm](said, said.signed_data(content))
    except InvalidSignature:
        return False
    except Exception:  # noqa: BLE001 - whatever else it raises is no verdict
        return None


def _verify_ed25519(said: SshSignature, data: bytes) -> bool | None:
    key = _ed25519_key(said.public_key)
    scalar = int.from_bytes(said.proof[32:], "little")
    if key is None or scalar >= _ED25519_ORDER:
        # Spelt otherwise than RFC 8032 says. OpenSSH takes some of these, OpenSSL takes none.
        return None
    key.verify(said.proof, data)
    return True


# the keys of a ledger are few
@lru_cache(maxsize=256)
def _ed25519_key(blob: bytes) -> Ed25519PublicKey | None:
    """Return a key as the library has it; None where it is spelt otherwise than RFC 8032 says."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    point = strings(blob, 2)[1]
    if int.from_bytes(point, "little") & _TO_255_BITS >= _ED25519_PRIME:
        return None
    return Ed25519PublicKey.from_public_bytes(point)


def _verify_ecdsa(said: SshSignature, data: bytes) -> bool | None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    curve, digest = {
        "ecdsa-sha2-nistp256": (ec.SECP256R1(), hashes.SHA256()),
        "ecdsa-sha2-nistp384": (ec.SECP384R1(), hashes.SHA384()),
        "ecdsa-sha2-nistp521": (ec.SECP521R1(), hashes.SHA512()),
    }[said.algorithm]
    point = strings(said.public_key, 3)[2]
    r, s = (int.from_bytes(number, "big") for number in strings(said.proof, 2))
    key = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest))
    return True


def _verify_rsa(said: SshSignature, data: bytes) -> bool | None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    digest = {"rsa-sha2-256": hashes.SHA256(), "rsa-sha2-512": hashes.SHA512()}[said.algorithm]
    exponent, modulus = rsa_numbers(said.public_key)
    if modulus.bit_length() not in _RSA_BITS or exponent not in _RSA_EXPONENTS:
        return None
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    # SSH leaves out zeros at the beginning of a signature, the library wants them.
    size = (modulus.bit_length() + 7) // 8
    key.verify(said.proof.rjust(size, b"\0"), data, padding.PKCS1v15(), digest)
    return True


_VERIFIERS: Final[Mapping[str, Callable[[SshSignature, bytes], bool | None]]] = {
    "ssh-ed25519": _verify_ed25519,
    "ecdsa-sha2-nistp256": _verify_ecdsa,
    "ecdsa-sha2-nistp384": _verify_ecdsa,
    "ecdsa-sha2-nistp521": _verify_ecdsa,
    "rsa-sha2-256": _verify_rsa,
    "rsa-sha2-512": _verify_rsa,
}
