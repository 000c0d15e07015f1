"""A finding as a sentence for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from changeflow.language.reader import MACHINE, Reader
from changeflow.language.sentences import Data, Said, say
from changeflow.model.findings import Finding, Level


def found(
    rule: str,
    path: str,
    data: Mapping[str, Any],
    *,
    level: Level = "error",
    place: tuple[int, int] = (0, 0),
) -> Finding:
    """Return a finding in the words of the catalogue.

    Args:
        rule: the code of its sentence.
        path: of the file that it is about; empty where it is about none.
        data: what the sentence names.
        level: of the finding.
        place: line and column; 0 where it is about the file as a whole.
    """
    said = said_of(rule, data, MACHINE)
    return Finding(rule, level, said.text, said.hint, path, (), *place, dict(data))


def said_of(rule: str, data: Data, reader: Reader) -> Said:
    """Return what a finding says, and its hint.

    Args:
        rule: the code of the sentence, unless the data names another one.
        data: what the sentence names. `repeated` says how many more of the kind there are.
        reader: who reads it.
    """
    said = say(data.get("code", rule), data, reader)
    count = data.get("repeated")
    if count is None:
        return said
    return Said(_with_count(said.text, count, reader), said.hint)


def for_reader(finding: Finding, reader: Reader) -> Finding:
    """Return a finding with its message and hint in the reader's language.

    Where it has no data, or the catalogue does not know it, it is as it was.
    """
    if reader.exact or finding.data is None:
        return finding
    try:
        said = said_of(finding.rule, finding.data, reader)
    except (KeyError, TypeError, ValueError):
        return finding
    return replace(finding, message=said.text, hint=said.hint)


def repeated(finding: Finding, count: int, reader: Reader) -> Finding:
    """Return a finding that stands for others of its kind in its file, too."""
    data = {**(finding.data or {}), "repeated": count}
    message = _with_count(finding.message, count, reader)
    return replace(finding, message=message, data=data)


def _with_count(text: str, count: int, reader: Reader) -> str:
    return say("finding.again", {"said": text, "count": count}, reader).text
