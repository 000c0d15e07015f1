"""The dates of commits, as their committers wrote them."""

from __future__ import annotations

from collections.abc import Collection
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
