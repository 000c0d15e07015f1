"""Gather what a branch touches, beside what the requests in it declare, and what it takes away.

Only what is committed counts: a branch that is merged brings its commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow import errors
from changeflow.cmdb.item_columns import ids_having
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem, Status
from changeflow.model.kinds import group_of
from changeflow.model.model_scope import TAKES_AWAY
from changeflow.model.phrases import told
from changeflow.model.scope import NOT_COMPARED, BranchScope, Unread
from changeflow.reading.at_commit import history_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.same_sources import are_same_sources, is_same_file
from changeflow.reading.state import State
from changeflow.reading.view import View

# findings about a CMDB of which every item is told of
_ALL_ARE_READ: Final = frozenset({"duplicate-id", "source-duplicate-id", "source-unknown-item"})

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
    if base.commit is None or not ids_having("maps", base.items):
        return NOT_COMPARED
    tip = history_of(view)
    if tip is None or tip == base.commit:
        return NOT_COMPARED
    known = view.store.scopes
    key = (base.commit, tip)
    if key not in known:
        known[key] = _compared(view, base, base.commit, tip)
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


class TakenAway(NamedTuple):
    """The items of a request that its branch takes away.

    Attributes:
        items: in use on the base and not after the branch, or perhaps not.
        unread: what cannot be read on the branch, so that it is not known whether it tells of them.
    """

    items: frozenset[str] = frozenset()
    unread: tuple[Unread, ...] = ()


def taken_away(view: View, base: Rulebook, change: ChangeRequest) -> TakenAway:
    """Return the items of a request that are in use on the base, and after the branch are not.

    A request that says `modify` while its branch retires the item, or takes away what a source says
    of it, would else pass for a smaller change. An item is in use while any source tells of it.

    Raises:
        errors.HostFailed: when git fails.
    """
    found = set[str]()
    for item in change.spec.items or ():
        if item.action.value not in TAKES_AWAY and _is_taken(view, base, item.ci):
            found.add(item.ci)
    unread = tuple(_unread(view.head.rulebook)) if found else ()
    return TakenAway(frozenset(found), unread)


def _is_taken(view: View, base: Rulebook, ci: str) -> bool:
    if not _is_in_use(base, ci):
        return False
    place, head = base.columns.native_place(ci), view.head
    if place is not None and base.sourced is None:
        if is_same_file(view.base, view.head, place.path) or _stands_in(head, place.path, ci):
            return False
        # it may stand in another file now, or in a source
        was_in_use = _was_in_use(view, lambda start: _stands_in(start, place.path, ci))
    else:
        # what a document says of it, or one source, others may say, too
        is_same = are_same_sources(view.base, view.head, base.sourced) and (
            place is None or is_same_file(view.base, view.head, place.path)
        )
        if is_same or _is_in_use(head.rulebook, ci):
            return False
        was_in_use = _was_in_use(view, lambda start: _is_in_use(start.rulebook, ci))
    return was_in_use and not _is_in_use(head.rulebook, ci)


def _is_in_use(book: Rulebook, ci: str) -> bool:
    """Return whether a document or a source tells of an item that is not retired."""
    node = book.graph.node(ci)
    return node is not None and node.status != Status.RETIRED.value


def _was_in_use(view: View, is_in_use: Callable[[State], bool]) -> bool:
    """Return whether the branch had the item where it began; an older one takes nothing away."""
    tip, base = history_of(view), view.base.commit
    if tip is None or base is None:
        return True
    start = view.merge_base or view.git.merge_base(base, tip)
    return start is None or start == base or is_in_use(view.store.at(start))


def _stands_in(state: State, path: str, ci: str) -> bool:
    """Return whether a file tells of an item that is not retired."""
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


def _unread(head: Rulebook) -> Iterator[Unread]:
    """Yield what cannot be read of the CMDB at a place, one of each file."""
    seen = set[str]()
    for finding in head.problems:
        path = finding.path
        is_cmdb = group_of(path) == "cmdb" or (
            head.sourced is not None and head.sourced.reads(path)
        )
        if is_cmdb and finding.rule not in _ALL_ARE_READ and path not in seen:
            seen.add(path)
            quoted = finding.quoted
            yield Unread(
                path, told("failure.text", text=quoted) if isinstance(quoted, str) else quoted
            )
