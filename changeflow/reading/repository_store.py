"""The repository in one run: commits are read once, however often they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from changeflow.reading.state import Shared, State
from changeflow.repo.checkout import checkout_at
from changeflow.repo.git import Git
from changeflow.repo.source import Revision, Source, WorkTree

# Few answers are about many changes, or about what a branch changes.
if TYPE_CHECKING:
    from changeflow.model.scope import BranchScope
    from changeflow.reading.pull_content import PullContent
    from changeflow.repo.request_history import RequestHistory

# States of commits that are kept; the one that was not used for longest goes.
_STATES: Final = 16
# Branches whose content is kept: what a decision asks of one it asks several times.
_CONTENTS: Final = 4


class Store:
    """The states of a repository. A commit is read once, the work tree whenever it is asked for.

    Args:
        git: the repository.
        recalls: whether CMDB, rules and requests may be taken from what an earlier command found.
    """

    def __init__(self, git: Git, *, recalls: bool = True) -> None:
        self.git = git
        self._shared = Shared(git, recalls=recalls)
        self._states: dict[tuple[str, str], State] = {}
        self._checkout: WorkTree | None = None
        self._histories: dict[str, RequestHistory] = {}
        self._contents: dict[tuple[str, str], PullContent] = {}
        # what branches touch, by the commits of base and head
        self.scopes: dict[tuple[str, str], BranchScope] = {}

    def at(self, rev: str) -> State:
        """Return the state of a commit. A name is resolved now: a branch moves on.

        Raises:
            errors.HostFailed: when git knows no such revision.
        """
        return self.named(rev, self.git.rev_parse(rev))

    def named(self, label: str, commit: str) -> State:
        """Return the state of a commit whose object name is known, under a name for messages."""
        key = (label, commit)
        found = self._states.pop(key, None) or self.of(Revision(self.git, label, commit))
        self._states[key] = found
        if len(self._states) > _STATES:
            del self._states[next(iter(self._states))]
        return found

    def content(self, base: str, head: str) -> PullContent:
        """Return what differs in a commit from where it left the base, by object names.

        Raises:
            errors.HostFailed: as `reading.pull_content.content_of`.
        """
        from changeflow.reading.pull_content import content_of

        key = (base, head)
        found = self._contents.pop(key, None) or content_of(self.git, base, head)
        self._contents[key] = found
        if len(self._contents) > _CONTENTS:
            del self._contents[next(iter(self._contents))]
        return found

    def request_history(self, tip: str) -> RequestHistory:
        """Return the commits that touched each request, up to a commit."""
        if tip not in self._histories:
            from changeflow.repo.request_history import RequestHistory

            self._histories[tip] = RequestHistory(self.git, tip)
        return self._histories[tip]

    def checkout(self) -> WorkTree:
        """Return the work tree, which changes: every call of it reads the disk.

        Only git's index is kept, and that while its file is the same.
        """
        if self._checkout is None:
            self._checkout = checkout_at(self.git.root, self.git)
        self._checkout.forget_folders()
        return self._checkout

    def work_tree(self) -> State:
        """Return the work tree as it is now, for one attempt."""
        return self.of(self.checkout())

    def of(self, source: Source) -> State:
        """Return a new state of a source. It shares what depends on the content alone."""
        return State(source, self._shared)
