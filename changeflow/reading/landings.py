"""What landed on a branch between two commits, and which changes came with it.

A landing is a commit of the first-parent history: a merge with everything that it brings, or a
commit that was made on the branch itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_parts import CHANGE_ID_PATTERN
from changeflow.model.document_paths import change_of
from changeflow.model.late_pattern import LatePattern
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.change_of_commit import TRAILER
from changeflow.repo.git import Git, checked

_CHANGE: Final = LatePattern(CHANGE_ID_PATTERN)


@dataclass(frozen=True, slots=True)
class Landing:
    """A commit of a branch with what it changed against the commit before it on the branch.

    Attributes:
        commit: its object name.
        parent: the commit before it; None for the first of a history.
        at: its committer's date.
        author: the address of its author.
        paths: what it changed, relative to the change repository.
        with_requests: changes in whose folders it changed a file.
        with_trailers: changes that the messages of the commits it brings name.
    """

    commit: str
    parent: str | None
    at: datetime
    author: str
    paths: tuple[str, ...]
    with_requests: frozenset[str]
    with_trailers: frozenset[str]


def landings(git: Git, after: str, until: str, below: Sequence[str]) -> list[Landing]:
    """Return what landed on the history of one commit after another, oldest first.

    Args:
        git: the repository.
        after: the commit that is known; with its own history it is left out.
        until: the newest commit.
        below: files and folders: other landings are left out.

    Raises:
        errors.HostFailed: when git fails.
    """
    lines = git.log(
        checked(until),
        f"^{checked(after)}",
        format_="%H %ct %ae%x1f%P",
        paths=list(below),
        extra=["--first-parent", "--no-renames"],
    )
    found = []
    for line in reversed(lines):
        facts, _, parents = line.strip("\n").partition("\x1f")
        commit, seconds, author = facts.split(" ", 2)
        parent = parents.split(" ")[0] or None
        paths = _changed(git, parent, commit)
        found.append(
            Landing(
                commit=commit,
                parent=parent,
                at=commit_time(seconds, END_OF_TIME),
                author=author,
                paths=paths,
                with_requests=frozenset(filter(None, map(change_of, paths))),
                with_trailers=_trailers(git, parent, commit),
            )
        )
    return found


def changed_between(git: Git, one: str, other: str) -> tuple[str, ...]:
    """Return the paths that differ between two commits, relative to the change repository."""
    return _changed(git, one, other)


def _changed(git: Git, parent: str | None, commit: str) -> tuple[str, ...]:
    named = (parent or "--root", commit)
    done = git.kept(
        "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-commit-id", "--relative",
        *named, "--",
    )  # fmt: skip
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return tuple(name for name in names if name)


def _trailers(git: Git, parent: str | None, commit: str) -> frozenset[str]:
    """Return the ids that the trailers of the commits name which a landing brings."""
    without = [] if parent is None else [f"^{parent}"]
    # a user may have set other separators, and a colon is ours
    done = git.kept(
        "-c", "trailer.separators=:", "log",
        f"--format=%(trailers:key={TRAILER},valueonly,unfold)", commit, *without, "--",
    )  # fmt: skip
    lines = map(str.strip, done.stdout.decode("utf-8", "replace").splitlines())
    return frozenset(line for line in lines if _CHANGE.fullmatch(line))
