"""The changed files of a branch, with what is in them: of commits, and of a work tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from changeflow import errors
from changeflow.model.path_patterns import matches
from changeflow.model.paths import OUTSIDE
from changeflow.reading.pull_content import PullContent
from changeflow.repo.git import Git, TreeEntry
from changeflow.repo.source import FILE_LIMIT
from changeflow.repo.work_tree_changes import WorkTreeChanges
from changeflow.scope.changed_files import Contents, FileChange

# files that are in memory together
_TOGETHER: Final = 200
_PLAIN: Final = ("100644", "100755", "100664")


def _batches(paths: Iterable[str]) -> Iterator[list[str]]:
    waiting = list(paths)
    for start in range(0, len(waiting), _TOGETHER):
        yield waiting[start : start + _TOGETHER]


class _Blobs:
    """Reads blobs of git, as far as they are small enough."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def read(self, oids: Iterable[str], limit: int) -> dict[str, bytes | None]:
        """Return what is in blobs; None of one that is too large."""
        wanted = sorted(set(oids))
        return {blob.oid: blob.data for blob in self._git.cat_file_batch(wanted, limit)}


def _oid(entry: TreeEntry | None) -> str | None:
    """Return the blob of a plain file; None for a link, a submodule, and what is not there."""
    return entry.oid if entry is not None and entry.mode in _PLAIN else None


class CommittedFiles:
    """The changed files of a commit, against where it left the base.

    Args:
        git: the repository.
        content: what differs.
        commit: where the files of the head are; another than the head only where that is gone.
    """

    def __init__(self, git: Git, content: PullContent, commit: str) -> None:
        self._git, self._content, self._commit = git, content, commit
        self._blobs = _Blobs(git)

    @cached_property
    def _entries(self) -> Mapping[str, tuple[TreeEntry | None, TreeEntry | None]]:
        found: dict[str, tuple[TreeEntry | None, TreeEntry | None]] = {}
        for before, after in self._content.entries:
            either = after or before
            if either is not None:
                found[either.path] = (before, after)
        return found

    @cached_property
    def changes(self) -> Sequence[FileChange]:
        """See `BranchFiles.changes`."""
        found: list[FileChange] = []
        for path, (before, after) in self._entries.items():
            modes = [entry.mode if entry is not None else None for entry in (before, after)]
            found.append(FileChange(path, *modes))
        return found

    def contents(self, paths: Iterable[str], limit: int) -> Iterator[Contents]:
        """See `BranchFiles.contents`."""
        for together in _batches(paths):
            oids = {path: tuple(map(_oid, self._entries[path])) for path in together}
            wanted: list[str] = []
            for pair in oids.values():
                wanted += filter(None, pair)
            data = self._blobs.read(wanted, limit)
            for path, (before, after) in oids.items():
                too_large = any(oid is not None and data[oid] is None for oid in (before, after))
                yield Contents(path, data.get(before or ""), data.get(after or ""), too_large)

    @cached_property
    def _at_head(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for entry in self._git.ls_tree(self._commit, full=True):
            if entry.mode in _PLAIN:
                found[entry.path] = entry.oid
        return found

    def named_like(self, patterns: Sequence[str]) -> Sequence[str]:
        """See `BranchFiles.named_like`."""
        return _like(self._at_head, patterns)

    def at_head(self, path: str, limit: int) -> Contents:
        """See `BranchFiles.at_head`."""
        oid = self._at_head[path]
        data = self._blobs.read([oid], limit)[oid]
        return Contents(path, None, data, data is None)


class UncommittedFiles:
    """The changed files of a work tree, also of what is not committed, against a commit.

    Args:
        git: the repository.
        start: the commit.
    """

    def __init__(self, git: Git, start: str) -> None:
        self._blobs = _Blobs(git)
        self._changed = WorkTreeChanges(git, start)

    @cached_property
    def changes(self) -> Sequence[FileChange]:
        """See `BranchFiles.changes`."""
        found = self._changed.files.items()
        return [FileChange(path, one.before_mode, one.after_mode) for path, one in found]

    def contents(self, paths: Iterable[str], limit: int) -> Iterator[Contents]:
        """See `BranchFiles.contents`."""
        changed = self._changed.files
        for together in _batches(paths):
            oids: dict[str, str] = {}
            present: list[str] = []
            for path in together:
                if changed[path].before_mode in _PLAIN:
                    oids[path] = changed[path].before
                if changed[path].after_mode in _PLAIN:
                    present.append(path)
            before = self._blobs.read(oids.values(), limit)
            after, too_large = self._on_disk(present, limit)
            for path in together:
                old = before.get(oids.get(path, ""))
                large = path in too_large or (path in oids and old is None)
                yield Contents(path, old, after.get(path), large)

    def _on_disk(self, paths: Sequence[str], limit: int) -> tuple[dict[str, bytes], set[str]]:
        """Return what git would store of files, and those that are too large."""
        problems: list[tuple[str, errors.Unreadable]] = []
        source = self._changed.checkout
        if limit <= FILE_LIMIT:
            found = dict(source.read_many(paths, problems))
        else:
            found = {}
            for path in paths:
                try:
                    found[path] = source.read(path, limit)
                except errors.Unreadable as error:
                    problems.append((path, error))
        too_large = {path for path, data in found.items() if len(data) > limit}
        too_large.update(path for path, _ in problems)
        return {path: data for path, data in found.items() if path not in too_large}, too_large

    def named_like(self, patterns: Sequence[str]) -> Sequence[str]:
        """See `BranchFiles.named_like`."""
        entries = self._changed.checkout.entries()
        return _like((path for path, entry in entries.items() if entry.regular), patterns)

    def at_head(self, path: str, limit: int) -> Contents:
        """See `BranchFiles.at_head`."""
        found, too_large = self._on_disk([path], limit)
        return Contents(path, None, found.get(path), bool(too_large))


def _like(paths: Iterable[str], patterns: Sequence[str]) -> list[str]:
    wanted = [pattern.removeprefix(OUTSIDE) for pattern in patterns]
    return [path for path in paths if any(matches(path, pattern) for pattern in wanted)]
