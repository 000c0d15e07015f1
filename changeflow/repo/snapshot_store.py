"""Snapshots of the CMDB and of the past, kept beside the index: files that are mapped into memory, never copied.

Like the index they are a memory and never evidence. The index says, under its seal, which bytes a
file has; a file with others is no snapshot. A small file is compared each time. A large one is
compared when it is seen for the first time or was touched since; size, times and number of one that
was not touched are those of when it was compared.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import stat
import time
from collections.abc import Iterable
from contextvars import ContextVar
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from changeflow.repo.file_clock import file_time
from changeflow.repo.index_store import IndexStore

_CMDB: Final = "cmdb"
_SUFFIX: Final = ".columns"
# snapshots that are kept: main, a branch, and the work tree before and after
_KEPT: Final = 4
# seconds after which what a writer that was killed left behind is removed
_ABANDONED: Final = 3_600

# bytes up to which all of a snapshot is compared each time
_SMALL: Final = 1_024 * 1_024
_PIECE: Final = 1_024 * 1_024
# seconds after which a change of a file shows in its times
_TICK: Final = 0.02
# seconds by which the clock of files moves at a time: two of its times may lie so much nearer
_STEP: Final = 0.01

Bytes = bytes | memoryview

# Collects the keys of snapshots that were found damaged, where it is asked for.
DAMAGED: Final[ContextVar[list[str] | None]] = ContextVar("damaged", default=None)


class SnapshotStore:
    """The snapshots of one repository, by key.

    Attributes:
        index: says what each file has to be.
        folder: where they are.

    Args:
        folder: of the index.
        index: says what each file has to be.
        what: is kept; snapshots of one thing replace none of another.
    """

    def __init__(self, folder: Path, index: IndexStore, what: str = _CMDB) -> None:
        self.folder, self.index, self._what = folder / what, index, what

    @classmethod
    def of(cls, common_dir: Path, what: str = _CMDB) -> SnapshotStore | None:
        """Return the snapshots in a git folder; None where commands do without an index."""
        index = IndexStore.of(common_dir)
        return cls(common_dir / "changeflow", index, what) if index is not None else None

    def file_time(self) -> int | None:
        """Return the time that a file would get now; None where none can be made."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
        return file_time(self.folder)

    def get(self, key: str) -> mmap.mmap | None:
        """Return the bytes of a snapshot, mapped; None where there is none that may be believed."""
        record = self.index.get(self._what, key)
        if record is None:
            return None
        told = json.loads(record)
        try:
            descriptor = os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            return self._mapped(descriptor, key, told)
        except (OSError, ValueError):
            return None
        finally:
            os.close(descriptor)

    def put(self, key: str, pieces: Iterable[Bytes]) -> None:
        """Keep a snapshot. It appears as a whole, or not at all; a failure is no snapshot."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_old()
            unfinished = self.folder / f"{os.urandom(8).hex()}.part"
            try:
                digest = _written(unfinished, pieces)
                unfinished.replace(self._path(key))
            finally:
                unfinished.unlink(missing_ok=True)
            self._remember(key, digest, [])
            if self._path(key).lstat().st_size > _SMALL:
                # Read while it is in memory, so that the next command does not have to.
                time.sleep(_TICK + _STEP)
                self.get(key)

    def _mapped(self, descriptor: int, key: str, told: dict[str, Any]) -> mmap.mmap | None:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.geteuid():
            return None
        is_known = facts.st_size > _SMALL and _seen(facts) == told["seen"]
        if not is_known and not self._compared(descriptor, key, told["digest"]):
            return None
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)

    def _compared(self, descriptor: int, key: str, wanted: str) -> bool:
        """Compare all bytes of a file, and note by which facts it is known from now on.

        The facts are taken before, and count only if they are older than a tick of the clock that
        gives a file its times: who changes it afterwards changes them.
        """
        facts = os.fstat(descriptor)
        if _digest_of(descriptor) != wanted:
            noted = DAMAGED.get()
            if noted is not None:
                noted.append(key)
            return False
        now = self.file_time() if facts.st_size > _SMALL else None
        if now is not None and now - facts.st_ctime_ns > _TICK * 1e9:
            self._remember(key, wanted, _seen(facts))
        return True

    def _remember(self, key: str, digest: str, seen: list[int]) -> None:
        told = {"digest": digest, "seen": seen}
        self.index.put(self._what, key, json.dumps(told).encode())

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _remove_old(self) -> None:
        """Remove all but the newest snapshots, and what killed writers left behind."""
        kept: list[tuple[int, Path]] = []
        for file in self.folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                facts = file.lstat()
                if file.suffix == _SUFFIX:
                    kept.append((facts.st_mtime_ns, file))
                elif time.time() - facts.st_mtime > _ABANDONED:
                    file.unlink()
        for _, file in sorted(kept, reverse=True)[_KEPT - 1 :]:
            file.unlink(missing_ok=True)


def _written(path: Path, pieces: Iterable[Bytes]) -> str:
    """Write a file and return the digest of its bytes."""
    summed = blake2b(digest_size=32)
    # It tells of edits that are not committed, so it is for this user alone.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            summed.update(piece)
            file.write(piece)
        file.flush()
        # Without it a power cut may leave a file of the right size without its bytes.
        os.fsync(file.fileno())
    return summed.hexdigest()


def _digest_of(descriptor: int) -> str:
    """Return the digest of all bytes of a file, which is read piece by piece and not mapped."""
    summed, at = blake2b(digest_size=32), 0
    while piece := os.pread(descriptor, _PIECE, at):
        summed.update(piece)
        at += len(piece)
    return summed.hexdigest()


def _seen(facts: os.stat_result) -> list[int]:
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_dev]
