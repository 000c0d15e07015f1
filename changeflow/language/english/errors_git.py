"""What fails between this program, git, keys and the ledger."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "git.shallow_authors": (
        "this clone is shallow, so who wrote the change cannot be told",
        "fetch needed: `git fetch --unshallow`",
    ),
    "git.shallow_ledger": (
        "this clone is shallow and lacks a part of the ledger `{branch}`",
        "fetch needed: `git fetch --unshallow`",
    ),
    "git.no_revision": (
        "git knows no revision `{rev}` here",
        "fetch it (`git fetch`), or name another",
    ),
    "git.no_revision:zeros": (
        "git knows no revision `{rev}` here",
        "only zeros stand for a branch that is deleted or new: a hook skips it",
    ),
    "git.moved": ("another process moved `{ref}` first", "read the ledger again and decide again"),
    "git.moved:remote": (
        "another process moved `{ref}` on `{remote}` first",
        "read the ledger again and decide again",
    ),
    "git.no_remote": ("git knows no remote `{remote}`", "`git remote add {remote} URL` sets it up"),
    "git.late": (
        "git {verb}: the remote gave no answer within {seconds} s",
        "can you reach it? `spec.ledger.timeout` says how long the ledger's remote may take",
    ),
    "git.stopped": "asked to end while git {verb} waited for the remote",
    # -- locks
    "lock.held": (
        "another process holds the lock of this run",
        "`changeflow release status` shows the run that is active",
    ),
    "lock.none": (
        (
            "this file system has no locks ({why:system}), and without them two releases could run "
            "at once"
        ),
        "release from a clone on a local disk",
    ),
    "lock.unwritten": (
        "`{folder}` cannot be written, and a release keeps its locks there: {why:system}",
        "release from a clone in whose git folder this user may write",
    ),
    "lock.unknown": (
        "whether a release is running here is unknown: `{file}`: {why:system}",
        "look as the user who started it",
    ),
    # -- the ledger
    "append.first": (
        "another process appended to `{branch}` first",
        "read the ledger again and decide again",
    ),
    "append.unsigned": (
        "this repository takes signed evidence only",
        (
            "name a key that the roster lists: CHANGEFLOW_KEY=FILE, or git's user.signingkey with "
            "gpg.format=ssh"
        ),
    ),
    "append.simulated": ("evidence under --now does not count here", "leave --now out"),
    "append.simulated_release": (
        "evidence under --now does not count here",
        "spec.allow_simulated_clock on the base is for demonstrations and tests",
    ),
    "append.broken": (
        "the ledger does not hold together: {problem}",
        "`changeflow ledger verify` shows every problem",
    ),
    "append.busy": (
        "other processes kept appending to the ledger, so this was not recorded",
        "try again",
    ),
    "append.no_opinion": (
        "{person} has no opinion on {change} to withdraw",
        "`changeflow ledger log {change}`",
    ),
    # -- keys
    "key.none_required": (
        (
            "this repository requires signatures, and the roster lists no key for {person}; "
            "nothing was recorded"
        ),
        (
            "list a public key of {person} under `keys` in the roster (`ssh-keygen -t ed25519` "
            "makes one)"
        ),
    ),
    "key.no_file": ("there is no key file `{key}`", "`ssh-keygen -t ed25519` makes one"),
    "key.not_listed": (
        "the roster does not list the key `{key}` ({keyid}) for {person}",
        (
            "nothing was written; keys live under `keys` in the roster, and count once they are on "
            "the base"
        ),
    ),
    "key.not_listed:held": (
        "the roster does not list the key `{key}` ({keyid}) for {person}; it is {holder}'s",
        (
            "nothing was written; keys live under `keys` in the roster, and count once they are on "
            "the base"
        ),
    ),
    "key.not_listed:anybody": (
        "the roster does not list the key `{key}` ({keyid}) for anybody",
        (
            "nothing was written; keys live under `keys` in the roster, and count once they are on "
            "the base"
        ),
    ),
}
