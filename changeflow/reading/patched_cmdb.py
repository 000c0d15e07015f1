"""The CMDB after a few files of items were edited: the columns from before, with their rows replaced.

Only files that hold plain items are looked at here. Whatever else has changed, or has a finding, is
for who reads all of the CMDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import Place
from changeflow.model.canonical import NotUtf8Error, digest, digest_bytes
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.kinds import area_of
from changeflow.reading.native_items import ReadCmdb
from changeflow.reading.parsed import parse
from changeflow.repo.source import Source

_KIND: Final = "ConfigurationItem"
_BETWEEN: Final = b"\0"
# bytes up to which a file's content is called by what git says of it
_SHORT: Final = 256
# of so many files one may have changed; where more have, all are read
_SHARE: Final = 4


class Listing(NamedTuple):
    """The files of a CMDB.

    Attributes:
        names: for each file what stands for its content.
        digests: for each file that was read its digest.
    """

    names: Mapping[str, bytes]
    digests: Mapping[str, str]

    def encoded(self) -> bytes:
        """Return it as bytes."""
        parts = []
        for path, name in self.names.items():
            told = self.digests.get(path, "")
            parts += [path.encode("utf-8", "surrogateescape"), name, told.encode("ascii")]
        return _BETWEEN.join(parts)

    @classmethod
    def of(cls, data: bytes) -> Listing:
        """Return it from bytes."""
        parts = data.split(_BETWEEN)
        paths = [path.decode("utf-8", "surrogateescape") for path in parts[0::3]]
        digests = {}
        for path, told in zip(paths, parts[2::3], strict=True):
            if told:
                digests[path] = told.decode("ascii")
        return cls(dict(zip(paths, parts[1::3], strict=True)), digests)


def name_of_content(told: bytes) -> bytes:
    """Return a short name for what stands for a file's content."""
    if len(told) <= _SHORT and _BETWEEN not in told:
        return told
    return blake2b(told, digest_size=32).hexdigest().encode("ascii")


def patched(
    source: Source, columns: ItemColumns, before: Listing, after: Mapping[str, bytes]
) -> ReadCmdb | None:
    """Return the CMDB after some files were edited; None where all files have to be read.

    Args:
        source: where the files are.
        columns: the CMDB before, without sources.
        before: its files.
        after: the files now, with what stands for their contents.
    """
    changed = [path for path, name in after.items() if before.names.get(path) != name]
    gone = before.names.keys() - after.keys()
    edited = [*changed, *gone]
    if len(edited) * _SHARE > len(after) or not all(map(_holds_items, edited)):
        return None
    digests = {path: told for path, told in before.digests.items() if path not in gone}
    try:
        items, places = _items(source, changed, digests)
        found = _replaced(columns, edited, items, places)
        told = digest(sorted(digests.items()))
    except (_OtherwiseError, errors.Unreadable, NotUtf8Error, ImportError):
        return None
    return ReadCmdb(found, None, told, digests)


class _OtherwiseError(Exception):
    """The files have to be read with all others."""


def _holds_items(path: str) -> bool:
    area = area_of(path)
    return area is not None and area.kinds == (_KIND,)


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
    from changeflow.cmdb.wide_words import AlikeError, Finder, Texts

    part = part_of(columns)
    try:
        numbers = Finder(part.paths).numbers(Texts.of(list(edited)))
        files = np.zeros(len(part.paths), dtype=np.bool_)
        files[numbers[numbers >= 0]] = True
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
