"""A story for the terminal: wrapped paragraphs, commands to type, colour only as decoration."""

from __future__ import annotations

import re
import textwrap
from typing import Final, assert_never

from changeflow.demo.beats import Beat, ClockMoves, CommandRun, Para, Title

WIDTH: Final = 78
LONGEST: Final = 76
_RULE_NAME: Final = re.compile(r"  \[[a-z0-9.-]+(: [a-z_.]+)?\]$")
_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_CYAN: Final = "\x1b[36m"
_OFF: Final = "\x1b[0m"


def text(beat: Beat, *, colour: bool = False) -> str:
    """Render one beat as lines, ending with a line break."""
    match beat:
        case Title():
            return f"\n{_in(_BOLD, beat.text, colour)}\n{'=' * len(beat.text)}\n"
        case Para():
            return (
                "\n"
                + textwrap.fill(beat.text, WIDTH, break_long_words=False, break_on_hyphens=False)
                + "\n"
            )
        case ClockMoves():
            return f"\n{_in(_CYAN, f'-- {beat.text} --', colour)}\n"
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
