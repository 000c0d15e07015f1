"""What is safe and sensible on a terminal: visible control characters, colour only where wanted."""

from __future__ import annotations

import os
import sys
from typing import Final, TextIO

# C0 and C1 controls, bidirectional overrides and isolates, zero-width characters, line and paragraph separators.
_HIDDEN: Final = {
    code: f"\\u{code:04x}"
    for code in (
        *range(0x09),
        *range(0x0B, 0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x61C,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x206A),
        0xFEFF,
        *range(0xD800, 0xE000),
    )
}


def visible(text: str) -> str:
    """Text with control, bidirectional and zero-width characters spelt out, so that input cannot drive the terminal."""
    return text.translate(_HIDDEN)


def colour_wanted(stream: TextIO | None = None) -> bool:
    """Whether colour and progress bars make sense here: a terminal, and `NO_COLOR` not set."""
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def emit(text: str) -> None:
    """Write an answer to stdout, ending with one line break. Hidden characters are spelt out; in JSON that is a valid escape."""
    sys.stdout.write(visible(text.rstrip("\n") + "\n"))


def emit_file(text: str) -> None:
    """Write a file format that has line ends of its own (CSV, iCalendar) to stdout, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()
