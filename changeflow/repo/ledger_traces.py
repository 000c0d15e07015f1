"""The traces of a ledger in a clone: its branch, and that it was read here before."""

from __future__ import annotations

from typing import NamedTuple

from changeflow.repo.git import Git
from changeflow.repo.ledger_anchor import Expectation, LedgerAnchor, nothing_seen
from changeflow.repo.refs import tracking_ref


class LedgerTraces(NamedTuple):
    """The traces of a ledger at one moment.

    `missing` tells which entries were seen here before and are gone. `local` and `theirs` are the
    commits of the branch here, and of the remote's as it was fetched last.
    """

    missing: Expectation
    local: str | None
    theirs: str | None

    @property
    def none(self) -> bool:
        """Tell whether nothing shows that there is or was a ledger."""
        return self.missing is nothing_seen and self.local is None and self.theirs is None


def look(git: Git, branch: str, remote: str | None) -> LedgerTraces:
    """Look for a ledger: at the anchor first, and then at the branch (see `LedgerAnchor.expect`).

    Args:
        git: the repository.
        branch: short name of the ledger's branch.
        remote: the remote that every append must be accepted by, if any.

    Raises:
        errors.HostFailed: when git fails.
    """
    missing = LedgerAnchor(git.facts.common_dir, branch).expect()
    return LedgerTraces(missing, *tips(git, branch, remote))


def tips(git: Git, branch: str, remote: str | None) -> tuple[str | None, str | None]:
    """Return the commit of the branch here, and of the remote's as it was fetched last."""
    here, tracking = f"refs/heads/{branch}", tracking_ref(remote or "origin", branch)
    found = git.refs(here, tracking)
    return found.get(here), found.get(tracking)
