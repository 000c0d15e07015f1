"""Import what another system exports: write it as native YAML, or say what would change."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from changeflow import errors
from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.merge import Conflict, Merged
from changeflow.cmdb_sources.native_yaml import document_of, files_of
from changeflow.cmdb_sources.rows import ItemRow, Place, SourceFile, SourceRows, found_at
from changeflow.cmdb_sources.table import FORMATS, Format, SourceSpec, within_limit
from changeflow.documents.loader import load
from changeflow.lazy_dataclass import dataclass
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_paths import IMPORT_MARK
from changeflow.model.findings import Finding, errors_of
from changeflow.model.paths import shown, uncanonical
from changeflow.model.phrases import told
from changeflow.reading.parsed import unreadable
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.source_like import source_like
from changeflow.reading.view import state_at
from changeflow.repo.folder_swap import replace_folder
from changeflow.repo.repository_kind import common_folder
from changeflow.repo.source import SYMLINK, WorkTree
from changeflow.repo.writer_lock import writer_lock

DEFAULT_INTO: Final = "cmdb/imported"
# where documents of other kinds lie
_TAKEN: Final = ("cmdb/sources", "cmdb/exports", "cmdb/audits")


@dataclass(frozen=True)
class ImportRequest:
    """What is imported.

    Attributes:
        format: of the files.
        path: the file or folder, as the operator wrote it.
        nodes: the file with items, where dependencies lie in another.
        edges: the file with dependencies.
        into: the folder below `cmdb/`; the import owns the folder of the format's name in it.
        like: the source whose mapping and defaults hold, by its id or file.
        write: False for a look at what would change.
    """

    format: str
    path: str | None = None
    nodes: str | None = None
    edges: str | None = None
    into: str | None = None
    like: str | None = None
    write: bool = True


class ChangedItem(NamedTuple):
    """An item whose YAML changes, with the values before and after, by their keys."""

    ci: str
    what: Literal["added", "changed", "removed"]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class ItemsImported:
    """What an import wrote, or would write.

    Attributes:
        folder: that it owns, relative to the repository.
        changes: the items that differ, by id; none where an error keeps it from being known.
        unchanged: how many do not differ.
        items: how many there are now.
        relations: how many dependencies they have; each member of a group counts.
        conflicts: what native YAML says otherwise; those items are left as they are.
        findings: about the files.
        written: whether anything was written.
    """

    folder: str
    changes: tuple[ChangedItem, ...]
    unchanged: int
    items: int
    relations: int
    conflicts: tuple[Conflict, ...]
    findings: tuple[Finding, ...]
    written: bool

    @property
    def failed(self) -> bool:
        """Return whether an error kept everything from being written."""
        return bool(errors_of(self.findings))

    def count(self, what: str) -> int:
        """Return how many items were `added`, `changed` or `removed`."""
        return sum(change.what == what for change in self.changes)


def import_items(root: Path, request: ImportRequest, here: Path) -> ItemsImported:
    """Read the files of another system, and write its items below `cmdb/`.

    Where a finding is an error, nothing is written. An item that other YAML describes stays as it is
    described there.

    Args:
        root: the change repository.
        request: what is imported.
        here: the folder that its paths are relative to.

    Raises:
        errors.UsageError: when the files are not named as the format needs them, or the folder is
            no place for items or cannot be written.
        errors.HostFailed: when the disk is full or broken.
        errors.NothingToDo: when there is no such file.
        errors.Refused: when the folder has files that no import wrote.
        errors.Unreadable: when native YAML, or a file that is imported, cannot be read.
    """
    format_ = FORMATS[request.format]
    folder = _own_folder(root, request)
    spec = _spec(root, request, here)
    left_out: list[Finding] = []
    files = _files(request, format_, here, left_out)
    rows, findings = collect(request.format, spec, files)
    common = common_folder(root)
    with writer_lock(common if common is not None else root / ".git"):
        return _imported(root, folder, request, rows, [*left_out, *findings])


def _imported(
    root: Path,
    folder: str,
    request: ImportRequest,
    rows: SourceRows,
    found: Sequence[Finding],
) -> ItemsImported:
    book = state_at(root).rulebook
    others, places = _others(book, folder, {row.id for row in rows.items})
    merged = Merged(others, [rows], places)
    kept = [row for row in rows.items if row.id not in places]
    documents = {}
    for row in kept:
        needs = merged.items[row.id].spec.depends_on
        documents[row.id] = document_of(_with_defaults(row, rows.defaults), needs)
    findings = [*found, *_without_conflicts(merged), *_described(rows, places)]
    # Read once: another import may write while this one waits no longer for it.
    own = _own_files(root, folder)
    before = _own_documents(own, folder)
    # What an export with errors says is not whole: it is not compared.
    changes = () if errors_of(findings) else tuple(_changes(before, documents))
    answer = ItemsImported(
        folder=folder,
        changes=changes,
        unchanged=sum(before.get(ci) == document for ci, document in documents.items()),
        items=len(documents),
        relations=_relations(documents),
        conflicts=tuple(merged.conflicts),
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        written=False,
    )
    if answer.failed or not request.write:
        return answer
    files = files_of(request.format, documents)
    if files == own:
        return answer
    try:
        replace_folder(root, root / folder, files.items())
    except OSError as error:
        raise errors.unwritten("import.disk", error, folder=folder) from error
    return replace(answer, written=True)


# -- what is read ----------------------------------------------------------------------------------


def _spec(root: Path, request: ImportRequest, here: Path) -> SourceSpec:
    """Return what readers are told: the files by name, and what the source to be like says."""
    spec = SourceSpec(request.format)
    if request.like is not None:
        spec = source_like(root, here, request.like, request.format)
    return replace(spec, nodes=request.nodes, edges=request.edges)


def _with_defaults(row: ItemRow, defaults: Mapping[str, str]) -> ItemRow:
    """Return a row with the defaults of the source where it says nothing itself."""
    unknown: dict[str, Any] = {
        name: text for name, text in defaults.items() if getattr(row, name) is None
    }
    return row._replace(**unknown) if unknown else row


def _files(
    request: ImportRequest, format_: Format, here: Path, left_out: list[Finding]
) -> list[SourceFile]:
    named = [path for path in (request.nodes, request.edges) if path is not None]
    if named and not format_.two_files:
        raise errors.UsageError.of("import.one_path", format=request.format)
    if not named and request.path is None:
        case = "two_files" if format_.two_files else "one_file"
        raise errors.UsageError.of("import.nothing", case=case)
    if request.path is not None:
        named.append(request.path)
    read = (_read(path, format_, here, left_out) for path in named)
    return list(within_limit(chain.from_iterable(read)))


def _read(path: str, format_: Format, here: Path, left_out: list[Finding]) -> Iterator[SourceFile]:
    full = Path(os.path.abspath(here / path))  # noqa: PTH100 - links stay as they are
    if not os.path.lexists(full):
        raise errors.NothingToDo.of("import.missing", path=shown(path))
    if not full.is_dir() or full.is_symlink():
        data = WorkTree(full.parent).as_on_disk(full.name, format_.limit)
        yield SourceFile(path, data)
        return
    tree, empty = WorkTree(full), True
    for name, entry in tree.entries().items():
        if not name.removesuffix(".gz").endswith(format_.suffixes):
            continue
        empty = False
        named = f"{path.rstrip('/')}/{name}"
        if entry.regular:
            yield SourceFile(named, tree.read(name, format_.limit))
        else:
            case = "link" if entry.mode == SYMLINK else "other"
            problem = told("source.not_plain", case=case, path=named)
            place = Place(named)
            left_out.append(found_at("source-file", place, source=format_.name, problem=[problem]))
    if empty:
        suffixes = list(format_.suffixes)
        raise errors.NothingToDo.of("import.empty", path=shown(path), suffixes=suffixes)


def _own_folder(root: Path, request: ImportRequest) -> str:
    """Return the folder of the import, relative to the repository."""
    into = request.into if request.into is not None else DEFAULT_INTO
    full = Path(os.path.abspath(root / into))  # noqa: PTH100 - links stay as they are
    relative = os.path.relpath(full, root).replace(os.sep, "/")
    below = relative == "cmdb" or relative.startswith("cmdb/")
    if not below or relative.startswith(_TAKEN):
        raise errors.UsageError.of("import.place", path=shown(into))
    folder = f"{relative}/{request.format}"
    problem = uncanonical(folder)
    if problem is not None:
        raise errors.UsageError.of(
            "import.place", case="name", path=shown(into), problem=shown(problem)
        )
    for part in (root / folder, *(root / folder).parents):
        if part == root:
            break
        if part.is_symlink():
            raise errors.Refused.of("import.link", path=shown(os.path.relpath(part, root)))
        if os.path.lexists(part / ".git"):
            # What lies in a repository of its own is no part of this one.
            path = shown(os.path.relpath(part, root))
            raise errors.UsageError.of("import.place", case="submodule", path=path)
        if part != root / folder and _is_import(part):
            # the import that owns it would replace what is written there
            path = shown(os.path.relpath(part, root))
            raise errors.UsageError.of("import.place", case="nested", path=path)
    return folder


def _is_import(folder: Path) -> bool:
    """Return whether an import wrote a folder: then all of its files are of that import."""
    mark, path = IMPORT_MARK.encode(), next(folder.glob("*.yaml"), None)
    if path is None or path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _own_files(root: Path, folder: str) -> dict[str, bytes]:
    """Return the files of an earlier import.

    Raises:
        errors.Refused: when there are others.
    """
    found: dict[str, bytes] = {}
    if not (root / folder).is_dir():
        return found
    tree = WorkTree(root / folder)
    for name, entry in tree.entries().items():
        data = tree.read(name) if entry.regular else b""
        if "/" in name or not data.startswith(IMPORT_MARK.encode()):
            raise errors.Refused.of("import.foreign", path=f"{folder}/{shown(name)}")
        found[name] = data
    return found


def _own_documents(files: Mapping[str, bytes], folder: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, data in files.items():
        for document in load(data, f"{folder}/{name}", many=True).documents:
            found[document.id] = document.data
    return found


def _others(
    book: Rulebook, folder: str, imported: Collection[str]
) -> tuple[dict[str, ConfigurationItem], dict[str, Place]]:
    """Return all items but those of the import, and the places of those that YAML describes.

    What a live source says of an imported item is not written down.
    """
    blocking = []
    for problem in book.problems:
        of_cmdb = problem.path.startswith("cmdb/") and not problem.rule.startswith("source-")
        if of_cmdb and not problem.path.startswith(f"{folder}/"):
            blocking.append(problem)
    if blocking:
        raise unreadable(blocking)
    native = book.columns.native_places()
    places = {ci: place for ci, place in native.items() if not place.path.startswith(f"{folder}/")}
    own = native.keys() - places.keys()
    left_out = own | (set(imported) - places.keys())
    return {ci: item for ci, item in book.items.items() if ci not in left_out}, places


# -- what it comes to ------------------------------------------------------------------------------


def _without_conflicts(merged: Merged) -> Iterator[Finding]:
    """Yield the findings of merging; conflicts are told apart in the answer."""
    for finding in merged.findings:
        if finding.rule != "source-conflict":
            yield finding


def _described(rows: SourceRows, places: Mapping[str, Place]) -> Iterator[Finding]:
    for row in rows.items:
        if row.id in places:
            path = places[row.id].path
            yield found_at("source-described", row.place, "warning", id=row.id, path=path)


def _changes(
    before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> Iterator[ChangedItem]:
    for ci in sorted(before.keys() | after.keys()):
        old, new = before.get(ci), after.get(ci)
        if old == new:
            continue
        was, now = _flat(old), _flat(new)
        if old is None:
            yield ChangedItem(ci, "added", {}, now)
        elif new is None:
            yield ChangedItem(ci, "removed", was, {})
        else:
            keys = [key for key in (*was, *now) if was.get(key) != now.get(key)]
            yield ChangedItem(
                ci,
                "changed",
                {key: was[key] for key in keys if key in was},
                {key: now[key] for key in keys if key in now},
            )


def _flat(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a document says by its keys, each dependency as one of them."""
    if document is None:
        return {}
    metadata, spec = document.get("metadata") or {}, document.get("spec") or {}
    found: dict[str, Any] = {}
    for name, value in (*metadata.items(), *spec.items()):
        if name == "labels":
            found |= {f"labels.{key}": text for key, text in value.items()}
        elif name == "depends_on":
            found |= dict(_need(need) for need in value)
        elif name != "id":
            found[name] = value
    return found


def _need(need: Mapping[str, Any]) -> tuple[str, str]:
    if "ci" in need:
        return f"depends_on {need['ci']}", need.get("strength", "hard")
    return f"depends_on any of {', '.join(need['any_of'])}", f"min {need.get('min', 1)}"


def _relations(documents: Mapping[str, Mapping[str, Any]]) -> int:
    count = 0
    for document in documents.values():
        for need in document["spec"].get("depends_on", ()):
            count += len(need["any_of"]) if "any_of" in need else 1
    return count
