"""Where documents are read from: the work tree, or a revision by object id.

Same contract for both, and never a checkout.

A symbolic link, a submodule or a special file is never followed or opened: what it points to is not
what was reviewed.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from changeflow import errors
from changeflow.model.paths import as_bytes, as_path, inside, shown

# a work tree needs no git, and `check` starts faster without it
if TYPE_CHECKING:
    from changeflow.repo.git import Git

_NOTHING_THERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})
# bytes; documents have a far smaller limit of their own, this one keeps memory bounded
FILE_LIMIT: Final = 16 * 1024 * 1024

# nanoseconds after which no file system takes a change for the one before it
_SETTLED: Final = 3_000_000_000

SYMLINK: Final = "120000"
GITLINK: Final = "160000"
# a device, socket or pipe: git has no mode for it
SPECIAL: Final = "000000"
_IRREGULAR: Final = {SYMLINK: "link", GITLINK: "submodule"}
_REGULAR: Final = ("100644", "100755", "100664")


class Entry(NamedTuple):
    """A file.

    Attributes:
        path: relative to the change repository, with forward slashes.
        mode: git's.
        oid: its object's name, where git knows it.
    """

    path: str
    mode: str
    oid: str | None

    @property
    def regular(self) -> bool:
        """Return whether it is a plain file, the only thing that is ever read."""
        return self.mode in _REGULAR


class Source(Protocol):
    """The files of a change repository at one place in time."""

    @property
    def label(self) -> str:
        """Return what to call it in a message: a folder or a revision."""

    @property
    def root(self) -> Path:
        """Return the folder of the change repository."""

    @property
    def commit(self) -> str | None:
        """Return the commit it is, or None for the work tree."""

    def entries(self) -> Mapping[str, Entry]:
        """Return every file by its path, sorted, also links, submodules and special files."""

    def read(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """Return the content of a plain file of at most `limit` bytes.

        Raises:
            errors.Unreadable: when it is missing, no plain file, or too large.
        """

    def read_many(
        self, paths: Iterable[str], problems: list[tuple[str, errors.Unreadable]] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Yield contents in the order asked.

        Args:
            paths: what to read.
            problems: collects (path, error) of what cannot be read; without it the first one is
                raised.
        """

    def exists(self, path: str) -> bool:
        """Return whether there is a plain file of this path."""


