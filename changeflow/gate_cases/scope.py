"""Gather what a branch touches, beside what the requests in it declare.

Only what is committed counts: a branch that is merged brings its commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changeflow import errors
from changeflow.cmdb.item_columns import ids_having
from changeflow.model.scope import NOT_COMPARED, BranchScope
from changeflow.reading.at_commit import history_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View

# In most repositories no item says what belongs to it.
if TYPE_CHECKING:
    from changeflow.reading.pull_git_facts import PullGitFacts


def scope_of_branch(view: View, base: Rulebook) -> BranchScope:
    """Return what the branch touches that the head of a view ends.

    Nothing is compared where the base contains the branch, and where no item of the base says what
    belongs to it.

    Raises:
        errors.HostFailed: when git failed, or a shallow clone hides commits.
    """
    tip = history_of(view)
    if tip is None or base.commit is None or tip == base.commit:
        return NOT_COMPARED
    known = view.store.scopes
    key = (base.commit, tip)
    if key not in known:
        some = bool(ids_having("maps", base.items))
        known[key] = _compared(view, base, base.commit, tip) if some else NOT_COMPARED
    return known[key]


def _compared(view: View, base: Rulebook, judging: str, tip: str) -> BranchScope:
    from changeflow.reading.branch_files import CommittedFiles
    from changeflow.reading.branch_scope import branch_scope, no_common_history

    git = view.git
    if git.is_ancestor(tip, judging):
        return NOT_COMPARED
    if git.merge_base(judging, tip) is None:
        return no_common_history(base)
    files = CommittedFiles(git, view.store.content(judging, tip), tip)
    return branch_scope(base, files, view.store.at(tip), git.facts.prefix)


def scope_of_pull(view: View, facts: PullGitFacts) -> BranchScope:
    """Return what a pull request touches, by what git said of it already."""
    from changeflow.reading.branch_files import CommittedFiles
    from changeflow.reading.branch_scope import branch_scope, no_common_history

    files = CommittedFiles(view.git, facts.content, facts.commit)
    try:
        return branch_scope(view.base.rulebook, files, facts.head, view.git.facts.prefix)
    except errors.HostFailed:
        return no_common_history(view.base.rulebook)
