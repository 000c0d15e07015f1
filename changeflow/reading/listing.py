"""Which files there are to check, on disk or in a revision; links, submodules and special files are told apart, never opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from changeflow.checks.files import Found
from changeflow.model.document_paths import CONFIG
from changeflow.model.kinds import FOLDERS

# a work tree is listed without git
if TYPE_CHECKING:
    from changeflow.repo.source import Source

_YAML: Final = (".yaml", ".yml")
_WHAT: Final = {"120000": "a symbolic link", "160000": "a submodule", "000000": "a special file"}


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
