"""One branch of a remote: bring it here, and move it there only from where it was seen."""

from __future__ import annotations

import contextlib
import time
from typing import Final

from changeflow import errors
from changeflow.model.phrases import told
from changeflow.repo.failures import advice, failure
from changeflow.repo.git import Git, checked
from changeflow.repo.refs import tracking_ref
from changeflow.repo.remote_exchange import exchange
from changeflow.repo.run_git import PATIENCE
from changeflow.repo.work import working

# what is said to who waits for it
_WAITING: Final = "progress.remote"
# fetches, where another process of ours fetches at the same moment
ATTEMPTS: Final = 10
# seconds, times the attempt
_PAUSE: Final = 0.02


def fetch_branch(git: Git, remote: str, branch: str, patience: float = PATIENCE) -> str | None:
    """Fetch a branch of a remote; return its tip, or None when the remote has no such branch.

    Raises:
        errors.HostFailed: when there is no such remote, or it cannot be reached.
    """
    _known(git, remote)
    ref = tracking_ref(remote, branch)
    for attempt in range(ATTEMPTS):
        before = git.refs(ref, f"refs/heads/{branch}")
        said, tip = _fetch(git, remote, branch, before, patience)
        if "couldn't find remote ref" in said:
            return None
        if said:
            raise _unreached(git, "fetch", said)
        if tip == before.get(ref) or _noted(git, ref, tip, before.get(ref)):
            return tip
        time.sleep(_PAUSE * (attempt + 1))
    return git.resolve(ref)


def tip_there(git: Git, remote: str, branch: str, patience: float = PATIENCE) -> str | None:
    """Return the commit of a remote's branch without fetching; None when there is no such branch.

    Raises:
        errors.HostFailed: when there is no such remote, or it cannot be reached.
    """
    _known(git, remote)
    with exchange(git, {}) as room, working(_WAITING, may_ask=True):
        done = room.run(
            "ls-remote",
            "--",
            remote,
            f"refs/heads/{branch}",
            accept=(0, 1, 128),
            online=True,
            patience=patience,
        )
    if done.returncode != 0:
        raise _unreached(
            git, "ls-remote", done.stderr.decode("utf-8", "replace") or "it gave no reason"
        )
    if not done.stdout.strip():
        return None
    return done.stdout.decode("ascii", "replace").split()[0]


def _fetch(
    git: Git, remote: str, branch: str, known: dict[str, str], patience: float
) -> tuple[str, str | None]:
    """Return git's complaint, empty when it fetched, and the tip that it fetched."""
    ref = tracking_ref(remote, branch)
    with exchange(git, known) as room, working(_WAITING, may_ask=True):
        done = room.run(
            "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
            "--", remote, f"+refs/heads/{branch}:{ref}",
            accept=(0, 1, 128), online=True, patience=patience,
        )  # fmt: skip
        if done.returncode != 0:
            return done.stderr.decode("utf-8", "replace") or "it gave no reason", None
        return "", room.resolve(ref)


def _noted(git: Git, ref: str, tip: str | None, before: str | None) -> bool:
    """Record where the branch was seen; False when another process recorded another commit."""
    try:
        git.update_ref(ref, tip or "", before)
    except errors.LostRace:
        return git.resolve(ref) == tip
    return True


def push_branch(
    git: Git, remote: str, branch: str, new: str, old: str | None, patience: float = PATIENCE
) -> None:
    """Move a remote's branch from `old` (None: it must not exist) to `new`.

    Raises:
        errors.LostRace: when the branch is somewhere else by now.
        errors.HostFailed: when the remote refuses, or cannot be reached.
    """
    _known(git, remote)
    expected = checked(old) if old else ""
    lease = f"--force-with-lease=refs/heads/{branch}:{expected}"
    with exchange(git, {}) as room, working(_WAITING, may_ask=True):
        done = room.run(
            "-c", "push.pushOption=", "-c", "push.negotiate=false",
            "push", "--quiet", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed",
            "--no-force-if-includes", "--recurse-submodules=no", lease,
            "--", remote, f"{checked(new)}:refs/heads/{branch}",
            accept=range(256), online=True, patience=patience,
        )  # fmt: skip
    if done.returncode == 0:
        ref = tracking_ref(remote, branch)
        # the remote has it; the tracking ref is only a note
        with contextlib.suppress(errors.HostFailed):
            git.update_ref(ref, new, git.resolve(ref))
        return
    there = fetch_branch(git, remote, branch, patience)
    # the answer got lost on the way, the push did not
    if there == new:
        return
    if there != old:
        raise errors.LostRace.of("git.moved", case="remote", ref=branch, remote=remote)
    raise _unreached(git, "push", (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace"))


def _unreached(git: Git, verb: str, said: str) -> errors.HostFailed:
    """Build the failure, and name the settings of the repository that were not used."""
    failed = failure(verb, said)
    left_out = git.settings.left_out()
    if left_out:
        failed.advise(*advice(said), told("git.left_out", names=list(left_out)))
    return failed


def _known(git: Git, remote: str) -> None:
    """Refuse any name but that of a configured remote, such as an address or an option."""
    if remote not in git.remotes():
        raise errors.HostFailed.of("git.no_remote", remote=remote)
