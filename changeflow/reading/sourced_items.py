"""The items of one place with those of its sources, as they were read or are remembered.

What is remembered is taken only where the files have the digest that it was made of: a check reads
files as they lie on the disk, whatever git makes of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from changeflow import errors
from changeflow.checks.any_shape import text
from changeflow.documents.document import Document
from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import canonical_json, digest_bytes
from changeflow.model.findings import Finding
from changeflow.model.kinds import group_of
from changeflow.reading.documents import Read
from changeflow.reading.native_items import ReadCmdb, SourceFiles
from changeflow.repo.source import Source

if TYPE_CHECKING:
    from changeflow.cmdb.item_columns import ItemColumns
    from changeflow.reading.cmdb_memory import CmdbMemory

SOURCE_KIND: Final = "ConfigurationSource"
ITEM_KIND: Final = "ConfigurationItem"
_GROUP: Final = "cmdb"
_ROLES: Final = ("nodes", "edges", "path")
# bytes that a file of a source may have, of whatever format
_LIMIT: Final = 512 * 1_024 * 1_024


@dataclass
class SourcedItems:
    """The items of one place in time.

    Attributes:
        columns: all that items say.
        files: that sources name.
        findings: about sources, their files and rows.
        owners: the document of the source whose file a path is.
    """

    columns: ItemColumns
    files: SourceFiles = field(default_factory=SourceFiles)
    findings: list[Finding] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)


def remarks_of(findings: Iterable[Finding]) -> bytes:
    """Return findings as bytes that are kept beside what they are about."""
    return json.dumps([one.as_json() for one in findings], ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def _findings_in(remarks: bytes) -> list[Finding]:
    found = []
    for plain in json.loads(remarks.decode("utf-8", "surrogatepass")):
        found.append(Finding(**{**plain, "route": tuple(plain["route"])}))
    return found


def remembered_items(source: Source, context: Sequence[Read]) -> SourcedItems | None:
    """Return the items that an earlier command read; None where they have to be read.

    Args:
        source: the place that is checked.
        context: its documents that others refer to.
    """
    documents = list(chain.from_iterable(one.documents for one in context))
    told = _digests(context)
    memory = _memory(source) if told is not None else None
    known = memory.recall() if memory is not None else None
    if told is None or known is None or known.sourced is None:
        return None
    digests = known.sourced.digests
    told += digests.items()
    if known.digest != digest_bytes(canonical_json(sorted(told))):
        return None
    if source.commit is None and not _are_those(source, known):
        return None
    owners = _owners(documents, digests)
    return SourcedItems(known.columns, known.sourced, _findings_in(known.remarks), owners)


def _memory(source: Source) -> CmdbMemory | None:
    from changeflow.reading.cmdb_memory import CmdbMemory
    from changeflow.repo.checkout import checkout_at

    return CmdbMemory.of(source if source.commit is not None else checkout_at(source.root))


def _digests(context: Sequence[Read]) -> list[tuple[str, str]] | None:
    """Return path and digest of the documents of the CMDB; None where something is wrong with it."""
    found = []
    for one in context:
        if group_of(one.path) == _GROUP:
            if one.digest is None or any(finding.level == "error" for finding in one.findings):
                return None
            found.append((one.path, one.digest))
        elif any(document.kind in (SOURCE_KIND, ITEM_KIND) for document in one.documents):
            return None
    return found


def _are_those(source: Source, known: ReadCmdb) -> bool:
    """Return whether the files of sources have the content that is remembered.

    What lies in a folder is not compared: files that git ignores count in a check.
    """
    files = known.sourced or SourceFiles()
    if any(path not in files.digests for path in files.paths):
        return False
    for path, digest in files.digests.items():
        try:
            data = source.read(path, _LIMIT)
        except errors.Unreadable:
            return False
        if f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
            return False
    return True


def _owners(documents: Iterable[Document], files: Iterable[str]) -> dict[str, str]:
    """Return the document of the source that names each file, or a folder around it."""
    named: dict[str, str] = {}
    for document in documents:
        if document.kind == SOURCE_KIND:
            paths: list[Any] = [document.spec.get(role) for role in _ROLES]
            named.update((text(path).rstrip("/"), document.path) for path in paths if path)
    found = {}
    for path in files:
        around = path
        while around and around not in named:
            around = around.rpartition("/")[0]
        if around:
            found[path] = named[around]
    return found
