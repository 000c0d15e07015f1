"""Following a release on stderr, and the signals that stop it.

A terminal has a line that counts the seconds, everything else plain lines. The ledger is the
record, and progress is not: a line that cannot be written is dropped, and so are the following
ones.
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

from changeflow.cli.progress import CLEAR
from changeflow.cli.terminal import end_progress, for_stream, on_screen
from changeflow.language.reader import MACHINE, Reader
from changeflow.language.sentences import in_a_row
from changeflow.model.evidence import StepOutcome
from changeflow.model.journal_notes import noted
from changeflow.model.phrases import Told, told
from changeflow.release.plan import PlannedStep
from changeflow.repo import child_processes

_TICK: Final = 0.2
# seconds that a reader who does not read is waited for
_PATIENCE: Final = 1.0
# characters that fit into a pipe which says that it has room
_PIECE: Final = 1_000
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Lines:
    """A watcher that writes one line for each event, as long as the stream can be written."""

    def __init__(self, stream: TextIO | None = None, reader: Reader = MACHINE) -> None:
        # None where the caller closed it
        self.reader = reader
        self.stream: TextIO | None = stream or sys.stderr
        self._patience = _PATIENCE
        # one line at a time, where several releases run
        self._lock = threading.Lock()

    def begin(self, step: PlannedStep) -> None:
        """See `driver.ports.Watcher`."""
        if step.manual is None:
            self.write(f"{step.key} {step.name}")
        else:
            manual = step.manual
            self.say(told("watch.manual", key=step.key, name=step.name, manual=manual))

    def line(self, text: str) -> None:
        """See `driver.ports.Watcher`."""
        self.write(f"  | {text}")

    def end(self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int) -> None:
        """See `driver.ports.Watcher`."""
        ended = told("watch.ended", key=step.key, outcome=outcome)
        if elapsed_ms:
            ended |= {"case": "took", "took": f"{elapsed_ms / 1000:.1f}"}
        said = in_a_row([ended], self.reader)
        self.say(told("watch.because", said=said, detail=noted(detail)) if detail else said)

    def say(self, text: str | Told) -> None:
        """See `driver.ports.Watcher`."""
        self.write(in_a_row([text], self.reader))

    def beside(self, name: str) -> Lines:
        """See `driver.ports.Watcher`."""
        return Beside(self, name)

    def write(self, text: str) -> None:
        """Write a line."""
        with self._lock:
            self._put(f"{for_stream(text, self.stream)}\n")

    def _put(self, text: str) -> None:
        """Write, or write nothing more at all.

        The reader of a pipe has gone, the disk is full, or the terminal was closed.
        """
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
        """Tell whether a line can be written without waiting.

        The first time, a reader that has stopped reading is waited for; later lines are dropped.
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
    """Redirect stderr to the null device.

    Otherwise the interpreter would try again when it ends, with an exit code of its own.
    """
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


class Beside(Lines):
    """A watcher of one release among several: its name stands before each line."""

    def __init__(self, together: Lines, name: str) -> None:
        super().__init__(together.stream, together.reader)
        self._together = together
        self._name = name

    def write(self, text: str) -> None:
        """See `Lines.write`."""
        self._together.write(f"{self._name}: {text}")


class Live(Lines):
    """A watcher for terminals, with a last line that shows the running step and its seconds."""

    def __init__(self, stream: TextIO | None = None, reader: Reader = MACHINE) -> None:
        super().__init__(stream, reader)
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
            self._put(CLEAR)

    def write(self, text: str) -> None:
        """See `Lines.write`."""
        with self._lock:
            self._put(f"{CLEAR}{for_stream(text, self.stream)}\n")

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            with self._lock:
                if self._running is not None:
                    key, since = self._running
                    self._put(f"{CLEAR}  {key} {time.monotonic() - since:.0f} s")


@contextmanager
def watching(reader: Reader = MACHINE) -> Iterator[Lines]:
    """Yield the watcher that fits stderr.

    Args:
        reader: of its lines.
    """
    if not on_screen(sys.stderr):
        yield Lines(reader=reader)
        return
    end_progress()
    live = Live(reader=reader)
    try:
        yield live
    finally:
        live.close()


class Stop:
    """A counter of the user's requests to end.

    The first signal ends the running step, and the ledger notes it. The second one asks for an
    immediate end. A terminal that is gone (SIGHUP) asks for less: the running step goes on to its
    end, and the release stops before the next one.
    """

    def __init__(self) -> None:
        self.times = 0
        self.hung_up = 0

    def __call__(self) -> int:
        """Return the count so far."""
        return self.times + self.hung_up

    def insisted(self) -> int:
        """Return how often it was asked to end the running step."""
        return self.times

    def count(self, number: int, _frame: FrameType | None) -> None:
        """Count a signal; this is its handler."""
        if number == signal.SIGHUP:
            self.hung_up += 1
        else:
            self.times += 1


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Turn interrupting signals into a count while a release is driven.

    One that is ignored stays ignored (`nohup`).
    """
    stop = Stop()
    before = {}
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, stop.count)
    try:
        with child_processes.ended_by(stop):
            yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
