"""Keys to sign evidence with: the default one, and none that would prove nothing."""

from __future__ import annotations

import os

from changeflow import errors
from changeflow.ledger.envelope import Signature
from changeflow.ledger.keyring import KeyRing
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import Signer


def default_key(git: Git) -> str | None:
    """Return the default key: `CHANGEFLOW_KEY`, or the key git signs with, if that is SSH.

    Raises:
        errors.Refused: when git is told to ask a command for its key, and gets none.
    """
    from changeflow.repo.signing import git_key

    return os.environ.get("CHANGEFLOW_KEY") or git_key(git)


def machine_key(git: Git) -> str | None:
    """Return the default key for entries that a machine records in no person's name.

    They are not signed if git has no key.
    """
    try:
        return default_key(git)
    except errors.Refused:
        return None


def default_signer(git: Git, ring: KeyRing) -> Signer | None:
    """Return the signer for entries that machines record, with a key the roster lists.

    git's own key is passed over if the roster does not list it: a signature without a known holder
    would only raise questions.

    Raises:
        errors.Refused: (on signing) when `CHANGEFLOW_KEY` names a key that the roster does not
            list.
    """
    key = machine_key(git)
    if key is None:
        return None
    from changeflow.repo.signature_verifier import own_key

    keyid = own_key(key)
    if not os.environ.get("CHANGEFLOW_KEY") and (keyid is None or ring.person(keyid) is None):
        return None
    return signer(git, key, ring)


def signer(git: Git, key: str, ring: KeyRing, person: str | None = None) -> Signer:
    """Return what signs with a key and refuses a signature that would prove nothing.

    Args:
        git: knows the program that the user's git signs with.
        key: key file, or public key whose private half an agent holds.
        ring: keys of the roster.
        person: the person who must hold the key; None for any person in the roster.
    """

    def sign_listed(payload: bytes) -> Signature:
        from changeflow.repo.signature_verifier import own_key, sign
        from changeflow.repo.signing import git_program, passed_over

        keyid = own_key(key)
        # where the public half is readable, refuse before a passphrase is asked for
        if keyid is not None:
            _require_listed(key, keyid, ring, person)
        signature = sign(payload, key, git_program(git), passed_over(git))
        _require_listed(key, signature.keyid, ring, person)
        return signature

    return sign_listed


def _require_listed(key: str, keyid: str, ring: KeyRing, person: str | None) -> None:
    holder = ring.person(keyid)
    if holder is None or person not in (None, holder):
        case = "held" if holder else None
        if not person:
            case = "anybody"
        raise errors.Refused.of(
            "key.not_listed", case=case, key=key, keyid=keyid, person=person, holder=holder
        )
