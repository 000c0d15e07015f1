"""Outcomes that could not be appended to the ledger, kept in a file of this clone until they are.

The room for one is reserved before a step begins, so that a disk that fills up meanwhile cannot
lose it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.repo.durable_writes import sync_folder

# bytes; an outcome has some KiB of output and notes
ROOM: Final = 64 * 1024
_SUFFIX: Final = ".unrecorded"


class Unrecorded:
    """The files of one change's release.

    Args:
        folder: of this clone, outside of the work tree.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make_room(self, run: str) -> None:
        """Reserve room for an outcome of this run.

        Raises:
            errors.HostFailed: when there is none.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._fill(run, b"")
            sync_folder(self.folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                self.forget(run)
            raise errors.HostFailed.of(
                "run.no_room", file=str(self._file(run)), why=errors.refusal(error)
            ) from error

    def keep(self, run: str, data: bytes) -> Path:
        """Write an outcome into the reserved room; return the file, durable.

        Raises:
            OSError: when even that does not go.
        """
        self._fill(run, data)
        return self._file(run)

    def _fill(self, run: str, data: bytes) -> None:
        """Overwrite the file without giving its room back first, through to the disk."""
        descriptor = os.open(self._file(run), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data.ljust(ROOM, b"\0"))
            file.flush()
            os.fsync(file.fileno())

    def kept(self) -> Iterator[tuple[str, bytes]]:
        """Return runs with their kept outcomes."""
        files = sorted(self.folder.glob(f"*{_SUFFIX}")) if self.folder.is_dir() else []
        for file in files:
            try:
                data = file.read_bytes().rstrip(b"\0")
            except OSError as error:
                raise errors.HostFailed.of(
                    "run.kept_unread", file=str(file), why=errors.refusal(error)
                ) from error
            if data:
                yield file.name.removesuffix(_SUFFIX), data

    def forget(self, run: str) -> None:
        """Remove what is kept of a run, or the reserved room for it."""
        self._file(run).unlink(missing_ok=True)

    def _file(self, run: str) -> Path:
        return self.folder / f"{run}{_SUFFIX}"
