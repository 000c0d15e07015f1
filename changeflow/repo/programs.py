"""Running a step's program without a shell, in a process group, bounded in time and output.

A program may leave a service running on purpose: it lives on when the step ends by itself. On a
time-out or an interruption the whole group is ended, also processes that ignore SIGTERM. A program
that starts a session of its own escapes that.

Showing the output does not delay a program. Output that comes faster than it can be cleaned and
shown is skipped, all but its end, and the time for showing is not counted as the step's.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import selectors
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, Final, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.release.secret_values import secrets
from changeflow.release.step_output import Output
from changeflow.repo.failures import killed_by
from changeflow.repo.step_processes import MARK, StepProcesses

# seconds between looks at the clock and at the signal flag
POLL: Final = 0.05
# an interruption must be noted within two seconds
GRACE: Final = 1.0
# seconds to wait for output once the program itself has ended
DRAIN: Final = 0.3
_CHUNK: Final = 262_144
# lines of the end that are shown where lines were passed over
_END_SHOWN: Final = 40
# bytes a program may be ahead of us, where the system allows it
_PIPE: Final = 1_048_576
# seconds that may go into showing what a step prints at once,
SHOWING: Final = 0.5
# and this share of the time it runs
SHARE: Final = 0.2
# names further variables whose values are secrets
MASK: Final = "CHANGEFLOW_MASK"

How = Literal["done", "failed", "timed_out", "interrupted", "not_started"]


@dataclass(frozen=True, slots=True)
class Printed:
    """A program that was run for what it prints.

    `output` is what it printed on its standard output, `too_long` whether it was ended because that
    was more than was asked for. What it printed beside it is in `ran`.
    """

    ran: Ran
    output: bytes
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """Outcome of a program.

    `exit_code` is negative when a signal ended it, None when it was not started or was ended.
    """

    how: How
    exit_code: int | None
    elapsed_ms: int
    output: str
    detail: str

    @property
    def answered(self) -> bool:
        """Tell whether the program itself reported success or failure."""
        return self.how in ("done", "failed") and self.exit_code is not None and self.exit_code >= 0


class Programs:
    """Runs programs in a folder.

    Args:
        root: where they run; a program named with a slash is found from here.
        stop: asked again and again while a program runs: how many times the user wants it to end
            (twice: at once).
        grace: seconds a group has between SIGTERM and SIGKILL.
        masked: names of variables whose values are secrets, beside those that say so and those that
            `CHANGEFLOW_MASK` names.
    """

    def __init__(
        self,
        root: Path,
        stop: Callable[[], int] = lambda: 0,
        grace: float = GRACE,
        masked: Sequence[str] = (),
    ) -> None:
        self.root = root
        self.stop = stop
        self.grace = grace
        self.masked = tuple(masked)

    def missing(self, program: str) -> str:
        """Return why a program with a slash in its name could not be started, or an empty text.

        Others are looked up on PATH later.
        """
        if "/" not in program:
            return ""
        path = self.root / program
        if not path.is_file():
            return f"`{program}` does not exist"
        if not os.access(path, os.X_OK):
            return f"`{program}` is not executable"
        return ""

    def run(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        timeout: timedelta,
        say: Callable[[str], None] = lambda _: None,
        inherit: int | None = None,
    ) -> Ran:
        """Run a program to its end.

        Args:
            argv: program and arguments, passed on as they are.
            environment: added to ours.
            timeout: after which its group is ended.
            say: gets every line it prints, clean, as it comes.
            inherit: a file descriptor it keeps open for as long as it lives.
        """
        return self._run(argv, environment, timeout, say, inherit, None, self.stop)

    def printed(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        timeout: timedelta,
        limit: int,
        say: Callable[[str], None] = lambda _: None,
    ) -> Printed:
        """Run a program for what it prints, which is returned as it is.

        Args:
            argv: program and arguments, passed on as they are.
            environment: added to ours.
            timeout: after which its group is ended.
            limit: bytes; a program that prints more is ended.
            say: gets every line of its standard error, clean, as it comes.
        """
        with tempfile.TemporaryFile() as file:

            def is_too_long() -> bool:
                return os.fstat(file.fileno()).st_size > limit

            def stop() -> int:
                return self.stop() or int(is_too_long())

            ran = self._run(argv, environment, timeout, say, None, file, stop)
            if is_too_long():
                return Printed(ran, b"", too_long=True)
            file.seek(0)
            return Printed(ran, file.read(limit))

    def secrets(self) -> tuple[str, ...]:
        """Return what must not be shown of the values of variables."""
        return self._secrets(os.environ)

    def _secrets(self, surroundings: Mapping[str, str]) -> tuple[str, ...]:
        named = [name for name in re.split(r"[\s,]+", surroundings.get(MASK, "")) if name]
        return secrets(surroundings, (*self.masked, *named))

    def _run(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        timeout: timedelta,
        say: Callable[[str], None],
        inherit: int | None,
        into: IO[bytes] | None,
        stop: Callable[[], int],
    ) -> Ran:
        if stop():
            # it would be ended in the middle
            return Ran("interrupted", None, 0, "", "ended by an interruption")
        began = time.monotonic()
        start = uuid.uuid4().hex
        surroundings = {**os.environ, **environment, MARK: start}
        output = Output(self._secrets(surroundings))
        try:
            process = self._start(argv, surroundings, inherit, into)
        except (OSError, ValueError) as error:
            return Ran("not_started", None, 0, "", self._why(argv[0], error))
        with process:
            family = StepProcesses(start, process.pid, _identity(inherit))
            watch = _Watch(process, family, output, say, stop, self.grace)
            how = watch.until(began + timeout.total_seconds())
        elapsed = int((time.monotonic() - began - watch.showing) * 1000)
        if how == "timed_out":
            return Ran(how, None, elapsed, output.tail(), f"ended after {elapsed / 1000:.1f} s")
        if how == "interrupted":
            return Ran(how, None, elapsed, output.tail(), "ended by an interruption")
        code = process.returncode
        outcome: Literal["done", "failed"] = "done" if code == 0 else "failed"
        return Ran(outcome, code, elapsed, output.tail(), _exit_detail(code))

    def _start(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        inherit: int | None,
        into: IO[bytes] | None,
    ) -> subprocess.Popen[bytes]:
        program = str(self.root / argv[0]) if "/" in argv[0] else argv[0]
        return subprocess.Popen(
            list(argv),
            executable=program,
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if into is None else into,
            stderr=subprocess.STDOUT if into is None else subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=() if inherit is None else (inherit,),
        )

    def _why(self, program: str, error: Exception) -> str:
        missing = self.missing(program)
        if missing:
            return missing
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        if isinstance(error, FileNotFoundError):
            reason = "it is not on PATH"
            if "/" in program:
                reason = "the interpreter on its first line does not exist"
        return f"`{program}` cannot be started: {reason}"


def _identity(descriptor: int | None) -> tuple[int, int] | None:
    """Return what names an open file on this machine."""
    if descriptor is None:
        return None
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


def _exit_detail(code: int) -> str:
    if code < 0:
        return killed_by(-code)
    return "" if code == 0 else f"exit code {code}"


class _Watch:
    """Follow one process until it ends, is timed out, or is interrupted."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        family: StepProcesses,
        output: Output,
        say: Callable[[str], None],
        stop: Callable[[], int],
        grace: float,
    ) -> None:
        pipe = process.stdout or process.stderr
        # for the type checker: PIPE was asked for
        assert pipe is not None  # noqa: S101
        self.process = process
        self.family = family
        self.pipe: IO[bytes] = pipe
        self.output = output
        self.say = say
        self.stop = stop
        self.grace = grace
        self.began = time.monotonic()
        # seconds that went into showing
        self.showing = 0.0
        # bytes in a row that were not shown
        self.unshown = 0
        os.set_blocking(self.pipe.fileno(), False)
        # Linux
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with contextlib.suppress(OSError):
                fcntl.fcntl(self.pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)

    def until(self, deadline: float) -> Literal["done", "timed_out", "interrupted"]:
        how: Literal["done", "timed_out", "interrupted"] = "done"
        with selectors.DefaultSelector() as selector:
            selector.register(self.pipe, selectors.EVENT_READ)
            while self.process.poll() is None:
                if self.stop():
                    how = "interrupted"
                elif time.monotonic() - self.showing >= deadline:
                    how = "timed_out"
                if how != "done":
                    self._end_all()
                    break
                self._listen(selector, POLL)
            self._drain(selector)
        return how

    def _listen(self, selector: selectors.BaseSelector, seconds: float) -> bool:
        """Take what was printed; False once no process can print any more."""
        if not selector.get_map():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            return False
        if not selector.select(seconds):
            return True
        data = self.pipe.read(_CHUNK)
        if data == b"":
            selector.unregister(self.pipe)
            return False
        self._take(data or b"")
        return True

    def _take(self, data: bytes, *, last: bool = False) -> None:
        """Show output, or skip it while showing has taken too much of the step's time."""
        if not self._may_show() and not last:
            self.output.skip(data)
            self.unshown += len(data)
            return
        since = time.monotonic()
        lines = self.output.feed(data, last=last)
        self.showing += time.monotonic() - since
        self._tell(lines)

    def _may_show(self) -> bool:
        return self.showing < SHOWING + SHARE * (time.monotonic() - self.began)

    def _drain(self, selector: selectors.BaseSelector) -> None:
        """Read the rest of the output.

        A process that was left running may keep the pipe open for ever, so there is a time limit.
        """
        patience = time.monotonic() + DRAIN
        while selector.get_map() and time.monotonic() < patience and self._listen(selector, POLL):
            pass
        self._take(b"", last=True)
        if self.unshown:
            self._say_gap()
            self._tell(self.output.tail().split("\n")[-_END_SHOWN:], at_least=_END_SHOWN)

    def _tell(self, lines: list[str], *, at_least: int = 1) -> None:
        """Show lines while there is time for it; the others are counted as not shown.

        One chunk can hold very many.
        """
        if lines and self.unshown:
            self._say_gap()
        for index, line in enumerate(lines):
            if index >= at_least and not self._may_show():
                self.unshown += sum(len(rest) + 1 for rest in lines[index:])
                return
            since = time.monotonic()
            self.say(line)
            self.showing += time.monotonic() - since

    def _say_gap(self) -> None:
        self.say(f"... {self.unshown / 1e6:.1f} MB not shown: printed faster than can be shown")
        self.unshown = 0

    def _end_all(self) -> None:
        """End the group, and what left it."""
        # what is there now: once its parents are gone, they no longer lead to it
        self.family.escaped()
        self._end_group()
        self.family.end(self.grace if self.stop() <= 1 else 0.0)

    def _end_group(self) -> None:
        """Send SIGTERM, and after a short grace SIGKILL, to the whole group.

        A child may ignore the first.
        """
        patience = time.monotonic() + self.grace
        if not self._signal(signal.SIGTERM):
            return
        while time.monotonic() < patience and self.stop() <= 1:
            if self.process.poll() is not None and not self._signal(0):
                return
            time.sleep(POLL)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: int) -> bool:
        """Signal the group; False when it has no process left."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return False
        except PermissionError:
            # macOS says so for a group of nothing but zombies; elsewhere a process of it has another
            # user now.
            return self.process.poll() is None
        return True
