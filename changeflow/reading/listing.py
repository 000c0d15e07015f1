"""List the files to check, on disk or in a revision.

Links, submodules and special files are told apart and never opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
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
    """Return the files below the folders of the layout."""
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
            found.append(Found(name, _what(mode)))
    while folders:
        found += _scan(root, folders.pop(), folders)
    return sorted(found, key=lambda item: item.path)


def _what(mode: int) -> str:
    """Return the words for a file that is no regular one; empty for a regular one."""
    if stat.S_ISREG(mode):
        return ""
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a special file"


def _scan(root: Path, folder: str, folders: list[str]) -> Iterator[Found]:
    try:
        with os.scandir(f"{root}/{folder}") as entries:
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
        folder = _folder_like_a_file(parts)
        if folder is not None:
            found[folder] = Found(folder, "a folder")
        elif entry.regular:
            found[path] = Found(path, "")
        else:
            found[path] = Found(path, _WHAT.get(entry.mode, "a special file"))
    return sorted(found.values(), key=lambda item: item.path)


def _folder_like_a_file(parts: Sequence[str]) -> str | None:
    """Return the topmost folder of a path that is named like a YAML file, if any."""
    for end, name in enumerate(parts[:-1], 1):
        if name.endswith(_YAML):
            return "/".join(parts[:end])
    return None
