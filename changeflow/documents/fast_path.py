"""The short way through a simple document, line by line.

Most documents are block mappings and lists with one value to a line. Those are read here in a third
of the time that a YAML parser's events take. On any other text the reader gives up, and the loader
reads it through the parser: nothing is ever refused here, and the data must be those that the
parser reads, to the type (tests compare the two).
"""

from __future__ import annotations

import re
from typing import Any, Final

from changeflow.documents.scalars import (
    CONSTANTS,
    MAX_LEVELS,
    NUMERIC_START,
    OLD_BOOLEANS,
    NotSimple,
    simple_value,
)

# characters of a line with brackets: YAML reads a key within 1,024
MAX_FLOW: Final = 1_000

_WORD: Final = r"-{0,2}[\w./][\w./@%+=-]*(?: [\w./@%+=-]+)*"
_ITEM: Final = rf"""(?:"[^"\\\n]*"|'[^'\n]*'|{_WORD})"""
_KEY: Final = r"[A-Za-z_][A-Za-z0-9_-]*"
_END: Final = r" *(?: #.*)?$"
_LINE: Final = re.compile(rf"( *)(- +)?(?:({_KEY}):(?: +(.*))?|(.+))$")
_QUOTED: Final = re.compile(rf"""(?:"([^"\\]*)"|'([^']*)'){_END}""")
# In brackets: a value, or the beginning of a list or mapping; a key; what stands behind a value.
_VALUE: Final = re.compile(rf" *(?:([\[{{])|({_ITEM}))")
_PAIR: Final = re.compile(rf" *({_KEY}): +")
_NEXT: Final = re.compile(r" *([,\]}])")
_CLOSED: Final = re.compile(_END)
_BLOCK: Final = re.compile(r"([|>])(-?) *(?: #.*)?$")
_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=")
_SIGNS: Final = _INDICATORS | NUMERIC_START
_NO_TEXTS: Final = OLD_BOOLEANS.union(CONSTANTS)


