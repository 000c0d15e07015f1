"""What a rule is: an id that never changes, how bad it is to break it, and what it says.

A rule is defined beside the function that looks for it. Reference pages, SARIF and tests read the
same tuples as the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar

from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding, Level

T = TypeVar("T")

# rule -> how bad the configuration says it is
Levels = Mapping[Any, Literal["error", "warning", "ignore"]]


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One rule.

    Attributes:
        id: begins with what it is about, e.g. `rfc-`, and never changes.
        level: of its findings. A finding may be a warning where the rule says error.
        sentence: what is wrong where it is broken.
        kind: the kind of document it is about; empty where it is about files or several documents.
        find: looks at a document alone.
        find_with: looks at a document and at the rest of the repository.
        in_draft: what it is for a request that is still being written.
        ages: whether it is a warning for a change that may be over: it has a review, or is standard.
    """

    id: str
    level: Level
    sentence: str
    kind: str = ""
    find: Callable[[Any], Iterable[Finding]] | None = None
    find_with: Callable[[Any, Any], Iterable[Finding]] | None = None
    in_draft: Literal["same", "warning", "off"] = "same"
    ages: bool = False


class RuleSet:
    """Rules that are asked together. A function that looks for several of them is called once."""

    __slots__ = ("_find", "_find_with", "by_id")

    def __init__(self, rules: Iterable[FindingRule]) -> None:
        self.by_id = {rule.id: rule for rule in rules}
        self._find = _each_once(rule.find for rule in self.by_id.values())
        self._find_with = _each_once(rule.find_with for rule in self.by_id.values())

    def look(self, subject: object, rest: object = None) -> list[Finding]:
        """Return what the rules find, each finding at the level of its rule.

        Args:
            subject: what is looked at, a document or several.
            rest: the rest of the repository. Without it only the subject itself is looked at.
        """
        found: list[Finding] = []
        for find in self._find:
            found += find(subject)
        if rest is not None:
            for find in self._find_with:
                found += find(subject, rest)
        return [self._at_level(finding) for finding in found]

    def _at_level(self, finding: Finding) -> Finding:
        if self.by_id[finding.rule].level == finding.level or finding.level == "warning":
            return finding
        return replace(finding, level="warning")


def at_levels(findings: list[Finding], levels: Levels) -> list[Finding]:
    """Return findings as bad as the configuration says they are."""
    if not levels:
        return findings
    kept = []
    for finding in findings:
        level = levels.get(finding.rule, finding.level)
        if level != "ignore":
            kept.append(replace(finding, level=level))
    return kept


def of_kinds(rules: Iterable[FindingRule]) -> dict[str, RuleSet]:
    """Return the rules about each kind of document."""
    kinds: dict[str, list[FindingRule]] = {}
    for rule in rules:
        kinds.setdefault(rule.kind, []).append(rule)
    return {kind: RuleSet(mine) for kind, mine in kinds.items()}


def _each_once(functions: Iterable[Callable[..., T] | None]) -> tuple[Callable[..., T], ...]:
    return tuple(dict.fromkeys(function for function in functions if function is not None))
