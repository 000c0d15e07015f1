"""Children that may wait for the world: everything they are given and say gets through, however slow they are; and they end."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from changeflow.repo import child_processes

SLOW_READER = "sleep 0.3; cat; echo read >&2"


def run(script: str, stdin: bytes = b"", patience: float | None = 20) -> child_processes.subprocess.CompletedProcess[bytes]:
    return child_processes.run(["sh", "-c", script], environment=os.environ, stdin=stdin, patience=patience)


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_000])
def test_a_child_that_is_slow_to_read_gets_everything_and_the_end(size: int) -> None:
    done = run(SLOW_READER, b"x" * size)
    assert (len(done.stdout), done.stderr, done.returncode) == (size, b"read\n", 0)


@pytest.mark.parametrize("look", [0.0, 0.000001])
def test_nothing_is_lost_where_the_first_look_comes_before_anything_was_read(look: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_processes, "_LOOK", look)
    assert run(SLOW_READER, b"everything").stdout == b"everything"


def test_a_child_that_reads_nothing_and_says_much_is_heard_to_its_end() -> None:
    done = run("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; exit 7", b"y" * 1_000_000)
    assert (len(done.stdout), len(done.stderr), done.returncode) == (3_000_000, 3_000_000, 7)


@pytest.mark.parametrize("script", ["sleep 30", "trap '' TERM; sleep 30 & wait; sleep 30", "sleep 30 & exec sleep 30"])
def test_a_child_that_takes_too_long_is_ended_whatever_it_has_started(script: str) -> None:
    began = time.monotonic()
    with pytest.raises(child_processes.LateError):
        run(script, patience=0.2)
    assert time.monotonic() - began < 5


def test_after_the_user_asked_to_end_a_child_has_a_moment_and_no_more() -> None:
    asked = [0]
    with child_processes.ended_by(lambda: asked[0]):
        assert run("echo before").stdout == b"before\n"
        asked[0] = 1
        assert run("echo quick").stdout == b"quick\n"
        began = time.monotonic()
        with pytest.raises(child_processes.StoppedError):
            run("sleep 30")
        assert time.monotonic() - began < 5
    assert run("sleep 0.7; echo after").stdout == b"after\n"


def test_how_a_child_ended_is_told_as_by_subprocess() -> None:
    assert run("kill -9 $$").returncode == -signal.SIGKILL
    with pytest.raises(FileNotFoundError):
        child_processes.run(["no-such-program"], environment=os.environ)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 300_000])
@pytest.mark.parametrize("script", ["cat", "exec <&-", "sleep 0.05; cat"])
def test_a_child_reads_all_and_the_end_of_it_or_nothing(tmp_path: Path, size: int, script: str) -> None:
    descriptors = Path("/dev/fd")
    before = len(list(descriptors.iterdir()))
    stdin = os.urandom(size)
    done = child_processes.run_here(
        ["sh", "-c", script], environment={"PATH": os.environ["PATH"]}, stdin=stdin, folder=tmp_path, patience=20
    )
    assert done.stdout == (stdin if "cat" in script else b"")
    assert len(list(descriptors.iterdir())) == before


def test_a_child_that_reads_slowly_is_given_all_of_its_input(tmp_path, monkeypatch):
    monkeypatch.setattr(child_processes, "_SLICE", 0.02)
    done = child_processes.run_here(
        ["sh", "-c", "sleep 0.1; wc -c"], environment={"PATH": os.environ["PATH"]}, stdin=b"x" * 300_000, folder=tmp_path, patience=20
    )
    assert done.stdout.split() == [b"300000"]


def test_a_child_that_hangs_on_this_machine_is_ended_in_time(tmp_path):
    with pytest.raises(child_processes.LateError):
        child_processes.run_here(["sleep", "20"], environment={"PATH": os.environ["PATH"]}, stdin=b"", folder=tmp_path, patience=0.2)