def read_simple(text: str) -> dict[str, Any]:
    """Read a document.

    Args:
        text: without tabs, carriage returns, and characters that documents may not hold.

    Raises:
        NotSimple: when the text is not plainly simple, or there is something to say about a value.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.number = 0
        # each list or mapping that is being filled, with the column of its keys or dashes
        self.stack: list[tuple[int, Any]] = []

    def read(self) -> dict[str, Any]:  # noqa: C901, PLR0912, PLR0915 - one flat loop, for its speed
        lines, match, value_of = self.lines, _LINE.match, self.value
        root: dict[str, Any] = {}
        stack = self.stack
        stack.append((0, root))
        # with `holder`, the top of the stack
        depth = 0
        holder: Any = root
        # the key whose value begins on a line below
        waiting: Any = None
        # the lines that a block text took
        read = 0
        for number, line in enumerate(lines, 1):
            if number <= read:
                continue
            found = match(line)
            if found is None:
                if line.strip(" "):
                    raise NotSimple
                continue
            spaces, dash, key, rest, other = found.groups()
            if other is not None and dash is None:
                if other[0] == "#":
                    continue
                raise NotSimple
            indent = len(spaces)
            if waiting is not None:
                # A list may begin in the column of its key.
                if indent > depth or (dash is not None and indent == depth):
                    child: Any = {} if dash is None else []
                    holder[waiting] = child
                    stack.append((indent, child))
                    depth, holder = indent, child
                    if len(stack) >= MAX_LEVELS:
                        raise NotSimple
                else:
                    holder[waiting] = None
                waiting = None
            while depth > indent:
                stack.pop()
                depth, holder = stack[-1]
            if depth != indent:
                raise NotSimple
            if dash is not None:
                if type(holder) is not list:
                    raise NotSimple
                if key is None:
                    self.number = number
                    holder.append(value_of(other, indent))
                    read = self.number
                    continue
                depth = indent + len(dash)
                child = {}
                holder.append(child)
                stack.append((depth, child))
                holder = child
            elif type(holder) is not dict:
                # Here ends a list, if it lies in the column of its key.
                stack.pop()
                depth, holder = stack[-1]
                if depth != indent:
                    raise NotSimple
            if key in holder or key in CONSTANTS:
                raise NotSimple
            if not rest or rest[0] == "#":
                holder[key] = None
                waiting = key
            elif (
                rest[0] not in _SIGNS
                and "#" not in rest
                and ":" not in rest
                and rest[-1] != " "
                and rest not in _NO_TEXTS
            ):
                # the most common value: plain text
                holder[key] = rest
            else:
                self.number = number
                holder[key] = value_of(rest, depth)
                read = self.number
        if not root:
            raise NotSimple
        return root

    def value(self, rest: str, indent: int) -> Any:
        """Return the value on a line, or the block text that begins there."""
        first = rest[0]
        if first not in _INDICATORS or (first == "-" and rest[1:2] not in ("", " ")):
            cut = rest.find(" #")
            if cut >= 0 and rest[cut + 2 : cut + 3] not in ("", " ", "#"):
                # the loader says that the text may go on
                raise NotSimple
            plain = (rest if cut < 0 else rest[:cut]).rstrip(" ")
            if not plain or ": " in plain or plain[-1] == ":":
                raise NotSimple
            return simple_value(plain)
        if first in "\"'":
            quoted = _QUOTED.match(rest)
            if quoted is None:
                raise NotSimple
            return quoted[1] if quoted[1] is not None else quoted[2]
        if len(rest) > MAX_FLOW:
            raise NotSimple
        if first in "[{":
            found, place = _value_at(rest, 0, len(self.stack))
            if _CLOSED.match(rest, place) is None:
                raise NotSimple
            return found
        if first in "|>" and (header := _BLOCK.match(rest)):
            return self.block(header[1], header[2], indent)
        raise NotSimple

    def block(self, style: str, chomp: str, indent: int) -> str:
        """Return the lines of a block text, all indented alike, without blank lines inside."""
        begin = self.number
        lines = self.lines
        if begin >= len(lines):
            raise NotSimple
        inner = len(lines[begin]) - len(lines[begin].lstrip(" "))
        if inner <= indent:
            raise NotSimple
        margin = " " * inner
        taken = []
        while self.number < len(lines) and lines[self.number].startswith(margin):
            content = lines[self.number][inner:]
            if not content or content[0] == " " or content[-1] == " ":
                raise NotSimple
            taken.append(content)
            self.number += 1
        if not taken or self.number >= len(lines):
            # nothing, or no line end behind it, which would be part of the text
            raise NotSimple
        after = lines[self.number]
        last = self.number + 1 == len(lines) and not after
        if not last and (not after.strip(" ") or len(after) - len(after.lstrip(" ")) > indent):
            # a blank line or one that is indented otherwise: the text may go on
            raise NotSimple
        text = "\n".join(taken) if style == "|" else " ".join(taken)
        return text if chomp else text + "\n"


def _value_at(text: str, place: int, level: int) -> tuple[Any, int]:
    """Return the value in brackets that begins at a place of a line, and the place behind it.

    `level` counts the lists and mappings that it lies in.
    """
    found = _VALUE.match(text, place)
    if found is None:
        raise NotSimple
    opening, item = found.groups()
    if opening is None:
        return (item[1:-1] if item[0] in "\"'" else simple_value(item)), found.end()
    if level >= MAX_LEVELS:
        raise NotSimple
    inside = _list_at if opening == "[" else _mapping_at
    return inside(text, found.end(), level + 1)


def _list_at(text: str, place: int, level: int) -> tuple[list[Any], int]:
    """Return the list whose bracket was opened before a place."""
    items: list[Any] = []
    sign, behind = _sign_at(text, place)
    if sign == "]":
        return items, behind
    while True:
        item, place = _value_at(text, place, level)
        items.append(item)
        sign, place = _sign_at(text, place)
        if sign == "]":
            return items, place
        if sign != ",":
            raise NotSimple


def _mapping_at(text: str, place: int, level: int) -> tuple[dict[str, Any], int]:
    """Return the mapping whose brace was opened before a place."""
    pairs: dict[str, Any] = {}
    sign, behind = _sign_at(text, place)
    if sign == "}":
        return pairs, behind
    while True:
        key = _PAIR.match(text, place)
        if key is None or key[1] in pairs or key[1] in CONSTANTS:
            raise NotSimple
        pairs[key[1]], place = _value_at(text, key.end(), level)
        sign, place = _sign_at(text, place)
        if sign == "}":
            return pairs, place
        if sign != ",":
            raise NotSimple


def _sign_at(text: str, place: int) -> tuple[str, int]:
    """Return the comma or the closing bracket at a place, and the place behind it."""
    found = _NEXT.match(text, place)
    if found is None:
        return "", place
    return found[1], found.end()
