"""From the changed files of a branch to the items that they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Final

from changeflow.cmdb.item_maps import MapIndex
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import change_of
from changeflow.model.phrases import told
from changeflow.model.scope import Did, Touch, TouchedItem, Unread
from changeflow.scope.changed_files import (
    MANIFEST_LIMIT,
    PLAN_LIMIT,
    BranchFiles,
    Contents,
    FileChange,
    first_difference,
    may_be_manifest,
)
from changeflow.scope.manifests import Named, may_name_any, named_in_manifest
from changeflow.scope.terraform_plan import (
    UnreadablePlanError,
    is_plan,
    may_be_plan,
    planned_changes,
)

# bytes of a file whose first line that differs is looked for
_LINES_LIMIT: Final = 1024 * 1024

# finds the items of a touch
Owners = Callable[[MapIndex], set[str]]


@dataclass
class Touched:
    """What was found so far.

    Attributes:
        touches: items, to what touches them, in the order in which it was found.
        unread: files that may touch any item.
        unmapped: changed files that belong to no item.
    """

    touches: dict[str, list[Touch]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    unmapped: int = 0

    def note(self, owners: Iterable[str], touch: Touch) -> bool:
        """Note what touches items; return whether it touches any."""
        found = sorted(owners)
        for ci in found:
            self.touches.setdefault(ci, []).append(touch)
        return bool(found)


def touched_by(
    files: BranchFiles, index: MapIndex, prefix: str, plans: Iterable[str] = ()
) -> Touched:
    """Return what a branch touches.

    Args:
        files: its changed files.
        index: what belongs to which item.
        prefix: from the top of the git repository to the change repository, with a slash at its
            end; the files of requests in there belong to no item.
        plans: patterns of files that are Terraform plans, changed or not.
    """
    found = Touched()
    mapped = set[str]()
    changes = [one for one in files.changes if not _of_a_request(one.path, prefix)]
    owners = index.of_paths(
        [change.path for change in changes],
        [change.path for change in changes if change.may_be_folder],
    )
    for change in changes:
        if change.path in owners:
            touch = Touch("path", change.path, change.did, change.path, 0)
            found.note(owners[change.path], touch)
            mapped.add(change.path)
    if index.has_manifests:
        mapped |= _manifests(files, changes, index, found)
    if index.has_addresses:
        mapped |= _plans(files, index, list(plans), found)
    found.unmapped = sum(1 for change in changes if change.path not in mapped)
    _add_lines(files, found)
    return found


def _of_a_request(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and change_of(path[len(prefix) :]) is not None


def _add_lines(files: BranchFiles, found: Touched) -> None:
    """Look up the line of the first touch of each item, as far as it is a path."""
    wanted = set[str]()
    for touches in found.touches.values():
        if touches[0].kind == "path" and touches[0].did != "removed":
            wanted.add(touches[0].path)
    lines = {
        one.path: first_difference(one) for one in files.contents(sorted(wanted), _LINES_LIMIT)
    }
    for touches in found.touches.values():
        if touches[0].kind == "path":
            touches[0] = touches[0]._replace(line=lines.get(touches[0].path, 0))


# -- images and Helm releases --------------------------------------------------------------------


def _manifests(
    files: BranchFiles, changes: Iterable[FileChange], index: MapIndex, found: Touched
) -> set[str]:
    """Note images and releases that come, change or go. What only moves is no change."""
    wanted = [change for change in changes if may_be_manifest(change.path)]
    for change in wanted:
        if change.is_link:
            found.unread.append(Unread(change.path, told("unread.link")))
    seen, large = _Manifests(), list[str]()
    for contents in files.contents([change.path for change in wanted], MANIFEST_LIMIT):
        if contents.too_large:
            large.append(contents.path)
        seen.take(contents)
    # Long lists of packages are in JSON, and name no images.
    for contents in files.contents(large, PLAN_LIMIT):
        sides = filter(None, (contents.before, contents.after))
        is_list = contents.path.endswith(".json") and not contents.too_large
        if not is_list or any(may_name_any(contents.path, data) for data in sides):
            found.unread.append(Unread(contents.path, told("unread.too_large")))
    mapped = set[str]()
    for path, did, one in seen.differences():
        if found.note(_owners(one, index), Touch(one.kind, one.name, did, path, one.line)):
            mapped.add(path)
    return mapped


class _Manifests:
    """What manifests name on both sides of a branch."""

    def __init__(self) -> None:
        self._before: Counter[tuple[str, str]] = Counter()
        self._after: Counter[tuple[str, str]] = Counter()
        self._come: list[tuple[str, Named]] = []
        self._gone: list[tuple[str, Named]] = []
        # what another version of the same took the place of, in one file
        self._replaced = set[tuple[str, tuple[str, ...]]]()
        self._names_before = set[tuple[str, ...]]()
        self._names_after = set[tuple[str, ...]]()

    def take(self, contents: Contents) -> None:
        """Take a file in."""
        old = named_in_manifest(contents.path, contents.before or b"")
        new = named_in_manifest(contents.path, contents.after or b"")
        self._before.update(map(_key, old))
        self._after.update(map(_key, new))
        self._names_before.update(one.names for one in old)
        self._names_after.update(one.names for one in new)
        come, gone = list(_only_in(new, old)), list(_only_in(old, new))
        self._come += ((contents.path, one) for one in come)
        self._gone += ((contents.path, one) for one in gone)
        for names in {one.names for one in come} & {one.names for one in gone}:
            self._replaced.add((contents.path, names))

    def differences(self) -> Iterator[tuple[str, Did, Named]]:
        """Yield what comes, changes and goes. What another file has now, or had before, moved.

        Two files that swap what they have change both.
        """
        told_about = set[tuple[str, ...]]()
        for path, one in self._come:
            is_swapped = (path, one.names) in self._replaced
            if is_swapped or self._after[_key(one)] > self._before[_key(one)]:
                told_about.add(one.names)
                yield path, "changed" if one.names in self._names_before else "added", one
        for path, one in self._gone:
            fewer = self._before[_key(one)] > self._after[_key(one)]
            if fewer and one.names not in told_about:
                still_there = one.names in self._names_after
                yield path, "changed" if still_there else "removed", one._replace(line=0)


def _owners(one: Named, index: MapIndex) -> set[str]:
    return index.of_image(one.names[0]) if one.kind == "image" else index.of_release(one.names)


def _key(one: Named) -> tuple[str, str]:
    return one.names[0], one.content


def _only_in(mine: Iterable[Named], others: Iterable[Named]) -> Iterator[Named]:
    there = Counter(map(_key, others))
    for one in mine:
        if there[_key(one)] > 0:
            there[_key(one)] -= 1
        else:
            yield one


# -- plans ---------------------------------------------------------------------------------------


def _plans(files: BranchFiles, index: MapIndex, patterns: list[str], found: Touched) -> set[str]:
    """Note what plans change: those among the changed files, and those that are configured."""
    configured = list(files.named_like(patterns)) if patterns else []
    mapped = set[str]()
    asked = set(configured)
    for contents in _plan_contents(files, configured):
        mapped |= _plan(contents, contents.path in asked, index, found)
    for pattern in patterns:
        if not any(character in pattern for character in "*?") and pattern not in asked:
            found.unread.append(Unread(pattern, told("unread.missing")))
    return mapped


def _plan_contents(files: BranchFiles, configured: list[str]) -> Iterator[Contents]:
    named = set(configured)
    changed: list[str] = []
    for change in files.changes:
        if change.after is not None and may_be_plan(change.path) and change.path not in named:
            changed.append(change.path)
    yield from files.contents(changed, PLAN_LIMIT)
    for path in configured:
        yield files.at_head(path, PLAN_LIMIT)


def _plan(contents: Contents, surely: bool, index: MapIndex, found: Touched) -> set[str]:
    path, data = contents.path, contents.after
    if contents.too_large:
        found.unread.append(Unread(path, told("unread.too_large")))
        return set()
    if data is None or not (surely or is_plan(path, data)):
        return set()
    mapped = set[str]()
    try:
        for change in planned_changes(path, data, surely=surely):
            touch = Touch("terraform", change.address, change.did, path, change.line)
            if found.note(index.of_address(change.address), touch):
                mapped.add(path)
    except UnreadablePlanError as error:
        found.unread.append(Unread(path, error.why))
    return mapped


# -- what the branch itself says -----------------------------------------------------------------


def touched_items(
    judging: Touched, proposing: Touched, actions: Mapping[str, str]
) -> tuple[TouchedItem, ...]:
    """Return the touched items, sorted.

    Args:
        judging: what is touched by what the base says.
        proposing: what is touched by what the head says.
        actions: what a request would say of items, where it is not `modify`.
    """
    found: list[TouchedItem] = []
    for ci in sorted(judging.touches.keys() | proposing.touches.keys()):
        proposed = ci not in judging.touches
        touches = (proposing if proposed else judging).touches[ci]
        action = actions.get(ci, "modify")
        found.append(TouchedItem(ci, touches[0], len(touches) - 1, proposed, action))
    return tuple(found)
