"""The dates of commits, as their committers wrote them, and the files that commits touched."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.repo.git import Git, is_oid


def commit_times(git: Git, commits: Collection[str]) -> dict[str, datetime]:
    """Return the committers' dates of the given commits, as far as they are here."""
    names = sorted(name for name in commits if is_oid(name))
    if not names:
        return {}
    lines = git.log(*names, format_="%H %ct", extra=["--no-walk=unsorted", "--ignore-missing"])
    found = {}
    for line in lines:
        name, seconds = line.split()
        found[name] = commit_time(seconds, END_OF_TIME)
    return found


def commits_touching(
    git: Git, tip: str, folder: str, format_: str, options: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield each file that commits touched below a folder, with the commit; the newest first.

    Args:
        git: the repository.
        tip: the commit to begin at.
        folder: from the change repository.
        format_: what is told of the commit, as git's pretty formats say it.
        options: more options of `git log`.

    Raises:
        errors.HostFailed: when git fails.
    """
    told = ["--name-only", "--no-renames", "--relative", *options]
    done = git.run("log", "-z", f"--format=%x01{format_}", *told, tip, "--", folder)
    for block in done.stdout.decode("utf-8", "surrogateescape").split("\x01")[1:]:
        said, _, paths = block.partition("\0")
        for path in paths.lstrip("\n").split("\0"):
            yield said, path
