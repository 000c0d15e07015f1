"""The items of native YAML together with those that sources of the same place say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from changeflow import errors
from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.items_view import ItemsView, PlacesView
from changeflow.cmdb.native_columns import NativeColumns, is_common
from changeflow.cmdb.origins import Place
from changeflow.cmdb_sources.reading_sources import collected, merged
from changeflow.cmdb_sources.rows import SourceFile, SourceRows
from changeflow.cmdb_sources.table import FORMATS, Format, SourceSpec, within_limit
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
from changeflow.reading.native_items import MANY, SourceFiles, native_places
from changeflow.reading.sourced_items import ITEM_KIND, SOURCE_KIND, SourcedItems
from changeflow.repo.source import SYMLINK, Source, WorkTree, file_facts, on_disk
from changeflow.repo.work import working

if TYPE_CHECKING:
    from changeflow.cmdb_sources.wide_rows import WideRows

R = TypeVar("R")

# files that are read of one folder
_MOST_FILES: Final = 20_000


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
    findings: list[Finding] = []
    files, owners = SourceFiles(), dict[str, str]()
    said: list[SourceRows | WideRows] = []
    for one in records:
        reader = _Reader(source, one, by_id[one.metadata.id], files, findings)
        said.append(reader.rows())
        owners.update(reader.owners)
    together = merged(natives, said, places)
    return SourcedItems(together.columns, files, [*findings, *together.findings], owners)


def sourced_by_documents(source: Source, documents: Sequence[Document]) -> SourcedItems | None:
    """Return the items of valid documents with those of sources; None where there are no sources."""
    if not any(document.kind == SOURCE_KIND for document in documents):
        return None
    sources = [*_records(documents, ConfigurationSource).values()]
    natives, places = _natives([one for one in documents if one.kind == ITEM_KIND])
    return sourced_items(source, documents, sources, natives, places)


def _records(documents: Iterable[Document], kind: type[R]) -> dict[str, R]:
    """Return the records of a kind by their id, the first of several with one."""
    found: dict[str, R] = {}
    for document in documents:
        if document.kind == kind.__name__ and document.id not in found:
            made = record(document)
            if isinstance(made, kind):
                found[document.id] = made
    return found


def _natives(
    documents: Sequence[Document],
) -> tuple[Mapping[str, ConfigurationItem], Mapping[str, Place]]:
    """Return the items of valid documents, and where they stand; many without a record of each."""
    many = _in_columns(documents) if len(documents) >= MANY else None
    if many is not None:
        return ItemsView(many), PlacesView(many)
    natives = _records(documents, ConfigurationItem)
    return natives, native_places(documents)


def _in_columns(documents: Sequence[Document]) -> ItemColumns | None:
    """Return what items say; None where several have one id, and without numpy."""
    try:
        from changeflow.cmdb.native_part import part_of_natives
        from changeflow.cmdb.wide_columns import combined, part_of
        from changeflow.cmdb.wide_words import AlikeError
    except ImportError:
        return None
    by_path: dict[str, list[Document]] = {}
    for document in documents:
        by_path.setdefault(document.path, []).append(document)
    common, others = NativeColumns(), list[Document]()
    for path, of_file in by_path.items():
        data = [document.data for document in of_file]
        if all(map(is_common, data)):
            common.add(path, data)
        else:
            others += of_file
    records = _records(others, ConfigurationItem)
    parts = [part_of_natives(common.items())]
    parts.append(part_of(columns_of(records, places=native_places(others))))
    try:
        found = combined(parts)
    except AlikeError:
        return None
    return found if len(found.graph) == len(documents) else None


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
        files: SourceFiles,
        findings: list[Finding],
    ) -> None:
        self.source, self.id, self.spec = source, asked.metadata.id, asked.spec
        self.document, self.files, self.findings = document, files, findings
        self.owners: dict[str, str] = {}
        self.format: Format = FORMATS[asked.spec.format]

    def rows(self) -> SourceRows | WideRows:
        """Return what the source says."""
        files: list[SourceFile] = []
        read = (self._files(named) for named in self._named())
        try:
            files = list(within_limit(chain.from_iterable(read)))
        except errors.Unreadable as error:
            role = next(self._named()).role
            self._tell("source-file", role, source=self.id, problem=[error.told])
        for file in files:
            self.files.digests[file.path] = f"sha256:{hashlib.sha256(file.data).hexdigest()}"
            self.owners[file.path] = self.document.path
        with working("progress.items") as work:

            def tell(share: float) -> None:
                work.total, work.done = 100, int(100 * share)

            rows, findings = collected(self.id, spec_of(self.spec), files, tell)
        self.findings += findings
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
                self.files.paths.append(path)
                data = self.source.read(path, self.format.limit)
                yield from self._pinned(named, SourceFile(path, data))
            else:
                self.files.paths.append(path)
                yield from self._folder(path)
        except errors.Unreadable as error:
            self._tell("source-file", named.role, source=self.id, problem=[error.told])

    def _outside(self, named: _Named) -> Iterator[SourceFile]:
        if self._wanted(named.role) is None:
            self._tell("source-not-pinned", named.role, source=self.id, path=named.path)
            return
        file = Path(self.source.root / named.path)
        self.files.outside[named.path] = file_facts(on_disk(self.source.root, named.path))
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
        self.findings.append(self.document.found(rule, route, **data))
