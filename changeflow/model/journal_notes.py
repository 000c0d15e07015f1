"""Notes that changeflow writes in the journal of a release, as sentences.

The ledger keeps them in English. What a person or a program wrote stays text.
"""

from __future__ import annotations

import re
from typing import Final

from changeflow.model.phrases import Told, told

_VALUE: Final = r"(?P<value>\S+), wanted (?P<must>[a-z ]+) (?P<limit>\S+)"
_PROBES: Final = r"(?P<probes>[0-9]+) probes, (?P<failed>[0-9]+) failed"
_VALUES: Final = r", lowest (?P<lowest>\S+), highest (?P<highest>\S+), last (?P<last>.*)"
_SUMMED: Final = (
    r"(?P<hosts>[0-9]+) hosts?: (?P<ok>[0-9]+) ok, (?P<changed>[0-9]+) changed,"
    r" (?P<failed>[0-9]+) failed, (?P<unreachable>[0-9]+) unreachable"
)
_NO_RUN: Final = (
    r"no workflow run has `(?P<key>[^`]+)` in its name, so that it is not known"
    r" whether one was dispatched"
)
_RUN: Final = r"workflow run (?P<url>\S+): (?P<conclusion>[a-z_]+)"
_NOTES: Final = tuple(
    (code, re.compile(pattern, re.DOTALL))
    for code, pattern in (
        ("noted.exit", r"exit code (?P<exit>[0-9]+)"),
        ("noted.ordered", r"ordered by (?P<who>[^\s:]+)"),
        ("noted.ordered:because", r"ordered by (?P<who>[^\s:]+): (?P<note>.*)"),
        ("noted.after", r"after (?P<run>[0-9a-f]{16})"),
        ("noted.stopped", r"stopped during (?P<step>\S+/[0-9]+)"),
        ("noted.stopped:before", r"stopped before (?P<step>\S+/[0-9]+): (?P<why>.*)"),
        ("noted.stopped:waiting", r"stopped waiting for a person: (?P<step>\S+/[0-9]+)"),
        ("noted.left", r"left: (?P<steps>.*)"),
        ("noted.left_out", r"(?:left out: )?the step was never begun"),
        ("noted.left_out:tied", r"(?:left out: )?none of the steps that it undoes was begun"),
        ("noted.left_out:irreversible", r"(?:left out: )?irreversible: (?P<reason>.*)"),
        ("noted.value", _VALUE),
        ("noted.value:before", _VALUE + r" \(before the release (?P<before>\S+)\)"),
        ("noted.unknown", r"not known: (?P<why>[^;]*)"),
        ("noted.probes", _PROBES),
        ("noted.probes:values", _PROBES + _VALUES),
        ("noted.soak", r"(?P<said>.*); (?P<summary>[0-9]+ probes, .*)"),
        ("noted.workflow", rf"{_RUN}"),
        (
            "noted.workflow:late",
            rf"{_RUN}, cancelled because it took longer than (?P<seconds>[0-9.]+) s",
        ),
        (
            "noted.workflow:lost",
            _NO_RUN,
        ),
        ("noted.recap", _SUMMED),
        ("noted.step", r"(?P<step>[a-z]+/[0-9]+) (?P<name>.*): exit code (?P<exit>[0-9]+)"),
    )
)


# parts of a note that are notes
_NOTES_THEMSELVES: Final = ("said", "summary")


def noted(note: str) -> str | Told:
    """Return a note as a sentence of the catalogue, or as it is."""
    for code, pattern in _NOTES:
        found = pattern.fullmatch(note)
        if found is not None:
            known, _, case = code.partition(":")
            words: dict[str, str | Told] = {}
            for name, text in found.groupdict().items():
                words[name] = noted(text) if name in _NOTES_THEMSELVES else text
            return told(known, **({"case": case} if case else {}), **words)
    return note
