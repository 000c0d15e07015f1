"""The rules of a commit as they were read before, by git's names of their files.

These are all governing files but those of the CMDB, which `reading.cmdb_memory` remembers. They are
kept only if nothing is to be said about any of them. Their documents are read when they are asked
for: few commands do.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.model.paths import as_bytes
from changeflow.repo.fingerprint import digest_of_parts
from changeflow.repo.index_store import IndexPlaces, IndexStore

if TYPE_CHECKING:
    from changeflow.reading.parsed import ParsedSource

_SPACE: Final = "rules"
# rulebooks that are kept, at places that their files choose
_PLACES: Final = 8


class KeptRules(NamedTuple):
    """What the files say.

    Attributes:
        records: of all documents, in the order of their files.
        digests: path and digest of each file, by the group of files that it belongs to.
    """

    records: list[Any]
    digests: dict[str, list[tuple[str, str]]]


class RulesMemory:
    """The memory of the rules at one place.

    Args:
        store: the index.
        key: what stands for the files.
    """

    def __init__(self, store: IndexStore, key: str) -> None:
        self._kept, self._key = IndexPlaces(store, _SPACE, _PLACES), key

    @classmethod
    def of(
        cls, source: ParsedSource, store: IndexStore, files: Iterable[str]
    ) -> RulesMemory | None:
        """Return the memory of some files; None where git does not name what they hold."""
        if source.commit is None:
            return None
        entries = source.entries()
        told: list[bytes] = []
        for path in files:
            entry = entries[path]
            if entry.oid is None:
                return None
            told += [as_bytes(path), entry.mode.encode("ascii"), entry.oid.encode("ascii")]
        return cls(store, digest_of_parts(told))

    def recall(self) -> KeptRules | None:
        """Return what the files say, if they were read before."""
        kept = self._kept.get(self._key)
        if kept is None:
            return None
        told, _, data = kept.partition(b"\n")
        from changeflow.reading.kept_records import from_text

        digests: Mapping[str, Sequence[Sequence[str]]] = json.loads(told)
        by_group: dict[str, list[tuple[str, str]]] = {}
        for group, files in digests.items():
            by_group[group] = [(path, sha256) for path, sha256 in files]
        return KeptRules(from_text(data), by_group)

    def keep(self, rules: KeptRules) -> None:
        """Keep what the files say, about which there is nothing to say."""
        from changeflow.reading.kept_records import NotKeptError, to_text

        told = json.dumps(rules.digests).encode("ascii")
        with contextlib.suppress(NotKeptError):
            self._kept.put(self._key, told + b"\n" + to_text(rules.records))
