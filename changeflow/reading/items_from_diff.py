"""`new --from-diff`: the items of a request, by what a branch touches.

Compared is the work tree, with what is staged or not yet known to git, with the commit where HEAD
left the revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.cmdb.item_maps import MapIndex, mapped_items
from changeflow.lazy_dataclass import dataclass
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_paths import EXPORTS
from changeflow.model.kinds import group_of
from changeflow.model.paths import shown
from changeflow.model.phrases import Told, told
from changeflow.model.scope import TouchedItem
from changeflow.reading.branch_files import CommittedFiles, UncommittedFiles
from changeflow.reading.pull_content import content_of
from changeflow.reading.repository_store import Store
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.repo.git import Git
from changeflow.scope.changed_files import BranchFiles
from changeflow.scope.touched_items import Touched, touched_by, touched_items

_OUT_OF_USE: Final = ("", "retired")
_NOT_YET: Final = ("", "planned")


@dataclass(frozen=True)
class ItemFromDiff:
    """An item that a branch changes.

    Attributes:
        ci: the item.
        action: `add`, `modify` or `remove`.
        shown: the sentence that says which file shows it.
    """

    ci: str
    action: str
    shown: Told


def items_from_diff(root: Path, rev: str, here: Rulebook) -> tuple[ItemFromDiff, ...]:
    """Return the items that a branch changes, sorted.

    Args:
        root: the change repository.
        rev: the revision that the branch began at, or that it is to be merged into.
        here: the rulebook of the work tree.

    Raises:
        errors.NothingToDo: when it changes none.
        errors.Unreadable: when a file cannot be read that may change any item.
        errors.HostFailed: when git fails, or knows no such revision.
    """
    git = Git(root)
    store = Store(git)
    start = git.merge_base(git.rev_parse(rev), git.rev_parse("HEAD"))
    if start is None:
        raise errors.HostFailed.of("git.no_common_history")
    then = store.at(start)
    return _Diff(git, then, here, UncommittedFiles(git, start)).items(rev)


def items_of_commit(git: Git, parent: str, commit: str) -> tuple[ItemFromDiff, ...]:
    """Return the items that a commit changes against another one, sorted; none where it changes none.

    Raises:
        errors.Unreadable: when a file cannot be read that may change any item.
        errors.HostFailed: when git fails.
    """
    store = Store(git)
    files = CommittedFiles(git, content_of(git, parent, commit), commit)
    diff = _Diff(git, store.at(parent), store.at(commit).rulebook, files)
    try:
        return diff.items(commit)
    except errors.NothingToDo:
        return ()


class _Diff:
    """A state beside an earlier one: a work tree and where its branch began, or two commits."""

    def __init__(self, git: Git, then: State, here: Rulebook, files: BranchFiles) -> None:
        self._prefix, self._files = git.facts.prefix, files
        self._then, self._here = then, here
        self._before: Mapping[str, ConfigurationItem] = then.rulebook.items

    def items(self, rev: str) -> tuple[ItemFromDiff, ...]:
        """Return the items that differ, or that something of differs."""
        touched = {one.ci: one for one in self._touched()}
        found: dict[str, ItemFromDiff] = {}
        for ci, path in self._documents():
            action = self._action(ci)
            if action != "modify":
                sentence = told("new.from_diff", case="document", ci=ci, action=action, path=path)
                found[ci] = ItemFromDiff(ci, action, sentence)
        for ci, one in touched.items():
            if ci not in found:
                action = self._action(ci)
                sentence = told("new.from_diff", **(one.told() | {"action": action}))
                found[ci] = ItemFromDiff(ci, action, sentence)
        if not found:
            raise errors.NothingToDo.of("unknown.touched_item", rev=rev)
        return tuple(found[ci] for ci in sorted(found))

    def _touched(self) -> tuple[TouchedItem, ...]:
        mapped = chain(mapped_items(self._before), mapped_items(self._here.items))
        plans = self._here.config.terraform_plans
        touched = touched_by(self._files, MapIndex(mapped), self._prefix, plans)
        if touched.unread:
            first = touched.unread[0]
            raise errors.Unreadable.of("file.any_item", path=shown(first.path), why=[first.why])
        return touched_items(touched, Touched(), {})

    def _action(self, ci: str) -> str:
        """Return what happens to an item, by its document before and now."""
        was, is_now = _status(self._before, ci), _status(self._here.items, ci)
        if is_now in _OUT_OF_USE and was not in _OUT_OF_USE:
            return "remove"
        if was in _NOT_YET and is_now not in _OUT_OF_USE:
            return "add"
        return "modify"

    def _documents(self) -> Iterator[tuple[str, str]]:
        """Yield the items whose documents are in changed files, with these files."""
        for change in self._files.changes:
            path = change.path.removeprefix(self._prefix)
            if not change.path.startswith(self._prefix) or path.startswith(EXPORTS):
                continue
            if group_of(path) != "cmdb" or not path.endswith((".yaml", ".yml")):
                continue
            for ci in sorted(self._ids_in(path)):
                if self._before.get(ci) != self._here.items.get(ci):
                    yield ci, path

    def _ids_in(self, path: str) -> set[str]:
        found = set[str]()
        if self._then.exists(path):
            found |= _ids(self._then.parsed(path, many=True).records)
        here = [document for document in self._here.documents if document.path == path]
        found.update(one.id for one in here if one.kind == "ConfigurationItem")
        return found


def _status(items: Mapping[str, ConfigurationItem], ci: str) -> str:
    """Return the status of an item; empty where it is not there."""
    return items[ci].spec.status.value if ci in items else ""


def _ids(records: tuple[object, ...]) -> set[str]:
    return {one.metadata.id for one in records if isinstance(one, ConfigurationItem)}
