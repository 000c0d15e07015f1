"""The rules about YAML, and the loader's messages about texts that break them."""

from __future__ import annotations

import re
from typing import Final

from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Level

# findings of one rule in one file, before the rest is only counted
MAX_REPEATS: Final = 5
# characters of a value that a line of a message holds
_LONGEST: Final = 40


RULES: Final = (
    FindingRule("yaml-syntax", "error", "The text is not YAML."),
    FindingRule(
        "yaml-encoding", "error", "The file is not UTF-8, or begins with a byte order mark."
    ),
    FindingRule("yaml-empty", "error", "The file holds no document."),
    FindingRule(
        "yaml-root", "error", "The document is a list or a single value, or there is nothing in it."
    ),
    FindingRule(
        "yaml-documents", "error", "More than one document stands in a file that may hold one."
    ),
    FindingRule(
        "yaml-duplicate-key", "error", "A key stands twice in one mapping; both places are named."
    ),
    FindingRule(
        "yaml-key", "error", "A key is a number, truth value, list or mapping instead of text."
    ),
    FindingRule(
        "yaml-anchor",
        "error",
        "Anchors (`&a`) and aliases (`*a`) are not allowed: what counts stands where it is read.",
    ),
    FindingRule("yaml-merge-key", "error", "Merge keys (`<<`) are not allowed."),
    FindingRule(
        "yaml-tag", "error", "Tags (`!name`) are not allowed: values mean what they look like."
    ),
    FindingRule("yaml-directive", "error", "Directives (`%YAML`, `%TAG`) are not allowed."),
    FindingRule(
        "yaml-character",
        "error",
        "A control, zero-width, bidirectional or otherwise invisible character, also "
        "behind an escape.",
    ),
    FindingRule("yaml-number", "error", "A number is infinite, not a number, or beyond 2^53 - 1."),
    FindingRule("yaml-depth", "error", "Nested deeper than 20 levels."),
    FindingRule(
        "yaml-size",
        "error",
        "A file or a single text is larger than allowed: 256 KiB for a request, 4 MiB"
        " below `cmdb/` and `policies/`.",
    ),
    FindingRule(
        "yaml-cut-off", "warning", "A text ends before ` #word`, which YAML reads as a comment."
    ),
    FindingRule(
        "yaml-ambiguous",
        "warning",
        "A plain value is text in YAML 1.2, but something else to older tools: `no`, "
        "`0123`, `22:22`.",
    ),
)
# rule -> its level
LEVELS: Final[dict[str, Level]] = {rule.id: rule.level for rule in RULES}


def and_more(path: str, rule: str, count: int) -> Finding:
    """Return the finding that stands for those of a rule beyond the limit."""
    return Finding(
        rule, LEVELS[rule], f"and {count - MAX_REPEATS:,} more of this kind in this file", "", path
    )


def hidden(character: str) -> tuple[str, str]:
    """Return message and hint for a character that is not allowed in a document."""
    code = f"U+{ord(character):04X}"
    return (
        f"the character {code} is not allowed: it is invisible or drives terminals",
        "delete it, or write what it means",
    )


def short(text: str) -> str:
    """Return a value as it fits into a message."""
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST] + "…"


def one_line(text: str) -> str:
    """Return text without line breaks."""
    return " ".join(text.split())


# Lines with which git marks what it could not merge.
_CONFLICT: Final = re.compile(r"^(?:<{7}|>{7}|\|{7}) \S.*$|^={7}$", re.MULTILINE)
# A key, and behind it a character that looks like a colon and is none.
_COLON: Final = re.compile(
    r"[ \t]*(?:- +)*[\"']?[A-Za-z0-9_.-]+[\"']?[ \t]*([\uff1a\ufe55\ufe13\u2236\ua789])"
)


def slip(text: str, since: int, until: int) -> tuple[int, int, str, str] | None:
    """Return the slip that makes a text no YAML, or None if none is known.

    Args:
        text: the whole file.
        since: the first line in which it may lie.
        until: the line at which the parser gave up.

    Returns:
        Its line and column, a message and a hint.
    """
    lines = text.split("\n")
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        line = text.count("\n", 0, conflict.start()) + 1
        marker = conflict[0].split(" ")[0]
        hint = (
            "decide what is to stand here, and delete the lines that begin with <<<<<<<, "
            "=======, >>>>>>> or |||||||"
        )
        return line, 1, f"`{marker}` is git's mark of a merge that is not finished", hint
    for line in range(max(since, 1), min(until, len(lines)) + 1):
        colon = _COLON.match(lines[line - 1])
        if colon is not None:
            message = f"`{colon[1]}` (U+{ord(colon[1]):04X}) is not the colon of YAML"
            hint = "write `:` and a space between a key and its value"
            return line, colon.start(1) + 1, message, hint
    return None


def syntax_hint(message: str, line: str) -> str:
    """Return a hint about the slip behind the parser's message, for common slips."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in message:
        return "a text with `: ` in it needs quotes; or the indentation is off"
    if "cannot start any token" in message:
        return "a text that begins with @, ` or % needs quotes"
    return "look at this line and the one before: indentation, a missing quote or bracket"
