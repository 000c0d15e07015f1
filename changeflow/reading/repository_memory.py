"""What was made of a whole repository before, and is made again only when that has changed.

A record is kept with the fingerprint of everything that it may depend on (`repo.fingerprint`). It is
no evidence. What decides or records something is not kept here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow import errors
from changeflow.repo.fingerprint import Fingerprint, fingerprint
from changeflow.repo.git import Git
from changeflow.repo.index_store import IndexStore
from changeflow.repo.source import file_facts, on_disk

if TYPE_CHECKING:
    from changeflow.reading.view import View

# records of one kind that are kept at a time
_PLACES: Final = 8
# objects and files that were looked for by name, beyond which nothing is kept
_MOST: Final = 1_000


class Remembered(NamedTuple):
    """A record.

    Attributes:
        facts: about the data.
        data: as it was kept.
    """

    facts: Mapping[str, Any]
    data: bytes


class RepositoryMemory:
    """The memory of one question about a repository.

    Args:
        git: the repository.
        store: the index.
        kind: of record.
        asked: what the answer depends on beside the repository and the time.
        look: tells what stands for the repository.
    """

    def __init__(
        self,
        git: Git,
        store: IndexStore,
        kind: str,
        asked: Sequence[str],
        look: Callable[[Git], Fingerprint],
    ) -> None:
        self._git, self._store, self._kind, self._asked = git, store, kind, list(asked)
        self._look = look
        self._before = look(git)
        place = blake2b(json.dumps([str(git.root), self._asked]).encode("utf-8", "surrogatepass"))
        self._place = str(int.from_bytes(place.digest()[:8]) % _PLACES)

    @classmethod
    def of(
        cls,
        git: Git,
        kind: str,
        asked: Sequence[str],
        look: Callable[[Git], Fingerprint] = fingerprint,
    ) -> RepositoryMemory | None:
        """Return the memory of a question; None where nothing is remembered."""
        try:
            store = IndexStore.of(git.facts.common_dir)
            return cls(git, store, kind, asked, look) if store is not None else None
        except errors.HostFailed:
            # Reading says what is wrong.
            return None

    def recall(self) -> Remembered | None:
        """Return the record, if nothing has changed that it may depend on, but the time."""
        found = self._store.get(self._kind, self._place)
        if found is None:
            return None
        head, _, data = found.partition(b"\n")
        kept = json.loads(head)
        if [kept["asked"], kept["fingerprint"]] != [self._asked, list(self._before)]:
            return None
        objects, files = kept["objects"], kept["files"]
        if objects and self._git.are_here(list(objects)) != list(objects.values()):
            return None
        if not self._are_as_before(files):
            return None
        # What is made of this record rests on the same.
        self._git.looked_for.update(objects)
        self._git.files_looked_for.update(files)
        return Remembered(kept["facts"], data)

    def _are_as_before(self, files: Mapping[str, str]) -> bool:
        return all(
            file_facts(on_disk(self._git.root, path)) == facts for path, facts in files.items()
        )

    def keep(self, facts: Mapping[str, Any], data: bytes, view: View) -> None:
        """Keep a record, if nothing changed while it was made.

        Args:
            facts: about the data.
            data: what is kept.
            view: what it was made from.
        """
        objects, files = view.git.looked_for, view.git.files_looked_for
        if len(objects) + len(files) > _MOST or not self._are_as_before(files):
            return
        after = self._after()
        if after is None or after.content != self._before.content:
            return
        kept = {
            "asked": self._asked,
            "fingerprint": after,
            "objects": objects,
            "files": files,
            "facts": facts,
        }
        self._store.put(self._kind, self._place, json.dumps(kept).encode("ascii") + b"\n" + data)

    def _after(self) -> Fingerprint | None:
        """Return the fingerprint as it is now; None where it cannot be told."""
        try:
            # What was asked of git once is asked again.
            return self._look(Git(self._git.root))
        except errors.HostFailed:
            return None
