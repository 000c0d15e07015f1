"""Following a release on stderr: plain lines, or a line that counts the seconds on a terminal.

And the signals that stop it.

Progress is a courtesy, the ledger is the record: a line that cannot be written is dropped, and so
is everything after it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, TextIO

from changeflow.cli.terminal import colour_wanted
from changeflow.model.characters import visible
from changeflow.model.evidence import StepOutcome
from changeflow.release.plan import PlannedStep
from changeflow.repo import children

_TICK: Final = 0.2
# seconds that a reader who does not read is waited for
_PATIENCE: Final = 1.0
# characters that fit into a pipe which says that it has room
_PIECE: Final = 1_000
_CLEAR: Final = "\r\x1b[2K"
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Lines:
    """A watcher that writes one line for everything that happens, for as long as there is a place to write to."""

    def __init__(self, stream: TextIO | None = None) -> None:
        # None where the caller closed it
        self.stream: TextIO | None = stream or sys.stderr
        self._patience = _PATIENCE

    def begin(self, step: PlannedStep) -> None:
        """See `driver.ports.Watcher`."""
        self._write(
            f"{step.key} {step.name}" + (f": {step.manual}" if step.manual is not None else "")
        )

    def line(self, text: str) -> None:
        """See `driver.ports.Watcher`."""
        self._write(f"  | {text}")

    def end(self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int) -> None:
        """See `driver.ports.Watcher`."""
        took = f" ({elapsed_ms / 1000:.1f} s)" if elapsed_ms else ""
        because = f": {detail}" if detail else ""
        self._write(f"{step.key} {outcome.replace('_', ' ')}{took}{because}")

    def say(self, text: str) -> None:
        """See `driver.ports.Watcher`."""
        self._write(text)

    def _write(self, text: str) -> None:
        self._put(f"{visible(text)}\n")

    def _put(self, text: str) -> None:
        """Write, or fall silent for good: the reader of a pipe has gone, the disk is full, the terminal was closed."""
        try:
            for start in range(0, len(text), _PIECE):
                if self.stream is None or not self._takes_more(self.stream):
                    return
                self.stream.write(text[start : start + _PIECE])
                self.stream.flush()
        except (OSError, ValueError):
            if self.stream is sys.stderr:
                _give_up_stderr()
            self.stream = None

    def _takes_more(self, stream: TextIO) -> bool:
        """Whether a line would not have to wait.

        A reader that has stopped reading is waited for once, and misses lines then.
        """
        try:
            descriptor = stream.fileno()
        except OSError:
            # a stream in memory
            return True
        _, ready, _ = select.select([], [descriptor], [], self._patience)
        self._patience = _PATIENCE if ready else 0.0
        return bool(ready)


def _give_up_stderr() -> None:
    """Lead the rest elsewhere, or the interpreter tries again when it ends, with an exit code of its own."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


class Live(Lines):
    """A watcher for terminals: under the lines, one that says which step runs and for how long."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._lock = threading.Lock()
        self._running: tuple[str, float] | None = None
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()

    def begin(self, step: PlannedStep) -> None:
        """See `Lines.begin`."""
        super().begin(step)
        with self._lock:
            self._running = (step.key, time.monotonic())

    def end(self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int) -> None:
        """See `Lines.end`."""
        with self._lock:
            self._running = None
        super().end(step, outcome, detail, elapsed_ms)

    def close(self) -> None:
        """Stop counting and leave the terminal clean."""
        self._over.set()
        self._ticker.join()
        with self._lock:
            self._put(_CLEAR)

    def _write(self, text: str) -> None:
        with self._lock:
            self._put(f"{_CLEAR}{visible(text)}\n")

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            with self._lock:
                if self._running is not None:
                    key, since = self._running
                    self._put(f"{_CLEAR}  {key} {time.monotonic() - since:.0f} s")


@contextmanager
def watching() -> Iterator[Lines]:
    """The watcher that fits stderr."""
    if sys.stderr is None or not colour_wanted(sys.stderr):
        yield Lines()
        return
    live = Live()
    try:
        yield live
    finally:
        live.close()


class Stop:
    """Counts how often the user asked to end.

    The first signal ends the step that runs and is noted; the second is impatience.
    """

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        """How often so far."""
        return self.times

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.times += 1


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Turn interrupting signals into a count while a release is driven.

    One that is ignored stays ignored (`nohup`).
    """
    stop = Stop()
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop._count) for number in heard}  # noqa: SLF001 - its own other half
    try:
        with children.ended_by(stop):
            yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
