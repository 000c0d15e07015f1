"""The files of a CMDB of native YAML, as a snapshot keeps them, to tell which were edited since.

They are git's own listing, and what stands for the files that are not as it has them. Two listings
are compared as bytes and as sets of records.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from changeflow.cmdb.snapshot import Column, Snapshot
from changeflow.model.canonical import canonical_json
from changeflow.model.paths import as_path
from changeflow.repo.git_listing import different, listed, records_of

# how a snapshot names its listing, the edited files, and the digests of those that were read
_LISTING: Final = "listing"
_EDITED: Final = "edited"
_FILES: Final = "files"
# how git's records of a file end that a merge left in several versions
_UNMERGED: Final = (b" 1", b" 2", b" 3")
# files that are looked for one by one
_FEW: Final = 20


class FilesOfCmdb(NamedTuple):
    """The files of a CMDB.

    Attributes:
        listing: git's records of them.
        edited: what stands for each file that is not as its record says.
    """

    listing: bytes
    edited: Mapping[str, str]

    def number(self) -> int:
        """Return about how many files there are."""
        return self.listing.count(b"\0") + len(self.edited)

    def encoded(self, files: bytes) -> dict[str, Column]:
        """Return what a snapshot keeps of them.

        Args:
            files: canonical JSON of path and digest of each file that was read.
        """
        return {
            _LISTING: self.listing,
            _EDITED: json.dumps(self.edited).encode("ascii"),
            _FILES: files,
        }

    def is_normal(self) -> bool:
        """Return whether canonical JSON has all paths as they are."""
        listing = self.listing
        if not listing.isascii() and not _is_normal(as_path(listing)):
            return False
        return all(map(_is_normal, self.edited))

    def changed_since(self, before: FilesOfCmdb) -> tuple[list[str], list[str]] | None:
        """Return the files that may be others than before, and those that are gone, sorted.

        None where git has several versions of one.
        """
        new, old = _different(self.listing, before.listing)
        touched = set(dict([*new, *old]))
        for path in self.edited.keys() | before.edited.keys():
            if self.edited.get(path) != before.edited.get(path):
                touched.add(path)
        facts = (record.partition(b"\t")[0] for _, record in (*new, *old))
        if any(fact.endswith(_UNMERGED) for fact in facts):
            return None
        there = set(dict(new)) | self.edited.keys()
        removed = dict(old).keys() - there
        # edited before, and now as its record says, or gone
        reverted = touched - there - removed
        there |= _recorded(self.listing, reverted)
        gone = touched - there
        return sorted(touched - gone), sorted(gone)


class KeptFiles(NamedTuple):
    """A CMDB as it was kept, and its files.

    Attributes:
        kept: the snapshot.
        files: of the CMDB.
    """

    kept: Snapshot
    files: FilesOfCmdb

    @classmethod
    def of(cls, kept: Snapshot) -> KeptFiles | None:
        """Return a CMDB with its files; None if it was kept without them."""
        extra = kept.extra
        if _LISTING not in extra:
            return None
        files = FilesOfCmdb(bytes(extra[_LISTING]), json.loads(bytes(extra[_EDITED])))
        return cls(kept, files)


def digests_of(kept: Snapshot) -> bytes:
    """Return canonical JSON of path and digest of each file, as a snapshot kept it."""
    return bytes(kept.extra[_FILES])


def with_digests(files: bytes, digests: Mapping[str, str], gone: Sequence[str]) -> bytes:
    """Return canonical JSON of path and digest of each file, with some replaced or left out.

    Args:
        files: the JSON before. Its paths are in normal form.
        digests: of files that were edited or added.
        gone: files that are gone.

    Raises:
        NotUtf8Error: for a path that is not UTF-8.
    """
    found: bytes | None = files
    if gone or len(digests) > _FEW:
        found = None
    for path, told in digests.items():
        found = _with_digest(found, path, told) if found is not None else None
    if found is not None:
        return found
    pairs = dict(json.loads(files)) | dict(digests)
    for path in gone:
        pairs.pop(path, None)
    return canonical_json(sorted(pairs.items()))


def _with_digest(files: bytes, path: str, told: str) -> bytes | None:
    """Return the JSON with the digest of one file replaced; None if it is not there."""
    # Within a text of JSON no quote stands alone, and a bracket behind one ends no path.
    before = canonical_json([path, ""])[: -len(b'"]')]
    at = files.find(before)
    if at < 0:
        return None
    begin = at + len(before)
    return files[:begin] + told.encode("ascii") + files[files.index(b'"', begin) :]


def _different(new: bytes, old: bytes) -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]:
    """Return path and record of those that only one of two listings has."""
    new, old = different(new, old)
    ours, theirs = set(new.split(b"\0")), set(old.split(b"\0"))
    only_new, only_old = b"\0".join(ours - theirs), b"\0".join(theirs - ours)
    return list(listed(only_new)), list(listed(only_old))


def _recorded(listing: bytes, paths: Iterable[str]) -> set[str]:
    """Return those files of which there is a record."""
    wanted = set(paths)
    if len(wanted) <= _FEW:
        return {path for path in wanted if records_of(listing, path)}
    return {path for path, _ in listed(listing) if path in wanted}


def _is_normal(path: str) -> bool:
    return path.isascii() or unicodedata.is_normalized("NFC", path)
