"""Where items stand: in documents of native YAML, and in files that sources name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import Place
from changeflow.lazy_dataclass import dataclass
from changeflow.model.kinds import area_of

# What is remembered is not read from documents.
if TYPE_CHECKING:
    from changeflow.documents.document import Document
    from changeflow.reading.parsed import ParsedSource

# files of native YAML from which on they are read in columns, and replaced when they were edited
MANY: Final = 1_000
_KIND: Final = "ConfigurationItem"


@dataclass
class SourceFiles:
    """The files that sources of the CMDB name.

    Attributes:
        digests: path and digest of each file that was read.
        paths: files and folders inside of the repository that sources name.
        outside: files outside of the repository that sources name, with their facts before they
            were read.
    """

    digests: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    outside: dict[str, str] = field(default_factory=dict)

    def reads(self, path: str) -> bool:
        """Return whether a source names a file, or a folder around it."""
        return any(path == named or path.startswith(f"{named}/") for named in self.paths)


class ReadCmdb(NamedTuple):
    """What the documents of the CMDB and its sources say.

    Attributes:
        columns: all that items say.
        sourced: the files of sources; None where there are no sources.
        told: the digest of all files, or what computes it; None where there are none.
        files: canonical JSON of path and digest of each file of native YAML, where it is known.
        read: the files of native YAML that were read now; None: all.
        remarks: the warnings about sources and their rows, as `sourced_items` keeps them.
    """

    columns: ItemColumns
    sourced: SourceFiles | None
    told: str | Callable[[], str] | None
    files: bytes | None = None
    read: tuple[str, ...] | None = None
    remarks: bytes = b""

    @property
    def digest(self) -> str | None:
        """Return the digest of all files; None where there are none."""
        return self.told() if callable(self.told) else self.told


def holds_items(path: str) -> bool:
    """Return whether a file holds native items and nothing else."""
    area = area_of(path)
    return area is not None and area.kinds == (_KIND,)


def item_documents(
    source: ParsedSource, columns: ItemColumns, items: Iterable[str]
) -> list[Document]:
    """Return the documents of items that native YAML describes, read from their files alone."""
    places = (columns.native_place(ci) for ci in items)
    found: list[Document] = []
    for path in sorted({place.path for place in places if place is not None}):
        found += source.parsed(path, many=True).documents
    return found


def native_places(documents: Iterable[Document]) -> dict[str, Place]:
    """Return the files in which native items stand."""
    places: dict[str, Place] = {}
    for document in documents:
        if document.kind == _KIND:
            places.setdefault(document.id, Place(document.path, 0))
    return places
