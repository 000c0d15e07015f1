"""Compare two states of the CMDB, and find the change that made each difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from changeflow import errors
from changeflow.cmdb.attributes import ItemDifference, difference, differences
from changeflow.cmdb.differences import differing_items
from changeflow.cmdb_sources.rows import Place
from changeflow.documents.document import Document
from changeflow.gate_cases.changes_of_items import ChangesOfItems, MadeBy, native_items
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.cmdb_diff import (
    AttributeDifference,
    CmdbDiffAnswer,
    ComparedState,
    DifferingItem,
    NamedChange,
)
from changeflow.model.evidence import CMDB_COMMIT, ReleaseBody
from changeflow.reading.baselines import find_baseline, state_of_baseline
from changeflow.reading.change import id_in
from changeflow.reading.landings import Landing, changed_between
from changeflow.reading.native_items import item_documents
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.repo.repository_kind import is_bare
from changeflow.usecases.cmdb.impact import without_problems

WORK_TREE: Final = "work tree"
_FOLDER: Final = "cmdb"
_WHAT: Final = ("added", "changed", "removed")


@dataclass(frozen=True)
class ComparedCmdb:
    """A state of the CMDB that is compared, by the name that it was asked for."""

    state: State
    told: ComparedState
    book: Rulebook


def compare(view: View, one: str, other: str | None, now: datetime) -> CmdbDiffAnswer:
    """Compare two states of the CMDB.

    Args:
        view: where the main branch and the ledger are.
        one: a baseline, a change whose release recorded one, a revision, or `work tree`.
        other: the same; None: the work tree, in a bare repository the main branch.
        now: the time by which changes have their states.

    Raises:
        errors.HostFailed: when there is no such state, or git fails.
        errors.NothingToDo: when a change has no release on the ledger.
        errors.Unreadable: when a state, or the ledger, cannot be read.
    """
    before, after = named_state(view, one), named_state(view, other)
    among = _among(view, before, after)
    found = list(differences(before.book.items, after.book.items, among))
    told = tuple(_told(view, before, after, found, now))
    counts = dict.fromkeys(_WHAT, 0)
    for item in told:
        counts[item.what] += 1
    unauthorised = [item.authorised for item in told].count(False)
    return CmdbDiffAnswer.model_validate(
        {
            "from": before.told,
            "to": after.told,
            **counts,
            "unauthorised": unauthorised,
            "differences": told,
        }
    )


def named_state(view: View, name: str | None) -> ComparedCmdb:
    """Return the state of the CMDB that is meant.

    Raises:
        errors.UsageError: for the work tree of a bare repository.
        errors.HostFailed: when there is no such state.
        errors.NothingToDo: when a change has no release on the ledger.
        errors.Unreadable: when it cannot be read.
    """
    if name is None:
        name = view.base.label if is_bare(view.root) else WORK_TREE
    baseline = find_baseline(view, name)
    if baseline is not None:
        state = state_of_baseline(view, baseline)
    elif name == WORK_TREE:
        if is_bare(view.root):
            raise errors.UsageError.of("baseline.no_work_tree")
        state = view.store.work_tree()
    elif id_in(name):
        state = view.store.at(_commit_of_release(view, name))
    else:
        state = view.store.at(name)
    told = ComparedState(name=name, commit=state.commit, baseline=baseline is not None)
    return ComparedCmdb(state, told, without_problems(state))


def _commit_of_release(view: View, change: str) -> str:
    """Return the commit whose CMDB the newest release of a change recorded when it started."""
    commit = None
    for entry in view.ledger.evidence(view.base, change).of_change(change):
        if isinstance(entry.body, ReleaseBody) and entry.body.event == "started":
            commit = entry.body.baseline.get(CMDB_COMMIT, commit)
    if commit is None:
        raise errors.NothingToDo.of("unknown.baseline_of_release", change=change)
    return commit


def _among(view: View, before: ComparedCmdb, after: ComparedCmdb) -> Iterable[str]:
    """Return the ids of items that may differ."""
    one, other = before.state.commit, after.state.commit
    if before.book.sourced or after.book.sourced or one is None or other is None:
        return differing_items(before.book.columns, after.book.columns)
    paths = changed_between(view.git, one, other)
    return native_items(before.state, paths).keys() | native_items(after.state, paths).keys()


def _told(
    view: View,
    before: ComparedCmdb,
    after: ComparedCmdb,
    found: Sequence[ItemDifference],
    now: datetime,
) -> Iterable[DifferingItem]:
    if not found:
        return
    finder = _Finder(view, before, after, now)
    finder.look(found)
    for one in found:
        attributes = tuple(finder.attribute(one, name) for name in one.attributes)
        changes = {change for told in attributes for change in told.changes}
        place = finder.place(one)
        yield DifferingItem(
            ci=one.ci,
            what=one.what,
            path=place.path or None,
            line=place.line or None,
            authorised=all(told.changes for told in attributes),
            changes=tuple(sorted(changes)),
            attributes=attributes,
        )


class _Finder:
    """Finds what made a difference, also where one of the states is the work tree."""

    def __init__(
        self, view: View, before: ComparedCmdb, after: ComparedCmdb, now: datetime
    ) -> None:
        self._before, self._after = before, after
        older, newer = _committed(view, before), _committed(view, after)
        self._tip: State | None = None
        if after.state.commit is None:
            self._tip = newer
        below = [_FOLDER, *_sources(before.book), *_sources(after.book)]
        self._lines: dict[str, int] = {}
        self._changes: ChangesOfItems | None = None
        if older is None or newer is None or older.commit is None or newer.commit is None:
            return
        if older.commit != newer.commit and view.git.is_ancestor(newer.commit, older.commit):
            # asked backwards: the same commits made the difference
            older, newer = newer, older
        self._changes = ChangesOfItems(view, older, newer, below, now)

    def look(self, found: Sequence[ItemDifference]) -> None:
        """Read once what all differences ask for."""
        if self._changes is not None:
            self._changes.look([one.ci for one in found])
        removed = [one.ci for one in found if one.what == "removed"]
        there = [one.ci for one in found if one.what != "removed"]
        for side, items in ((self._before, removed), (self._after, there)):
            wanted = set(items)
            for document in item_documents(side.state, side.book.columns, items):
                if document.kind == "ConfigurationItem" and document.id in wanted:
                    self._lines.setdefault(document.id, _line(document))

    def attribute(self, one: ItemDifference, name: str) -> AttributeDifference:
        """Return one attribute of a difference with what made it so."""
        before, after = one.before.get(name), one.after.get(name)
        made = self._made_by(one.ci, name, after)
        return AttributeDifference(
            attribute=name,
            before=before,
            after=after,
            **_landed(made.landing),
            changes=made.changes,
            how=made.how,
            why=made.why,
            named=tuple(NamedChange(change=name, state=state) for name, state in made.named),
        )

    def _made_by(self, ci: str, name: str, after: str | None) -> MadeBy:
        if self._changes is None or self._is_uncommitted(ci, name):
            return MadeBy(None, why="uncommitted")
        return self._changes.made_by(ci, name, after)

    def _is_uncommitted(self, ci: str, name: str) -> bool:
        """Return whether the work tree tells an attribute otherwise than the commit below it."""
        if self._tip is None:
            return False
        found = difference(ci, self._tip.rulebook.items.get(ci), self._after.book.items.get(ci))
        return found is not None and name in found.attributes

    def place(self, one: ItemDifference) -> Place:
        """Return where an item is described: in the newer state, or where it was removed from."""
        there = self._before if one.what == "removed" else self._after
        path, line = there.book.columns.place(one.ci)
        return Place(path, line or self._lines.get(one.ci, 0))


def _landed(landing: Landing | None) -> dict[str, Any]:
    """Return the commit that made a difference, as far as there is one."""
    if landing is None:
        return {"commit": None, "at": None, "author": None}
    return {"commit": landing.commit, "at": landing.at, "author": landing.author}


def _line(document: Document) -> int:
    line, _ = document.position(("metadata", "id"))
    return line


def _committed(view: View, one: ComparedCmdb) -> State | None:
    """Return the state of a commit: its own, or of the work tree that which is checked out."""
    if one.state.commit is not None:
        return one.state
    tip = view.git.resolve("HEAD")
    if tip is None:
        return None
    return view.store.at(tip)


def _sources(book: Rulebook) -> list[str]:
    """Return the files and folders inside of the repository that sources name."""
    if book.sourced is None:
        return []
    return list(book.sourced.paths)
