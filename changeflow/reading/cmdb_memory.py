"""The CMDB as an earlier command found it, in columns that are mapped and not read.

It is the same while every file below `cmdb/` is, and every file that its sources read: told by
git's names of their contents, and in a work tree by git's rule for files that were not touched.
What was read from outside of the repository is not remembered, and neither is a CMDB with a
problem. docs/decisions/cmdb-snapshot.md says why the bytes may be believed, also by a gate.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from changeflow import errors
from changeflow.cmdb.snapshot import decode, encode
from changeflow.model.kinds import group_of
from changeflow.reading.native_items import ReadCmdb, SourceFiles
from changeflow.repo.checkout import Checkout
from changeflow.repo.fingerprint import WorkTreeFiles, digest_of_parts, settings_of
from changeflow.repo.index_store import IndexStore
from changeflow.repo.snapshot_store import SnapshotStore
from changeflow.repo.source import Entry, Revision, Source, on_disk

# Git reads files of a work tree by what it says.
_ATTRIBUTES: Final = ".gitattributes"
# nanoseconds that a file's times may be behind the clock
_TICK: Final = 20_000_000
_GROUP: Final = "cmdb"
# beside the columns: path and digest of each file of a source
_DIGESTS: Final = "digests"
# and, of many files of native YAML, what stood for each
_LISTING: Final = "listing"
# where the index says which snapshot of many files is the newest
_NEWEST: Final = "newest cmdb"
_OF_MANY: Final = "many files"
# files of native YAML from which on those that were edited are replaced
MANY: Final = 1_000


class CmdbMemory:
    """The memory of the CMDB at one place in time.

    Args:
        store: keeps snapshots.
        source: the place.
        files: every file there, with what stands for its content.
        more: what the content depends on beside the files.
    """

    def __init__(
        self, store: SnapshotStore, source: Source, files: Mapping[str, bytes], more: bytes
    ) -> None:
        self._store, self._source, self._files, self._more = store, source, files, more
        self._since = time.time_ns()

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
                return cls(store, source, dict(_told(entries or source.entries())), b"")
            return cls(store, source, WorkTreeFiles(git), b"\0".join(settings_of(git)))
        except errors.HostFailed:
            # Reading says what is wrong.
            return None

    @property
    def index(self) -> IndexStore:
        """Return what says which snapshots hold."""
        return self._store.index

    @cached_property
    def _governing(self) -> dict[str, str]:
        """Return the files on which the rulebook may depend, with the part each belongs to."""
        found: dict[str, str] = {}
        for path in self._files:
            group = group_of(path)
            if group is not None:
                found[path] = group
            elif path.endswith(_ATTRIBUTES):
                found[path] = _ATTRIBUTES
        return found

    @cached_property
    def _of_cmdb(self) -> list[str]:
        governing = self._governing.items()
        return [path for path, of in governing if of == _GROUP or path.endswith(_ATTRIBUTES)]

    @cached_property
    def key(self) -> str:
        """Return what stands for the files below `cmdb/`, and for how git reads them."""
        return digest_of_parts((self._more, *self._contents(self._of_cmdb)))

    @cached_property
    def key_of_rest(self) -> str:
        """Return what stands for the governing files that are not below `cmdb/`."""
        rest = (path for path, group in self._governing.items() if group != _GROUP)
        return digest_of_parts((self._more, *self._contents(rest)))

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

    def _contents(self, paths: Iterable[str]) -> Iterator[bytes]:
        for path in sorted(paths):
            yield path.encode("utf-8", "surrogateescape")
            yield self._files[path]

    def _below(self, path: str) -> str:
        """Return what stands for a file, or for all files of a folder."""
        inside = f"{path}/"
        found = (one for one in self._files if one == path or one.startswith(inside))
        return digest_of_parts(self._contents(found))

    def _knows(self, path: str) -> bool:
        return path in self._files or any(one.startswith(f"{path}/") for one in self._files)

    def recall(self) -> ReadCmdb | None:
        """Return the CMDB, if it was read before and little has changed."""
        data = self._store.get(self.key)
        if data is None:
            return self._patched()
        try:
            columns, about, extra = decode(memoryview(data))
        except ValueError:
            return None
        for path, told in about["sources"].items():
            if self._below(path) != told:
                return None
        sourced = None
        if about["sourced"]:
            digests = json.loads(bytes(extra[_DIGESTS]))
            sourced = SourceFiles(digests, list(about["sources"]))
        return ReadCmdb(columns, sourced, about["digest"])

    def _patched(self) -> ReadCmdb | None:
        """Return the CMDB that was read last with the files replaced that were edited since."""
        newest = self.index.get(_NEWEST, _OF_MANY) if len(self._of_cmdb) >= MANY else None
        data = self._store.get(newest.decode("ascii")) if newest is not None else None
        if data is None:
            return None
        from changeflow.reading.patched_cmdb import Listing, patched

        try:
            columns, about, extra = decode(memoryview(data))
        except ValueError:
            return None
        if about["sourced"] or about["more"] != digest_of_parts((self._more,)):
            return None
        before = Listing.of(bytes(extra[_LISTING]))
        found = patched(self._source, columns, before, self._names())
        if found is not None:
            self.keep(found)
        return found

    def _names(self) -> dict[str, bytes]:
        """Return what stands for the content of each file below `cmdb/`."""
        from changeflow.reading.patched_cmdb import name_of_content

        return {path: name_of_content(self._files[path]) for path in sorted(self._of_cmdb)}

    def _is_edited(self, sourced: SourceFiles) -> bool:
        """Return whether a file of a work tree may be another one than was read."""
        after = CmdbMemory.of(self._source)
        if after is None or after.key != self.key:
            return True
        for path in sourced.digests:
            facts = os.lstat(on_disk(self._source.root, path))
            if facts.st_ctime_ns > self._since - _TICK:
                return True
        return False

    def keep(self, cmdb: ReadCmdb) -> None:
        """Keep a CMDB without problems, unless it was edited while it was read."""
        sourced = cmdb.sourced or SourceFiles()
        if any(not sourced.reads(path) for path in sourced.digests):
            return
        if any(not self._knows(path) for path in sourced.paths):
            # Git ignores it, and does not tell when it is edited.
            return
        if self._source.commit is None and self._is_edited(sourced):
            return
        about: dict[str, Any] = {
            "sources": {path: self._below(path) for path in sorted(sourced.paths)},
            "sourced": cmdb.sourced is not None,
            "digest": cmdb.digest,
            "more": digest_of_parts((self._more,)),
        }
        extra = {_DIGESTS: json.dumps(sourced.digests).encode()}
        is_many = cmdb.files is not None and len(cmdb.files) >= MANY
        if cmdb.files is not None and is_many:
            from changeflow.reading.patched_cmdb import Listing

            extra[_LISTING] = Listing(self._names(), cmdb.files).encoded()
        self._store.put(self.key, encode(cmdb.columns, about, extra))
        if is_many:
            self.index.put(_NEWEST, _OF_MANY, self.key.encode("ascii"))


def _told(entries: Mapping[str, Entry]) -> Iterator[tuple[str, bytes]]:
    for path, entry in entries.items():
        yield path, f"{entry.mode} {entry.oid}".encode()
