"""Objects of a repository, read by one `git cat-file --batch` that stays as long as the run takes.

A process for each object read would be most of what a command costs. This one is started when the
first object is wanted, and ended with the object that asks it. It looks anew for what it does not
know, so objects that come while it runs (a fetch, an entry of the ledger) are found.
"""

from __future__ import annotations

import contextlib
import io
import os
import select
import subprocess
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from changeflow import errors
from changeflow.model.paths import as_bytes
from changeflow.repo import child_processes
from changeflow.repo.failures import failure, how_it_ended, understanding

# Objects that are asked for before the first answer is read: few enough that nothing is ever stuck
# in a full pipe, and that their contents fit into memory together.
TOGETHER: Final = 16
_VERB: Final = "cat-file"
# seconds without a byte after which it counts as deaf
_PATIENCE: Final = 120.0
# bytes that are read from it at once
_BUFFER: Final = 65_536


class GitObject(NamedTuple):
    """An object as git gives it; `data` is None where it is larger than the limit asked for."""

    oid: str
    kind: str
    size: int
    data: bytes | None


class _EndedError(Exception):
    """The process ended before it had answered."""


class _Heard(io.RawIOBase):
    """Reads a pipe, and does not wait for ever for what does not come.

    Args:
        descriptor: of the pipe, which its owner closes.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there, as soon as something is.

        Raises:
            errors.HostFailed: when nothing comes.
        """
        if not self._poll.poll(_PATIENCE * 1000):
            raise errors.HostFailed.of(
                "git.late", case="here", verb=_VERB, seconds=f"{_PATIENCE:g}"
            )
        return os.readv(self._descriptor, [buffer])


class ObjectReader:
    """Asks git for objects by name.

    Args:
        command: the command line of `git cat-file --batch`.
        folder: where it runs.
        environment: says its environment, when it is started.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Callable[[], Mapping[str, str]]
    ) -> None:
        self._command, self._folder, self._environment = command, folder, environment
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._answers: IO[bytes] | None = None
        self._end: weakref.finalize[..., ObjectReader] | None = None
        self._owner = 0
        self._answered = False

    def read(self, names: Sequence[str], limit: int | None = None) -> list[GitObject | None]:
        """Return objects in the order asked; None for a name that git does not know.

        Args:
            names: at most `TOGETHER` of them, whatever git takes for an object; without control
                characters.
            limit: bytes above which an object's content is skipped.

        Raises:
            errors.HostFailed: when git fails.
        """
        answered_before = self._is_here() and self._answered
        try:
            return self._exchange(names, limit)
        except _EndedError as ended:
            if not answered_before:
                raise failure(_VERB, self._why()) from ended
        # It worked, and was ended from outside (^C goes to every process of a terminal).
        self.close()
        try:
            return self._exchange(names, limit)
        except _EndedError as ended:
            raise failure(_VERB, self._why()) from ended

    def close(self) -> None:
        """End the process."""
        if self._end is not None:
            self._end()
        self._process = self._said = self._answers = self._end = None
        self._answered = False

    def _is_here(self) -> bool:
        """Return whether the process is our own: after a fork the pipes are the parent's."""
        return self._process is not None and self._owner == os.getpid()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._is_here():
            return self._process
        self._answered = False
        said = _unnamed_file()
        try:
            process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=dict(self._environment()),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                bufsize=0,
                process_group=child_processes.group(),
            )
        except OSError as error:
            said.close()
            raise failure(_VERB, f"{error}") from error
        self._process, self._said, self._owner = process, said, os.getpid()
        # for the type checker: PIPE was asked for
        assert process.stdout is not None  # noqa: S101
        self._answers = io.BufferedReader(_Heard(process.stdout.fileno()), _BUFFER)
        self._end = weakref.finalize(self, _end, process, said, self._owner)
        return process

    def _exchange(self, names: Sequence[str], limit: int | None) -> list[GitObject | None]:
        process = self._running()
        try:
            found = _asked(process, self._answers, names, limit)
        except _EndedError:
            raise
        except BaseException:
            # An answer that was not read to its end would be taken for that to the next question.
            self.close()
            raise
        self._answered = True
        return found

    def _why(self) -> str:
        """Return what git said before it ended, or how it ended."""
        process, said = self._process, self._said
        if process is None or said is None:
            return ""
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        code = process.wait()
        said.seek(0)
        complaint = said.read().decode("utf-8", "replace")
        self.close()
        return complaint or how_it_ended(code)


def _unnamed_file() -> IO[bytes]:
    """Return a file that nobody else sees and that is gone when it is closed."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("changeflow"), "w+b")
    # takes as long to import as git takes to answer
    import tempfile

    return tempfile.TemporaryFile()


def _end(process: subprocess.Popen[bytes], said: IO[bytes], owner: int) -> None:
    """End the process; a forked child only closes its copies of the pipes."""
    for stream in (process.stdin, process.stdout, said):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    if owner == os.getpid():
        process.terminate()
        process.wait()


def _asked(
    process: subprocess.Popen[bytes],
    answers: IO[bytes] | None,
    names: Sequence[str],
    limit: int | None,
) -> list[GitObject | None]:
    """Ask a process for objects, and read its answers."""
    # PIPE was asked for; this is for the type checker
    assert process.stdin is not None  # noqa: S101
    assert answers is not None  # noqa: S101
    asked = memoryview(b"".join(as_bytes(name) + b"\n" for name in names))
    try:
        while asked:
            asked = asked[process.stdin.write(asked) :]
    except OSError as error:
        raise _EndedError from error
    return [_answer(answers, name, limit) for name in names]


def _answer(reader: IO[bytes], name: str, limit: int | None) -> GitObject | None:
    header = reader.readline()
    if not header:
        raise _EndedError
    if header in (as_bytes(name) + b" missing\n", as_bytes(name) + b" ambiguous\n"):
        return None
    with understanding(_VERB):
        oid, kind, size = header.decode("ascii").split()
        length = int(size)
        if len(oid) not in (40, 64) or length < 0:
            raise ValueError(header)
        bytes.fromhex(oid)
    if limit is not None and length > limit:
        _skip(reader, length + 1)
        return GitObject(oid, kind, length, None)
    data = reader.read(length)
    if len(data) != length or reader.read(1) != b"\n":
        raise _EndedError
    return GitObject(oid, kind, length, data)


def _skip(stream: IO[bytes], size: int) -> None:
    while size > 0:
        chunk = stream.read(min(size, 1 << 20))
        if not chunk:
            raise _EndedError
        size -= len(chunk)
