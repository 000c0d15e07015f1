"""A story for the terminal: wrapped paragraphs, commands to type, colour only as decoration."""

from __future__ import annotations

import re
import textwrap
from datetime import UTC
from typing import Final, assert_never

from changeflow.demo.beats import Beat, ClockMoves, CommandRun, Para, Title
from changeflow.language.formats import date_text
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.model.phrases import Told
from changeflow.model.times import parse_instant
from changeflow.render.table import cells, wrapped

WIDTH: Final = 78
LONGEST: Final = 76
_RULE_NAME: Final = re.compile(r"  \[[a-z0-9.-]+(: [a-z_.]+)?\]$")
_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_CYAN: Final = "\x1b[36m"
_OFF: Final = "\x1b[0m"


def text(beat: Beat, language: LanguageName = ENGLISH, *, colour: bool = False) -> str:
    """Render one beat as lines, ending with a line break.

    Args:
        beat: a part of the story.
        language: of what is told. Commands answer in their own.
        colour: whether it is decorated.
    """
    reader = Reader(language, UTC)
    match beat:
        case Title():
            title = _said(beat.told, reader)
            return f"\n{_in(_BOLD, title, colour)}\n{'=' * cells(title)}\n"
        case Para():
            return "\n" + "\n".join(wrapped(_said(beat.told, reader), WIDTH, whole_words=True)) + "\n"
        case ClockMoves():
            at = parse_instant(beat.at)
            moment = f"-- {date_text(at, reader)} {at:%H:%M} --"
            return f"\n{_in(_CYAN, moment, colour)}\n"
        case CommandRun():
            shown = [line for whole in beat.lines for line in _short(whole)]
            if beat.cut and shown:
                shown.append("...")
            told = f"\n  $ {_in(_BOLD, _folded(beat.command), colour)}\n"
            for line in shown:
                told += f"    {_in(_DIM, line, colour)}\n"
            return told
        case _:
            assert_never(beat)


def _said(told: Told, reader: Reader) -> str:
    return say(told["code"], told, reader).text


def _folded(command: str) -> str:
    """Break a long command over several lines, as one would type it."""
    return command if len(command) <= LONGEST else command.replace(" --", " \\\n      --")


def _short(line: str) -> list[str]:
    """Shorten a line: drop the rule name at its end first, then break it once, then cut."""
    if len(line) > LONGEST:
        line = _RULE_NAME.sub("", line)
    if len(line) <= LONGEST:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line.lstrip(),
        LONGEST,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        max_lines=2,
        placeholder=" ...",
        break_on_hyphens=False,
    )


def _in(style: str, text: str, colour: bool) -> str:
    return f"{style}{text}{_OFF}" if colour else text
