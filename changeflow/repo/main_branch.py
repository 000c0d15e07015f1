"""The main branch of a team: the remote's as it was fetched last, or else the local one."""

from __future__ import annotations

import shlex
from typing import Any

from changeflow.lazy_dataclass import dataclass
from changeflow.repo.git import Git, checked
from changeflow.repo.refs import KnownRefs, tracking_ref

# what git calls the remote of a branch that follows another one in the same repository
_ITSELF = "."


@dataclass(frozen=True, slots=True)
class MainBranch:
    """The ref whose rulebook counts, and how the local branch of that name compares to it.

    Attributes:
        name: short name of the branch.
        ref: full name of the ref that judges.
        commit: where it stands.
        local: where the local branch stands; None where there is none.
        behind: commits that the local branch lacks.
        ahead: commits that it has beyond the one that judges.
        remote: the remote whose branch it ought to be; None where none is configured.
        fetched: whether that remote's branch is known here.
        unfollowed: where no remote is configured, the branch of `origin` that has commits which the
            local one lacks.
    """

    name: str
    ref: str
    commit: str
    local: str | None = None
    behind: int = 0
    ahead: int = 0
    remote: str | None = None
    fetched: bool = True
    unfollowed: str | None = None

    @property
    def differs(self) -> bool:
        """Tell whether the local branch differs from the ref."""
        return bool(self.behind or self.ahead)

    @property
    def fetch_line(self) -> str:
        """Return the command that brings the remote's branch."""
        return fetch_line(self.remote or "", self.name)

    def told(self) -> dict[str, Any]:
        """Return the note for an answer where the local branch differs; empty otherwise."""
        if not self.differs:
            return {}
        return {
            "main": {
                "judged": self.ref,
                "local": self.local,
                "behind": self.behind,
                "ahead": self.ahead,
            }
        }


def fetch_line(remote: str, name: str) -> str:
    """Return the command that brings a remote's branch, also to a clone of another branch alone."""
    return (
        f"git fetch {shlex.quote(remote)} "
        f"{shlex.quote(f'+refs/heads/{name}:{tracking_ref(remote, name)}')}"
    )


def main_branch(refs: KnownRefs, name: str, remote: str | None) -> MainBranch | None:
    """Return the main branch, or None where it has no commit here.

    In a bare repository there is only its own branch.

    Args:
        refs: the repository's refs.
        name: the branch, as the configuration names it.
        remote: the remote, as the configuration names it; None: the one that the local branch
            follows.
    """
    git, local_ref = refs.git, f"refs/heads/{name}"
    if git.facts.bare:
        found = refs.find(local_ref)
        return MainBranch(name, local_ref, found[local_ref]) if found else None
    remote = remote or _followed(git, name)
    tracking = tracking_ref(remote or "origin", name)
    found = refs.find(local_ref, tracking)
    local, theirs = found.get(local_ref), found.get(tracking)
    known = remote is None or (theirs is not None and remote in git.remotes())
    if local is not None and (theirs is None or remote is None or not known):
        lacking = remote is None and theirs is not None and not git.is_ancestor(theirs, local)
        unfollowed = tracking if lacking else None
        return MainBranch(
            name, local_ref, local, local, remote=remote, fetched=known, unfollowed=unfollowed
        )
    if theirs is None:
        return None
    behind, ahead = _apart(git, theirs, local) if local is not None else (0, 0)
    return MainBranch(name, tracking, theirs, local, behind, ahead, remote, known)


def _followed(git: Git, name: str) -> str | None:
    """Return the remote that a local branch follows, whichever branch of it that is."""
    found = git.config(f"branch.{name}.remote")
    return None if found in (None, "", _ITSELF) else found


def _apart(git: Git, theirs: str, local: str) -> tuple[int, int]:
    """Count the commits that the local branch lacks, and those that only it has."""
    if theirs == local:
        return 0, 0
    counted = git.text(
        "rev-list", "--left-right", "--count", f"{checked(theirs)}...{checked(local)}"
    )
    behind, ahead = counted.split()
    return int(behind), int(ahead)
