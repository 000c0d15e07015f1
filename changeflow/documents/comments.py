"""Comments that may not be meant as comments.

Without a space before `#`, YAML has no comment, and libyaml reads one all the same. With a space
before it and none behind it, as in `title: Fix #4711`, YAML has a comment, and the author may have
meant text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import yaml

_CUT: Final = re.compile(r"[ \t]+(#[^\s#][^\n]*)")
_FLOW_END: Final = re.compile(r"[,\]}]")
_HEADER: Final = re.compile(r"[|>][-+0-9]*(#)?")


def may_be_cut_off(text: str) -> bool:
    """Return whether some text may end before a `#` that was meant as a part of it.

    Quick, and no for nearly every document.
    """
    return "#" in text and _CUT.search(text) is not None


def behind(text: str, offset: int, *, in_flow: bool = False) -> str | None:
    """Return the comment right behind an offset that looks like text, stripped of white space.

    Between brackets (`in_flow`) the text was meant to end before the next comma or bracket.
    """
    found = _CUT.match(text, offset)
    if found is None:
        return None
    comment = found[1]
    if in_flow:
        comment = _FLOW_END.split(comment, maxsplit=1)[0]
    return comment.rstrip()


def may_be_tight(text: str) -> bool:
    """Return whether some `#` has no white space before it.

    Quick; many texts have none, and need no closer look.
    """
    spaced = text.count(" #") + text.count("\n#") + text.count("\t#")
    return text.count("#") != spaced + text.startswith("#")


def tight_comments(text: str) -> Iterator[int]:
    """Yield the offsets of the `#` of such comments. Every character is looked at once."""
    spans = sorted(_scalars(text))
    offset = text.find("#")
    while offset >= 0:
        around = bisect_right(spans, (offset, len(text))) - 1
        if around >= 0 and spans[around][0] <= offset < spans[around][1]:
            offset = text.find("#", spans[around][1])
            continue
        if offset and not text[offset - 1].isspace():
            yield offset
        line_end = text.find("\n", offset)
        offset = text.find("#", line_end) if line_end >= 0 else -1


def _scalars(text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of every text; of a block text without its first line."""
    loader = yaml.CLoader if hasattr(yaml, "CLoader") else yaml.Loader
    for event in yaml.parse(text, Loader=loader):
        if not isinstance(event, yaml.ScalarEvent):
            continue
        if event.start_mark is not None and event.end_mark is not None:
            begin = event.start_mark.index
            if event.style in ("|", ">"):
                begin = _after_header(text, begin)
            yield begin, event.end_mark.index


def _after_header(text: str, start: int) -> int:
    """Return the offset behind the header of a block text, and behind the comment beside it."""
    header = _HEADER.match(text, start)
    if header is None:
        return start
    if header[1] is None:
        return header.end()
    return text.find("\n", start)
