"""What an earlier check found nothing to say about: such a file is not parsed again.

A file is the same if its content is, and all that its rules asked of the repository has the same
answer. Git's rule tells that a content was not touched: size, times and number of the file are those
of before, and it was older than the reading by then. Findings are never remembered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.paths import as_bytes
from changeflow.repo.file_clock import file_time
from changeflow.repo.index_store import IndexStore
from changeflow.repo.repository_kind import common_folder

_SPACE: Final = "check"
# Nanoseconds: a file that was touched so shortly before it was read may be touched again unseen.
_JUST_NOW: Final = 3_000_000_000

Touched = tuple[int, ...]


def identity_of(data: bytes) -> str:
    """Return what stands for a content."""
    return blake2b(data, digest_size=20).hexdigest()


class Asked(Collection[str]):
    """The changes that there are, and what was asked about them since it was last `taken`."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._answers: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        found = name in self._names
        self._answers[str(name)] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def taken(self) -> dict[str, bool]:
        """Return the answers that were given, and forget them."""
        answers, self._answers = self._answers, {}
        return answers


@dataclass(frozen=True, slots=True)
class Unremarkable:
    """A file without findings.

    Attributes:
        identity: of its content.
        touched: what the disk says of it; None where that proves nothing.
        documents: how many it has.
        changes: its requests: their ids, and what they depend on.
        asked: whether there are the changes that it names.
    """

    identity: str
    touched: Touched | None
    documents: int
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    asked: Mapping[str, bool]

    def holds(self, changes: Collection[str]) -> bool:
        """Return whether what was asked has the same answer."""
        return all((name in changes) is answer for name, answer in self.asked.items())


class CheckMemory:
    """The files of a work tree that an earlier check found nothing to say about.

    Args:
        root: the work tree's folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.fsencode(root)
        self._name = identity_of(self._root)
        folder = common_folder(root)
        self._store = IndexStore.of(folder) if folder is not None else None
        self._began = file_time(folder) if folder is not None else None
        self._before: dict[str, Unremarkable] = {}
        self._touched: dict[str, Touched | None] = {}
        self._context = ""

    def recall(self, context: Iterable[tuple[str, str]], more: Iterable[str]) -> None:
        """Read what is remembered for documents that are judged by these others.

        Args:
            context: path and identity of each.
            more: what else the rules depend on.
        """
        if self._store is None:
            return
        said = json.dumps([sorted(context), list(more)])
        self._context = identity_of(said.encode("utf-8", "surrogatepass"))
        data = self._store.get(_SPACE, self._name)
        if data is not None:
            plain = json.loads(data)
            if plain["context"] == self._context:
                self._before = {path: _from_plain(row) for path, row in plain["files"].items()}

    def known(self, paths: Sequence[str], changes: Collection[str]) -> dict[str, Unremarkable]:
        """Return the files that were not touched since, so that they need not be read."""
        found: dict[str, Unremarkable] = {}
        if self._store is None:
            return found
        for path in paths:
            touched = self._touched[path] = self._look(path)
            before = self._before.get(path)
            if before is None or touched is None or before.touched != touched:
                continue
            if before.holds(changes):
                found[path] = before
        return found

    def of_content(self, path: str, identity: str, changes: Collection[str]) -> Unremarkable | None:
        """Return what is remembered of a file that was read, if it still holds."""
        before = self._before.get(path)
        if before is None or before.identity != identity or not before.holds(changes):
            return None
        return before

    def keep(self, found: Mapping[str, Unremarkable]) -> None:
        """Remember files instead of those that were, if there is anything new."""
        if self._store is None:
            return
        rows: dict[str, Unremarkable] = {}
        for path, one in found.items():
            touched = self._touched.get(path)
            rows[path] = Unremarkable(one.identity, touched, one.documents, one.changes, one.asked)
        if rows == self._before:
            return
        files = {path: _as_plain(one) for path, one in rows.items()}
        text = json.dumps({"context": self._context, "files": files}, separators=(",", ":"))
        self._store.put(_SPACE, self._name, text.encode("utf-8", "surrogatepass"))

    def _look(self, path: str) -> Touched | None:
        """Return what the disk says of a file; None where that proves nothing."""
        try:
            # A hot loop: pathlib would take as long as everything else.
            facts = os.lstat(self._root + b"/" + as_bytes(path))
        except (OSError, ValueError):
            return None
        last = max(facts.st_mtime_ns, facts.st_ctime_ns)
        if self._began is None or last > self._began - _JUST_NOW:
            return None
        return (
            facts.st_mtime_ns,
            facts.st_ctime_ns,
            facts.st_size,
            facts.st_ino,
            facts.st_dev,
            facts.st_mode,
        )


def _as_plain(one: Unremarkable) -> list[Any]:
    return [one.identity, one.touched, one.documents, one.changes, one.asked]


def _from_plain(row: list[Any]) -> Unremarkable:
    identity, touched, documents, changes, asked = row
    return Unremarkable(
        identity,
        tuple(touched) if touched is not None else None,
        documents,
        tuple((name, tuple(others)) for name, others in changes),
        asked,
    )
