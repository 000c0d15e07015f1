"""Processes that belong to a step's program although they left its process group.

A program may start a session of its own (`setsid`, a daemon), and a signal for its group does not
reach that one. On Linux `/proc` shows what belongs to a step: processes that have its mark in their
environment, that hold the lock it inherited, or whose parents do. What clears its environment,
closes what it inherited and leaves its parent at once is not found.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

# The variable that holds the mark: another one for each start of a program.
MARK: Final = "CHANGEFLOW_STEP_START"
_PROC: Final = Path("/proc")
# seconds between looks
_LOOK: Final = 0.05
# looks after SIGKILL: each may find what was started meanwhile
_LOOKS: Final = 20


class StepProcesses:
    """The processes of one start of a program.

    Args:
        mark: the value of `MARK` in the program's environment.
        first: the process that was started.
        lock: the file that it inherited, as (device, inode); None: nothing.
    """

    def __init__(self, mark: str, first: int, lock: tuple[int, int] | None) -> None:
        self._mark = f"{MARK}={mark}".encode("ascii")
        self._lock = lock
        self._known = {first}

    def escaped(self) -> set[int]:
        """Return the processes outside of the first one's group that are still there."""
        parents = dict(_parents())
        found = self._known
        for process in parents:
            if process != os.getpid() and self._is_marked(process):
                found.add(process)
        grown = True
        while grown:
            children = {child for child, parent in parents.items() if parent in found}
            grown = not children <= found
            found |= children
        return {process for process in found if process in parents and process != os.getpid()}

    def end(self, grace: float) -> None:
        """End what is left: SIGTERM, and SIGKILL after some seconds.

        Args:
            grace: seconds between the two.
        """
        left = self.escaped()
        if not left:
            return
        _signal(left, signal.SIGTERM)
        until = time.monotonic() + grace
        while left and time.monotonic() < until:
            time.sleep(_LOOK)
            left = self.escaped()
        for _ in range(_LOOKS):
            if not left:
                return
            _signal(left, signal.SIGKILL)
            time.sleep(_LOOK)
            left = self.escaped()

    def _is_marked(self, process: int) -> bool:
        folder = _PROC / str(process)
        with suppress(OSError):
            if self._mark in (folder / "environ").read_bytes().split(b"\0"):
                return True
            return self._lock is not None and self._holds_lock(folder / "fd")
        return False

    def _holds_lock(self, descriptors: Path) -> bool:
        for descriptor in descriptors.iterdir():
            with suppress(OSError):
                found = descriptor.stat()
                if (found.st_dev, found.st_ino) == self._lock:
                    return True
        return False


def _parents() -> Iterable[tuple[int, int]]:
    """Yield every process that runs, with its parent; nothing where the system does not show it."""
    with suppress(OSError):
        for folder in _PROC.iterdir():
            if not folder.name.isdigit():
                continue
            with suppress(OSError, ValueError):
                # the name of the program, in parentheses, may hold anything
                facts = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2]
                state, parent = facts.split()[:2]
                if state not in ("Z", "X"):
                    yield int(folder.name), int(parent)


def _signal(processes: Iterable[int], number: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)
