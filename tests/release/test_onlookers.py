"""Who looks on, or stops looking, changes nothing about a release: not its steps, not its end, not its exit code."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from changeflow.cli.watching import Lines, Live, stoppable

from .site import ID, Site, checked_step, run_step

FULL = Path("/dev/full")


@contextmanager
def nobody_reads() -> Iterator[int]:
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@contextmanager
def full_disk() -> Iterator[int]:
    descriptor = os.open(FULL, os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


@contextmanager
def nothing() -> Iterator[int]:
    yield subprocess.DEVNULL


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("out", "err", "closed"),
    [
        (nobody_reads, nobody_reads, ""),
        (nothing, full_disk, ""),
        (full_disk, nothing, ""),
        (nothing, nothing, "2>&-"),
        (nothing, nothing, ">&- 2>&-"),
        (nothing, nothing, "0>&- >&- 2>&-"),
    ],
)
def test_a_release_that_nobody_can_follow_ends_as_one_that_is_followed(tmp_path, out, err, closed):
    site = Site.at(tmp_path / "site")
    site.change(steps=[checked_step("one"), run_step("two", "fail")])
    line = f'exec "$@" {closed}'
    with out() as stdout, err() as stderr:
        argv = ["sh", "-c", line, "sh", *site.argv("release", "run", ID)]
        done = subprocess.run(argv, cwd=site.root, env=site.environment, stdout=stdout, stderr=stderr, check=False, timeout=60)
    assert site.events()[-1] == "finished rolled_back"
    assert site.marks == ["implementation/0 one", "implementation/1 two", "rollback/0 undo"]
    assert done.returncode == 1


def test_a_question_about_a_release_that_cannot_be_answered_is_a_failure(tmp_path):
    site = Site.at(tmp_path / "site")
    site.change()
    with full_disk() as full:
        argv = site.argv("release", "status", ID)
        done = subprocess.run(argv, cwd=site.root, env=site.environment, stdout=full, stderr=subprocess.DEVNULL, check=False)
    assert done.returncode == 5


@pytest.mark.parametrize("kind", [Lines, Live])
def test_a_reader_that_stops_reading_misses_lines_and_stops_nothing(kind):
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        watcher = kind(stream)
        began = time.monotonic()
        for number in range(300):
            watcher.say(f"{number} {'x' * 2_000}")
        assert time.monotonic() - began < 20
        assert watcher.stream is stream
        drained = b""
        while b"then" not in drained:
            drained += os.read(reader, 1 << 20)
            watcher.say("and then")
        if kind is Live:
            watcher.close()
    os.close(reader)


class Broken(io.StringIO):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.tries = 0

    def write(self, _text: str) -> int:
        self.tries += 1
        raise self.error


@pytest.mark.parametrize("error", [BrokenPipeError(32, "gone"), OSError(28, "full"), OSError(5, "hung up"), ValueError("closed file")])
@pytest.mark.parametrize("kind", [Lines, Live])
def test_a_line_that_cannot_be_written_is_the_last_one_that_is_tried(kind, error):
    stream = Broken(error)
    watcher = kind(stream)
    for _ in range(3):
        watcher.say("progress")
    if kind is Live:
        watcher.close()
    assert stream.tries == 1


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(number):
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with stoppable() as stop:
            os.kill(os.getpid(), number)
            assert signal.getsignal(number) is signal.SIG_IGN
            assert stop() == 0
        assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_a_signal_that_was_not_ignored_is_counted_and_handed_back_afterwards():
    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)}
    with stoppable() as stop:
        for number in before:
            os.kill(os.getpid(), number)
        assert stop() == len(before)
    assert {number: signal.getsignal(number) for number in before} == before
