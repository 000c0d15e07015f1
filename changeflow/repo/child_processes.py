"""Running git and ssh-keygen, which may wait for the world outside, for a limited time.

A remote that accepts a connection and never answers, a disk that no longer answers, or an agent
whose key waits for a touch, would block a release for ever, regardless of signals. So such a child
is ended when its time is over, and soon after the user has asked to end.

The signals of a terminal go to every process of its foreground group. While a release is driven,
git that speaks to no remote runs in a group of its own: an interruption is the release's to note,
and does not end what records it.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from changeflow.lazy_dataclass import dataclass

# bytes that an empty pipe takes at once on every system
_IN_A_PIPE: Final = 512
# seconds between looks at the clock and at the signals
_LOOK: Final = 0.05
# seconds between looks at a child that speaks to no remote
_SLICE: Final = 0.25
# seconds from the signal that what is under way then has left to end by itself
_GRACE: Final = 1.5
# seconds for what begins after that
_SHORT: Final = 0.5
# seconds for what speaks to this machine alone: it records what happened
_HERE: Final = 5.0
# seconds between SIGTERM and SIGKILL
_TERM: Final = 0.5


class LateError(Exception):
    """The child was ended because its time was over."""


class StoppedError(Exception):
    """The child was ended because the user asked to end."""


@dataclass(slots=True)
class _Asked:
    """The user's request to end, and the time since when it is known.

    A process has one set of signals.
    """

    stop: Callable[[], int] = lambda: 0
    since: float | None = None
    drives: bool = False

    def until(self, began: float, grace: float, short: float) -> float | None:
        """Return the time at which a child must be ended; None without a request to end."""
        if self.since is None:
            if not self.stop():
                return None
            self.since = time.monotonic()
        return max(self.since + grace, began + short)


_asked = _Asked()


@contextmanager
def ended_by(stop: Callable[[], int]) -> Iterator[None]:
    """Within this block, end children soon after `stop` reports that the user asked to end."""
    _asked.stop, _asked.since, _asked.drives = stop, None, True
    try:
        yield
    finally:
        _asked.stop, _asked.since, _asked.drives = lambda: 0, None, False


def group() -> int | None:
    """Return the process group of a child that asks nothing on a terminal; None: the caller's."""
    return 0 if _asked.drives else None


def run_here(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    stdin: bytes,
    folder: Path,
    patience: float,
) -> subprocess.CompletedProcess[bytes]:
    """Run a child that speaks to this machine alone to its end, and return its output.

    Args:
        command: program and arguments.
        environment: of the child.
        stdin: what it reads.
        folder: where it runs.
        patience: seconds it may take.

    Raises:
        LateError: it took longer.
        StoppedError: the user asked to end, and it did not end by itself soon.
        OSError: it cannot be started.
    """
    began = time.monotonic()
    with (
        _to_read(stdin) as asked,
        subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=group(),
        ) as process,
    ):
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=_SLICE)
                except subprocess.TimeoutExpired:
                    _require_time_left(began, patience, _HERE, _HERE)
                else:
                    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
        finally:
            _end(process)


@contextmanager
def _to_read(stdin: bytes) -> Iterator[IO[bytes] | int]:
    """Yield what a child reads from, as slowly as it likes: a file, or a pipe that holds all of it."""
    if not stdin:
        yield subprocess.DEVNULL
        return
    if len(stdin) <= _IN_A_PIPE:
        reader, writer = os.pipe()
        # descriptors have no paths
        with open(reader, "rb") as pipe:  # noqa: PTH123
            with open(writer, "wb") as file:  # noqa: PTH123
                file.write(stdin)
            yield pipe
        return
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        yield file


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    stdin: bytes = b"",
    folder: Path | None = None,
    patience: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a child to its end and return its output.

    Args:
        command: program and arguments.
        environment: of the child.
        stdin: what it reads.
        folder: where it runs.
        patience: seconds it may take; None: as long as it likes.

    Raises:
        LateError: it took longer.
        StoppedError: the user asked to end while it was running.
        OSError: it cannot be started.
    """
    import tempfile

    began = time.monotonic()
    # Files, not pipes: nothing has to be fed or drained while it is watched, and what it started
    # itself may keep them open.
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        asked.write(stdin)
        asked.seek(0)
        process = subprocess.Popen(
            list(command), cwd=folder, env=dict(environment), stdin=asked, stdout=out, stderr=err
        )
        try:
            while not _has_ended(process):
                _require_time_left(began, patience)
        finally:
            _end(process)
        return subprocess.CompletedProcess(process.args, process.returncode, _said(out), _said(err))


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_LOOK)
    except subprocess.TimeoutExpired:
        return False
    return True


def _said(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _require_time_left(
    began: float, patience: float | None, grace: float = _GRACE, short: float = _SHORT
) -> None:
    now = time.monotonic()
    until = _asked.until(began, grace, short)
    if until is not None and now >= until:
        raise StoppedError
    if patience is not None and now - began >= patience:
        raise LateError


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a child that still runs."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_TERM)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