class WorkTree:
    """The files on disk. Needs no git."""

    commit: str | None = None

    def __init__(self, root: Path) -> None:
        self.root = root
        self.label = str(root)
        self.forget_folders()

    def forget_folders(self) -> None:
        """Look again which folders are real: one may have been replaced by a symbolic link."""
        self._real_folders: set[str] = {""}

    def entries(self) -> Mapping[str, Entry]:
        """Return every file below the root, `.git` left out.

        A folder with its own `.git` is a submodule and is not entered.
        """
        return MappingProxyType(dict(sorted(self._walk())))

    def _walk(self) -> Iterator[tuple[str, Entry]]:
        folders = [""]
        while folders:
            folder = folders.pop()
            for item in self._scan(folder):
                name = as_path(item.name)
                path = f"{folder}/{name}" if folder else name
                mode = _mode_of(item)
                if mode is None:
                    folders.append(path)
                else:
                    yield path, Entry(path, mode, None)

    def _scan(self, folder: str) -> list[os.DirEntry[bytes]]:
        try:
            with os.scandir(on_disk(self.root, folder)) as found:
                return [item for item in found if item.name != b".git"]
        except OSError as error:
            raise errors.Unreadable.of(
                "file.unlisted", path=shown(folder or self.label), why=errors.refusal(error)
            ) from error

    def read(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """See `Source.read`."""
        return self.as_on_disk(path, limit)

    def as_on_disk(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """Return the bytes that lie there, whatever git would make of them: what a program reads.

        Raises:
            errors.Unreadable: as `Source.read`.
        """
        _check_path(path)
        self._check_parents(path)
        try:
            # Without O_NONBLOCK opening a pipe would wait for a writer for ever.
            descriptor = os.open(
                on_disk(self.root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            )
        except OSError as error:
            raise self._unreadable(path, error) from error
        try:
            return _content(descriptor, path, limit)
        except OSError as error:
            raise self._unreadable(path, error) from error
        finally:
            os.close(descriptor)

    def _check_parents(self, path: str) -> None:
        """Refuse a path with a folder on the way that is a symbolic link."""
        parent = path.rpartition("/")[0]
        if parent in self._real_folders:
            return
        self._check_parents(parent)
        if _is_link(on_disk(self.root, parent)):
            raise _not_plain(parent, "link")
        self._real_folders.add(parent)

    def _unreadable(self, path: str, error: OSError) -> errors.Unreadable:
        if _is_link(on_disk(self.root, path)):
            return _not_plain(path, "link")
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            return _missing(path, self.label)
        return errors.Unreadable.of("file.unreadable", path=shown(path), why=errors.refusal(error))

    def read_many(
        self, paths: Iterable[str], problems: list[tuple[str, errors.Unreadable]] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """See `Source.read_many`."""
        return self._read(paths, problems, FILE_LIMIT)

    def _read(
        self,
        paths: Iterable[str],
        problems: list[tuple[str, errors.Unreadable]] | None,
        limit: int,
    ) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            try:
                data = self.as_on_disk(path, limit)
            except errors.Unreadable as error:
                _report(path, error, problems)
            else:
                yield path, data

    def exists(self, path: str) -> bool:
        """See `Source.exists`."""
        try:
            _check_path(path)
            self._check_parents(path)
            return stat.S_ISREG(os.lstat(on_disk(self.root, path)).st_mode)
        except (errors.Unreadable, ValueError):
            return False
        except OSError as error:
            if error.errno in _NOTHING_THERE:
                return False
            raise self._unreadable(path, error) from error


class Revision:
    """The files of a commit, read by object id.

    The name is resolved once: a branch that moves on does not move this.
    """

    def __init__(self, git: Git, rev: str, commit: str | None = None) -> None:
        self.git = git
        self.label = rev
        self.commit: str = commit if commit is not None else git.rev_parse(rev)
        self._listed: Mapping[str, Entry] | None = None

    def entries(self) -> Mapping[str, Entry]:
        """Return every file of the commit below the change repository's folder."""
        if self._listed is None:
            listed = sorted(self.git.ls_tree(self.commit), key=lambda entry: entry.path)
            found = {one.path: Entry(one.path, one.mode, one.oid) for one in listed}
            self._listed = MappingProxyType(found)
        return self._listed

    @property
    def root(self) -> Path:
        """Return the folder of the change repository."""
        return self.git.root

    def read(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """See `Source.read`."""
        return next(self._read([path], None, limit))[1]

    def read_many(
        self, paths: Iterable[str], problems: list[tuple[str, errors.Unreadable]] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """See `Source.read_many`. One git process reads all of them."""
        return self._read(paths, problems, FILE_LIMIT)

    def _read(
        self,
        paths: Iterable[str],
        problems: list[tuple[str, errors.Unreadable]] | None,
        limit: int,
    ) -> Iterator[tuple[str, bytes]]:
        wanted: list[tuple[str, str]] = []
        for path in paths:
            try:
                wanted.append((path, self._oid(path)))
            except errors.Unreadable as error:
                _report(path, error, problems)
        found = self.git.cat_file_batch((oid for _, oid in wanted), limit)
        for (path, _), blob in zip(wanted, found, strict=True):
            if blob.data is None:
                _report(path, too_large(path, blob.size, limit), problems)
            else:
                yield path, blob.data

    def _oid(self, path: str) -> str:
        _check_path(path)
        entry = self.entries().get(path)
        if entry is None:
            if any(name.startswith(f"{path}/") for name in self.entries()):
                raise _not_plain(path, "directory")
            self._check_parents(path)
            raise _missing(path, self.label)
        if entry.oid is None or not entry.regular:
            raise _not_plain(path, _IRREGULAR.get(entry.mode, "special"))
        return entry.oid

    def _check_parents(self, path: str) -> None:
        while path := path.rpartition("/")[0]:
            entry = self.entries().get(path)
            if entry is not None and entry.mode == SYMLINK:
                raise _not_plain(path, "link")

    def exists(self, path: str) -> bool:
        """See `Source.exists`."""
        entry = self.entries().get(path)
        return entry is not None and entry.regular


def on_disk(root: Path, path: str) -> bytes:
    """Return where a path of the repository lies: names are UTF-8 there, whatever the locale."""
    return os.path.join(os.fsencode(root), as_bytes(path))  # noqa: PTH118 - bytes, and a hot loop


def file_facts(path: bytes) -> str:
    """Return what a file at a path, or nothing there, is told by: equal texts, equal content.

    A link is not followed. A file that was touched just now has other facts at each look, because a
    change that follows at once may leave the same times.
    """
    try:
        facts = os.lstat(path)
    except (OSError, ValueError) as error:
        return type(error).__name__
    now = time.time_ns()
    if not stat.S_ISDIR(facts.st_mode) and facts.st_ctime_ns > now - _SETTLED:
        return f"touched {now}"
    told = (
        facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino,
        facts.st_dev,
    )  # fmt: skip
    return " ".join(map(str, told))


def _is_link(path: bytes) -> bool:
    """Return whether a path is a symbolic link.

    Where that may not be seen, opening it fails anyway, and says why.
    """
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except OSError:
        return False


def _mode_of(item: os.DirEntry[bytes]) -> str | None:
    """Return the mode git gives a file; None for a folder to walk into."""
    if item.is_symlink():
        return SYMLINK
    if item.is_dir(follow_symlinks=False):
        # a hot loop
        marker = os.path.join(item.path, b".git")  # noqa: PTH118
        return GITLINK if os.path.lexists(marker) else None
    if not item.is_file(follow_symlinks=False):
        return SPECIAL
    return "100755" if item.stat(follow_symlinks=False).st_mode & stat.S_IXUSR else "100644"


def _content(descriptor: int, path: str, limit: int) -> bytes:
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        raise _not_plain(path, "directory" if stat.S_ISDIR(facts.st_mode) else "special")
    if facts.st_size > limit:
        raise too_large(path, facts.st_size, limit)
    with open(descriptor, "rb", closefd=False) as file:
        # Not as much as is allowed: room for that would be taken from the system file by file.
        data = file.read(facts.st_size + 1)
        if len(data) > facts.st_size:
            # It grew meanwhile.
            data += file.read(limit + 1 - len(data))
    if len(data) > limit:
        raise too_large(path, facts.st_size, limit)
    return data


def _check_path(path: str) -> None:
    """Refuse anything but a plain relative path: no way out of the repository, none into `.git`."""
    if not inside(path):
        raise errors.Unreadable.of("file.no_such_place", path=shown(path))


def _report(
    path: str, error: errors.Unreadable, problems: list[tuple[str, errors.Unreadable]] | None
) -> None:
    if problems is None:
        raise error
    problems.append((path, error))


def _missing(path: str, label: str) -> errors.Unreadable:
    return errors.Unreadable.of("file.missing", path=shown(path), place=label)


def _not_plain(path: str, what: str) -> errors.Unreadable:
    return errors.Unreadable.of("file.not_plain", case=what, path=shown(path))


def too_large(path: str, size: int, limit: int = FILE_LIMIT) -> errors.Unreadable:
    """Return the error about a file that has more bytes than are read."""
    return errors.Unreadable.of("file.too_large", path=shown(path), size=size, most=limit)
