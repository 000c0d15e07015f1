"""Ed25519 for cosignatures, with the library `cryptography`: sign a checkpoint, check a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changeflow.ledger.checkpoint import Checkpoint, Cosignature, WitnessKey, signed_message

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class KeyFileError(ValueError):
    """A file that has no private key to sign with; the text is the case of its sentence."""


def private_key(data: bytes) -> Ed25519PrivateKey:
    """Return the private key in the bytes of an OpenSSH key file.

    Raises:
        KeyFileError: `none` for another kind of file, `kind` for a key that is not Ed25519,
            `locked` for one with a passphrase.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        key = load_ssh_private_key(data, None)
    except TypeError as error:
        raise KeyFileError("locked") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        case = "locked" if "password" in str(error).lower() else "none"
        raise KeyFileError(case) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError("kind")
    return key


def public_of(key: Ed25519PrivateKey) -> bytes:
    """Return the public half of a key, 32 bytes."""
    return key.public_key().public_bytes_raw()


def cosigned(
    checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey, seconds: int
) -> Cosignature:
    """Return the cosignature of a checkpoint.

    Args:
        checkpoint: what was seen.
        name: of the witness.
        key: its private key.
        seconds: the time, since 1970.
    """
    public = WitnessKey(name, public_of(key))
    return Cosignature(name, public.id, seconds, key.sign(signed_message(checkpoint, seconds)))


def holds(checkpoint: Checkpoint, cosignature: Cosignature, key: WitnessKey) -> bool:
    """Return whether a key made a cosignature of a checkpoint."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    message = signed_message(checkpoint, cosignature.seconds)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(cosignature.proof, message)
    except (InvalidSignature, ValueError):
        return False
    return True
