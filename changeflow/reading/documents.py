"""A file's bytes to documents and what is wrong with each by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from changeflow.checks.files import kind_problems, lfs_problem
from changeflow.documents.document import Document, Source
from changeflow.documents.loader import load
from changeflow.documents.schema import schema_problems
from changeflow.model.findings import Finding
from changeflow.model.kinds import LARGE, NAMES, area_of
from changeflow.model.paths import shown

# characters of a line that are kept to show it
_EXCERPT: Final = 400
# findings with the same words in one file, before the rest is only counted
_SAME: Final = 5

Excerpts = dict[tuple[str, int], str]


@dataclass(slots=True)
class Read:
    """What became of one file.

    `readable` is false where no document could be read from it at all.
    """

    path: str
    documents: tuple[Document, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    readable: bool = True
    source: Source | None = None


def read(path: str, data: bytes) -> Read:
    """Load a file and hold its documents against their schemas.

    A file outside the layout may hold several documents.
    """
    pointer = lfs_problem(path, data)
    if pointer is not None:
        return Read(path, findings=[pointer], readable=False)
    area = area_of(path)
    many = area is None or area.many
    loaded = load(data, path, many=many, limit=area.limit if area is not None else LARGE)
    found = list(loaded.findings)
    for document in loaded.documents:
        own = schema_problems(document)
        said = {finding.route for finding in own}
        found = [
            finding
            for finding in found
            if finding.rule != "yaml-ambiguous" or finding.route not in said
        ]
        found += [*own, *kind_problems(document, area.kinds if area is not None else NAMES)]
    if area is None and len(loaded.documents) > 1:
        found += _several(loaded.documents)
    return Read(path, loaded.documents, found, bool(loaded.documents), loaded.source)


def _several(documents: Iterable[Document]) -> list[Finding]:
    return [
        document.finding(
            "yaml-documents",
            (),
            "a second document begins here; one is allowed",
            "one document per file",
        )
        for document in documents
        if document.index and document.kind != "ConfigurationItem"
    ]


def tidy(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted, nothing twice, what the schema said not said again by a rule, and long repetitions counted instead of listed."""
    ordered = sorted(dict.fromkeys(findings), key=lambda finding: finding.order)
    said = {
        (finding.path, finding.route) for finding in ordered if finding.rule.startswith("schema-")
    }
    counts: dict[tuple[str, str, str], int] = {}
    last: dict[tuple[str, str, str], int] = {}
    kept: list[Finding] = []
    for finding in ordered:
        if (
            not finding.rule.startswith("schema-")
            and finding.route
            and (finding.path, finding.route) in said
        ):
            continue
        same = (finding.path, finding.rule, finding.message)
        counts[same] = counts.get(same, 0) + 1
        if counts[same] <= _SAME:
            kept.append(finding)
        if counts[same] == _SAME:
            last[same] = len(kept) - 1
    for same, index in last.items():
        if (more := counts[same] - _SAME) > 0:
            kept[index] = replace(
                kept[index], message=f"{kept[index].message} (and {_times(more)} in this file)"
            )
    return kept


def _times(count: int) -> str:
    return "once more" if count == 1 else f"{count} times more"


def excerpts(sources: Iterable[Source | None], findings: Iterable[Finding]) -> Excerpts:
    """The lines findings are about."""
    by_path = {source.path: source for source in sources if source is not None}
    return {
        (finding.path, finding.line): by_path[finding.path].line(finding.line)[:_EXCERPT]
        for finding in findings
        if finding.line and finding.path in by_path
    }


def not_read(path: str, message: str, hint: str) -> Read:
    """A file that could not be opened."""
    return Read(
        path,
        findings=[Finding("file-unreadable", "error", message, hint, shown(path))],
        readable=False,
    )
