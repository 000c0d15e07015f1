"""Replace a folder with everything in it at once: a reader sees the old files or the new ones.

The new folder is written elsewhere, through to the disk, and takes the place of the old one in one
step of the kernel. Whenever the process is killed, the old folder or the new one is whole.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from io import BufferedWriter
from pathlib import Path
from typing import Final

from changeflow.repo.durable_writes import sync_folder
from changeflow.repo.repository_kind import common_folder

_STAGE: Final = "import-"
_STAGE_IN_TREE: Final = ".changeflow-import-"
# of renameat2(2), and of renamex_np(2) on macOS: swap two names
_EXCHANGE: Final = 2
_HERE: Final = -100
_CANNOT: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})


def replace_folder(
    root: Path,
    folder: Path,
    pieces: Iterable[tuple[str, bytes]],
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Have `folder` hold exactly these files; with none of them it is removed.

    Args:
        root: the change repository, or another folder around `folder` on the same file system.
        folder: below it.
        pieces: plain names, and bytes that follow those of the same name before.
        ready: called right before the new folder takes the place of the old one. What it raises
            leaves the folder as it is.

    Raises:
        OSError: when the disk fails. The folder is as it was then.
    """
    stage, held = _stage(root)
    try:
        new = stage / "new"
        new.mkdir()
        written = _write(new, pieces)
        sync_folder(new)
        ready()
        if written:
            put_in_place(new, folder, stage / "old")
        elif folder.is_dir():
            folder.rename(stage / "old")
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        os.close(held)


def put_in_place(new: Path, folder: Path, aside: Path) -> None:
    """Put a folder that was written elsewhere in the place of another one, if there is one.

    Args:
        new: the folder.
        folder: its place.
        aside: where the old one may be put meanwhile. All three are on one file system.

    Raises:
        OSError: when the disk fails. The old one is in its place then.
    """
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        new.rename(folder)
    elif not _exchanged(new, folder):
        # A file system that cannot swap names: for a moment there is neither.
        folder.rename(aside)
        try:
            new.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
    sync_folder(folder.parent)


def _stage(root: Path) -> tuple[Path, int]:
    """Return a new folder on the file system of the repository, outside of all documents.

    What writers left behind that were killed is removed; a folder that is still written is locked,
    as this one is by the descriptor that comes with it.
    """
    common = common_folder(root)
    if common is not None and common.stat().st_dev == root.stat().st_dev:
        parent, prefix = common / "changeflow", _STAGE
        parent.mkdir(exist_ok=True)
    else:
        parent, prefix = root, _STAGE_IN_TREE
    for left in parent.glob(f"{prefix}*"):
        _remove_left(left)
    while True:
        stage = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        held = _locked(stage)
        # Another writer may have removed it before it was locked.
        if held is not None and stage.exists():
            return stage, held
        if held is not None:
            os.close(held)


def _remove_left(stage: Path) -> None:
    """Remove the folder of a writer that ended."""
    held = _locked(stage)
    if held is not None:
        shutil.rmtree(stage, ignore_errors=True)
        os.close(held)


def _locked(folder: Path) -> int | None:
    """Return a descriptor that locks a folder until it is closed or the process ends.

    None where there is no such folder, or another process has locked it. Where a file system has no
    locks, none is taken.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        return descriptor
    return descriptor


def _write(folder: Path, pieces: Iterable[tuple[str, bytes]]) -> bool:
    """Write files through to the disk; return whether there were any."""
    with ExitStack() as stack:
        files: dict[str, BufferedWriter] = {}
        for name, data in pieces:
            if name not in files:
                files[name] = stack.enter_context((folder / name).open("xb"))
            files[name].write(data)
        for file in files.values():
            file.flush()
            os.fsync(file.fileno())
    return bool(files)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system cannot."""
    swap = _swap()
    if swap is None:
        return False
    if swap(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _swap() -> Callable[[bytes, bytes], int] | None:
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        return lambda one, other: int(library.renamex_np(one, other, _EXCHANGE))
    if not hasattr(library, "renameat2"):
        return None
    return lambda one, other: int(library.renameat2(_HERE, one, _HERE, other, _EXCHANGE))
