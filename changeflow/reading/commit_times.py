"""When commits say that they were made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.repo.git import Git, is_oid


def commit_times(git: Git, commits: Collection[str]) -> dict[str, datetime]:
    """The committers' dates of those of these commits that are here."""
    names = sorted(name for name in commits if is_oid(name))
    if not names:
        return {}
    lines = git.log(*names, format_="%H %ct", extra=["--no-walk=unsorted", "--ignore-missing"])
    return {
        name: commit_time(seconds, END_OF_TIME)
        for name, seconds in (line.split() for line in lines)
    }
