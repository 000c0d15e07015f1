"""A lock for one writer of a repository at a time, which saves work and guards nothing.

Appending is safe without it, because the branch only moves by compare-and-swap. But twenty
processes that all read and decide, and lose but one, do twenty times the work. The lock ends with
the process, however it ends, and no process waits for it for ever.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from changeflow.repo.work import working

# seconds; afterwards the processes race, and the losers read again
PATIENCE: Final = 5.0
_PAUSE: Final = 0.005


@contextmanager
def writer_lock(common_dir: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Wait for the other processes that write to this git folder, at most `patience` seconds.

    Args:
        common_dir: the git folder that all work trees share.
        patience: seconds after which the work is done without the lock.
    """
    try:
        folder = common_dir / "changeflow"
        folder.mkdir(exist_ok=True)
        file = (folder / "turn").open("ab")
    except OSError:
        # nothing may be written there: then there is no other writer to wait for
        yield
        return
    with file:
        with working("progress.lock"):
            _wait(file, patience)
        yield


def _wait(file: IO[bytes], patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return
            time.sleep(_PAUSE)
        except OSError:
            # this file system has no locks: no process can wait
            return
        else:
            return
