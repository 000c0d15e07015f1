"""What a terminal shows: its width, its colours, and nothing of either elsewhere."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from changeflow.cli.terminal import COLOUR_MARK, emit
from changeflow.render.presentation import Presentation
from changeflow.render.table import beside, cells, folded
from tests.register.office import BEFORE, CHANGE, Office
from tests.shop import CONFIG

COMMAND = str(Path(sys.executable).with_name("changeflow"))
COLOUR = re.compile(r"\x1b\[[0-9]+m")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("terminal") / "shop")
    made.write("changeflow.yaml", CONFIG | {"spec": CONFIG["spec"] | {"timezone": "Asia/Shanghai"}})
    made.ask(
        title="Upgrade the database 数据库升级 before its support ends at the end of this month"
    )
    return made


def shown(office: Office, *words: str, width: int = 80, **environment: str) -> str:
    """What a terminal of so many cells is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "TERM")}
    told = b""
    # of a terminal that can show every character
    speaks = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
    argv, env = [COMMAND, *words, "--now", BEFORE], kept | speaks | environment
    with subprocess.Popen(argv, cwd=office.root, env=env, stdout=theirs, stderr=theirs):
        os.close(theirs)
        try:
            while data := os.read(ours, 65_536):
                told += data
        # the other end is closed
        except OSError:
            pass
    os.close(ours)
    return told.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [40, 80, 139])
@pytest.mark.parametrize(
    "words",
    [("gate", "approve", CHANGE), ("gate", "approve", CHANGE, "--lang", "zh"), ("schedule",)],
)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(
    office: Office, words: tuple[str, ...], width: int
) -> None:
    piped = office.say(*words, "--now", BEFORE).out
    told = COLOUR.sub("", shown(office, "-v", *words, width=width))
    wide = [line for line in told.splitlines() if cells(line) > width]
    assert [line for line in wide if " " in line.strip()] == []
    for word in re.findall(r"[!-~]{4,}", piped):
        assert word in told
    assert "".join(told.split()) == "".join(piped.split())


def test_codes_are_shown_at_a_terminal_where_they_are_asked_for(office: Office) -> None:
    words = ("gate", "approve", CHANGE)
    assert "approvals.missing" not in shown(office, *words)
    assert "approvals.missing" in shown(office, *words, "--verbose")
    assert "approvals.missing" in shown(office, *words, CHANGEFLOW_VERBOSE="1")
    assert "approvals.missing" in office.say(*words, "--now", BEFORE).out


def test_colour_says_what_the_word_says(office: Office) -> None:
    told = shown(office, "gate", "approve", CHANGE)
    assert "\x1b[31mSHUT\x1b[0m" in told
    assert "\x1b[33mwaiting\x1b[0m" in told
    assert "\x1b[32mok\x1b[0m" in told


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colours_gets_none(
    office: Office, environment: dict[str, str]
) -> None:
    assert "\x1b" not in shown(office, "gate", "approve", CHANGE, **environment)


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_a_pipe_gets_neither_colours_nor_line_breaks(office: Office, format_: str) -> None:
    said = office.say("gate", "approve", CHANGE, "--now", BEFORE, "--format", format_, TERM="xterm")
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) > 100


def test_json_on_a_terminal_is_json(office: Office) -> None:
    told = shown(office, "gate", "approve", CHANGE, "--format", "json", width=40)
    assert told == office.say("gate", "approve", CHANGE, "--now", BEFORE, "--format", "json").out


def test_no_text_of_a_document_has_colours(capsys: pytest.CaptureFixture[str]) -> None:
    emit("\x1b[32mOPEN\x1b[0m " + Presentation(colour=COLOUR_MARK).paint("bad", "SHUT"))
    assert capsys.readouterr().out == "\\u001b[32mOPEN\\u001b[0m \x1b[31mSHUT\x1b[0m\n"


def test_what_stands_beside_begins_below_each_other() -> None:
    assert beside("no       ", "one two three four five six seven eight", 40) == [
        "no       one two three four five six",
        "         seven eight",
    ]
    assert beside("no ", "x" * 60, 40) == ["no " + "x" * 60]
    assert beside("no ", "as it is", None) == ["no as it is"]


def test_a_folded_line_goes_on_further_to_the_right() -> None:
    text = "short\n  " + "word " * 12 + "\n"
    assert folded(text, 40).splitlines() == [
        "short",
        "  word word word word word word word",
        "      word word word word word",
    ]
    assert folded(text, None) == text
