"""Which files there are to check, on disk or in a revision; links, submodules and special files are told apart, never opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from changeflow.documents.layout import AREAS, area_of
from changeflow.model.document_paths import CONFIG, change_folder, change_of
from changeflow.model.findings import Finding
from changeflow.model.kinds import FOLDERS
from changeflow.model.paths import shown, uncanonical

# a work tree is listed without git
if TYPE_CHECKING:
    from changeflow.repo.source import Source

_YAML: Final = (".yaml", ".yml")
_LFS: Final = b"version https://git-lfs.github.com/spec/"
_WHAT: Final = {"120000": "a symbolic link", "160000": "a submodule", "000000": "a special file"}


@dataclass(frozen=True, slots=True)
class Found:
    """A path relative to the change repository, and what is there if it is no plain file."""

    path: str
    what: str = ""


def on_disk(root: Path) -> list[Found]:
    """Files below the folders of the layout."""
    found: list[Found] = []
    folders: list[str] = []
    for name in (CONFIG, *FOLDERS):
        try:
            mode = (root / name).lstat().st_mode
        except FileNotFoundError:
            continue
        if stat.S_ISDIR(mode) and name != CONFIG:
            folders.append(name)
        else:
            what = (
                ""
                if stat.S_ISREG(mode)
                else "a symbolic link"
                if stat.S_ISLNK(mode)
                else "a folder"
                if stat.S_ISDIR(mode)
                else "a special file"
            )
            found.append(Found(name, what))
    while folders:
        found += _scan(root, folders.pop(), folders)
    return sorted(found, key=lambda item: item.path)


def _scan(root: Path, folder: str, folders: list[str]) -> Iterator[Found]:
    try:
        with os.scandir(root / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if entry.is_symlink():
                    yield Found(path, "a symbolic link")
                elif entry.is_file(follow_symlinks=False):
                    yield Found(path)
                elif not entry.is_dir(follow_symlinks=False):
                    yield Found(path, "a special file")
                elif path.endswith(_YAML):
                    yield Found(path, "a folder")
                elif os.path.lexists(os.path.join(entry.path, ".git")):  # noqa: PTH118 - hot loop
                    yield Found(path, "a submodule")
                else:
                    folders.append(path)
    except OSError as error:
        yield Found(folder, f"unreadable ({error.strerror})")


def in_revision(source: Source) -> list[Found]:
    """Files of a revision below the folders of the layout."""
    found = {}
    for path, entry in source.entries().items():
        parts = path.split("/")
        if path != CONFIG and parts[0] not in FOLDERS:
            if parts[0] == CONFIG:
                found[CONFIG] = Found(CONFIG, "a folder")
            continue
        folder = next(
            (
                "/".join(parts[:end])
                for end in range(1, len(parts))
                if parts[end - 1].endswith(_YAML)
            ),
            None,
        )
        if folder is not None:
            found[folder] = Found(folder, "a folder")
        else:
            found[path] = Found(
                path, "" if entry.regular else _WHAT.get(entry.mode, "a special file")
            )
    return sorted(found.values(), key=lambda item: item.path)


def is_document(path: str) -> bool:
    """Whether the layout expects a document at a path."""
    return area_of(path) is not None


def layout_problems(found: Iterable[Found]) -> Iterator[Finding]:
    """Files that are no files, names nobody can rely on, and documents in places where nothing reads them."""
    names = {item.path for item in found}
    for item in found:
        if item.what:
            message = f"this is {item.what}, not a file"
            yield Finding(
                "file-not-regular",
                "error",
                message,
                "only plain files are read; put the document itself here",
                shown(item.path),
            )
        elif (why := uncanonical(item.path)) is not None:
            hint = (
                "rename it: the gate refuses it, too, and other systems read or write the "
                "name another way"
            )
            yield Finding(
                "file-name",
                "error",
                f"the name of this file is not portable: {shown(why)}",
                hint,
                shown(item.path),
            )
        else:
            yield from _misplaced(item.path)
    yield from _without_request(names)


def _misplaced(path: str) -> Iterator[Finding]:
    parts = path.split("/")
    if is_document(path) or parts[0] not in FOLDERS or not path.casefold().endswith(_YAML):
        return
    near = _meant(parts)
    if near:
        homes = ", ".join(area.shown_as for area in AREAS if area.shown_as.startswith(parts[0]))
        yield Finding(
            "layout-place",
            "error",
            f"no document is read here; {near}",
            f"documents live at {homes}",
            path,
        )


def _meant(parts: list[str]) -> str:
    """What a misplaced file was probably meant to be; empty for files a change may have beside its documents."""
    if parts[0] == "changes" and len(parts) > 2:  # noqa: PLR2004 - changes/<id>/<file>
        stem = parts[-1].casefold().rpartition(".")[0]
        return f"name it {stem}.yaml" if len(parts) == 3 and stem in ("rfc", "review") else ""  # noqa: PLR2004 - as above
    if parts[0] == "releases" and len(parts) > 2:  # noqa: PLR2004 - releases/<id>/<file>
        stem = parts[-1].casefold().rpartition(".")[0]
        return "name it release.yaml" if len(parts) == 3 and stem == "release" else ""  # noqa: PLR2004 - as above
    return "give it a folder of its own" if parts[0] in ("changes", "releases") else "move it"


def _without_request(names: set[str]) -> Iterator[Finding]:
    files: dict[str, set[str]] = {}
    for name in names:
        change = change_of(name)
        if change is not None:
            files.setdefault(change, set()).add(name.removeprefix(change_folder(change)).casefold())
    hint = "`changeflow new` writes one; or remove the folder"
    for change in sorted(files):
        if not files[change] & {f"rfc.{ending}" for ending in ("yaml", "yml")}:
            yield Finding(
                "rfc-missing",
                "error",
                "this folder has no rfc.yaml",
                hint,
                change_folder(change).rstrip("/"),
            )


def lfs_problem(path: str, data: bytes) -> Finding | None:
    """A Git LFS pointer where the document should be."""
    if not data.startswith(_LFS):
        return None
    hint = "take it out of LFS: `git lfs untrack`, then add it again"
    return Finding(
        "file-lfs-pointer",
        "error",
        "this is a Git LFS pointer; the document itself is not here",
        hint,
        path,
        (),
        1,
        1,
    )
