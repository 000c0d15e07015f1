"""The key that signed a commit, as git signs commits with SSH."""

from __future__ import annotations

from typing import Final

from changeflow.ledger.keyring import KeyRing
from changeflow.ledger.ssh_signature import read, unarmour
from changeflow.ledger.ssh_verification import is_made_by_its_key
from changeflow.model.sshkeys import SshFormatError, fingerprint

# what git signs commits for
_NAMESPACE: Final = "git"
_HEADERS: Final = (b"gpgsig ", b"gpgsig-sha256 ")


def signer_of_commit(data: bytes, ring: KeyRing) -> str | None:
    """Return the person whose key of the roster signed a commit.

    None where there is no signature, it does not hold, this process cannot tell, or no person of
    the roster lists the key.

    Args:
        data: the commit object.
        ring: the keys of the roster.
    """
    content, armoured = _taken_apart(data)
    if armoured is None:
        return None
    try:
        said = read(unarmour(armoured))
    except SshFormatError:
        return None
    person = ring.person(fingerprint(said.public_key))
    if person is None or said.namespace != _NAMESPACE:
        return None
    return person if is_made_by_its_key(said, content) is True else None


def _taken_apart(data: bytes) -> tuple[bytes, str | None]:
    """Return a commit without its signature, and the signature; None where it has none, or two."""
    head, blank, message = data.partition(b"\n\n")
    kept: list[bytes] = []
    signature: list[bytes] = []
    inside, found = False, 0
    for line in head.split(b"\n"):
        begins = line.startswith(_HEADERS)
        inside = begins or (inside and line.startswith(b" "))
        found += begins
        if inside:
            signature.append(line.partition(b" ")[2])
        else:
            kept.append(line)
    if found != 1:
        return data, None
    armoured = b"\n".join(signature).decode("ascii", "replace")
    return b"\n".join(kept) + blank + message, armoured
