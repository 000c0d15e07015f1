"""Noise in prose that programs print: clocks, durations, temporary folders, places of a machine.

A time or a duration is noise only where the words around it say that it is about the program
itself. `run_at: 2026-12-01T10:00:00Z`, `timeout: 30s`, `--lease-duration=15s` and `will be run at
22:00` say what will happen, and stay: settings have the words of reports.
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
    r"(?:generated|rendered|planned|created|dumped|started|finished|completed|ran|built"
    r"|refreshed|executed|printed)"
)
# Before a word, these make it a setting (`--created=`, `"built": `) or something to come.
_NOT_BEHIND: Final = r"(?<![\w.\"'-])(?<!\bbe )(?<!\bis )(?<!\bare )"
# the beginning of a line that is no setting: a capital at its very beginning, or a comment
_REPORT: Final = r"(?:^(?=[A-Z])|^\s*(?:#|//|--|;)\s*)(?:\w+ )?"
# the beginning of a line of a log
_STAMP: Final = re.compile(rf"^\[?{_DATE}[T ]{_CLOCK}{_ZONE}\]?(?=[ :])|^\[{_CLOCK}\]")
_MADE: Final = re.compile(
    rf"((?:{_NOT_BEHIND}(?i:{_ABOUT_ITSELF}(?: \w+)?(?: at| on)? )"
    rf"|{_REPORT}(?i:{_ABOUT_ITSELF}(?: \w+)?(?: at| on)?: ))){_TIME}"
)
_TOOK: Final = re.compile(
    rf"((?:(?:(?=<)<time>|{_NOT_BEHIND}(?i:took|{_ABOUT_ITSELF}|complete|done|read complete))"
    rf"(?: in| after)? ?"
    rf"|{_REPORT}(?i:took|elapsed|duration|{_ABOUT_ITSELF}|complete|done)(?i: time)?(?: in)?[:=] ?))"
    rf"{_SECONDS}"
)
# A name that a program made up: `mktemp`, Python, Go and others. `/tmp/deploy-v2.sh` is none.
_MADE_UP: Final = (
    r"(?:tmp[._-]?[\w-]{6,}|[\w.+-]*\d{5,}[\w.+-]*"
    r"|[\w+-]*[.-](?=\w*(?:\d|[A-Z]))\w{6,})(?![\w.+-])"
)
_TEMPORARY: Final = re.compile(
    rf"(?P<before>(?:/private)?/(?:var/)?tmp/(?={_MADE_UP})|/var/folders/[\w+]+/[\w+]+/T/)[\w.+-]+"
)
# what Terraform and OpenTofu print while they look at what is there, in the order of its answers
_REFRESH: Final = re.compile(
    r"^\S[^=]*: (?:Refreshing state\.\.\.|Reading\.\.\.|Still reading\.\.\.(?: \[[\w ]+\])?"
    r"|Read complete after \w+)(?: \[(?:id|name|arn)=[^\]]*\])?$"
    r"|^(?:Acquiring|Releasing) state lock\. This may take a few moments\.\.\.$"
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
