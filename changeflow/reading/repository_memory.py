"""What was made of a whole repository before, and is made again only when that has changed.

A record is kept with the fingerprint of everything that it may depend on (`repo.fingerprint`). It is
no evidence. What decides or records something is not kept here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow import errors
from changeflow.repo.fingerprint import Fingerprint, fingerprint
from changeflow.repo.git import Git
from changeflow.repo.index_store import IndexStore
from changeflow.repo.source import on_disk

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
    """

    def __init__(self, git: Git, store: IndexStore, kind: str, asked: Sequence[str]) -> None:
        self._git, self._store, self._kind, self._asked = git, store, kind, list(asked)
        self._before = fingerprint(git)
        place = blake2b(json.dumps([str(git.root), self._asked]).encode("utf-8", "surrogatepass"))
        self._place = str(int.from_bytes(place.digest()[:8]) % _PLACES)
        # what a record that is renewed rested on
        self._objects: dict[str, bool] = {}
        self._absent: set[str] = set()

    @classmethod
    def of(cls, git: Git, kind: str, asked: Sequence[str]) -> RepositoryMemory | None:
        """Return the memory of a question; None where nothing is remembered."""
        try:
            store = IndexStore.of(git.facts.common_dir)
            return cls(git, store, kind, asked) if store is not None else None
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
        objects, absent = kept["objects"], kept["absent"]
        if objects and self._git.are_here(list(objects)) != list(objects.values()):
            return None
        if any(map(self._lies_there, absent)):
            return None
        self._objects, self._absent = objects, set(absent)
        return Remembered(kept["facts"], data)

    def _lies_there(self, path: str) -> bool:
        return os.path.lexists(on_disk(self._git.root, path))

    def keep(self, facts: Mapping[str, Any], data: bytes, view: View) -> None:
        """Keep a record, if nothing changed while it was made.

        Args:
            facts: about the data.
            data: what is kept.
            view: what it was made from.
        """
        # Only now: what is remembered needs no work tree.
        from changeflow.repo.checkout import Checkout

        sourced = view.base.rulebook.sourced
        if sourced is not None and sourced.has_outside:
            # A file outside of the repository may change unseen.
            return
        source = view.head.source
        looked_for = source.looked_for if isinstance(source, Checkout) else set()
        objects = self._objects | view.git.looked_for
        absent = [one for one in self._absent | looked_for if not self._lies_there(one)]
        if len(objects) + len(absent) > _MOST:
            return
        after = self._after()
        if after is None or after.content != self._before.content:
            return
        kept = {
            "asked": self._asked,
            "fingerprint": after,
            "objects": objects,
            "absent": sorted(absent),
            "facts": facts,
        }
        self._store.put(self._kind, self._place, json.dumps(kept).encode("ascii") + b"\n" + data)

    def _after(self) -> Fingerprint | None:
        """Return the fingerprint as it is now; None where it cannot be told."""
        try:
            # What was asked of git once is asked again.
            return fingerprint(Git(self._git.root))
        except errors.HostFailed:
            return None
