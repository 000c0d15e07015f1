"""The CMDB after some files of items were edited: the columns from before, with their rows replaced.

After edits of few items the columns stay what they are, and the rows of these items are put beside
them by each command (`with_edits`). Where that cannot say what has changed, columns are put together
anew and kept (`patched`). Only files that hold plain items are looked at here. Whatever else has
changed, or has a finding, is for who reads all of the CMDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow import errors
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import Place
from changeflow.cmdb.replaced_rows import ItemRow, rows_of, rows_of_natives, with_rows
from changeflow.cmdb.snapshot import Snapshot
from changeflow.model.canonical import NotUtf8Error, digest_bytes
from changeflow.reading.files_of_cmdb import FilesOfCmdb, KeptFiles, digests_of, with_digests
from changeflow.reading.many_items import read_items
from changeflow.reading.native_items import ReadCmdb, holds_items
from changeflow.repo.source import Source

# Where an item says what most say, no record is made of it.
if TYPE_CHECKING:
    from changeflow.model.cmdb import ConfigurationItem

# of so many files one may have changed; where more have, all are read
_SHARE: Final = 4
# edited files that are read by each command, and kept in no columns
_FEW: Final = 20


class Edits(NamedTuple):
    """What is different since the CMDB was kept in columns.

    Attributes:
        kept: the CMDB before, without sources.
        changed: files that were edited or added, sorted.
        gone: files that are gone, sorted.
    """

    kept: Snapshot
    changed: Sequence[str]
    gone: Sequence[str]

    @classmethod
    def since(cls, before: KeptFiles, after: FilesOfCmdb) -> Edits | None:
        """Return the edits of files that hold items; None where all files have to be read.

        Args:
            before: the CMDB before, and its files.
            after: the files now.
        """
        if not before.files.is_normal() or not after.is_normal():
            return None
        changes = after.changed_since(before.files)
        if changes is None:
            return None
        edited = [*changes[0], *changes[1]]
        if not all(map(holds_items, edited)):
            return None
        if len(edited) > _FEW and len(edited) * _SHARE > after.number():
            return None
        return cls(before.kept, *changes)

    @property
    def is_none(self) -> bool:
        """Return whether nothing is different."""
        return not self.changed and not self.gone


def with_edits(source: Source, edits: Edits) -> ReadCmdb | None:
    """Return the CMDB after few items were edited; None where their columns have to be made anew.

    It is not to be kept: the edited files are read by each command, which costs less.

    Args:
        source: where the files are.
        edits: what is different.
    """
    kept, changed = edits.kept, edits.changed
    if edits.gone or len(changed) > _FEW:
        return None
    try:
        rows, digests = _rows(source, changed)
        found = with_rows(kept.columns, rows, changed)
    except (_OtherwiseError, errors.Unreadable, NotUtf8Error):
        return None
    if found is None:
        return None

    def told() -> str:
        # Only who decides asks for it.
        return digest_bytes(with_digests(digests_of(kept), digests, ()))

    return ReadCmdb(found, None, told)


def patched(source: Source, edits: Edits) -> ReadCmdb | None:
    """Return the CMDB after some files were edited; None where all files have to be read.

    Args:
        source: where the files are.
        edits: what is different.
    """
    kept, edited = edits.kept, [*edits.changed, *edits.gone]
    try:
        digests: dict[str, str] = {}
        items, places = _items(source.read_many(edits.changed), digests)
        found = _replaced(kept.columns, edited, items, places)
        files = with_digests(digests_of(kept), digests, edits.gone)
    except (_OtherwiseError, errors.Unreadable, NotUtf8Error, ImportError):
        return None
    return ReadCmdb(found, None, digest_bytes(files), files, tuple(edits.changed))


class _OtherwiseError(Exception):
    """The files have to be read with all others."""


def _rows(source: Source, paths: Sequence[str]) -> tuple[list[ItemRow], dict[str, str]]:
    """Return what the items of some files say, and the digests of the files.

    Records are made only of items that say more than most do.
    """
    contents = dict(source.read_many(paths))
    found = read_items(contents.items())
    rows, digests = list(rows_of_natives(found.items)), dict(found.digests)
    if found.others:
        from changeflow.cmdb.columns_of_records import columns_of

        items, places = _items(((path, contents[path]) for path in found.others), digests)
        columns = columns_of(items, places=places)
        rows += rows_of(
            columns,
            filter(columns.graph.facts["status"].__getitem__, range(len(columns.graph.ids))),
        )
    return rows, digests


def _items(
    contents: Iterable[tuple[str, bytes]], digests: dict[str, str]
) -> tuple[dict[str, ConfigurationItem], dict[str, Place]]:
    """Return the items of some files and where they stand, and note the digests of the files."""
    from changeflow.model.cmdb import ConfigurationItem
    from changeflow.reading.parsed import parse

    items: dict[str, ConfigurationItem] = {}
    places: dict[str, Place] = {}
    for path, data in contents:
        digests[path] = digest_bytes(data)
        parsed = parse(data, path, many=True)
        if parsed.findings:
            raise _OtherwiseError
        for record in parsed.records:
            if not isinstance(record, ConfigurationItem) or record.metadata.id in items:
                raise _OtherwiseError
            items[record.metadata.id] = record
            places[record.metadata.id] = Place(path, 0)
    return items, places


def _replaced(
    columns: ItemColumns,
    edited: Iterable[str],
    items: Mapping[str, ConfigurationItem],
    places: Mapping[str, Place],
) -> ItemColumns:
    """Return columns without the items of some files, and with others.

    Raises:
        ImportError: without numpy.
    """
    from changeflow.cmdb.columns_of_records import columns_of
    from changeflow.cmdb.wide_columns import combined, part_of
    from changeflow.cmdb.wide_words import AlikeError
    from changeflow.numpy_alone import np

    part = part_of(columns)
    try:
        files = np.zeros(len(part.paths), dtype=np.bool_)
        for path in edited:
            number = columns.origins.paths.number_of(path)
            if number is not None:
                files[number] = True
        left_out = np.zeros(len(part.ids), dtype=np.bool_)
        left_out[part.rows.items[files[part.rows.files]]] = True
        rest = part.without(left_out)
        found = combined([rest, part_of(columns_of(items, places=places))])
    except AlikeError as error:
        raise _OtherwiseError from error
    if len(found.graph) < int(np.count_nonzero(rest.facts["status"])) + len(items):
        # An id is told of twice.
        raise _OtherwiseError
    return found
