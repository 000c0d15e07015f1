"""Noise in prose that programs print: clocks, durations, temporary folders, places of a machine.

A time or a duration is noise only where the words around it say that it is about the program
itself. `run_at: 2026-12-01T10:00:00Z` and `timeout: 30s` say what will happen, and stay.
"""

from __future__ import annotations

import re
from typing import Final

from changeflow.release.plan_formats.plan_text import Machine

_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?"
_DATE: Final = r"(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})"
_ZONE: Final = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_TIME: Final = rf"(?:{_DATE}(?:[T, ]{{1,2}}{_CLOCK}{_ZONE})?|{_CLOCK}{_ZONE})"
_SECONDS: Final = (
    r"(?:\d+m\d+(?:\.\d+)?s|\d+:\d{2}(?::\d{2})?(?:\.\d+)?"
    r"|\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s|secs?|seconds?|m|mins?|minutes?)\b)"
)
_ABOUT_ITSELF: Final = (
    r"(?:generated|rendered|planned|created|dumped|started|finished|completed|ran|run|built"
    r"|refreshed|executed|printed)"
)
# the beginning of a line of a log
_STAMP: Final = re.compile(rf"^\[?{_DATE}[T ]{_CLOCK}{_ZONE}\]?(?=[ :])|^\[{_CLOCK}\]")
_MADE: Final = re.compile(
    rf"\b({_ABOUT_ITSELF}(?: \w+)?(?: at| on|:| at:| on:)? ){_TIME}", re.IGNORECASE
)
_TOOK: Final = re.compile(
    rf"((?:\b|(?=<))(?:<time>|took|elapsed|duration|{_ABOUT_ITSELF}|complete|done|read complete)"
    rf"(?: time)?(?: in| after|:|=)? ?){_SECONDS}",
    re.IGNORECASE,
)
_TEMPORARY: Final = re.compile(
    r"(?P<before>(?:/private)?/(?:var/)?tmp/|/var/folders/[\w+]+/[\w+]+/T/)"
    r"(?=[\w.+-]*(?:\d|[A-Z]))[\w.+-]+"
)
# what Terraform and OpenTofu print while they look at what is there, in the order of its answers
_REFRESH: Final = re.compile(
    r"^\S[^=]*: (?:Refreshing state\.\.\.|Reading\.\.\.|Still reading\.\.\.|Read complete after )"
    r"|^(?:Acquiring|Releasing) state lock\b"
)


def is_refresh(line: str) -> bool:
    """Return whether a line only says that something is looked at."""
    return _REFRESH.match(line) is not None


def without_noise(line: str, machine: Machine) -> str:
    """Return a line without what another run, or another machine, would print differently."""
    line = _STAMP.sub("<time>", line.rstrip())
    line = _MADE.sub(r"\1<time>", line)
    line = _TOOK.sub(r"\1<duration>", line)
    return without_places(line, machine)


def without_places(line: str, machine: Machine) -> str:
    """Return a line without temporary folders and without where the repository lies."""
    for place, name in ((machine.root, "<repository>"), (machine.home, "<home>")):
        if len(place) > 1:
            line = re.sub(rf"(?<![\w.-]){re.escape(place)}(?=[/\s\"':,;)]|$)", name, line)
    return _TEMPORARY.sub(r"\g<before><temporary>", line)
