"""Which word has which colour, and how a colour gets through a renderer to the terminal.

A word is never told by its colour alone: it stands there, too. A renderer writes a mark before and
after a word (`render.table`); the marks become colours where the answer is written
(`cli.terminal`), after hidden characters were spelt out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from changeflow.render.table import MARKS, mark

Style = Literal["good", "bad", "caution"]

# The words of the data that have a colour, wherever they are shown.
WORDS: Final[Mapping[str, Style]] = {
    # verdicts of gates, and what came of each reason
    "open": "good", "shut": "bad",
    "pass": "good", "pending": "caution", "fail": "bad", "error": "bad", "warning": "caution",
    # levels of a risk
    "low": "good", "medium": "caution", "high": "bad", "critical": "bad",
    # states of a change and of its release
    "submitted": "caution", "assessed": "caution", "approved": "good", "scheduled": "good",
    "implementing": "caution", "implemented": "good", "in_review": "caution", "closed": "good",
    "rolled_back": "bad", "rollback_failed": "bad", "rejected": "bad", "refused": "bad",
    "unknown": "caution",
    # outcomes of steps and of reviews
    "done": "good", "failed": "bad", "timed_out": "bad", "waiting": "caution",
    "successful": "good", "successful-with-issues": "caution", "rolled-back": "bad",
    # what is late, what forbids a change, what stands in its way
    "overdue": "bad", "past its window": "bad", "freeze": "bad", "conflict": "caution",
    # evidence, decisions that were computed again, and the settings of a host
    "sound": "good", "broken": "bad", "agrees": "good", "differs": "bad",
    "holds": "good", "does_not_hold": "bad", "on": "good", "off": "bad",
}  # fmt: skip


class Colour(NamedTuple):
    """A colour of a terminal.

    Attributes:
        code: its number where a terminal has 256 colours.
        rgb: what that is there: told apart from black and from white, by a contrast of 4 to 1.
        basic: its code elsewhere: the green, red or yellow of the terminal's own theme.
    """

    code: int
    rgb: tuple[int, int, int]
    basic: int


COLOURS: Final[Mapping[Style, Colour]] = {
    "good": Colour(28, (0, 135, 0), 32),
    "bad": Colour(161, (215, 0, 95), 31),
    "caution": Colour(130, (175, 95, 0), 33),
}

_OFF: Final = "off"


def painted(word: str, said: str) -> str:
    """Return a text between the marks of a word's colour; as it is for a word without one."""
    style = WORDS.get(word)
    if style is None or not said:
        return said
    return mark(style) + said + mark(_OFF)


def coloured(text: str, *, many: bool) -> str:
    """Return a text with the control characters of its colours.

    Args:
        text: with marks.
        many: whether the terminal has 256 colours.
    """
    codes = {_OFF: "0"}
    for style, colour in COLOURS.items():
        codes[style] = f"38;5;{colour.code}" if many else str(colour.basic)
    return MARKS.compiled.sub(lambda found: f"\x1b[{codes[found[1]]}m", text)
