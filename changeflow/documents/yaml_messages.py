"""The rules about YAML, and the loader's messages about texts that break them."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from changeflow.documents.document import found_in_file
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Level
from changeflow.model.languages import ENGLISH
from changeflow.model.phrases import told

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
    return found_in_file(
        rule, path, level=LEVELS[rule], code="finding.more", count=count - MAX_REPEATS
    )


def named(character: str) -> str:
    """Return how findings name a character: `U+200B`."""
    return f"U+{ord(character):04X}"


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
# What looks like a comma and is none, and a key behind it at which the parser gave up.
_COMMAS: Final = "\uff0c\ufe50\ufe10\u3001\ufe51\uff64\u060c"
_COMMA: Final = re.compile(rf"([{_COMMAS}])\s*[\"']?[A-Za-z0-9_.-]+[\"']?[ \t]*\Z")


class Slip(NamedTuple):
    """The slip that makes a text no YAML: its place, and the data of the finding about it."""

    line: int
    column: int
    data: dict[str, str]


def slip(text: str, since: int, until: int) -> Slip | None:
    """Return the slip that makes a text no YAML, or None if none is known.

    Args:
        text: the whole file.
        since: the first line in which it may lie.
        until: the line at which the parser gave up.
    """
    lines = text.split("\n")
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        line = text.count("\n", 0, conflict.start()) + 1
        return Slip(line, 1, {"case": "conflict", "marker": conflict[0].split(" ")[0]})
    for line in range(max(since, 1), min(until, len(lines)) + 1):
        colon = _COLON.match(lines[line - 1])
        if colon is not None:
            mark = colon[1]
            data = {"case": "colon", "mark": mark, "character": named(mark)}
            return Slip(line, colon.start(1) + 1, data)
    return None


def wide_comma(text: str, since: int, line: int, column: int) -> Slip | None:
    """Return the comma of another script at which a list or mapping in brackets breaks off.

    Args:
        text: the whole file.
        since: the line in which the list or mapping begins.
        line: the line at which the parser gave up.
        column: the column there.
    """
    lines = text.split("\n")
    first = max(since, 1)
    last = lines[line - 1] if line <= len(lines) else ""
    before = "\n".join([*lines[first - 1 : line - 1], last[: column - 1]])
    at = last[column - 1 : column]
    if at and at in _COMMAS:
        return Slip(line, column, {"case": "comma", "mark": at, "character": named(at)})
    found = _COMMA.search(before)
    if found is None:
        return None
    mark, start = found[1], found.start(1)
    data = {"case": "comma", "mark": mark, "character": named(mark)}
    return Slip(first + before.count("\n", 0, start), start - before.rfind("\n", 0, start), data)


def syntax_data(problem: str, context: str, line: str) -> dict[str, Any]:
    """Return the data of the finding about a text that is no YAML.

    Args:
        problem: what the parser says.
        context: what it was about to read; may be empty.
        line: at which it gave up.
    """
    hint = told(_syntax_hint(problem, line))
    texts = [one_line(text) for text in (problem, context) if text]
    says = _parser_says()
    if not all(text in says for text in texts):
        # a parser of another version
        written = f"{texts[0]} ({texts[1]})" if context else "".join(texts)
        return {"case": "other", "problem": written, "what_now": [hint]}
    sentences = [[told(says[text])] for text in texts]
    if len(sentences) == 1:
        return {"problem": sentences[0], "what_now": [hint]}
    return {
        "case": "within",
        "problem": sentences[0],
        "context": sentences[1],
        "what_now": [hint],
    }


def _parser_says() -> dict[str, str]:
    """Return what the parser says, each with the code of the sentence."""
    # few texts are no YAML
    from changeflow.language.catalogue import sentences

    found = {}
    for code, said in sentences(ENGLISH, "check_yaml").items():
        if code.startswith("parser."):
            found[str(said).format()] = code
    return found


def _syntax_hint(problem: str, line: str) -> str:
    """Return the code of the hint about the slip behind the parser's message."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "hint.spaces"
    if "mapping values are not allowed" in problem:
        return "hint.colon"
    if "cannot start any token" in problem:
        return "hint.sign"
    return "hint.look"
