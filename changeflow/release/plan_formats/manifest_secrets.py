"""Values of `kind: Secret` in manifests of Kubernetes, also where each line stands in a diff.

Only `data` and `stringData` beside the `kind` are hidden: a text inside of another object that has
the words `kind: Secret` hides nothing of that object.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Sequence
from typing import Final

from changeflow.release.plan_formats.plan_text import SENSITIVE, forms

_KIND: Final = re.compile(
    r"[ +-]?\s*(?:- )?[\"']?kind[\"']?\s*:\s*[\"']?Secret[\"']?\s*,?\s*(?:#.*)?$"
)
# a whole object in one line, of JSON or of YAML in braces
_IN_LINE: Final = re.compile(r"[{,]\s*[\"']?kind[\"']?\s*:\s*[\"']?Secret[\"']?\s*[,}]")
_VALUES_IN_LINE: Final = re.compile(
    r"((?<!\w)(?:data|stringData)[\"']?\s*:\s*)\{((?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\}"
)
_VALUE_IN_LINE: Final = re.compile(r":\s*(\"(?:[^\"\\]|\\.)*\"|[^\s,]+)")
_BREAK: Final = re.compile(r"[ +-]?(?:---|\.\.\.)(?:\s|$)|diff |--- |\+\+\+ ")
_VALUES: Final = re.compile(r"([ +-]?)(\s*)(?:- )?[\"']?(?:data|stringData)[\"']?\s*:\s*(.*)$")
_KEY: Final = re.compile(r"([ +-]?\s*[^\s:#][^:]*:)(\s*)(.*)$")


def in_manifests(lines: Sequence[str], *, signed: bool) -> tuple[list[str], set[str]]:
    """Return the lines with values of secrets masked, and the forms of these values.

    Args:
        lines: of manifests.
        signed: whether lines begin with a sign of a diff (`+`, `-` or a blank).
    """
    masked: list[str] = []
    secrets = set[str]()
    for document in _documents(lines):
        kept = [_without_values_in_line(line, secrets) for line in document]
        if any(_KIND.match(line) for line in kept):
            kept = _Masking(kept, secrets, signed=signed).masked()
        masked += kept
    return masked, secrets


def _without_values_in_line(line: str, secrets: set[str]) -> str:
    if _IN_LINE.search(line) is None:
        return line

    def hidden(found: re.Match[str]) -> str:
        _remember_all(found[2], secrets)
        return f"{found[1]}{SENSITIVE}"

    return _VALUES_IN_LINE.sub(hidden, line)


def _documents(lines: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if _BREAK.match(line):
            found.append([])
        found[-1].append(line)
    return found


class _Masking:
    """Masks the values of secrets in one document, and remembers them."""

    def __init__(self, document: Sequence[str], secrets: set[str], *, signed: bool) -> None:
        self._document, self._secrets, self._signed = document, secrets, signed

    def masked(self) -> list[str]:
        """Return the lines; everything below `data` and `stringData` of a secret is taken for one."""
        found: list[str] = []
        below: int | None = None
        secretive = self._in_secrets()
        for number, line in enumerate(self._document):
            said, depth = self._said(line), self._depth(line)
            # a comment ends nothing, wherever it stands
            if below is not None and said and depth <= below and not said.startswith("#"):
                below = None
            if below is not None and said:
                found.append(self._without_value(line))
                continue
            begins = _VALUES.match(line) if number in secretive else None
            if begins is not None:
                below = depth
                if begins[3] and begins[3] != "{":
                    self._secrets |= forms(begins[3])
                    _remember_all(begins[3], self._secrets)
                    found.append(line[: begins.start(3)] + SENSITIVE)
                    continue
            found.append(line)
        return found

    def _in_secrets(self) -> set[int]:
        """Return the numbers of the lines whose keys stand beside a `kind: Secret`.

        An object ends where a line stands further to the left, or where another one of a list
        begins.
        """
        found = set[int]()
        # depth of the keys of an object -> the lines where they stand
        objects: dict[int, list[int]] = {}
        secret = set[int]()
        for number, line in enumerate(self._document):
            said = self._said(line)
            if not said or said.startswith(("#", "@@", "\\")):
                continue
            dash, key = self._depth(line), self._depth_of_key(line)
            # `- ` begins an object: what stood at its place is another one
            last = dash if key == dash else min(dash, key - 1)
            for depth in [one for one in objects if one > last]:
                mine = objects.pop(depth)
                if depth in secret:
                    found.update(mine)
                    secret.discard(depth)
            objects.setdefault(key, []).append(number)
            if _KIND.match(line):
                secret.add(key)
        for depth in secret:
            found.update(objects[depth])
        return found

    def _said(self, line: str) -> str:
        """Return a line without its indentation, and without the sign of a diff."""
        return line[1:].strip() if self._signed and line[:1] in ("+", "-", " ") else line.strip()

    def _depth(self, line: str) -> int:
        """Return how far a line is indented. What has no sign in a diff stands left of all others."""
        if not self._signed:
            return len(line) - len(line.lstrip())
        if line[:1] in ("+", "-", " "):
            return len(line[1:]) - len(line[1:].lstrip())
        return -1

    def _depth_of_key(self, line: str) -> int:
        """Return where a key stands, behind the dashes of lists."""
        depth, rest = self._depth(line), self._said(line)
        while rest.startswith("- "):
            shorter = rest[2:].lstrip()
            depth += len(rest) - len(shorter)
            rest = shorter
        return depth

    def _without_value(self, line: str) -> str:
        key = _KEY.match(line)
        value = (key[3] if key is not None else self._said(line)).strip().rstrip(",")
        _remember(value, self._secrets)
        if key is not None:
            return f"{key[1]}{key[2]}{SENSITIVE}" if value else line
        return line[: len(line.rstrip()) - len(self._said(line))] + SENSITIVE


def _remember_all(values: str, secrets: set[str]) -> None:
    for value in _VALUE_IN_LINE.findall(values):
        _remember(value, secrets)


def _remember(value: str, secrets: set[str]) -> None:
    """Remember a value, and what it is the base64 of."""
    value = value.strip("\"'")
    secrets |= forms(value)
    with contextlib.suppress(binascii.Error, ValueError):
        secrets |= forms(base64.b64decode(value, validate=True).decode())
