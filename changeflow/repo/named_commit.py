"""A commit under the name of another source that no longer exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.repo.source import FILE_LIMIT, Entry, Source


@dataclass(frozen=True)
class StandIn:
    """A `Source` with the files of one commit that says it is another place.

    Attributes:
        found: where the files are.
        label: the place it stands for.
        commit: the commit of that place, None for a work tree.
    """

    found: Source
    label: str
    commit: str | None

    @property
    def root(self) -> Path:
        """See `Source.root`."""
        return self.found.root

    def entries(self) -> Mapping[str, Entry]:
        """See `Source.entries`."""
        return self.found.entries()

    def read(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """See `Source.read`."""
        return self.found.read(path, limit)

    def read_many(
        self, paths: Iterable[str], problems: list[tuple[str, errors.Unreadable]] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """See `Source.read_many`."""
        return self.found.read_many(paths, problems)

    def exists(self, path: str) -> bool:
        """See `Source.exists`."""
        return self.found.exists(path)
