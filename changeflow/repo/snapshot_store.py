"""Snapshots of the CMDB, kept beside the index: files that are mapped into memory, never copied.

Like the index they are a memory and never evidence. The index says, under its seal, which bytes a
file has; a file with others is no snapshot. All of it is compared when it is seen for the first time
or was touched since; size, times and number of a file that was not touched are those of before.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import secrets
import stat
import time
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from changeflow.repo.index_store import IndexStore

_SPACE: Final = "cmdb"
_FOLDER: Final = "cmdb"
_SUFFIX: Final = ".columns"
# snapshots that are kept: main, a branch, and the work tree before and after
_KEPT: Final = 4
# seconds after which what a writer that was killed left behind is removed
_ABANDONED: Final = 3_600

Bytes = bytes | memoryview


class SnapshotStore:
    """The snapshots of one repository, by key.

    Attributes:
        damaged: whether a snapshot was found that is not as it was written.

    Args:
        folder: of the index.
        index: says what each file has to be.
    """

    def __init__(self, folder: Path, index: IndexStore) -> None:
        self._folder, self._index = folder / _FOLDER, index
        self.damaged = False

    @classmethod
    def of(cls, common_dir: Path) -> SnapshotStore | None:
        """Return the snapshots in a git folder; None where commands do without an index."""
        index = IndexStore.of(common_dir)
        return cls(common_dir / "changeflow", index) if index is not None else None

    def get(self, key: str) -> mmap.mmap | None:
        """Return the bytes of a snapshot, mapped; None where there is none that may be believed."""
        record = self._index.get(_SPACE, key)
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
            self._folder.mkdir(parents=True, exist_ok=True)
            self._remove_old()
            unfinished = self._folder / f"{secrets.token_hex(8)}.part"
            try:
                digest = _written(unfinished, pieces)
                unfinished.replace(self._path(key))
            finally:
                unfinished.unlink(missing_ok=True)
            # Renaming changes the time of the last change of the file's facts.
            self._remember(key, digest, self._path(key).lstat())

    def _mapped(self, descriptor: int, key: str, told: dict[str, Any]) -> mmap.mmap | None:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.geteuid():
            return None
        if facts.st_size != told["seen"][0]:
            self.damaged = True
            return None
        mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        if _seen(facts) != told["seen"]:
            if blake2b(mapped, digest_size=32).hexdigest() != told["digest"]:
                self.damaged = True
                mapped.close()
                return None
            self._remember(key, told["digest"], facts)
        return mapped

    def _remember(self, key: str, digest: str, facts: os.stat_result) -> None:
        told = {"digest": digest, "seen": _seen(facts)}
        self._index.put(_SPACE, key, json.dumps(told).encode())

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _remove_old(self) -> None:
        """Remove all but the newest snapshots, and what killed writers left behind."""
        kept: list[tuple[int, Path]] = []
        for file in self._folder.iterdir():
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


def _seen(facts: os.stat_result) -> list[int]:
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_dev]
