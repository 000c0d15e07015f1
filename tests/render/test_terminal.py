"""What a terminal shows: its width, its colours, and nothing of either elsewhere."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import operator
import os
import pty
import re
import struct
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from changeflow.cli.terminal import emit
from changeflow.language.english.decisions import SENTENCES as OUTCOMES
from changeflow.language.english.words import SENTENCES as NAMES
from changeflow.render.colours import COLOURS, WORDS, Style
from changeflow.render.presentation import Presentation
from changeflow.render.table import beside, cells, folded, grid, wrapped
from tests import forked
from tests.examples import ALL
from tests.register.office import BEFORE, CHANGE, Office
from tests.shop import CONFIG

pytestmark = pytest.mark.once

LONG = "CHG-20261121-long"
COMMAND = str(Path(sys.executable).with_name("changeflow"))
COLOUR = re.compile(r"\x1b\[[0-9;]+m")
# variables that say something about colours or the terminal
ASKED = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "TERM")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("terminal") / "shop")
    made.write("changeflow.yaml", CONFIG | {"spec": CONFIG["spec"] | {"timezone": "Asia/Shanghai"}})
    made.ask(LONG, title="Migrate" + "x" * 190, environment="staging")
    made.ask(
        title="Upgrade the database 数据库升级 before its support ends at the end of this month"
    )
    return made


def read_until_closed(terminal: int) -> bytes:
    told = b""
    with contextlib.suppress(OSError):
        while data := os.read(terminal, 65_536):
            told += data
    return told


def shown(office: Office, *words: str, width: int = 80, **environment: str) -> str:
    """What a terminal of so many cells is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ASKED}
    # of a terminal that can show every character
    speaks = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "CHANGEFLOW_NOW": BEFORE}
    with ThreadPoolExecutor(1) as terminal:
        told = terminal.submit(read_until_closed, ours)
        forked.run_with_streams(
            words, cwd=office.root, env=kept | speaks | environment, out=theirs, err=theirs
        )
        os.close(theirs)
    os.close(ours)
    return told.result().decode().replace("\r\n", "\n")


@functools.cache
def said_to_a_pipe(office: Office, *words: str) -> str:
    """What a command writes where no terminal is, asked once for the terminals of every width."""
    return office.say(*words, CHANGEFLOW_NOW=BEFORE).out


ASKED_OF_CHANGES = [
    ("list",),
    ("todo", "--as", "carol"),
    ("show", CHANGE),
    ("assess", CHANGE),
    ("risk", "explain", CHANGE),
    ("impact", "db"),
    ("schedule",),
    ("when", CHANGE),
    ("check", "changes"),
    ("release", "status", CHANGE),
    ("release", "plan", CHANGE),
    ("review", LONG),
    ("ledger", "log"),
    ("ledger", "verify"),
    ("cmdb", "show"),
    ("cmdb", "show", "db"),
    ("policy", "list"),
    ("gate", "approve", CHANGE),
    ("gate", "approve", LONG),
]


def asked_at(width: int, language: str) -> list[tuple[str, ...]]:
    """The narrowest terminal is asked everything, and each wider one a third, another in each language."""
    turn = [("en", 80), ("en", 139), ("zh", 80), ("zh", 139)].index((language, width)) if width > 40 else None
    return ASKED_OF_CHANGES if ALL or turn is None else ASKED_OF_CHANGES[turn % 3 :: 3]


@pytest.mark.parametrize("width", [40, 80, 139])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_of_any_answer_is_wider_than_the_terminal(
    office: Office, language: str, width: int
) -> None:
    for words in asked_at(width, language):
        told = COLOUR.sub("", shown(office, "-v", *words, "--lang", language, width=width))
        assert [line for line in told.splitlines() if cells(line) > width] == [], words
        piped = said_to_a_pipe(office, "-v", *words, "--lang", language)
        for word in re.findall(r"(?<![!-~])[a-z(),]{4,20}(?![!-~])", piped):
            assert word in told, words


@pytest.mark.parametrize("width", [0, 1, 10_000])
def test_a_strange_width_changes_no_answer(office: Office, width: int) -> None:
    told = shown(office, "gate", "approve", CHANGE, width=width)
    assert "SHUT" in told
    assert office.say("gate", "approve", CHANGE, "--now", BEFORE).code == 1


@pytest.mark.parametrize("width", [40, 80, 139])
@pytest.mark.parametrize(
    "words",
    [("gate", "approve", CHANGE), ("gate", "approve", CHANGE, "--lang", "zh"), ("schedule",)],
)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(
    office: Office, words: tuple[str, ...], width: int
) -> None:
    piped = said_to_a_pipe(office, *words)
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


@pytest.mark.parametrize(
    "environment",
    [
        {"NO_COLOR": "1"},
        {"NO_COLOR": "1", "FORCE_COLOR": "1"},
        {"TERM": "dumb"},
        {"TERM": ""},
        {"CLICOLOR": "0"},
        {"CHANGEFLOW_NO_COLOR": "1"},
    ],
)
def test_a_terminal_that_wants_no_colours_gets_none(
    office: Office, environment: dict[str, str]
) -> None:
    assert "\x1b" not in shown(office, "gate", "approve", CHANGE, **environment)


