"""The ledger as it was at one of its commits: what a report of that day was made from."""

from __future__ import annotations

from dataclasses import replace

from changeflow.model.clock import Newest
from changeflow.reading.evidence import Evidence
from changeflow.reading.ledger_now import LedgerNow
from changeflow.reading.state import State
from changeflow.repo.git import Git


class LedgerThen:
    """The ledger up to a commit. It is a `LedgerView`.

    Args:
        git: the repository.
        commit: of the ledger; None: before its first entry.
    """

    def __init__(self, git: Git, commit: str | None) -> None:
        self._git, self._commit = git, commit
        self._now = LedgerNow(git, together=True)
        self._found: dict[State, Evidence] = {}

    def evidence(self, base: State, change: str) -> Evidence:  # noqa: ARG002 - it is read whole
        """See `LedgerView.evidence`."""
        if base not in self._found:
            self._found[base] = self._evidence(base)
        return self._found[base]

    def _evidence(self, base: State) -> Evidence:
        found = self._now.evidence(base, "")
        files: set[str] = set()
        if self._commit is not None:
            files.update(one.path for one in self._git.ls_tree(self._commit, full=True))
        entries = tuple(entry for entry in found.entries if entry.path in files)
        about = frozenset(entry.change for entry in entries)
        return replace(
            found,
            read=lambda: entries,
            head=self._commit,
            newest=Newest(),
            changes=lambda: about,
            remembered=None,
        )
