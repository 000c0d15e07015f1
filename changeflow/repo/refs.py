"""Refs as one answer sees them, even if a branch moves on while the answer is made."""

from __future__ import annotations

from changeflow.repo.git import Git


def tracking_ref(remote: str, branch: str) -> str:
    """Return the ref that records where a remote's branch was seen last."""
    return f"refs/remotes/{remote}/{branch}"


class KnownRefs:
    """The refs of a repository, each looked at once, when it is asked for first.

    Args:
        git: the repository.
    """

    def __init__(self, git: Git) -> None:
        self.git = git
        self._found: dict[str, str | None] = {}

    def find(self, *names: str) -> dict[str, str]:
        """Return the object names of those of these full ref names that exist."""
        unknown = [name for name in names if name not in self._found]
        if unknown:
            found = self.git.refs(*unknown)
            for name in unknown:
                self._found[name] = found.get(name)
        existing: dict[str, str] = {}
        for name in names:
            oid = self._found[name]
            if oid is not None:
                existing[name] = oid
        return existing
