"""What a branch touches, beside what its requests declare, read from git.

What belongs to items judges as the base says it. What the branch adds to that is only warned of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from changeflow import errors
from changeflow.checks.any_shape import mappings, text
from changeflow.cmdb.item_columns import ids_having
from changeflow.cmdb.item_maps import MapIndex, mapped_items
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_paths import EXPORTS, change_of, review_path, rfc_path
from changeflow.model.kinds import group_of
from changeflow.model.phrases import told
from changeflow.model.scope import NOT_COMPARED, BranchScope, Unread
from changeflow.reading.parsed import ParsedSource
from changeflow.reading.rulebook import Rulebook
from changeflow.scope.changed_files import BranchFiles
from changeflow.scope.touched_items import Touched, touched_by, touched_items

if TYPE_CHECKING:
    from changeflow.documents.document import Document


def branch_scope(
    base: Rulebook, files: BranchFiles, head: ParsedSource, prefix: str
) -> BranchScope:
    """Compare what a branch touches with what its requests declare.

    Args:
        base: the rulebook that judges.
        files: the changed files.
        head: where the requests of the branch are.
        prefix: from the top of the git repository to the change repository, with a slash at its
            end.

    Raises:
        errors.HostFailed: when git fails.
    """
    changed = changed_documents(files, prefix)
    requests = requests_in(head, changed)
    proposed = _proposed(head, changed)
    index = MapIndex(mapped_items(base.items))
    own = MapIndex(mapped_items(proposed))
    if not (index.items or own.items):
        return NOT_COMPARED
    plans = base.config.terraform_plans
    judging = touched_by(files, index, prefix, plans)
    proposing = touched_by(files, own, prefix) if own.items else Touched()
    return BranchScope(
        compared=True,
        touched=touched_items(judging, proposing, _actions(base.items, judging, proposing)),
        requests=frozenset(requests),
        declared=declared_by(requests),
        mapped=index.items | own.items,
        unread=tuple(judging.unread),
        unmapped=judging.unmapped,
        drafts=frozenset(name for name, one in requests.items() if one.spec.get("draft") is True),
    )


def no_common_history(base: Rulebook) -> BranchScope:
    """Return the scope of a branch that cannot be compared: it may touch any item that is mapped."""
    if not ids_having("maps", base.items):
        return NOT_COMPARED
    unread = Unread("", told("unread.history"))
    return NOT_COMPARED._replace(unread=(unread,))


def changed_documents(files: BranchFiles, prefix: str) -> list[str]:
    """Return the changed files of the change repository that are there in the head."""
    found: list[str] = []
    for change in files.changes:
        if change.path.startswith(prefix) and change.after in ("100644", "100755"):
            found.append(change.path[len(prefix) :])
    return found


def requests_in(head: ParsedSource, changed: Iterable[str]) -> dict[str, Document]:
    """Return the requests that changed files belong to, valid or not, by their ids."""
    found: dict[str, Document] = {}
    for change in changes_in(changed):
        for document in _documents(head, rfc_path(change)):
            if document.kind == "ChangeRequest":
                found[change] = document
    return found


def changes_in(changed: Iterable[str]) -> list[str]:
    """Return the changes that files belong to. A review is about a change that is over."""
    found: set[str] = set()
    for path in changed:
        change = change_of(path)
        if change is not None and path != review_path(change):
            found.add(change)
    return sorted(found)


def _documents(head: ParsedSource, path: str) -> tuple[Document, ...]:
    """Return the documents of a file. What cannot be read declares nothing."""
    try:
        return tuple(head.parsed(path).documents)
    except errors.Unreadable:
        return ()


def declared_by(requests: Mapping[str, Document]) -> dict[str, tuple[str, ...]]:
    """Return the items that requests name, to these requests."""
    found: dict[str, list[str]] = {}
    for change, document in requests.items():
        for ci in declared_in(document.spec):
            found.setdefault(ci, []).append(change)
    return {ci: tuple(changes) for ci, changes in found.items()}


def declared_in(spec: Mapping[str, Any]) -> list[str]:
    """Return the items that the spec of a request names, whatever shape it has."""
    named = (text(item.get("ci")) for _, item in mappings(spec.get("items"), ()))
    return list(dict.fromkeys(filter(None, named)))


def _proposed(head: ParsedSource, changed: Iterable[str]) -> dict[str, ConfigurationItem]:
    """Return the items in changed files of the CMDB, as the head has them."""
    found: dict[str, ConfigurationItem] = {}
    for path in changed:
        is_native = group_of(path) == "cmdb" and not path.startswith(EXPORTS)
        if not is_native or not path.endswith((".yaml", ".yml")):
            continue
        try:
            records = head.parsed(path, many=True).records
        except errors.Unreadable:
            # its finding is another's
            continue
        for one in records:
            if isinstance(one, ConfigurationItem):
                found[one.metadata.id] = one
    return found


def _actions(
    items: Mapping[str, ConfigurationItem], judging: Touched, proposing: Touched
) -> dict[str, str]:
    """Return the touched items that a request would add: those that are planned, or new."""
    found: dict[str, str] = {}
    for ci in judging.touches.keys() | proposing.touches.keys():
        if ci not in items or items[ci].spec.status == "planned":
            found[ci] = "add"
    return found
