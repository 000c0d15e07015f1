"""Read a file's bytes as documents, with the findings about each document by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import Final

from changeflow.checks.files import kind_problems, lfs_problem
from changeflow.documents.document import Document, DocumentSource, found_in_file
from changeflow.documents.loader import load
from changeflow.documents.schema import schema_problems
from changeflow.errors import Unreadable
from changeflow.lazy_dataclass import dataclass
from changeflow.model.findings import Finding
from changeflow.model.kinds import LARGE, NAMES, area_of
from changeflow.model.paths import shown
from changeflow.model.phrases import told

# findings with the same words in one file, before the rest is only counted
_SAME: Final = 5

Excerpts = dict[tuple[str, int], str]


@dataclass(slots=True)
class Read:
    """The documents and findings of one file.

    `readable` is false if no document could be read from it at all. `digest` is that of the
    rulebook, where it was asked for.
    """

    path: str
    documents: tuple[Document, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    readable: bool = True
    source: DocumentSource | None = None
    identity: str = ""
    digest: str | None = None


def read(path: str, data: bytes) -> Read:
    """Load a file and hold its documents against their schemas.

    A file outside the layout may hold several documents.
    """
    pointer = lfs_problem(path, data)
    if pointer is not None:
        return Read(path, findings=[pointer], readable=False)
    area = area_of(path)
    many, limit, kinds = True, LARGE, NAMES
    if area is not None:
        many, limit, kinds = area.many, area.limit, area.kinds
    loaded = load(data, path, many=many, limit=limit)
    found = list(loaded.findings)
    for document in loaded.documents:
        own = schema_problems(document)
        found = _without_ambiguous(found, {finding.route for finding in own})
        found += [*own, *kind_problems(document, kinds)]
    if area is None and len(loaded.documents) > 1:
        found += _several(loaded.documents)
    return Read(path, loaded.documents, found, bool(loaded.documents), loaded.source)


def _without_ambiguous(
    findings: list[Finding], routes: set[tuple[str | int, ...]]
) -> list[Finding]:
    """Leave out remarks about ambiguous YAML where the schema has a finding at the same route."""
    kept = []
    for finding in findings:
        if finding.rule != "yaml-ambiguous" or finding.route not in routes:
            kept.append(finding)
    return kept


def _several(documents: Iterable[Document]) -> list[Finding]:
    found = []
    for document in documents:
        if document.index and document.kind != "ConfigurationItem":
            found.append(document.found("yaml-documents", ()))
    return found


def tidy(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings and drop repetitions.

    A finding of the schema stands for those of rules at its route. Long repetitions are counted
    instead of listed.
    """
    ordered = sorted(dict.fromkeys(findings), key=lambda finding: finding.order)
    counts: dict[tuple[str, str, str], int] = {}
    last: dict[tuple[str, str, str], int] = {}
    kept: list[Finding] = []
    for finding in _without_echoes(ordered):
        same = (finding.path, finding.rule, finding.message)
        counts[same] = counts.get(same, 0) + 1
        if counts[same] <= _SAME:
            kept.append(finding)
        if counts[same] == _SAME:
            last[same] = len(kept) - 1
    for same, index in last.items():
        more = counts[same] - _SAME
        if more > 0:
            kept[index] = _repeated(kept[index], more)
    return kept


def _repeated(finding: Finding, more: int) -> Finding:
    # few checks repeat themselves
    from changeflow.language.findings import repeated
    from changeflow.language.reader import MACHINE

    return repeated(finding, more, MACHINE)


def _without_echoes(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings without those of rules where the schema has one at the same route."""
    said: set[tuple[str, tuple[str | int, ...]]] = set()
    for finding in findings:
        if finding.rule.startswith("schema-"):
            said.add((finding.path, finding.route))
    for finding in findings:
        of_rule = not finding.rule.startswith("schema-")
        if not (of_rule and finding.route and (finding.path, finding.route) in said):
            yield finding


def excerpts(sources: Iterable[DocumentSource | None], findings: Iterable[Finding]) -> Excerpts:
    """Return the lines findings are about."""
    by_path = {source.path: source for source in sources if source is not None}
    found: Excerpts = {}
    for finding in findings:
        if finding.line and finding.path in by_path:
            found[finding.path, finding.line] = by_path[finding.path].line(finding.line)
    return found


def not_read(path: str, error: Unreadable, name: str) -> Read:
    """Return the finding about a file that could not be opened.

    Args:
        path: where it is reported.
        error: says why it could not.
        name: what the error calls the file; the finding says `this`.
    """
    advice = [told("hint.plain_files")] if error.hint else []
    found = found_in_file("file-unreadable", shown(path), why=[error.told], what_now=advice)
    message = error.message.replace(f"`{name}`", "this")
    finding = replace(found, message=message, hint=error.hint)
    return Read(path, findings=[finding], readable=False)
