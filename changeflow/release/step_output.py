"""A step's output made fit to keep and show: bounded, decoded, visible, without secrets.

The journal keeps the last `TAIL` bytes, so only the end of the output is kept. Output is shown line
by line. If a program prints faster than can be shown, parts are skipped (`skip`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Final

from changeflow.model.characters import visible
from changeflow.model.redaction import HIDDEN, Span, blotted, key_end, private_keys, shapes

# bytes of UTF-8 that the journal keeps of a step's output
TAIL: Final = 4_096
# characters after which a line is broken
LINE: Final = 4_096
# characters without a line break that are looked at before one in front of them is shown
_AHEAD: Final = 8_192
# characters of the end that are remembered, so that what begins in front of the tail is known
_END: Final = 65_536
# characters of a line without an end that are shown at once
_PART: Final = 32_768
# characters in front of a break among which a place between two words is looked for
_WORD: Final = 512
_GAP: Final = re.compile(r"[\s\"',;&{}()\[\]]")


class Output:
    """Takes bytes as they arrive, returns clean lines, and keeps the end.

    Args:
        hidden: texts that must not be shown, see `secretvalues.secrets`.
    """

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        self._hidden = tuple(text for text in hidden if text)
        longest = max((len(text) for text in self._hidden), default=0)
        self._ahead = _AHEAD + longest
        self._kept = _END + 2 * longest
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._open = ""
        self._in_key = False
        self._in_word = False
        self._skipping = False
        self._end = ""
        self._end_in_key = False
        self._forgot = False

    def feed(self, data: bytes, *, last: bool = False) -> list[str]:
        """Return the clean lines completed by `data`; with `last`, also the unfinished one."""
        text = self._decode_and_keep(data, last=last)
        if self._skipping:
            text = self._part_after_gap(text)
        pending = (self._open + text).replace("\r\n", "\n")
        cut = len(pending) if last else pending.rfind("\n") + 1
        self._open = pending[cut:]
        lines = self._clean_lines(pending[:cut])
        while len(self._open) > _PART + self._ahead:
            lines += self._part_of_long_line()
        return lines

    def skip(self, data: bytes) -> None:
        """Keep what was printed without showing it."""
        self._decode_and_keep(data, last=False)
        self._open = ""
        self._skipping = True

    def tail(self) -> str:
        """Return the end of the output, at most `TAIL` bytes.

        A mark at its beginning says that something before it is missing.
        """
        text = self._end.replace("\r\n", "\n")
        if self._end_in_key:
            end = key_end(text)
            text = HIDDEN + "\n" + _text_from(text, end)
        without_secrets = blotted(text, [*private_keys(text)[0], *self._spans_of_secrets(text)])
        clean = visible(without_secrets).removesuffix("\n")
        data = clean.encode()
        if len(data) <= TAIL and not self._forgot:
            return clean
        return "..." + data[3 - TAIL :].decode("utf-8", "ignore")

    # -- remembering ---------------------------------------------------------------------------

    def _decode_and_keep(self, data: bytes, *, last: bool) -> str:
        text = self._decoder.decode(data, last)
        self._end += text
        if len(self._end) > 4 * self._kept:
            self._drop_all_but_end()
        return text

    def _drop_all_but_end(self) -> None:
        """Drop all but the end, and keep in mind whether a private key goes on in it."""
        cut = len(self._end) - self._kept
        cut = self._end.find("\n", cut, cut + LINE) + 1 or cut
        self._end_in_key = private_keys(self._end[:cut], inside=self._end_in_key)[1]
        self._end = self._end[cut:]
        self._forgot = True

    def _part_after_gap(self, text: str) -> str:
        """Return the part of a text that is shown again after a gap.

        It begins with a whole line.
        """
        at = text.find("\n") + 1
        if not at:
            return ""
        self._skipping = self._in_word = False
        before = self._end[: len(self._end) - len(text) + at]
        self._in_key = private_keys(before, inside=self._end_in_key)[1]
        return text[at:]

    # -- showing -------------------------------------------------------------------------------

    def _clean_lines(self, text: str) -> list[str]:
        """Return the clean lines of a text that ends with a line break."""
        text = self._rest_after_secret(text)
        if not text:
            return []
        keys, self._in_key = private_keys(text)
        return _lines_of(blotted(text, [*keys, *self._spans_of_secrets(text)]))

    def _rest_after_secret(self, text: str) -> str:
        """Return the rest of a text after a secret whose beginning was already blotted out."""
        if text and self._in_key:
            end = key_end(text)
            self._in_key = end is None
            text = _text_from(text, end)
        if text and self._in_word:
            gap = _GAP.search(text)
            self._in_word = gap is None
            text = _text_from(text, gap.start() if gap else None)
        return text

    def _part_of_long_line(self) -> list[str]:
        """Return the first part of a line that has no end yet.

        A secret is never cut in two, nor the word that gives it away.
        """
        self._open = self._rest_after_secret(self._open)
        part = self._open[: _PART + self._ahead]
        keys, in_key = private_keys(part)
        spans = sorted([*keys, *self._spans_of_secrets(part)], key=lambda span: span.begins)
        cut = _between_words(part)
        for span in reversed(spans):
            if span.begins < cut < span.end:
                cut = span.begins
        # one secret from the beginning on, and perhaps beyond what is looked at
        if not cut:
            ends = [span.end for span in spans if span.begins == 0]
            cut = max(ends, default=_PART)
            self._in_key = in_key and cut == len(part)
            self._in_word = not in_key and cut == len(part)
        self._open = self._open[cut:]
        inside = [span for span in spans if span.end <= cut]
        return _lines_of(blotted(part[:cut], inside))

    def _spans_of_secrets(self, text: str) -> list[Span]:
        found = list(shapes(text))
        for value in self._hidden:
            at = text.find(value)
            while at >= 0:
                found.append(Span(at, at, at + len(value)))
                at = text.find(value, at + 1)
        return found


def _text_from(text: str, at: int | None) -> str:
    """Return the text from a place on; empty for None."""
    return "" if at is None else text[at:]


def _between_words(text: str) -> int:
    """Return where to break a long line: after the last gap before its limit, else there."""
    gaps = [found.end() for found in _GAP.finditer(text, _PART - _WORD, _PART)]
    return gaps[-1] if gaps else _PART


def _lines_of(text: str) -> list[str]:
    if not text:
        return []
    lines: list[str] = []
    for line in visible(text).removesuffix("\n").split("\n"):
        if len(line) <= LINE:
            lines.append(line)
        else:
            lines += (line[at : at + LINE] for at in range(0, len(line), LINE))
    return lines
