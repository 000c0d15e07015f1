"""The facts of every folder of a work tree, by which it shows that no name in it is another one.

Who adds a file or folder, removes one, or renames it changes the times of the folder that it is
in, and the time of the last change cannot be set back. Files that say what git ignores are looked at
alike. The content of other files does not show here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

# size, time of the last modification, time of the last change, number, device
Facts = Sequence[int]

_GIT: Final = ".git"
_IGNORE: Final = ".gitignore"
# nanoseconds after which a change shows in times, where they have fractions of a second, and else
_TICK: Final = 20_000_000
_COARSE_TICK: Final = 3_000_000_000
_SECOND: Final = 1_000_000_000


def facts_of(path: Path | str) -> Facts:
    """Return the facts of what is at a path; none where nothing is there."""
    try:
        return _listed(os.lstat(path))
    except (OSError, ValueError):
        return []


def is_settled(facts: Facts, time: int) -> bool:
    """Return whether a change after a time would show in these facts.

    Args:
        facts: of what is there.
        time: by the clock of files, in nanoseconds since 1970.
    """
    if not facts:
        return False
    changed = facts[2]
    return time - changed > (_TICK if changed % _SECOND else _COARSE_TICK)


def folders_tell(folder: Path, other: Path) -> bool:
    """Return whether the file system of two folders gives a folder another time with a new name.

    Args:
        folder: where it is tried.
        other: is on the same device, or the answer is no.
    """
    probe = folder / f"{os.urandom(8).hex()}.part"
    try:
        probe.mkdir(mode=0o700)
        try:
            if probe.lstat().st_dev != other.lstat().st_dev:
                return False
            return _tells(probe, probe / "made", probe / "renamed")
        finally:
            for file in (probe / "made", probe / "renamed"):
                file.unlink(missing_ok=True)
            probe.rmdir()
    except OSError:
        return False


def _tells(probe: Path, made: Path, renamed: Path) -> bool:
    steps = (made.touch, lambda: made.rename(renamed), renamed.unlink)
    for step in steps:
        os.utime(probe, (1, 1))
        step()
        if probe.lstat().st_mtime == 1:
            return False
    return True


def walked(
    root: Path, before: Mapping[str, Facts], *, is_top: bool, folders: int, names: int
) -> dict[str, Facts] | None:
    """Return the facts of all folders, and of the files that say what git ignores.

    None where there are too many, a repository is within this one, or something cannot be told.

    Args:
        root: the folder to begin in.
        before: an earlier answer: what is in folders that are as they were is in it.
        is_top: whether git's own folder may be in it.
        folders: so many there may be.
        names: so many all folders may have together.
    """
    inside: dict[str, list[str]] = {}
    for path in filter(None, before):
        inside.setdefault(path.rpartition("/")[0], []).append(path)
    found: dict[str, Facts] = {}
    waiting, room = [""], names
    try:
        while waiting:
            path = waiting.pop()
            # with a slash behind it, a link to the folder is followed
            found[path] = _facts_at(f"{root}/{path}")
            if before.get(path) == found[path]:
                waiting += inside.get(path, ())
            elif not _is_ignore_file(path):
                inner = list(_names_in(root / path, room))
                room -= len(inner)
                waiting += _paths(path, inner, is_top=is_top and not path)
            if room < 0 or len(found) + len(waiting) > folders:
                return None
    except (OSError, _UnusualError):
        return None
    return found


class _UnusualError(Exception):
    """It cannot be told what git would make of it."""


def _facts_at(path: str) -> Facts:
    facts = os.lstat(path)
    if _is_ignore_file(path) and not stat.S_ISREG(facts.st_mode):
        # Versions of git differ in whether they follow such a link.
        raise _UnusualError
    return _listed(facts)


def _is_ignore_file(path: str) -> bool:
    return path.rpartition("/")[2].lower() == _IGNORE


def _paths(folder: str, names: Iterable[str], *, is_top: bool) -> Iterator[str]:
    """Yield the paths of what matters in a folder."""
    for name in filter(None, names):
        if is_top and name == _GIT:
            continue
        if name.lower() == _GIT:
            # a repository within this one
            raise _UnusualError
        yield f"{folder}/{name}" if folder else name


def _names_in(folder: Path, most: int) -> Iterator[str]:
    """Yield the names in a folder that matter, and an empty one for each other."""
    with os.scandir(folder) as listed:
        for one, _ in zip(listed, range(most + 1), strict=False):
            # some file systems take both cases for the same
            if one.name.lower() in (_GIT, _IGNORE) or one.is_dir(follow_symlinks=False):
                yield one.name
            else:
                yield ""


def _listed(facts: os.stat_result) -> Facts:
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_dev]
