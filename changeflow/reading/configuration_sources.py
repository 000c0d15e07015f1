"""The items of native YAML together with those that sources of the same place say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow import errors
from changeflow.cmdb.origins import Place
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.reading_sources import collected, merged
from changeflow.cmdb_sources.rows import SourceFile, SourceRows
from changeflow.cmdb_sources.table import FORMATS, Format, SourceSpec
from changeflow.documents.document import Document
from changeflow.documents.records import record
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.configuration_source import (
    ConfigurationSource,
    ConfigurationSourceSpec,
    MappedColumn,
    SourceDigests,
)
from changeflow.model.findings import Finding
from changeflow.model.paths import inside
from changeflow.model.phrases import told
from changeflow.reading.native_items import SourceFiles, native_places
from changeflow.repo.source import SYMLINK, Source, WorkTree, file_facts, on_disk
from changeflow.repo.work import working

if TYPE_CHECKING:
    from changeflow.cmdb_sources.wide_merge import WideMerged
    from changeflow.cmdb_sources.wide_rows import WideRows

SOURCE_KIND: Final = "ConfigurationSource"
_ITEM_KIND: Final = "ConfigurationItem"
# files that are read of one folder
_MOST_FILES: Final = 20_000


@dataclass
class SourcedItems:
    """The items of one place in time.

    Attributes:
        merged: items with where they come from.
        files: that sources name.
        findings: about sources, their files and rows.
        owners: the document of the source whose file a path is.
    """

    merged: Merged | WideMerged
    files: SourceFiles = field(default_factory=SourceFiles)
    findings: list[Finding] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)


class _Named(NamedTuple):
    """A file or folder that a source names."""

    role: str
    path: str


def sourced_items(
    source: Source,
    documents: Sequence[Document],
    records: Iterable[ConfigurationSource],
    natives: Mapping[str, ConfigurationItem],
    places: Mapping[str, Place],
) -> SourcedItems:
    """Return the items of native YAML and of all sources.

    Args:
        source: where the files are.
        documents: of sources, for places of findings.
        records: the sources that can be read; a source that cannot is a finding already.
        natives: the items of native YAML.
        places: where they stand.
    """
    by_id = {document.id: document for document in documents if document.kind == SOURCE_KIND}
    found = SourcedItems(Merged({}, (), {}))
    said: list[SourceRows | WideRows] = []
    for one in records:
        reader = _Reader(source, one, by_id[one.metadata.id], found)
        said.append(reader.rows())
    found.merged = merged(natives, said, places)
    found.findings += found.merged.findings
    return found


def sourced_by_documents(source: Source, documents: Sequence[Document]) -> SourcedItems | None:
    """Return the items of valid documents with those of sources; None where there are no sources."""
    if not any(document.kind == SOURCE_KIND for document in documents):
        return None
    natives: dict[str, ConfigurationItem] = {}
    sources: list[ConfigurationSource] = []
    for document in documents:
        if document.kind not in (SOURCE_KIND, _ITEM_KIND):
            continue
        found = record(document)
        if isinstance(found, ConfigurationSource):
            sources.append(found)
        elif isinstance(found, ConfigurationItem):
            natives.setdefault(document.id, found)
    return sourced_items(source, documents, sources, natives, native_places(documents))


def spec_of(spec: ConfigurationSourceSpec) -> SourceSpec:
    """Return what a reader is told about its source."""
    columns: dict[str, str] = {}
    values: dict[str, Mapping[str, str]] = {}
    for attribute, mapped in spec.mapping.items():
        if isinstance(mapped, MappedColumn):
            values[attribute] = mapped.values
            if mapped.column is not None:
                columns[attribute] = mapped.column
        else:
            columns[attribute] = mapped
    defaults = spec.defaults.model_dump(mode="json", exclude_none=True)
    return SourceSpec(
        format=spec.format,
        nodes=spec.nodes,
        edges=spec.edges,
        precedence=spec.precedence,
        defaults=defaults,
        columns=columns,
        values=values,
    )


class _Reader:
    """Reads the files of one source, and says what is wrong with them."""

    def __init__(
        self,
        source: Source,
        asked: ConfigurationSource,
        document: Document,
        found: SourcedItems,
    ) -> None:
        self.source, self.id, self.spec = source, asked.metadata.id, asked.spec
        self.document, self.found = document, found
        self.format: Format = FORMATS[asked.spec.format]

    def rows(self) -> SourceRows | WideRows:
        """Return what the source says."""
        files: list[SourceFile] = []
        for named in self._named():
            files += self._files(named)
        for file in files:
            self.found.files.digests[file.path] = f"sha256:{hashlib.sha256(file.data).hexdigest()}"
            self.found.owners[file.path] = self.document.path
        with working("progress.items") as work:

            def tell(share: float) -> None:
                work.total, work.done = 100, int(100 * share)

            rows, findings = collected(self.id, spec_of(self.spec), files, tell)
        self.found.findings += findings
        return rows

    def _named(self) -> Iterator[_Named]:
        for role in ("nodes", "edges", "path"):
            path = getattr(self.spec, role)
            if path is not None:
                yield _Named(role, path)

    def _files(self, named: _Named) -> Iterator[SourceFile]:
        path = named.path.rstrip("/")
        try:
            if not inside(path):
                yield from self._outside(named)
            elif self.source.exists(path):
                self.found.files.paths.append(path)
                data = self.source.read(path, self.format.limit)
                yield from self._pinned(named, SourceFile(path, data))
            else:
                self.found.files.paths.append(path)
                yield from self._folder(path)
        except errors.Unreadable as error:
            self._tell("source-file", named.role, source=self.id, problem=[error.told])

    def _outside(self, named: _Named) -> Iterator[SourceFile]:
        if self._wanted(named.role) is None:
            self._tell("source-not-pinned", named.role, source=self.id, path=named.path)
            return
        file = Path(self.source.root / named.path)
        self.found.files.outside[named.path] = file_facts(on_disk(self.source.root, named.path))
        data = WorkTree(file.parent).as_on_disk(file.name, self.format.limit)
        yield from self._pinned(named, SourceFile(named.path, data))

    def _wanted(self, role: str) -> str | None:
        digests = self.spec.sha256
        if isinstance(digests, SourceDigests):
            found: str | None = getattr(digests, role, None)
            return found
        return digests

    def _pinned(self, named: _Named, file: SourceFile) -> Iterator[SourceFile]:
        """Yield a file if it is the one that the source means."""
        wanted = self._wanted(named.role)
        found = hashlib.sha256(file.data).hexdigest()
        if wanted is not None and found != wanted:
            self._tell("source-digest", "sha256", source=self.id, path=file.path, found=found)
        else:
            yield file

    def _folder(self, folder: str) -> Iterator[SourceFile]:
        listed = []
        for path, entry in self.source.entries().items():
            if not path.startswith(f"{folder}/") or not self._reads(path):
                continue
            if entry.regular:
                listed.append(path)
            else:
                what = "link" if entry.mode == SYMLINK else "other"
                problem = told("source.not_plain", case=what, path=path)
                self._tell("source-file", "path", source=self.id, problem=[problem])
        if not listed:
            # says why: it is missing, or a link
            self.source.read(folder, self.format.limit)
        for path in listed[:_MOST_FILES]:
            yield SourceFile(path, self.source.read(path, self.format.limit))

    def _reads(self, path: str) -> bool:
        name = path.removesuffix(".gz")
        return name.endswith(self.format.suffixes)

    def _tell(self, rule: str, key: str, **data: Any) -> None:
        route = ("spec", key)
        self.found.findings.append(self.document.found(rule, route, **data))
