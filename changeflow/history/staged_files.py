"""Several files of one folder change at once: all of them or none, whenever the process is killed.

The new files are written in a folder beside them, which is then renamed to `.ready`: that is the
moment at which they count. Only afterwards are they moved to their places. A reader takes a file
that still lies in `.ready` for the one in its place, and the next writer moves what is left there.
One writer works at a time, and readers wait until it has moved its files.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from changeflow.repo.durable_writes import sync_folder
from changeflow.repo.work import working

_READY: Final = ".ready"
_STAGE: Final = ".importing-"


@contextmanager
def reading(folder: Path) -> Iterator[Callable[[str], Path]]:
    """Yield what tells where a file of the folder lies, while no writer changes it.

    Raises:
        OSError: when the folder cannot be opened.
    """
    with _locked(folder, fcntl.LOCK_SH):
        yield lambda name: _place(folder, name)


@contextmanager
def replacing(folder: Path) -> Iterator[tuple[Callable[[str], Path], Path]]:
    """Yield where files lie now, and a new folder for those that take their places at the end.

    If the block fails, nothing has changed.

    Raises:
        OSError: when the disk fails, or nothing may be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder, fcntl.LOCK_EX):
        _move_ready(folder)
        for left in folder.glob(f"{_STAGE}*"):
            shutil.rmtree(left, ignore_errors=True)
        stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=folder))
        try:
            yield lambda name: folder / name, stage
            if _sync_all(stage):
                stage.rename(folder / _READY)
                sync_folder(folder)
                _move_ready(folder)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _place(folder: Path, name: str) -> Path:
    ready = folder / _READY / name
    return ready if _is_own(ready.parent) and ready.is_file() else folder / name


def _is_own(ready: Path) -> bool:
    """Return whether a folder is one that a writer left behind. It makes no links."""
    return ready.is_dir() and not ready.is_symlink()


def _move_ready(folder: Path) -> None:
    ready = folder / _READY
    if not _is_own(ready):
        return
    for path in sorted(ready.iterdir()):
        path.replace(folder / path.name)
    ready.rmdir()
    sync_folder(folder)


def _sync_all(stage: Path) -> bool:
    """Write the files of a folder through to the disk; return whether there are any."""
    paths = sorted(stage.iterdir())
    for path in paths:
        # as other programs make files; the folder they were written in was private
        path.chmod(0o666 & ~_mask())
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(stage)
    return bool(paths)


def _mask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with working("progress.lock"):
            _take(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, how: int) -> None:
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        # this file system has no locks: no process can wait
        return
