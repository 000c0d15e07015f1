"""Talking to a remote: bring one branch here, and move it there only from where it was seen."""

from __future__ import annotations

import contextlib
import time
from typing import Final

from changeflow import errors
from changeflow.repo.failures import failure
from changeflow.repo.git import Git, checked

ATTEMPTS: Final = 10  # fetches, where another process of ours fetches at the same moment
_PAUSE: Final = 0.02  # seconds, times the attempt


def tracking_ref(remote: str, branch: str) -> str:
    """The ref that remembers where a remote's branch was seen last."""
    return f"refs/remotes/{remote}/{branch}"


def fetch_branch(git: Git, remote: str, branch: str) -> str | None:
    """Fetch a branch of a remote; its tip, or None when the remote has no such branch.

    Raises:
        errors.HostFailed: when there is no such remote, or it cannot be reached.
    """
    _known(git, remote)
    for attempt in range(ATTEMPTS):
        said = _fetch(git, remote, branch)
        if "cannot lock ref" not in said:  # another fetch of ours was at it
            break
        time.sleep(_PAUSE * (attempt + 1))
    if not said:
        return git.resolve(tracking_ref(remote, branch))
    if "couldn't find remote ref" in said:
        return None
    raise failure("fetch", said)


def _fetch(git: Git, remote: str, branch: str) -> str:
    """What git had to complain about; empty when it fetched."""
    done = git.run(
        "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", remote,
        f"+refs/heads/{branch}:{tracking_ref(remote, branch)}", accept=(0, 1, 128),
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr.decode("utf-8", "replace") or "it gave no reason"


def push_branch(git: Git, remote: str, branch: str, new: str, old: str | None) -> None:
    """Move a remote's branch from `old` (None: it must not exist) to `new`.

    Raises:
        errors.LostRace: when the branch is somewhere else by now.
        errors.HostFailed: when the remote refuses, or cannot be reached.
    """
    _known(git, remote)
    lease = f"--force-with-lease=refs/heads/{branch}:{checked(old) if old else ''}"
    done = git.run(
        "push", "--quiet", "--porcelain", "--no-verify", lease, "--", remote, f"{checked(new)}:refs/heads/{branch}",
        accept=range(256),
    )  # fmt: skip
    if done.returncode == 0:
        ref = tracking_ref(remote, branch)
        with contextlib.suppress(errors.HostFailed):  # the remote has it; where it was seen last is only a note
            git.update_ref(ref, new, git.resolve(ref))
        return
    there = fetch_branch(git, remote, branch)
    if there == new:  # the answer got lost on the way, the push did not (F16)
        return
    if there != old:
        raise errors.LostRace(f"somebody else moved `{branch}` on `{remote}` first", "read the ledger again and decide again")
    raise failure("push", done.stderr.decode("utf-8", "replace") or done.stdout.decode("utf-8", "replace"))


def _known(git: Git, remote: str) -> None:
    """Only configured remotes: an address or an option in their place would be somebody else's choice."""
    if remote not in git.remotes():
        raise errors.HostFailed(f"git knows no remote `{remote}`", f"`git remote add {remote} URL` sets it up")
