"""What a step printed, made fit to be kept and shown: bounded, decoded, control characters visible, secrets gone."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

from changeflow.model.characters import visible
from changeflow.model.redaction import HIDDEN, redact

TAIL: Final = 4_096  # bytes of UTF-8 that the journal keeps of a step's output
LINE: Final = 4_096  # characters after which a line without an end is broken

_SECRET_NAME: Final = re.compile(
    r"TOKEN|SECRET|PASS(WORD|WD|PHRASE)|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|CREDENTIAL|(^|_)(AUTH|PAT|PWD|KEY)(_|$)",
    re.IGNORECASE,
)
_NOT_SECRET: Final = frozenset({"PWD", "OLDPWD", "SSH_AUTH_SOCK", "CHANGEFLOW_STEP_KEY"})
_SHORTEST: Final = 6  # shorter values would blank out half of any text

_KEY_BEGINS: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_KEY_ENDS: Final = re.compile(r"-----END [A-Z ]*PRIVATE KEY-----")


def secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Values of variables whose names look secret, longest first; each line of a value that has several."""
    found = {
        part.strip()
        for name, value in environment.items()
        if name not in _NOT_SECRET and _SECRET_NAME.search(name)
        for part in (value, *value.splitlines())
    }
    return tuple(sorted((value for value in found if len(value) >= _SHORTEST), key=lambda value: (-len(value), value)))


class Output:
    """Takes bytes as they come, hands out clean lines, and keeps the last of them.

    Args:
        hidden: texts that must not be shown, see `secrets`.
    """

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        self._hidden = tuple(hidden)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._open = ""
        self._in_key = False
        self._kept: deque[str] = deque()
        self._size = 0

    def feed(self, data: bytes, *, last: bool = False) -> list[str]:
        """Clean lines completed by `data`; with `last`, also the one that has no end."""
        text = self._open + self._decoder.decode(data, last).replace("\r\n", "\n")
        *whole, self._open = text.split("\n")
        while len(self._open) > LINE:
            whole.append(self._open[:LINE])
            self._open = self._open[LINE:]
        if last and self._open:
            whole.append(self._open)
            self._open = ""
        lines = [line for raw in whole if (line := self._clean(raw)) is not None]
        for line in lines:
            self._keep(line)
        return lines

    def tail(self) -> str:
        """The end of what was printed, at most `TAIL` bytes, marked where something is missing before it."""
        text = "\n".join(self._kept)
        data = text.encode()
        return text if len(data) <= TAIL else "..." + data[3 - TAIL :].decode("utf-8", "ignore")

    def _clean(self, line: str) -> str | None:
        """The line as it may be shown; None inside a private key."""
        if self._in_key:
            self._in_key = _KEY_ENDS.search(line) is None
            return None
        begins = _KEY_BEGINS.search(line)
        if begins:
            self._in_key = _KEY_ENDS.search(line) is None
            line = line[: begins.start()] + HIDDEN
        for value in self._hidden:
            line = line.replace(value, HIDDEN)
        return visible(redact(line))

    def _keep(self, line: str) -> None:
        self._kept.append(line)
        self._size += len(line.encode()) + 1
        # One line more than fits stays, so that the tail is cut inside a line and not before it.
        while self._size - len(self._kept[0].encode()) - 1 > TAIL:
            self._size -= len(self._kept.popleft().encode()) + 1
