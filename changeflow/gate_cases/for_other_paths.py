"""The other paths of a change's branch, asked about as in a pull request.

That is for where no code host does it.

Only what is committed counts: a branch that is merged brings its commits. An edit that is not
committed belongs to no branch.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from changeflow.gate.changed_paths import path_reasons
from changeflow.gate.ledger_opinions import ledger_opinions
from changeflow.gate.other_paths import NO_OTHER_PATHS, OtherPaths
from changeflow.gate.path_categories import CategorisedPath, categorise_all
from changeflow.gate.reasons import pull_reason
from changeflow.gate_cases.governed_paths import governed_reasons, path_approvals_for
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.paths import paths_of
from changeflow.reading.at_commit import history_of
from changeflow.reading.change import ChangeState
from changeflow.reading.pull_content import repository_path
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.repo.git import Git

_PLAIN = ("change", "exempt")


def other_paths_of(
    view: View, content: ChangeState, base: Rulebook, mine: Sequence[LedgerEntry], computed: str
) -> OtherPaths:
    """Return what the other paths of the branch ask for.

    They ask for nothing where the base contains the branch.

    Args:
        view: where the base and the head are.
        content: the change.
        base: the rulebook of the base.
        mine: the evidence of this change.
        computed: the type of change that was computed.

    Raises:
        errors.HostFailed: when git failed, or a shallow clone hides commits.
    """
    tip = history_of(view)
    if tip is None or base.commit is None or tip == base.commit:
        return NO_OTHER_PATHS
    if view.git.is_ancestor(tip, base.commit):
        return NO_OTHER_PATHS
    if view.git.merge_base(base.commit, tip) is None:
        found = pull_reason("paths", "error", "paths.unknown")
        return OtherPaths(owed=(), reasons=(found,), approved_by=frozenset())
    own = {path for path, *_ in content.files}
    changed = view.store.content(base.commit, tip).changes
    other: list[CategorisedPath] = []
    for one in categorise_all(changed, base.config.exempt_paths):
        programs = one.category == "other" and one.path in own
        if one.change != content.change.id and not programs:
            other.append(one)
    if not other:
        return NO_OTHER_PATHS
    committed = replace(view, head=view.store.at(tip))
    paths, tree = set(paths_of(other)), paths_of(view.git.ls_tree(tip))
    beside = [one for one in changed if one.path in paths]
    asked = path_reasons(beside, other, tree, covering=[computed])
    owed = path_approvals_for(committed, base, other, alone=False)
    return OtherPaths(
        owed=owed,
        reasons=(*asked, *governed_reasons(committed, base, other)),
        approved_by=_approved_by(view.git, tip, other, base, mine) if owed else frozenset(),
    )


def _approved_by(
    git: Git,
    tip: str,
    other: Sequence[CategorisedPath],
    base: Rulebook,
    mine: Sequence[LedgerEntry],
) -> frozenset[str]:
    """Return the people whose newest approval names a commit with the other paths as they are now.

    Meant are the paths that owe an approval.
    """
    paths = {one.path for one in other if one.category not in _PLAIN}
    now = _read(git, tip, paths)
    opinions = [entry for entry in mine if isinstance(entry.body, ApprovalBody)]
    heard = ledger_opinions(opinions, base.roster, base.config)
    newest: dict[str, LedgerEntry] = {}
    for entry, said in zip(opinions, heard, strict=True):
        if said.by is not None and said.ineligible is None:
            newest[said.by] = entry
    return frozenset(name for name, entry in newest.items() if _names(git, entry, paths, now))


def _names(git: Git, entry: LedgerEntry, paths: Collection[str], now: object) -> bool:
    commits = {one.commit for one in entry.subject}
    if len(commits) != 1:
        return False
    commit = commits.pop()
    if commit is None or git.resolve(commit) is None:
        return False
    return _read(git, commit, paths) == now


def _read(git: Git, commit: str, paths: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return path -> mode and object of those paths that are there; what is gone is missing."""
    found: dict[str, tuple[str, str]] = {}
    for entry in git.ls_tree(commit, full=True):
        path = repository_path(git, entry.path)
        if path in paths:
            found[path] = entry.mode, entry.oid
    return found
