"""The CMDB after a few files of items were edited: the columns from before, with their rows replaced.

Only files that hold plain items are looked at here. Whatever else has changed, or has a finding, is
for who reads all of the CMDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from changeflow import errors
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import Place
from changeflow.model.canonical import NotUtf8Error, digest_bytes
from changeflow.model.cmdb import ConfigurationItem
from changeflow.reading.files_of_cmdb import FilesOfCmdb, digests_of, with_digests
from changeflow.reading.native_items import ReadCmdb, holds_items
from changeflow.reading.parsed import parse
from changeflow.repo.source import Source

# of so many files one may have changed; where more have, all are read
_SHARE: Final = 4


def patched(
    source: Source, columns: ItemColumns, kept: Mapping[str, memoryview], after: FilesOfCmdb
) -> ReadCmdb | None:
    """Return the CMDB after some files were edited; None where all files have to be read.

    Args:
        source: where the files are.
        columns: the CMDB before, without sources.
        kept: what a snapshot has beside the columns.
        after: the files now.
    """
    before = FilesOfCmdb.of(kept)
    if before is None or not before.is_normal() or not after.is_normal():
        return None
    changes = after.changed_since(before)
    if changes is None:
        return None
    changed, gone = changes
    edited = [*changed, *gone]
    if len(edited) * _SHARE > after.number() or not all(map(holds_items, edited)):
        return None
    try:
        digests: dict[str, str] = {}
        items, places = _items(source, changed, digests)
        found = _replaced(columns, edited, items, places)
        files = with_digests(digests_of(kept), digests, gone)
    except (_OtherwiseError, errors.Unreadable, NotUtf8Error, ImportError):
        return None
    return ReadCmdb(found, None, digest_bytes(files), files, tuple(changed))


class _OtherwiseError(Exception):
    """The files have to be read with all others."""


def _items(
    source: Source, paths: Sequence[str], digests: dict[str, str]
) -> tuple[dict[str, ConfigurationItem], dict[str, Place]]:
    """Return the items of some files and where they stand, and note the digests of the files."""
    items: dict[str, ConfigurationItem] = {}
    places: dict[str, Place] = {}
    for path, data in source.read_many(paths):
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
    import numpy as np

    from changeflow.cmdb.columns_of_records import columns_of
    from changeflow.cmdb.wide_columns import combined, part_of
    from changeflow.cmdb.wide_words import AlikeError

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
