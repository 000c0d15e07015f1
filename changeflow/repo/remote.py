"""Talking to a remote: bring one branch here, and move it there only from where it was seen."""

from __future__ import annotations

import contextlib

from changeflow import errors
from changeflow.repo.failures import failure
from changeflow.repo.git import Git, checked


def tracking_ref(remote: str, branch: str) -> str:
    """The ref that remembers where a remote's branch was seen last."""
    return f"refs/remotes/{remote}/{branch}"


def fetch_branch(git: Git, remote: str, branch: str) -> str | None:
    """Fetch a branch of a remote; its tip, or None when the remote has no such branch.

    Raises:
        errors.HostFailed: when there is no such remote, or it cannot be reached.
    """
    _known(git, remote)
    ref = tracking_ref(remote, branch)
    done = git.run(
        "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", remote,
        f"+refs/heads/{branch}:{ref}", accept=(0, 1, 128),
    )  # fmt: skip
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode == 0:
        return git.resolve(ref)
    if "couldn't find remote ref" in said:
        return None
    raise failure("fetch", said)


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
