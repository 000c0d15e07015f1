"""The CMDB as an earlier command found it, in columns that are mapped and not read.

It is the same while every file below `cmdb/` is, and every file that its sources read: told by
git's names of their contents, and in a work tree by git's rule for files that were not touched.
What was read from outside of the repository is not remembered, and neither is a CMDB with a
problem. docs/decisions/cmdb-snapshot.md says why the bytes may be believed, also by a gate.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from changeflow import errors
from changeflow.cmdb.snapshot import Column, Snapshot, decode, encode
from changeflow.model.kinds import folders_of, group_of
from changeflow.model.paths import as_bytes
from changeflow.reading.native_items import MANY, ReadCmdb, SourceFiles
from changeflow.repo.checkout import Checkout
from changeflow.repo.fingerprint import digest_of_parts, settings_of
from changeflow.repo.git import Git
from changeflow.repo.git_listing import divided, listed
from changeflow.repo.index_store import IndexStore
from changeflow.repo.listed_files import ListedFiles
from changeflow.repo.snapshot_store import SnapshotStore
from changeflow.repo.source import Entry, Revision, Source, on_disk

if TYPE_CHECKING:
    from changeflow.reading.files_of_cmdb import FilesOfCmdb, KeptFiles
    from changeflow.reading.patched_cmdb import Edits

# Git reads files of a work tree by what it says.
_ATTRIBUTES: Final = ".gitattributes"
# nanoseconds that a file's times may be behind the clock
_TICK: Final = 20_000_000
_GROUP: Final = "cmdb"
# beside the columns: path and digest of each file of a source
_DIGESTS: Final = "digests"
# and the warnings about sources and their rows
_REMARKS: Final = "remarks"
# where the index says which snapshot of many files is the newest
_NEWEST: Final = "newest cmdb"
_OF_MANY: Final = "many files"
# bytes that git's record of a file has at least
_RECORD: Final = 50
# files of which git is asked alone whether they are the same
_FEW: Final = 20


class CmdbMemory:
    """The memory of the CMDB at one place in time.

    Args:
        store: keeps snapshots.
        source: the place.
        files: every file there.
        more: what the content depends on beside the files.
    """

    def __init__(
        self, store: SnapshotStore, source: Source, files: ListedFiles, more: bytes
    ) -> None:
        self._store, self._source, self._files, self._more = store, source, files, more
        # when all of it began to be read, by the clock of files; None: not yet, or not known
        self._since: int | None = None

    @classmethod
    def of(cls, source: Source, entries: Mapping[str, Entry] | None = None) -> CmdbMemory | None:
        """Return the memory for a place; None where nothing is remembered.

        Args:
            source: the place.
            entries: the files of a commit, where they were listed already.
        """
        if not isinstance(source, Revision | Checkout):
            return None
        git = source.git
        try:
            store = SnapshotStore.of(git.facts.common_dir)
            if store is None:
                return None
            if isinstance(source, Revision):
                files = ListedFiles.of_commit(entries or source.entries(), source.root)
                return cls(store, source, files, b"")
            more = b"\0".join(settings_of(git))
            return cls(store, source, ListedFiles.of_work_tree(source, more), more)
        except errors.HostFailed:
            # Reading says what is wrong.
            return None

    @property
    def index(self) -> IndexStore:
        """Return what says which snapshots hold."""
        return self._store.index

    @cached_property
    def _divided(self) -> tuple[bytes, bytes]:
        """Return git's records of the files below `cmdb/`, and all others."""
        folder, elsewhere = folders_of(_GROUP)
        known = self._newest.files.listing if self._newest is not None else b""
        inside, others = divided(self._files.listing, folder, known)
        if inside == known:
            # What lies elsewhere was taken from it before.
            return inside, others
        for other in elsewhere:
            taken, inside = divided(inside, other)
            others += taken
        return inside, others

    @cached_property
    def _others(self) -> dict[str, bytes]:
        """Return path and record of other files on which the rulebook may depend."""
        found: dict[str, bytes] = {}
        for path, record in listed(self._divided[1]):
            if path.endswith(_ATTRIBUTES) or group_of(path) is not None:
                # a merge leaves several versions of a file
                found[path] = found.get(path, b"") + record
        for path in self._files.edited:
            group = group_of(path)
            if group != _GROUP and (group is not None or path.endswith(_ATTRIBUTES)):
                found.setdefault(path, b"")
        return found

    @cached_property
    def _edited(self) -> dict[str, str]:
        """Return what stands for the files below `cmdb/` that are not as git's records say."""
        edited = self._files.edited
        return self._files.contents(path for path in edited if group_of(path) == _GROUP)

    @cached_property
    def key(self) -> str:
        """Return what stands for the files below `cmdb/`, and for how git reads them."""
        parts = (self._more, self._divided[0], _in_bytes(self._edited))
        return digest_of_parts((*parts, *self._attributes))

    @cached_property
    def _attributes(self) -> tuple[bytes, ...]:
        """Return what stands for the files that say how git reads others."""
        return tuple(self._told(path for path in self._others if path.endswith(_ATTRIBUTES)))

    @property
    def _how_read(self) -> str:
        """Return what stands for how git reads files."""
        return digest_of_parts((self._more, *self._attributes))

    @cached_property
    def key_of_rest(self) -> str:
        """Return what stands for the governing files that are not below `cmdb/`."""
        return digest_of_parts((self._more, *self._told(self._others)))

    @cached_property
    def key_of_all(self) -> str:
        """Return what stands for all governing files, and for how git reads them."""
        return digest_of_parts((self.key.encode("ascii"), self.key_of_rest.encode("ascii")))

    def is_still(self, key_of_all: str) -> bool:
        """Return whether all governing files are those of an earlier key."""
        if self._source.commit is not None:
            return True
        after = CmdbMemory.of(self._source)
        return after is not None and after.key_of_all == key_of_all

    def unedited(self, paths: Iterable[str]) -> Mapping[str, Entry]:
        """Return those files of a work tree that are as git's index has them, with git's names."""
        source, edited = self._source, self._files.edited
        return source.stored(set(paths) - edited) if isinstance(source, Checkout) else {}

    def _told(self, paths: Iterable[str]) -> Iterator[bytes]:
        """Yield what stands for some of the other files."""
        for path in sorted(paths):
            yield as_bytes(path)
            yield self._others[path]
            yield _in_bytes(self._files.contents([path]))

    def _below(self, path: str) -> str:
        """Return what stands for a file, or for all files of a folder."""
        records, edited = self._files.at(path)
        return digest_of_parts((records, _in_bytes(edited)))

    def _knows(self, path: str) -> bool:
        return self._files.at(path) != (b"", {})

    def recall(self) -> ReadCmdb | None:
        """Return the CMDB, if it was read before and little has changed.

        Where it was not, it is read next.
        """
        found = self._recalled()
        if found is None and self._source.commit is None:
            self._since = self._store.file_time()
        return found

    def _recalled(self) -> ReadCmdb | None:
        edits = self._edits
        if edits is not None:
            # most repositories have fewer files
            from changeflow.reading.patched_cmdb import with_edits

            if edits.is_none:
                return _read(edits.kept)
            found = with_edits(self._source, edits)
            if found is not None:
                return found
        data = self._store.get(self.key)
        if data is None:
            return self._patched()
        try:
            kept = decode(memoryview(data))
        except ValueError:
            return None
        for path, told in kept.about["sources"].items():
            if self._below(path) != told:
                return None
        return _read(kept)

    def _patched(self) -> ReadCmdb | None:
        """Return the CMDB that was read last with the files replaced that were edited since."""
        if self._edits is None:
            return None
        from changeflow.reading.patched_cmdb import patched

        found = patched(self._source, self._edits)
        if found is not None:
            self.keep(found)
        return found

    @cached_property
    def _newest(self) -> KeptFiles | None:
        """Return the CMDB of many files that was kept last, and its files."""
        if len(self._files.listing) < MANY * _RECORD:
            return None
        newest = self.index.get(_NEWEST, _OF_MANY)
        data = self._store.get(newest.decode("ascii")) if newest is not None else None
        if data is None:
            return None
        # most repositories have fewer files
        from changeflow.reading.files_of_cmdb import KeptFiles

        try:
            return KeptFiles.of(decode(memoryview(data)))
        except ValueError:
            return None

    @cached_property
    def _edits(self) -> Edits | None:
        """Return what is different since a CMDB of many files was kept; None where it is much."""
        if self._newest is None or self._newest.kept.about["how_read"] != self._how_read:
            return None
        from changeflow.reading.patched_cmdb import Edits

        return Edits.since(self._newest, self._files_of_cmdb)

    @cached_property
    def _has_many(self) -> bool:
        return self._divided[0].count(b"\0") + len(self._edited) >= MANY

    @property
    def _files_of_cmdb(self) -> FilesOfCmdb:
        # most repositories have fewer files
        from changeflow.reading.files_of_cmdb import FilesOfCmdb

        return FilesOfCmdb(self._divided[0], self._edited)

    def _is_edited(self, cmdb: ReadCmdb) -> bool:
        """Return whether a file of a work tree may be another one than was read."""
        read, sourced = cmdb.read, cmdb.sourced or SourceFiles()
        if isinstance(self._source, Checkout) and read is not None and len(read) <= _FEW:
            return not self._are_still(self._source.git, read)
        after = CmdbMemory.of(self._source)
        if after is None or after.key != self.key:
            return True
        for path in sourced.digests:
            facts = os.lstat(on_disk(self._source.root, path))
            if self._since is None or facts.st_ctime_ns > self._since - _TICK:
                return True
        return False

    def _are_still(self, git: Git, paths: Iterable[str]) -> bool:
        """Return whether some files are what they were, and git reads them as it did."""
        wanted = set(paths)
        for path in paths:
            wanted.update(f"{folder}/{_ATTRIBUTES}" for folder in PurePosixPath(path).parents)
        wanted = {path.removeprefix("./") for path in wanted}
        try:
            is_same = b"\0".join(settings_of(git)) == self._more
            return is_same and self._files.is_still(git, wanted)
        except errors.HostFailed:
            return False

    def keep(self, cmdb: ReadCmdb) -> None:
        """Keep a CMDB without problems, unless it was edited while it was read."""
        sourced = cmdb.sourced or SourceFiles()
        if any(not sourced.reads(path) for path in sourced.digests):
            return
        if any(not self._knows(path) for path in sourced.paths):
            # Git ignores it, and does not tell when it is edited.
            return
        if self._source.commit is None and self._is_edited(cmdb):
            return
        about: dict[str, Any] = {
            "sources": {path: self._below(path) for path in sorted(sourced.paths)},
            "sourced": cmdb.sourced is not None,
            "digest": cmdb.digest,
            "how_read": self._how_read,
        }
        extra: dict[str, Column] = {
            _DIGESTS: json.dumps(sourced.digests).encode(),
            _REMARKS: cmdb.remarks,
        }
        is_many = cmdb.files is not None and self._has_many
        if cmdb.files is not None and is_many:
            extra.update(self._files_of_cmdb.encoded(cmdb.files))
        self._store.put(self.key, encode(cmdb.columns, about, extra))
        if is_many:
            self.index.put(_NEWEST, _OF_MANY, self.key.encode("ascii"))


def _read(kept: Snapshot) -> ReadCmdb | None:
    """Return the CMDB that a snapshot holds."""
    about, sourced, remarks = kept.about, None, bytes(kept.extra.get(_REMARKS, b""))
    if about["sourced"]:
        if not remarks:
            # of an earlier version
            return None
        digests = json.loads(bytes(kept.extra[_DIGESTS]))
        sourced = SourceFiles(digests, list(about["sources"]))
    return ReadCmdb(kept.columns, sourced, about["digest"], remarks=remarks)


def _in_bytes(edited: Mapping[str, str]) -> bytes:
    return json.dumps(edited).encode("ascii")
