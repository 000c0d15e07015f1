"""What a person sees who waits at a terminal: one line, after a second, that leaves nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from changeflow.cli.progress import CLEAR, ProgressLine
from changeflow.cli.terminal import progress_shown, tell
from changeflow.repo.work import counted, work_in_hand, working
from tests.register.office import BEFORE, CHANGE, Office
from tests.render.test_terminal import ASKED, COMMAND
from tests.repositories import speaking
from tests.shop import CONFIG

WAITS = "waiting for another process that writes to the ledger: 1 s"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "shop")
    made.write("changeflow.yaml", CONFIG)
    made.ask()
    return made


class Waiting:
    """A command at a terminal, which waits for the lock that another process holds."""

    def __init__(self, office: Office, *words: str, stderr: int | None = None, **environment: str) -> None:
        folder = office.root / ".git" / "changeflow"
        folder.mkdir(exist_ok=True)
        self._lock = (folder / "turn").open("ab")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._ours, theirs = pty.openpty()
        kept = {k: v for k, v in os.environ.items() if k not in ASKED}
        speaks = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "CHANGEFLOW_NOW": BEFORE}
        self.process = subprocess.Popen(
            [COMMAND, *words], cwd=office.root, env=kept | speaks | speaking(words) | environment,
            stdin=subprocess.DEVNULL, stdout=theirs, stderr=stderr or theirs,
        )  # fmt: skip
        os.close(theirs)
        self.told = ""

    def until(self, text: str) -> None:
        """Read until the terminal was sent a text."""
        while text not in self.told:
            assert select.select([self._ours], [], [], 30)[0], self.told
            self.told += os.read(self._ours, 65_536).decode()

    def let_go(self) -> None:
        self._lock.close()

    def ended(self) -> int:
        """Read the rest, and return the exit code."""
        with contextlib.suppress(OSError):
            while data := os.read(self._ours, 65_536):
                self.told += data.decode()
        os.close(self._ours)
        self.let_go()
        return self.process.wait()


APPROVE = ("approve", CHANGE, "--as", "carol")


def test_who_waits_is_told_for_what_and_the_line_is_gone_before_the_answer(office: Office) -> None:
    command = Waiting(office, *APPROVE)
    command.until(WAITS)
    command.let_go()
    assert command.ended() == 0
    before, _, after = command.told.rpartition(WAITS)
    assert after.startswith(CLEAR)
    assert "carol" in after
    assert "waiting" not in after
    assert before.endswith(f"{CLEAR}  ")


def test_the_line_is_in_the_language_of_the_reader(office: Office) -> None:
    command = Waiting(office, *APPROVE, "--lang", "zh")
    command.until("正在等待另一个写入证据账本的进程：1 秒")
    command.let_go()
    assert command.ended() == 0


def test_an_interrupt_leaves_the_terminal_clean(office: Office) -> None:
    command = Waiting(office, *APPROVE)
    command.until(WAITS)
    command.process.send_signal(signal.SIGINT)
    assert command.ended() == 130
    assert command.told.rpartition(WAITS)[2].split(CLEAR)[-1].strip() == "interrupted"


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_that_cannot_erase_a_line_gets_none(office: Office, environment: dict[str, str]) -> None:
    command = Waiting(office, *APPROVE, **environment)
    time.sleep(2)
    command.let_go()
    assert command.ended() == 0
    assert "waiting for" not in command.told
    assert "\x1b" not in command.told


def test_a_pipe_is_never_told(office: Office) -> None:
    reader, writer = os.pipe()
    command = Waiting(office, *APPROVE, stderr=writer)
    os.close(writer)
    time.sleep(2)
    command.let_go()
    assert command.ended() == 0
    with os.fdopen(reader, "rb") as pipe:
        assert "waiting" not in command.told + pipe.read().decode()


class Screen(io.StringIO):
    """A terminal in memory, behind a real descriptor."""

    encoding = "utf-8"

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return True


@contextlib.contextmanager
def watched() -> Iterator[int]:
    """Yield what a terminal on stderr is sent, while progress is shown there."""
    reader, writer = os.pipe()
    before, sys.stderr = sys.stderr, Screen(writer)
    try:
        with progress_shown(ProgressLine(lambda: "en")):
            yield reader
    finally:
        sys.stderr = before
        os.close(writer)
        os.close(reader)


def sent(screen: int) -> str:
    """What comes within two seconds; nothing where nothing comes."""
    ready, _, _ = select.select([screen], [], [], 2)
    return os.read(screen, 1_000).decode() if ready else ""


def test_what_is_quick_shows_nothing() -> None:
    with watched() as screen:
        with working("progress.ledger"):
            pass
        assert sent(screen) == ""


def test_the_share_of_many_things_is_told_and_a_question_is_not_erased() -> None:
    with watched() as screen:
        for number in counted("progress.check", range(200), 200):
            if number == 100:
                assert sent(screen).startswith(f"{CLEAR}  checking documents: 50 %")
        with working("progress.remote", may_ask=True):
            assert "waiting for the remote: 0 s" in sent(screen) + sent(screen)
            assert sent(screen) == ""
            tell("a note")
            assert sent(screen).startswith(CLEAR)


def test_few_things_are_not_counted_and_work_ends_where_it_fails() -> None:
    assert counted("progress.check", things := [1, 2], 2) is things
    with pytest.raises(ValueError, match="x"), working("progress.check"):
        raise ValueError("x")
    assert work_in_hand() is None
