"""Notes that changeflow writes in the journal of a release, as sentences.

The ledger keeps them in English. What a person or a program wrote stays text.
"""

from __future__ import annotations

import re
from typing import Final

from changeflow.model.phrases import Told, told

_NOTES: Final = tuple(
    (code, re.compile(pattern, re.DOTALL))
    for code, pattern in (
        ("noted.exit", r"exit code (?P<exit>[0-9]+)"),
        ("noted.ordered", r"ordered by (?P<who>[^\s:]+)"),
        ("noted.ordered:because", r"ordered by (?P<who>[^\s:]+): (?P<note>.*)"),
        ("noted.after", r"after (?P<run>[0-9a-f]{16})"),
        ("noted.stopped", r"stopped during (?P<step>\S+/[0-9]+)"),
        ("noted.stopped:waiting", r"stopped waiting for a person: (?P<step>\S+/[0-9]+)"),
        ("noted.left", r"left: (?P<steps>.*)"),
        ("noted.left_out", r"(?:left out: )?the step was never begun"),
        ("noted.left_out:tied", r"(?:left out: )?none of the steps that it undoes was begun"),
        ("noted.left_out:irreversible", r"(?:left out: )?irreversible: (?P<reason>.*)"),
        ("noted.step", r"(?P<step>[a-z]+/[0-9]+) (?P<name>.*): exit code (?P<exit>[0-9]+)"),
    )
)


def noted(note: str) -> str | Told:
    """Return a note as a sentence of the catalogue, or as it is."""
    for code, pattern in _NOTES:
        found = pattern.fullmatch(note)
        if found is not None:
            known, _, case = code.partition(":")
            return told(known, **({"case": case} if case else {}), **found.groupdict())
    return note
