"""Locks that show which release processes still run; the kernel releases them with the last holder.

The driver of a release holds one lock, and every step's program inherits another. So a program that
outlived a killed driver is found before its step is judged. Another clone cannot see these locks:
there only the ledger counts.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from changeflow import errors

_TRIES: Final = 200
# seconds
_PAUSE: Final = 0.01

State = Literal["running", "gone", "unknown"]


class ProcessLocks:
    """Locks of one change's release.

    Args:
        folder: of this clone, outside the work tree; made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def driving(self, run: str) -> Iterator[None]:
        """Hold the driver's lock of a run."""
        with self._held(f"{run}.run"):
            yield

    @contextmanager
    def step(self, run: str, key: str) -> Iterator[int]:
        """Yield a descriptor that a step's program inherits.

        The lock is released when the last process with it has ended.
        """
        with self._held(_step_file(run, key)) as descriptor:
            yield descriptor

    def driver(self, run: str) -> State:
        """Tell whether the process of a run is running here; `unknown` when it never was here."""
        return self._state(f"{run}.run")

    def program(self, run: str, key: str) -> State:
        """Tell whether a program of a step is running here."""
        return self._state(_step_file(run, key))

    @contextmanager
    def _held(self, name: str) -> Iterator[int]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise errors.HostFailed.of(
                "lock.unwritten", folder=str(self.folder), why=errors.refusal(error)
            ) from error
        try:
            _take(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)

    def _state(self, name: str) -> State:
        try:
            descriptor = os.open(self.folder / name, os.O_RDWR | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return "unknown"
        except OSError as error:
            raise errors.HostFailed.of(
                "lock.unknown", file=str(self.folder / name), why=errors.refusal(error)
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return "running"
        except OSError as error:
            raise _without_locks(error) from error
        else:
            return "gone"
        finally:
            os.close(descriptor)


def _take(descriptor: int) -> None:
    """Take the lock, while others test it only for an instant.

    Raises:
        errors.HostFailed: when another process holds it, or the file system knows no locks.
    """
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError as error:
            raise _without_locks(error) from error
        else:
            return
    raise errors.HostFailed.of("lock.held")


def _without_locks(error: OSError) -> errors.HostFailed:
    return errors.HostFailed.of("lock.none", why=errors.refusal(error))


def _step_file(run: str, key: str) -> str:
    return f"{run}.{key.replace('/', '.')}"
