"""Statements for a database: `alembic upgrade --sql`, Flyway's dry run, `liquibase update-sql`.

Statements stay as they are and in their order. Noise are empty lines, blanks at the end of a line,
and times in comments. Only a line that is a comment by every way of reading quotes counts as one:
databases differ in what a backslash, a dollar or a nested comment means.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from changeflow.release.plan_formats.noise import without_noise
from changeflow.release.plan_formats.plan_text import (
    SENSITIVE,
    Machine,
    finished,
    forms,
    plain_text,
)

_PASSWORD: Final = re.compile(
    r"\b(?:PASSWORD|IDENTIFIED\s+BY|IDENTIFIED\s+WITH\s+\S+\s+(?:BY|AS))\s+(?:=\s*)?"
    r"(?:[EN]?'((?:[^']|'')*)'|\"([^\"]*)\")",
    re.IGNORECASE,
)
_BLOCK: Final = r"/\*.*?(?:\*/|\Z)"
_BODY: Final = r"\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)"


def normalised(output: bytes, machine: Machine) -> str:
    """Return the statements, without noise; passwords in them are masked.

    Raises:
        NoPlanError: when there is nothing to read.
    """
    text = plain_text(output)
    secrets = set[str]()
    for found in _PASSWORD.finditer(text):
        value = found[found.lastindex or 0]
        secrets |= forms(value.replace("''", "'")) | forms(value)
    text = _PASSWORD.sub(_masked, text)
    quoted, comments = _places(text)
    kept: list[str] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if at in comments:
            kept.append(without_noise(line, machine))
        elif end in quoted or at in quoted:
            # a text goes on behind the line, or began before it
            kept.append(line)
        elif line.strip():
            kept.append(line.rstrip())
        at = end + 1
    return finished(kept, (*machine.secrets, *secrets))


def _masked(found: re.Match[str]) -> str:
    whole, start = found[0], found.start()
    group = found.lastindex or 0
    return f"{whole[: found.start(group) - start]}{SENSITIVE}{whole[found.end(group) - start :]}"


def _places(text: str) -> tuple[set[int], set[int]]:
    """Return where lines end and begin that may be quoted, and where lines are comments.

    The latter are comments by every reading.
    """
    quoted = set[int]()
    comments: set[int] | None = None
    for backslash, dollar in product(*(_ways(text, sign) for sign in ("\\", "$"))):
        seen = set[int]()
        for found in _tokens(backslash=backslash, dollar=dollar).finditer(text):
            if found["comment"] is not None:
                if found.start() == 0 or text[found.start() - 1] == "\n":
                    seen.add(found.start())
            else:
                quoted |= _line_ends(text, found.start(), found.end())
        comments = seen if comments is None else comments & seen
    return quoted, comments or set()


def _ways(text: str, sign: str) -> tuple[bool, ...]:
    if sign in text:
        return (False, True)
    return (False,)


def _line_ends(text: str, start: int, end: int) -> set[int]:
    found = set[int]()
    at = text.find("\n", start, end)
    while at >= 0:
        found |= {at, at + 1}
        at = text.find("\n", at + 1, end)
    return found


def _tokens(*, backslash: bool, dollar: bool) -> re.Pattern[str]:
    single, double = r"'[^']*(?:'|\Z)", r'"[^"]*(?:"|\Z)'
    if backslash:
        single, double = r"'(?:\\.|[^'\\])*(?:'|\Z)", r'"(?:\\.|[^"\\])*(?:"|\Z)'
    parts = [r"(?P<comment>--(?:[ \t][^\n]*|(?=\n|\Z)))", single, double, "`[^`]*(?:`|\\Z)", _BLOCK]
    if dollar:
        parts.append(_BODY)
    return re.compile("|".join(parts), re.DOTALL)
