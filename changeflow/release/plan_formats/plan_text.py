"""What every format shares: bytes to text, secrets out of it, and when there is no plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from changeflow.model.characters import visible
from changeflow.model.phrases import Told, told
from changeflow.model.redaction import blotted, private_keys, shapes
from changeflow.release.secret_values import SHORTEST_NAMED, printed_forms

SENSITIVE: Final = "(sensitive)"
# bytes of output that are read, and characters of a plan that a person may still review
OUTPUT_LIMIT: Final = 32 * 1024 * 1024
PLAN_LIMIT: Final = 2 * 1024 * 1024
# Colours and cursor movements (CSI). What else a terminal does not show (titles, links) may hold any
# words, which a program that is given them would read: it stays, written out.
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;:?]*[@-~]")


class NoPlanError(ValueError):
    """The output of a program is no plan, so that anything may happen; `why` is the sentence."""

    def __init__(self, why: Told) -> None:
        super().__init__(why["code"])
        self.why = why


class Machine(NamedTuple):
    """What differs between the machines on which one plan is made.

    Attributes:
        root: the folder of the repository there.
        home: the home folder of the user there.
        secrets: texts that must not be kept, see `secret_values.secrets`.
    """

    root: str = ""
    home: str = ""
    secrets: tuple[str, ...] = ()


def plain_text(output: bytes) -> str:
    """Return output as text with line feeds alone, without what only moves on a terminal.

    Raises:
        NoPlanError: when it is too long, no UTF-8, or empty.
    """
    if len(output) > OUTPUT_LIMIT:
        raise NoPlanError(told("no_plan.too_long", limit=OUTPUT_LIMIT))
    try:
        text = output.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise NoPlanError(told("no_plan.not_utf8", at=error.start)) from None
    # A terminal would write over what stands before a return; a program that reads it would not.
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise NoPlanError(told("no_plan.empty"))
    return text


def finished(lines: Iterable[str], secrets: Iterable[str]) -> str:
    """Return the plan as it is kept: without secrets, safe to show, one line feed at its end.

    Raises:
        NoPlanError: when it is longer than a person could review.
    """
    text = without("\n".join(lines), secrets)
    text = visible(_redacted(text)).strip("\n") + "\n"
    if len(text) > PLAN_LIMIT:
        raise NoPlanError(told("no_plan.too_long", limit=PLAN_LIMIT))
    return text


def _redacted(text: str) -> str:
    """Return a text without what looks like a secret, apart from what is masked already."""
    spans = private_keys(text)[0]
    for span in shapes(text):
        if text[span.start : span.end] not in (SENSITIVE, "(known"):
            spans.append(span)
    return blotted(text, spans)


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text without secrets, the longest first."""
    for secret in sorted(set(secrets), key=lambda one: (-len(one), one)):
        if secret:
            text = text.replace(secret, SENSITIVE)
    return text


def forms(value: str) -> set[str]:
    """Return a secret in every spelling in which a plan may print it, JSON inside of JSON too.

    One that is shorter than three characters has none: it would blot out any text.
    """
    found = set[str]()
    for part in (value, *value.splitlines()):
        if len(part.strip()) < SHORTEST_NAMED:
            continue
        found.add(part.encode("utf-8", "surrogatepass").hex())
        for form in printed_forms(part):
            escaped = form.replace("\\", "\\\\").replace('"', '\\"')
            found |= {form, visible(form), escaped, visible(escaped)}
    return found
