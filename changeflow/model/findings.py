"""Findings: problems as data.

Plain slotted records, not pydantic: `check` builds thousands of them and must not pay for importing
pydantic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, field
from typing import Any, Literal, Protocol

from changeflow.lazy_dataclass import dataclass

Level = Literal["error", "warning"]
Route = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in one place.

    `route` is the way from the document's root to the value (keys and indices). `line` and `column`
    count from 1; both are 0 where the finding is about the file as a whole. `data` is what message
    and hint name, so that the rule can be said in other languages; None: it has one message alone.
    """

    rule: str
    level: Level
    message: str
    hint: str = ""
    path: str = ""
    route: Route = ()
    line: int = 0
    column: int = 0
    data: Mapping[str, Any] | None = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Return the finding in the shape of `changeflow/findings/v1`."""
        return asdict(self) | {"route": list(self.route), "data": dict(self.data or {})}

    @property
    def quoted(self) -> str | dict[str, Any]:
        """Return what another sentence quotes: code and data, or the message where it has none."""
        if self.data is None:
            return self.message
        return {"code": self.rule, **self.data}

    @property
    def quoted_with_path(self) -> list[str | dict[str, Any]]:
        """Return what another sentence quotes, behind the path where there is one."""
        return [self.path, self.quoted] if self.path else [self.quoted]

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Return the sorting key: by file, then by place, then by rule."""
        return (self.path, self.line, self.column, self.rule, self.message)


class Message(Protocol):
    """What carries a message, such as a finding or a reason."""

    @property
    def message(self) -> str:
        """Return the message."""


def messages_of(found: Iterable[Message]) -> tuple[str, ...]:
    """Return the message of each, in their order."""
    return tuple(one.message for one in found)


def errors_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that are errors, in their order."""
    return tuple(finding for finding in findings if finding.level == "error")


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of a check, and the number of documents it read."""

    findings: tuple[Finding, ...]
    documents: int

    @property
    def errors(self) -> int:
        """Return how many findings are errors."""
        return self._count_of_level("error")

    @property
    def warnings(self) -> int:
        """Return how many findings are warnings."""
        return self._count_of_level("warning")

    def _count_of_level(self, level: Level) -> int:
        return [finding.level for finding in self.findings].count(level)
