"""Read a file's bytes as records, and report everything that is wrong with them in one error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from changeflow import errors
from changeflow.model.findings import Finding
from changeflow.model.phrases import Told, told
from changeflow.repo.source import Source

# Few commands parse what an earlier one has read.
if TYPE_CHECKING:
    from changeflow.documents.document import Document

T = TypeVar("T")


class ParsedFile(NamedTuple):
    """A file's documents, their findings, and the records of the valid ones."""

    path: str
    documents: Sequence[Document]
    findings: tuple[Finding, ...]
    records: tuple[Any, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that make a document unreadable."""
        return tuple(finding for finding in self.findings if finding.level == "error")

    def first(self, kind: type[T]) -> T | None:
        """Return the first record of a kind; None where the file has none that can be read."""
        for found in self.records:
            if isinstance(found, kind):
                return found
        return None

    def only(self, kind: type[T], hint: Told | None = None) -> T:
        """Return the record that the file is there for.

        Raises:
            errors.Unreadable: naming every problem and its place, or what the file should hold.
        """
        if self.errors:
            raise unreadable(self.errors)
        found = self.first(kind)
        if found is None:
            raise errors.Unreadable.of(
                "file.not_a", path=self.path, kind=kind.__name__, hint=hint or []
            )
        return found


def parse(text: bytes, path: str, *, many: bool = False) -> ParsedFile:
    """Load a file, check its documents against their schemas, and build records of valid ones."""
    from changeflow.documents.loader import load
    from changeflow.documents.records import record
    from changeflow.documents.schema import schema_problems

    loaded = load(text, path, many=many)
    findings = list(loaded.findings)
    broken = any(finding.level == "error" for finding in findings)
    records = []
    for document in loaded.documents:
        found = schema_problems(document)
        findings += found
        if not broken and not any(finding.level == "error" for finding in found):
            records.append(record(document))
    return ParsedFile(path, tuple(loaded.documents), tuple(findings), tuple(records))


def unreadable(findings: Iterable[Finding]) -> errors.Unreadable:
    """Return one error that names every place, the first with its hint."""
    found = list(findings)
    return errors.Unreadable.of(
        "file.problems", problems=list(map(_told, found)), hint=_hint_of(found[0])
    )


def _told(finding: Finding) -> Told:
    """Return a finding with its place."""
    place = {"path": finding.path, "line": finding.line, "column": finding.column}
    return told("file.problem", **place, what=_what(finding))


def _what(finding: Finding) -> str | Told:
    # Its data may name another sentence than that of its rule.
    return finding.message if finding.data is None else {"code": finding.rule, **finding.data}


def _hint_of(finding: Finding) -> Told:
    if finding.data is None:
        return told("failure.text", text=finding.hint) if finding.hint else told("file.check")
    return told("failure.hint", what=_what(finding)) if finding.hint else told("file.check")


class ParsedSource(Source, Protocol):
    """A source that parses each of its files once (`reading.state.State`)."""

    def parsed(self, path: str, *, many: bool = False) -> ParsedFile:
        """Parse a plain file.

        Raises:
            errors.Unreadable: when it cannot be read at all.
        """

    @property
    def paths(self) -> Sequence[str]:
        """Paths of all entries, sorted."""

    def left_out(self, path: str) -> bool:
        """Return whether a plain file lies there that is no content, because git ignores it."""