def test_the_option_comes_before_every_variable(office: Office) -> None:
    told = shown(office, "gate", "approve", CHANGE, "--no-color", FORCE_COLOR="1")
    assert "\x1b" not in told
    assert "SHUT" in told


@pytest.mark.parametrize("forced", [{"FORCE_COLOR": "1"}, {"CLICOLOR_FORCE": "1", "TERM": "dumb"}])
def test_a_pipe_gets_colours_only_where_they_are_forced(
    office: Office, forced: dict[str, str]
) -> None:
    words = ("gate", "approve", CHANGE, "--now", BEFORE)
    said = office.say(*words, **forced).out
    assert "\x1b[31mSHUT\x1b[0m" in said
    assert COLOUR.sub("", said) == office.say(*words).out
    assert "\x1b" not in office.say(*words, FORCE_COLOR="0").out
    assert "\x1b" not in office.say(*words, "--format", "markdown", **forced).out


@pytest.mark.parametrize("style", COLOURS)
def test_a_colour_can_be_told_from_a_dark_and_from_a_light_ground(style: Style) -> None:
    light = luminance(COLOURS[style].rgb)
    assert (light + 0.05) / 0.05 >= 4
    assert 1.05 / (light + 0.05) >= 4


def luminance(rgb: tuple[int, int, int]) -> float:
    """The relative luminance of WCAG 2."""
    parts = [one / 255 for one in rgb]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(map(operator.mul, (0.2126, 0.7152, 0.0722), linear))


def test_a_terminal_of_256_colours_gets_those_and_others_their_own(office: Office) -> None:
    words = ("gate", "approve", CHANGE)
    assert "\x1b[38;5;161mSHUT\x1b[0m" in shown(office, *words, TERM="xterm-256color")
    assert "\x1b[38;5;161mSHUT\x1b[0m" in shown(office, *words, COLORTERM="truecolor")


def test_every_word_with_a_colour_is_one_of_the_data_or_of_the_table_of_outcomes() -> None:
    known = {key.partition(".")[2] for key in (*NAMES, *OUTCOMES)}
    unsaid = {"overdue", "freeze", "sound", "broken", "agrees", "differs"}
    assert set(WORDS) - known == unsaid


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_a_pipe_gets_neither_colours_nor_line_breaks(office: Office, format_: str) -> None:
    said = office.say("gate", "approve", CHANGE, "--now", BEFORE, "--format", format_, TERM="xterm")
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) > 100


def test_json_on_a_terminal_is_json(office: Office) -> None:
    told = shown(office, "gate", "approve", CHANGE, "--format", "json", width=40)
    assert told == office.say("gate", "approve", CHANGE, "--now", BEFORE, "--format", "json").out


def test_no_text_of_a_document_has_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    for name in ("NO_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    emit("\x1b[32mOPEN\x1b[0m " + Presentation(colour=True).painted("shut", "SHUT"))
    assert capsys.readouterr().out == "\\u001b[32mOPEN\\u001b[0m \x1b[31mSHUT\x1b[0m\n"


def test_what_stands_beside_begins_below_each_other() -> None:
    assert beside("no       ", "one two three four five six seven eight", 40) == [
        "no       one two three four five six",
        "         seven eight",
    ]
    assert beside("no ", "as it is", None) == ["no as it is"]


def test_a_word_is_broken_only_where_no_line_has_room_for_it() -> None:
    assert beside("no       ", "a " + "x" * 38, 40) == ["no", "  a", "  " + "x" * 38]
    assert beside("no ", "x" * 60, 40) == ["no " + "x" * 37, "   " + "x" * 23]
    assert wrapped("标题" * 30, 40) == ["标题" * 10] * 3
    assert max(map(cells, folded("    " + "x" * 200, 40).splitlines())) == 40


def test_a_broken_line_of_chinese_gets_no_blanks() -> None:
    text = "  " + "数据库升级，" * 20
    assert "".join(line.strip() for line in folded(text, 40).splitlines()) == text.strip()


def test_a_word_keeps_its_colour_and_its_width_where_a_line_is_broken() -> None:
    to = Presentation(colour=True)
    plain, painted = "one two three SHUT four five", f"one two three {to.painted('shut', 'SHUT')} four five"
    assert [to.unpainted(line) for line in wrapped(painted, 14)] == wrapped(plain, 14)
    assert [to.unpainted(line) for line in wrapped(to.painted("shut", "x" * 30), 20)] == ["x" * 20, "x" * 10]


def test_a_table_that_is_too_wide_breaks_long_cells_and_then_puts_the_last_below() -> None:
    rows = [("1", "short", "word " * 12), ("2", "shorter", "变更" * 12)]
    assert grid(rows, None) == ["1  short    " + ("word " * 12).rstrip(), "2  shorter  " + "变更" * 12]
    assert grid(rows, 44) == [
        "1  short    word word word word word word",
        "            word word word word word word",
        "2  shorter  变更变更变更变更变更变更变更变更",
        "            变更变更变更变更",
    ]
    assert grid([("a" * 28, "b" * 28, "c c")], 40) == ["a" * 28, "    " + "b" * 28 + "  c c"]


def test_a_folded_line_goes_on_further_to_the_right() -> None:
    text = "short\n  " + "word " * 12 + "\n"
    assert folded(text, 40).splitlines() == [
        "short",
        "  word word word word word word word",
        "      word word word word word",
    ]
    assert folded(text, None) == text
