"""Put lines of a scorecard into the text of a risk model, and leave the rest as its author wrote it.

Only the lines of `spec.likelihood.record` are written anew. Where the text has
no such place, or has it between brackets, the values are set as all other edits are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import yaml

from changeflow.documents.edits import set_values
from changeflow.documents.write import scalar

_ROUTE: Final = ("spec", "likelihood", "record")
_INDENT: Final = 2


class WrittenLine(NamedTuple):
    """A line of the card, and what its fact counts, for people; may be empty."""

    fact: str
    at_least: float
    points: int
    meaning: str = ""


def with_record(text: str, lines: Sequence[WrittenLine], heading: Sequence[str]) -> str:
    """Return the text of a risk model with these lines as its record.

    Args:
        text: the document.
        lines: in their order.
        heading: lines of the comment above them; where the record had a comment of its own, that
            one stays, and these stand below its key.

    Raises:
        errors.Unreadable: when the text is no YAML mapping.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    found = _place(text)
    if found is None:
        plain = [_plain(line) for line in lines]
        return set_values(text, {_ROUTE: plain})
    block = _block(found.column, lines, heading)
    every = text.splitlines(keepends=True)
    before, after = every[: found.first], every[found.first + found.lines :]
    if before and not before[-1].endswith(("\n", "\r")):
        before[-1] += end
    if found.lines == 0:
        block = ["", *block]
    return "".join([*before, *(line + end for line in block), *after])


def _plain(line: WrittenLine) -> dict[str, str | float | int]:
    return {"fact": line.fact, "at_least": _number(line), "points": line.points}


def _number(line: WrittenLine) -> float | int:
    return int(line.at_least) if line.at_least == int(line.at_least) else line.at_least


def _block(column: int, lines: Sequence[WrittenLine], heading: Sequence[str]) -> list[str]:
    pad = " " * column
    inner = pad + " " * _INDENT
    if not lines:
        return [f"{pad}record: []"]
    told = [f"{pad}record:", *(f"{inner}# {one}" for one in heading)]
    room = max(len(scalar(line.fact)) for line in lines) + 2
    above = None
    for line in lines:
        # What a fact counts is said once.
        said = f"# {line.meaning}" if line.meaning and line.fact != above else ""
        told += [
            f"{inner}- fact: {scalar(line.fact).ljust(room)}{said}".rstrip(),
            f"{inner}  at_least: {_number(line)}",
            f"{inner}  points: {line.points}",
        ]
        above = line.fact
    return told


class _Place(NamedTuple):
    """Where the record stands, or is to stand: lines of the text, counted from 0."""

    first: int
    lines: int
    column: int


def _place(text: str) -> _Place | None:
    """Find the lines of the record; None where they cannot be written as lines."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        # `set_values` says what is wrong.
        return None
    spec = _value(root, "spec")
    likelihood = _value(spec, "likelihood")
    if not isinstance(likelihood, yaml.MappingNode) or likelihood.flow_style:
        return None
    if not likelihood.value:
        return None
    column = likelihood.value[0][0].start_mark.column
    for key, value in likelihood.value:
        if key.value == _ROUTE[-1]:
            first = key.start_mark.line
            return _Place(first, _last_line(value) - first + 1, column)
    return _Place(_last_line(likelihood) + 1, 0, column)


def _value(node: Any, name: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _last_line(node: Any) -> int:
    """Return the last line of a value, without the comments and blank lines that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    # The end of an empty value is where the next begins.
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return int(node.start_mark.line)
    return int(node.end_mark.line)
