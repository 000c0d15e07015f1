"""Rules about files: they can be read, and lie where their kind of document is read.

Nothing is opened here: `reading.listing` lists the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from changeflow.documents.document import Document, found_in_file
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import EXPORTS, change_folder, change_of
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.kinds import AREAS, FOLDERS, NAMES, area_of, home_of
from changeflow.model.paths import paths_of, shown, uncanonical
from changeflow.model.phrases import Told, told

_YAML: Final = (".yaml", ".yml")
# the documents in a folder of their own, by the folder around it
_DOCUMENTS_OF_A_FOLDER: Final = {"changes": ("rfc", "review"), "releases": ("release",)}
_LFS: Final = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class Found:
    """A path relative to the change repository; `what` names anything but a plain file there."""

    path: str
    what: str = ""


def is_document(path: str) -> bool:
    """Return whether the layout expects a document at a path."""
    return area_of(path) is not None


def layout_problems(found: Iterable[Found]) -> Iterator[Finding]:
    """Find paths that are no files, names that are not portable, and misplaced documents."""
    names = set(paths_of(found))
    for item in found:
        problem = uncanonical(item.path)
        if item.what:
            yield found_in_file("file-not-regular", shown(item.path), what=item.what)
        elif problem is not None:
            yield found_in_file("file-name", shown(item.path), problem=shown(problem))
        else:
            yield from _misplaced(item.path)
    yield from _without_request(names)


def _misplaced(path: str) -> Iterator[Finding]:
    parts = path.split("/")
    if is_document(path) or parts[0] not in FOLDERS or not path.casefold().endswith(_YAML):
        return
    if path.startswith(EXPORTS):
        return
    near = _meant(parts)
    if near is not None:
        homes = [area.shown_as for area in AREAS if area.shown_as.startswith(parts[0])]
        yield found_in_file("layout-place", path, what_now=[near], homes=homes)


def _meant(parts: list[str]) -> Told | None:
    """Return the advice for a misplaced file.

    None for files that a change may have beside its documents.
    """
    documents = _DOCUMENTS_OF_A_FOLDER.get(parts[0])
    if documents is None:
        return told("hint.move")
    match parts:
        case [_, _, name]:
            stem = name.casefold().rpartition(".")[0]
            return told("hint.name", name=f"{stem}.yaml") if stem in documents else None
        case [_, _, _, *_]:
            return None
        case _:
            return told("hint.own_folder")


def _without_request(names: set[str]) -> Iterator[Finding]:
    files: dict[str, set[str]] = {}
    for name in names:
        change = change_of(name)
        if change is not None:
            files.setdefault(change, set()).add(name.removeprefix(change_folder(change)).casefold())
    for change in sorted(files):
        if not files[change] & {"rfc.yaml", "rfc.yml"}:
            yield found_in_file("rfc-missing", change_folder(change).rstrip("/"))


def lfs_problem(path: str, data: bytes) -> Finding | None:
    """Return the finding about a Git LFS pointer in the place of a document, if it is one."""
    if not data.startswith(_LFS):
        return None
    return found_in_file("file-lfs-pointer", path, place=(1, 1))


def kind_problems(document: Document, kinds: tuple[str, ...]) -> list[Finding]:
    """Return the finding about a document whose kind is not read where it lies, if so."""
    if document.kind in kinds or document.kind not in NAMES:
        return []
    kind, home = document.kind, home_of(document.kind)
    found = document.found("layout-kind", ("kind",), kind=kind, kinds=list(kinds), home=home)
    return [found]


RULES: Final = (
    FindingRule(
        "file-not-regular",
        "error",
        "A symbolic link, submodule, folder or special file stands where a file "
        "should be; it is never followed.",
    ),
    FindingRule(
        "file-name",
        "error",
        "The name of a file is not written the one canonical way: the gate refuses "
        "it, and other machines would change it.",
    ),
    FindingRule(
        "file-lfs-pointer", "error", "A Git LFS pointer stands where the document should be."
    ),
    FindingRule(
        "file-unreadable", "error", "The file cannot be opened, or is too large to be read at all."
    ),
    FindingRule(
        "layout-place",
        "error",
        "A YAML file lies where no document is read, so it would be ignored silently.",
    ),
    FindingRule("layout-kind", "error", "A document lies where its kind is not read."),
    FindingRule("rfc-missing", "error", "A folder below `changes/` has no `rfc.yaml`."),
)
