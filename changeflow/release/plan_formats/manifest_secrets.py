"""Values of `kind: Secret` in manifests of Kubernetes, also where each line stands in a diff."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Sequence
from typing import Final

from changeflow.release.plan_formats.plan_text import SENSITIVE, forms

_KIND: Final = re.compile(r"[ +-]?\s*(?:- )?[\"']?kind[\"']?\s*:\s*[\"']?Secret[\"']?\s*(?:#.*)?$")
_BREAK: Final = re.compile(r"[ +-]?(?:---|\.\.\.)(?:\s|$)|diff |--- |\+\+\+ ")
_VALUES: Final = re.compile(r"([ +-]?)(\s*)(?:- )?[\"']?(?:data|stringData)[\"']?\s*:\s*(.*)$")
_KEY: Final = re.compile(r"([ +-]?\s*[^\s:#][^:]*:)(\s*)(.*)$")


def in_manifests(lines: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return the lines with values of secrets masked, and the forms of these values."""
    masked: list[str] = []
    secrets = set[str]()
    for document in _documents(lines):
        if any(_KIND.match(line) for line in document):
            masked += _masked(document, secrets)
        else:
            masked += document
    return masked, secrets


def _documents(lines: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if _BREAK.match(line):
            found.append([])
        found[-1].append(line)
    return found


def _masked(document: Sequence[str], secrets: set[str]) -> list[str]:
    """Return a document; everything below `data` and `stringData` is taken for a secret."""
    found: list[str] = []
    below: int | None = None
    for line in document:
        depth = len(line[1:]) - len(line[1:].lstrip()) if line[:1] in "+- " else _depth(line)
        if below is not None and line.strip(" +-") and depth <= below:
            below = None
        if below is not None and line.strip(" +-"):
            found.append(_without_value(line, secrets))
            continue
        begins = _VALUES.match(line)
        if begins is not None:
            below = depth
            if begins[3]:
                secrets |= forms(begins[3])
                found.append(line[: begins.start(3)] + SENSITIVE)
                continue
        found.append(line)
    return found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) - 1


def _without_value(line: str, secrets: set[str]) -> str:
    key = _KEY.match(line)
    value = (key[3] if key is not None else line[1:]).strip().strip("\"'")
    secrets |= forms(value)
    with contextlib.suppress(binascii.Error, ValueError):
        secrets |= forms(base64.b64decode(value, validate=True).decode())
    if key is not None:
        return f"{key[1]}{key[2]}{SENSITIVE}" if value else line
    return line[:1] + " " * _depth(line) + SENSITIVE
