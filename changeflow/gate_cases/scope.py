"""Gather what a branch touches, beside what the requests in it declare, and what it takes away.

Only what is committed counts: a branch that is merged brings its commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changeflow import errors
from changeflow.cmdb.item_columns import ids_having
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem, Status
from changeflow.model.model_scope import TAKES_AWAY
from changeflow.model.scope import NOT_COMPARED, BranchScope
from changeflow.reading.at_commit import history_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
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


def taken_away(view: View, base: Rulebook, change: ChangeRequest) -> frozenset[str]:
    """Return the items of a request that are in use on the base, and after the branch are not.

    A request that says `modify` while its branch retires the item would else pass for a smaller
    change. Only native YAML is compared.

    Raises:
        errors.HostFailed: when git fails.
    """
    found = set[str]()
    for item in change.spec.items or ():
        if item.action.value not in TAKES_AWAY and _is_taken(view, base, item.ci):
            found.add(item.ci)
    return frozenset(found)


def _is_taken(view: View, base: Rulebook, ci: str) -> bool:
    place = base.columns.native_place(ci) if ci in base.items else None
    if place is None or base.items[ci].spec.status is Status.RETIRED:
        return False
    path, head = place.path, view.head
    if head.exists(path) and view.base.exists(path):
        try:
            if head.read(path) == view.base.read(path):
                return False
        except errors.Unreadable:
            return True
    if _in_use(head, path, ci) or not _was_in_use(view, path, ci):
        return False
    # it may stand in another file now
    moved = head.rulebook.items.get(ci)
    return moved is None or moved.spec.status is Status.RETIRED


def _was_in_use(view: View, path: str, ci: str) -> bool:
    """Return whether the branch had the item where it began; an older one takes nothing away."""
    tip, base = history_of(view), view.base.commit
    if tip is None or base is None:
        return True
    start = view.merge_base or view.git.merge_base(base, tip)
    return start is None or start == base or _in_use(view.store.at(start), path, ci)


def _in_use(state: State, path: str, ci: str) -> bool:
    if not state.exists(path):
        return False
    try:
        records = state.parsed(path, many=True).records
    except errors.Unreadable:
        return False
    for one in records:
        if isinstance(one, ConfigurationItem) and one.metadata.id == ci:
            return one.spec.status is not Status.RETIRED
    return False
