"""The traces of a ledger in a clone: where its branch stands, and that it was read here before."""

from __future__ import annotations

from changeflow.repo.git import Git
from changeflow.repo.ledger_anchor import LedgerAnchor
from changeflow.repo.remote import tracking_ref


def has_traces(git: Git, branch: str, remote: str | None) -> bool:
    """Return whether the clone has the ledger, or has had it.

    The anchor is looked at before the branch, as in every reading (see `LedgerAnchor.expect`).

    Args:
        git: the repository.
        branch: short name of the ledger's branch.
        remote: the remote that every append must be accepted by, if any.

    Raises:
        errors.HostFailed: when git fails.
    """
    try:
        seen = LedgerAnchor(git.facts.common_dir, branch).read() is not None
    except ValueError:
        # It is damaged, which is a finding of the reading.
        seen = True
    return seen or tips(git, branch, remote) != (None, None)


def tips(git: Git, branch: str, remote: str | None) -> tuple[str | None, str | None]:
    """Return the commit of the branch here, and of the remote's as it was fetched last."""
    here, tracking = f"refs/heads/{branch}", tracking_ref(remote or "origin", branch)
    found = git.refs(here, tracking)
    return found.get(here), found.get(tracking)
