"""A folder with policies that lies anywhere, read as if it were the `policies/` of a repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from changeflow import errors
from changeflow.repo.source import FILE_LIMIT, Entry, WorkTree

_FOLDER: Final = "policies/"


class PolicyFolder:
    """A `Source` with the files of one folder below `policies/`, and nothing else.

    Args:
        folder: with policies; where it has a folder `policies`, that one is meant.
    """

    commit: str | None = None

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.label = str(folder)
        inner = folder / _FOLDER
        self._tree = WorkTree(inner if inner.is_dir() else folder)

    def entries(self) -> Mapping[str, Entry]:
        """See `Source.entries`."""
        found = self._tree.entries().values()
        here = {_FOLDER + one.path: one._replace(path=_FOLDER + one.path) for one in found}
        return MappingProxyType(here)

    def read(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """See `Source.read`."""
        return self._tree.read(path.removeprefix(_FOLDER), limit)

    def read_many(
        self, paths: Iterable[str], problems: list[tuple[str, errors.Unreadable]] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """See `Source.read_many`."""
        inside = [path.removeprefix(_FOLDER) for path in paths]
        found: list[tuple[str, errors.Unreadable]] | None = None
        if problems is not None:
            found = []
        for path, data in self._tree.read_many(inside, found):
            yield _FOLDER + path, data
        for path, error in found or ():
            if problems is not None:
                problems.append((_FOLDER + path, error))

    def exists(self, path: str) -> bool:
        """See `Source.exists`."""
        return path.startswith(_FOLDER) and self._tree.exists(path.removeprefix(_FOLDER))
