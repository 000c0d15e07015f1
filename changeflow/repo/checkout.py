"""The work tree as git would store it: a clean checkout reads as its commit, on every machine.

Line ends, encodings, filters and file modes may differ between a checkout and its commit by
configuration alone, and a sparse checkout has not every file. Bytes that are the index's blob are
taken as they are; only others need git:

- a file that is in the index and not on disk, because the checkout is sparse, is as in the index;
- a file that git converts is what `git add` would store: git is asked, with an index and an object
  store of their own;
- a filter that the repository's configuration names is not run (docs/decisions/git-access.md):
  where the index says by the file's times that it is unchanged, it is as in the index, and
  otherwise it cannot be told;
- what git ignores is no content.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow import errors
from changeflow.model.paths import as_bytes, as_path, shown
from changeflow.repo.failures import understanding
from changeflow.repo.git import Git
from changeflow.repo.git_listing import records_of
from changeflow.repo.repository_kind import marker_of
from changeflow.repo.run_git import records
from changeflow.repo.source import (
    FILE_LIMIT,
    GITLINK,
    SPECIAL,
    SYMLINK,
    Entry,
    WorkTree,
    file_facts,
    on_disk,
    too_large,
)

if TYPE_CHECKING:
    from changeflow.repo.folder_facts import Facts

_ATTRIBUTES: Final = ("text", "eol", "crlf", "ident", "working-tree-encoding", "filter")
# `check-ignore` knows no literal ones
_MAGIC: Final = {"GIT_LITERAL_PATHSPECS": "0"}
_ATTRIBUTES_FILE: Final = b".gitattributes\0"
# ends the name of an index that is not there
_NONE: Final = ".none"
_OFF: Final = ("unspecified", "unset")
# `ls-files -v`: the skip-worktree bit; in lower case the file is assumed to be unchanged
_SKIPPED: Final = "S"
# files that are looked for in a listing before all of it is parsed
_FEW: Final = 20


class _Tracked(NamedTuple):
    """A file of the index. `oid` is empty where a merge left several versions."""

    mode: str
    oid: str
    skipped: bool
    assumed: bool


class _Index:
    """The files of the index. Where few are asked for, the others are not looked at.

    Args:
        listing: git's.
        signature: of the index when it was listed.
    """

    def __init__(self, listing: bytes, signature: tuple[int, ...]) -> None:
        self.listing, self.signature = listing, signature
        self._left = _FEW

    @cached_property
    def _all(self) -> Mapping[str, _Tracked]:
        return dict(map(_tracked, records(self.listing)))

    def of(self, paths: Sequence[str] | None) -> Mapping[str, _Tracked]:
        """Return what there is of some files, or of all."""
        if paths is None or len(paths) > self._left:
            # from now on, all are known
            self._left = -1
            return self._all
        self._left -= len(paths)
        found = (records_of(self.listing, path) for path in paths)
        return dict(map(_tracked, records(b"".join(found))))


class Checkout(WorkTree):
    """Files of a work tree that git tracks or would add, with the content that it would store.

    Nothing is kept between calls but the index, and that only while its file is the same: a work
    tree changes.

    Args:
        git: the repository; its root is the change repository's folder.
    """

    def __init__(self, git: Git) -> None:
        super().__init__(git.root)
        self.git = git
        self._listed: _Index | None = None

    # -- what there is -------------------------------------------------------------------------

    def entries(self) -> Mapping[str, Entry]:
        """Return every file that git has or would take, sorted, with the mode it would store."""
        self.forget_folders()
        tracked = self._index()
        found = {path: self._entry(path, one) for path, one in tracked.items()}
        listing = self.git.run("ls-files", "-z", "--others", "--exclude-standard").stdout
        for path in map(as_path, records(listing)):
            # git lists a repository inside of this one as a folder
            if path.endswith("/"):
                name = path.rstrip("/")
                found[name] = Entry(name, GITLINK, None)
            else:
                found[path] = self._entry(path, None)
        existing = {path: entry for path, entry in sorted(found.items()) if entry is not None}
        return MappingProxyType(existing)

    def _entry(self, path: str, tracked: _Tracked | None) -> Entry | None:
        if tracked is not None and tracked.mode == GITLINK:
            return Entry(path, GITLINK, tracked.oid)
        mode = self._mode_on_disk(path)
        if mode is not None:
            return Entry(path, self._mode(mode, tracked), None)
        if tracked is not None and tracked.skipped:
            return Entry(path, tracked.mode, tracked.oid)
        return None

    def _mode_on_disk(self, path: str) -> int | None:
        """Return the mode of what is at a path.

        None for nothing, for a folder, and for a path through a linked folder.
        """
        try:
            self._check_parents(path)
            mode = os.lstat(on_disk(self.root, path)).st_mode
        except (OSError, errors.Unreadable):
            return None
        return None if stat.S_ISDIR(mode) else mode

    def _mode(self, mode: int, tracked: _Tracked | None) -> str:
        if stat.S_ISLNK(mode):
            return SYMLINK
        if not stat.S_ISREG(mode):
            return SPECIAL
        was_link = tracked is not None and tracked.mode == SYMLINK
        if was_link and not self.git.settings.switch("core.symlinks", default=True):
            return SYMLINK
        if self.git.settings.switch("core.filemode", default=True):
            return "100755" if mode & stat.S_IXUSR else "100644"
        if tracked is None or tracked.mode == SYMLINK:
            return "100644"
        return tracked.mode

    def left_out(self, path: str) -> bool:
        """Return whether a plain file lies there that is no content, because git ignores it."""
        if path in self._index([path]):
            return False
        self.git.files_looked_for.setdefault(path, file_facts(on_disk(self.root, path)))
        if not super().exists(path):
            return False
        asked = ("check-ignore", "-z", "--stdin")
        done = self.git.run(*asked, stdin=_list([path]), accept=(0, 1), extra=_MAGIC)
        return done.returncode == 0

    def exists(self, path: str) -> bool:
        """See `Source.exists`."""
        tracked = self._index([path]).get(path)
        if tracked is not None and tracked.skipped and self._mode_on_disk(path) is None:
            return tracked.mode not in (SYMLINK, GITLINK)
        return super().exists(path)

    def listing(self) -> bytes:
        """Return git's listing of its index, with the files at which it is told not to look."""
        return self._current().listing

    def know(self, listing: bytes, facts: Facts) -> None:
        """Take a listing for git's, as long as its index has these facts."""
        size, modified, _, number, _ = facts
        self._listed = _Index(listing, (modified, size, number))

    def stored(self, paths: Iterable[str]) -> Mapping[str, Entry]:
        """Return files as the index has them, whatever is on disk; not those of a merge."""
        wanted = sorted(paths)
        index = self._index(wanted)
        found = {}
        for path in wanted:
            if path in index and index[path].oid:
                found[path] = Entry(path, index[path].mode, index[path].oid)
        return found

    def _index(self, paths: Sequence[str] | None = None) -> Mapping[str, _Tracked]:
        """Return what the index says.

        Args:
            paths: the files that are wanted; None: all.
        """
        return self._current().of(paths)

    def _current(self) -> _Index:
        signature = self._signature()
        if self._listed is None or self._listed.signature != signature:
            listing = self.git.run("ls-files", "-z", "--stage", "-v").stdout
            self._listed = _Index(listing, signature)
        return self._listed

    def _signature(self) -> tuple[int, ...]:
        try:
            facts = self.git.facts.index.stat()
        except OSError:
            return ()
        return facts.st_mtime_ns, facts.st_size, facts.st_ino

    # -- what is in it -------------------------------------------------------------------------

    def read(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """See `Source.read`.

        Raises:
            errors.HostFailed: when git would store other bytes than those on disk, and which cannot
                be told.
        """
        return next(self._read([path], None, limit))[1]

    def _read(
        self,
        paths: Iterable[str],
        problems: list[tuple[str, errors.Unreadable]] | None,
        limit: int,
    ) -> Iterator[tuple[str, bytes]]:
        wanted = list(paths)
        index = self._index(wanted)
        absent: dict[str, str] = {}
        for path in wanted:
            if path in index and index[path].skipped and self._mode_on_disk(path) is None:
                absent[path] = index[path].oid
        found = dict(self._blobs(absent, limit))
        present = [path for path in wanted if path not in found]
        on_disk_now = dict(super()._read(present, problems, limit))
        found |= on_disk_now
        found |= self._stored(on_disk_now, index, limit)
        for path in wanted:
            if path in found:
                yield path, found[path]

    def _stored(
        self, raw: Mapping[str, bytes], index: Mapping[str, _Tracked], limit: int
    ) -> dict[str, bytes]:
        """Return what git would store for those files whose bytes differ from the index."""
        other: dict[str, bytes] = {}
        for path, data in raw.items():
            if path not in index or not is_blob(data, index[path].oid):
                _refuse_hidden_edit(path, index.get(path))
                other[path] = data
        if not other:
            return {}
        attributes = self._attributes(other)
        filtered, converted = set[str](), list[str]()
        for path, data in other.items():
            if self._own_filter(attributes[path]["filter"]):
                filtered.add(path)
            elif self._converts(attributes[path], data):
                converted.append(path)
        unchanged = self._unchanged(filtered)
        for path in sorted(filtered - unchanged):
            raise _cannot_filter(path, attributes[path]["filter"])
        in_index = self._blobs({path: index[path].oid for path in unchanged}, limit)
        return dict(in_index) | self._converted(converted, limit)

    def _attributes(self, paths: Iterable[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {path: {} for path in paths}
        done = self.git.run(
            "check-attr",
            "-z",
            "--stdin",
            *_ATTRIBUTES,
            stdin=_list(found),
            extra=self._index_for_attributes(),
        )
        fields = iter(done.stdout.split(b"\0")[:-1])
        with understanding("check-attr"):
            for path, attribute, value in zip(fields, fields, fields, strict=True):
                text = value.decode("utf-8", "surrogateescape")
                found.setdefault(as_path(path), {})[attribute.decode("ascii")] = text
            if any(len(values) != len(_ATTRIBUTES) for values in found.values()):
                raise ValueError("not about every file")
        return found

    def _index_for_attributes(self) -> dict[str, str]:
        """Return no index for git to read where none of its files tells of attributes.

        Git reads all of it to look for them, and needs it for nothing else.
        """
        facts = self.git.facts
        if facts.prefix or _ATTRIBUTES_FILE in self._current().listing:
            return {}
        return {"GIT_INDEX_FILE": f"{facts.index.absolute()}{_NONE}"}

    def _own_filter(self, driver: str) -> bool:
        """Tell whether a filter of the repository's own configuration would run; it is not run."""
        return driver not in (*_OFF, "set") and self.git.settings.names_filter(driver)

    def _converts(self, attributes: Mapping[str, str], data: bytes) -> bool:
        if attributes["working-tree-encoding"] not in _OFF or attributes["filter"] not in _OFF:
            return True
        if attributes["ident"] == "set" and b"$Id" in data:
            return True
        # whether that is changed depends on several settings, which git knows
        return b"\r\n" in data

    def _converted(self, paths: Sequence[str], limit: int) -> dict[str, bytes]:
        """Return what `git add` would store, using a temporary index and object store."""
        if not paths:
            return {}
        import tempfile

        with tempfile.TemporaryDirectory(prefix="changeflow-") as folder:
            aside = self._aside(Path(folder))
            self.git.run("update-index", "--add", "-z", "--stdin", stdin=_list(paths), extra=aside)
            listing = self.git.run("ls-files", "-z", "--stage", "-v", extra=aside).stdout
            index = dict(map(_tracked, records(listing)))
            git = Git(self.root, aside)
            return dict(self._blobs({path: index[path].oid for path in paths}, limit, git))

    def _aside(self, folder: Path) -> dict[str, str]:
        objects = folder / "objects"
        (objects / "info").mkdir(parents=True)
        (objects / "info" / "alternates").write_bytes(
            os.fsencode(self.git.git_path("objects")) + b"\n"
        )
        index = folder / "index"
        if self.git.facts.index.exists():
            import shutil

            shutil.copyfile(self.git.facts.index, index)
            # An index older than every file: git then trusts no times, and compares what is in the
            # files.
            os.utime(index, (1, 1))
        return {"GIT_INDEX_FILE": str(index), "GIT_OBJECT_DIRECTORY": str(objects)}

    def _unchanged(self, paths: Iterable[str]) -> set[str]:
        """Return those files whose times and size are as the index recorded them."""
        wanted = sorted(paths)
        if not wanted:
            return set()
        listing = self.git.run("ls-files", "-z", "--debug").stdout
        recorded = {}
        for found in _DEBUG.finditer(listing):
            recorded[as_path(found[1])] = tuple(map(int, found.groups()[1:]))
        unchanged = set()
        for path in wanted:
            if path in recorded and self._as_recorded(path, recorded[path]):
                unchanged.add(path)
        return unchanged

    def _as_recorded(self, path: str, recorded: tuple[int, ...]) -> bool:
        facts = os.lstat(on_disk(self.root, path))
        ctime, ctime_ns, mtime, mtime_ns, inode, size = recorded
        return (
            size == facts.st_size
            and _same_time(facts.st_mtime_ns, mtime, mtime_ns)
            and (not ctime or _same_time(facts.st_ctime_ns, ctime, ctime_ns))
            and inode in (0, facts.st_ino & 0xFFFFFFFF)
        )

    def _blobs(
        self, oids: Mapping[str, str], limit: int, git: Git | None = None
    ) -> Iterator[tuple[str, bytes]]:
        found = (git or self.git).cat_file_batch(oids.values(), limit)
        for path, blob in zip(oids, found, strict=True):
            if blob.data is None:
                raise too_large(path, blob.size, limit)
            yield path, blob.data


_DEBUG: Final = re.compile(
    rb"([^\0]+)\0  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n"
    rb"  dev: \d+\tino: (\d+)\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: \w+\n"
)


def _tracked(line: bytes) -> tuple[str, _Tracked]:
    facts, _, path = line.partition(b"\t")
    tag, mode, oid, stage = facts.decode("ascii").split(" ")
    if stage != "0":
        oid = ""
    return as_path(path), _Tracked(mode, oid, tag.upper() == _SKIPPED, tag.islower())


def is_blob(data: bytes, oid: str) -> bool:
    """Compare bytes with a blob by the name that git gives them."""
    algorithm = "sha256" if len(oid) == 64 else "sha1"  # noqa: PLR2004 - hexadecimal digits
    stored = b"blob %d\0" % len(data) + data
    return hashlib.new(algorithm, stored, usedforsecurity=False).hexdigest() == oid


def _same_time(ours: int, seconds: int, nanoseconds: int) -> bool:
    """Compare a time with the one in an index.

    An index has 32 bits of seconds, and from some programs no fraction.
    """
    whole, fraction = divmod(ours, 1_000_000_000)
    return whole & 0xFFFFFFFF == seconds and nanoseconds in (0, fraction)


def _list(paths: Iterable[str]) -> bytes:
    return b"".join(as_bytes(path) + b"\0" for path in paths)


def _refuse_hidden_edit(path: str, tracked: _Tracked | None) -> None:
    if tracked is None or not (tracked.skipped or tracked.assumed):
        return
    bit = "skip-worktree" if tracked.skipped else "assume-unchanged"
    raise errors.HostFailed.of("git.hidden_edit", path=shown(path), bit=bit)


def _cannot_filter(path: str, driver: str) -> errors.HostFailed:
    return errors.HostFailed.of("git.foreign_filter", path=shown(path), driver=driver)


def checkout_at(root: Path, git: Git | None = None) -> WorkTree:
    """Return the work tree at a folder as git would store it.

    Without a git repository, these are the plain files.
    """
    if marker_of(root) is None:
        return WorkTree(root)
    return Checkout(git or Git(root))
