"""What each commit of an append-only branch added, told by the names of its trees alone.

Git tells it by comparing the tree of each commit with that of the one before, which takes long where
trees are large. The name of a tree is the hash of its content, and the content is known beforehand if
every commit added one file and changed nothing else: the files of the last commit say in their names
in which order they came. So the names are computed and compared. Where one is another name, the branch
has another history, and nothing is told: git's comparison says what happened.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.model.paths import as_bytes

if TYPE_CHECKING:
    from changeflow.repo.git import TreeEntry

_FOLDER: Final = b"40000 "
_FILE: Final = b"100644 "
# what follows a name where names are sorted
_SLASH: Final = {_FOLDER: b"/", _FILE: b""}


class GrownCommit(NamedTuple):
    """A commit, by its object's name, with what is known of it before anything is compared."""

    oid: str
    parents: tuple[str, ...]
    tree: str
    committer: str


def supposed_files(
    commits: Sequence[GrownCommit], files: Iterable[TreeEntry]
) -> list[TreeEntry] | None:
    """Return the file that each commit adds if it adds one and changes nothing else.

    None where that cannot be. Whether it is so, the names of the trees prove.

    Args:
        commits: of the branch, oldest first, all of them.
        files: of the last one, each `<folder>/<number>-<anything>`; lower numbers came before.
    """
    ordered = _in_order(files)
    if ordered is None or len(ordered) != len(commits):
        return None
    before: tuple[str, ...] = ()
    for commit in commits:
        if commit.parents != before:
            return None
        before = (commit.oid,)
    return ordered


def prove(commits: Sequence[GrownCommit], added: Sequence[TreeEntry], object_format: str) -> bool:
    """Return whether each commit adds the file that is supposed, and changes nothing else.

    Args:
        commits: of the branch, oldest first, all of them.
        added: what `supposed_files` says.
        object_format: sha1 or sha256.
    """
    tree = _GrowingTree(object_format)
    pairs = zip(commits, added, strict=True)
    return all(commit.tree == tree.with_file(file) for commit, file in pairs)


def _in_order(files: Iterable[TreeEntry]) -> list[TreeEntry] | None:
    """Return files in the order in which they came; None where one does not say it."""
    numbered: list[tuple[int, TreeEntry]] = []
    for file in files:
        folder, _, name = file.path.partition("/")
        number = name.partition("-")[0]
        if not folder or "/" in name or not (number.isascii() and number.isdigit()):
            return None
        if file.mode != "100644" or file.kind != "blob":
            return None
        numbered.append((int(number), file))
    return [file for _, file in sorted(numbered)]


class _GrowingTree:
    """A tree of folders with files, which grows file by file.

    Args:
        object_format: sha1 or sha256.
    """

    def __init__(self, object_format: str) -> None:
        self._format = object_format
        self._folders: dict[str, _Level] = {}
        self._top = _Level(object_format)

    def with_file(self, file: TreeEntry) -> str:
        """Return the name that the tree has with one more file."""
        folder, _, name = file.path.partition("/")
        level = self._folders.setdefault(folder, _Level(self._format))
        level.put(_FILE, as_bytes(name), bytes.fromhex(file.oid))
        self._top.put(_FOLDER, as_bytes(folder), level.digest())
        return self._top.digest().hex()


class _Level:
    """One level of a tree, as git stores it.

    The hash of what stands before the place of the last change is kept: most changes are made near
    the end, where the newest names are.

    Args:
        object_format: sha1 or sha256.
    """

    def __init__(self, object_format: str) -> None:
        self._format = object_format
        self._content = bytearray()
        # what is sorted by: a folder stands where its name with a slash would
        self._names: list[bytes] = []
        self._kinds: dict[bytes, bytes] = {}
        # hashes of all content before a place, the last place last; all of the length as it is now
        self._hashed: list[tuple[int, Any]] = []
        self._size = hashlib.new(object_format, usedforsecurity=False).digest_size

    def put(self, kind: bytes, name: bytes, oid: bytes) -> None:
        """Add an entry, or give it another object."""
        key = name + _SLASH[kind]
        if key in self._kinds:
            start = self._place(key)
            end = start + len(self._line(key)) + self._size
            self._content[end - self._size : end] = oid
        else:
            place = bisect_left(self._names, key)
            start = len(self._content)
            if place < len(self._names):
                start = self._place(self._names[place])
            self._names.insert(place, key)
            self._kinds[key] = kind
            self._content[start:start] = self._line(key) + oid
            # the length stands at the beginning of what is hashed
            self._hashed = [(0, self._header())]
        while self._hashed[-1][0] > start:
            self._hashed.pop()
        known, state = self._hashed[-1]
        if known < start:
            state = state.copy()
            state.update(memoryview(self._content)[known:start])
            self._hashed.append((start, state))

    def digest(self) -> bytes:
        """Return the name of the tree's object as bytes."""
        known, state = self._hashed[-1]
        whole = state.copy()
        whole.update(memoryview(self._content)[known:])
        return bytes(whole.digest())

    def _header(self) -> Any:
        length = str(len(self._content)).encode("ascii")
        return hashlib.new(self._format, b"tree " + length + b"\0", usedforsecurity=False)

    def _line(self, key: bytes) -> bytes:
        """Return what stands before the object's name of an entry."""
        kind = self._kinds[key]
        return kind + key.removesuffix(_SLASH[kind]) + b"\0"

    def _place(self, key: bytes) -> int:
        """Return where an entry begins. New names are near the end."""
        return self._content.rindex(self._line(key))


def commits_of_log(text: str) -> Iterator[GrownCommit]:
    """Yield the commits of `git log -z --format=<LOG_FORMAT>`.

    Raises:
        ValueError: when it is something else.
    """
    for line in filter(None, text.split("\0")):
        names, tree, committer = line.split("\x02")
        oid, *parents = names.split()
        yield GrownCommit(oid, tuple(parents), tree, committer)


LOG_FORMAT: Final = "%H %P%x02%T%x02%ce"
