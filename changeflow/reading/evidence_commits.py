"""Commits whose evidence is evidence of the change that is decided about.

Those are the commit of the head, and once the change is on the main branch also the commit that
brought it there as it is; and every commit with the same tree as one of them.
"""

from __future__ import annotations

from functools import cached_property

from changeflow.reading.at_commit import settled
from changeflow.reading.change import ChangeState
from changeflow.reading.view import View


class EvidenceCommits:
    """Answers whether evidence of a commit counts for a change.

    Args:
        view: where the base and the head are.
        content: the change as it is at the head.
    """

    def __init__(self, view: View, content: ChangeState) -> None:
        self._view, self._content = view, content

    def has(self, commit: str, tree: str) -> bool:
        """Return whether the commit, or one with its tree, is the one that is decided about.

        Args:
            commit: that evidence was made of.
            tree: of that commit.

        Raises:
            errors.HostFailed: when git fails.
        """
        head = self._head
        return head is not None and (
            commit == head or tree in self._trees or commit == self._landing
        )

    @cached_property
    def _head(self) -> str | None:
        """Return the commit of the head; None for a work tree that no commit holds."""
        view = self._view
        if view.head.commit is not None or view.history is not None:
            return view.head.commit
        return settled(view, self._content.change.id).head.commit

    @cached_property
    def _landing(self) -> str | None:
        """Return the commit that made the change on the main branch what it is at the head.

        None while it is not there.
        """
        head, base, git = self._head, self._view.base.commit, self._view.git
        if head is None or base is None or git.facts.shallow or not git.is_ancestor(head, base):
            # where the history is cut off, the last commit seems to have brought everything
            return None
        paths = [self._content.path, *(path for path, *_ in self._content.files)]
        found = git.log(head, format_="%H", paths=paths, extra=["--first-parent", "-1"])
        return found[0].strip() if found else None

    @cached_property
    def _trees(self) -> frozenset[str]:
        commits = filter(None, (self._head, self._landing))
        return frozenset(self._view.git.rev_parse(commit, "tree") for commit in commits)
