r"""Characters that hide something or control a terminal.

One definition serves documents, names, pages and terminals.

Hidden are: controls but tab and line feed, a carriage return that ends no line, every format
character (bidirectional marks, overrides and isolates, zero-width characters, tags), line and
paragraph separators, variation selectors, fillers and other characters without a shape,
non-characters and lone surrogates. The ranges are written as numbers, because tables of Unicode
differ between versions of Python, and the answer must not.

Four uses are writing and not hiding, and stay: the joiner between two pictures of one emoji, the
selector that makes a sign an emoji, the joiners of Arabic, Persian and Indic scripts where they
shape letters, and a selector after a Chinese or Mongolian character. Everywhere else the same
characters count as hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_PLANES: Final = "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 0x11))

# Hidden in any place: up to U+FFFF, and beyond.
_ALWAYS: Final = (
    # controls; a carriage return has a rule of its own
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    # format characters of scripts
    r"\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"
    # fillers, and signs without ink
    r"\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    # selectors that no script here uses
    r"\ufe03-\ufe0d"
    # non-characters, lone surrogates
    r"\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
)
_ALWAYS_BEYOND: Final = (
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e00ff\U000e01f0-\U000e0fff" + _PLANES
    # tags, and what is kept free beside them
)
# Hidden but where it shapes or selects.
_SOMETIMES: Final = r"\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe02\ufe0e\ufe0f"
_SOMETIMES_BEYOND: Final = r"\U000e0100-\U000e01ef"

_PICTURE: Final = (
    r"\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff"
    r"\u3030\u303d\u3297\u3299"
    r"\U0001f000-\U0001faff"
)
_HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_MONGOLIAN: Final = r"\u1820-\u18aa"
_ARABIC: Final = (
    r"\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff\u0710-\u077f"
    r"\u08a0-\u08e1\u08e3-\u08ff\ufb50-\ufdcf\ufe70-\ufefc"
)
_INDIC: Final = r"\u0900-\u0dff"
_VIRAMA: Final = (
    r"\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0f84\u1039\u103a"
    r"\u17d2\u1a60\u1b44\u1baa\u1bab\ua806\ua8c4\ua953\ua9c0\uaaf6\uabed"
)
_LEGITIMATE: Final = (
    rf"(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])",
    rf"(?<=[{_PICTURE}#*0-9])[\ufe0e\ufe0f]",
    rf"(?<=[{_ARABIC}])\u200c(?=[{_ARABIC}])",
    rf"(?<=[{_VIRAMA}])[\u200c\u200d]",
    rf"(?<=[{_INDIC}])\u200d(?=[{_VIRAMA}])",
    rf"(?<=[{_HAN}])[\ufe00-\ufe02{_SOMETIMES_BEYOND}]",
    rf"(?<=[{_MONGOLIAN}])[\u180b-\u180d\u180f]",
)

_ORDINARY: Final = bytes((0x09, 0x0A, *range(0x20, 0x7F)))
# One look at a text says that nothing in it needs a second one: a class without single characters
# beyond U+FFFF is ten times quicker than an exact one, and compiled in a moment.
_SUSPICIOUS: Final = re.compile(rf"[{_ALWAYS}{_SOMETIMES}\r\U00010000-\U0010ffff]")


@cache
def _hidden_pattern() -> re.Pattern[str]:
    sometimes = rf"(?!{'|'.join(_LEGITIMATE)})[{_SOMETIMES}{_SOMETIMES_BEYOND}]"
    return re.compile(rf"[{_ALWAYS}{_ALWAYS_BEYOND}\r]|{sometimes}")


@cache
def _without_context() -> re.Pattern[str]:
    return re.compile(f"[{_ALWAYS}{_ALWAYS_BEYOND}{_SOMETIMES}{_SOMETIMES_BEYOND}\r\t\n]")


def _may_hide_something(text: str) -> bool:
    if text.isascii():
        return bool(text.encode("ascii").translate(None, _ORDINARY))
    return _SUSPICIOUS.search(text) is not None


def hidden_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield place and character of everything hidden in a text of several lines.

    A carriage return before a line feed ends a line and is not hidden.
    """
    if _may_hide_something(text):
        for found in _hidden_pattern().finditer(text):
            if found[0] != "\r" or not text.startswith("\n", found.end()):
                yield found.start(), found[0]


def invisible(text: str) -> bool:
    """Return whether a name has any hidden character.

    No use of these characters is legitimate in a name; tabs and line feeds count, too.
    """
    return (
        not (text.isascii() and text.isprintable()) and _without_context().search(text) is not None
    )


def visible(text: str) -> str:
    r"""Return the text with every hidden character written out (`\u202e`), safe for a terminal.

    Tabs and line feeds stay, carriage returns do not. The spelling is JSON's, so that JSON stays
    JSON: a character beyond U+FFFF becomes two escapes.
    """
    if not _may_hide_something(text):
        return text
    return _hidden_pattern().sub(_escape_of_match, text)


def plain_line(text: str) -> bool:
    """Return whether a text is one line in which nothing is hidden."""
    return not re.search(r"[\t\r\n]", text) and next(hidden_in(text), None) is None


def yaml_quoted(text: str) -> str:
    """Return the text as a double-quoted YAML scalar on one line; what is hidden is written out."""
    plain = text.translate({0x22: '\\"', 0x5C: "\\\\", 0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"})
    return '"' + _hidden_pattern().sub(lambda found: f"\\U{ord(found[0]):08x}", plain) + '"'


def one_line(text: str) -> str:
    """Return the text on one line, with hidden characters written out as by `visible`.

    Each white-space character becomes a space.
    """
    return visible(re.sub(r"[ \t\r\n]", " ", text))


def escape(character: str) -> str:
    r"""Return JSON's escape of a character: `\u200b`, and two of them beyond U+FFFF."""
    units = character.encode("utf-16-be", "surrogatepass")
    escapes = [f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2)]
    return "".join(escapes)


def _escape_of_match(found: re.Match[str]) -> str:
    return escape(found[0])
