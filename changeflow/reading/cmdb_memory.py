"""The CMDB as an earlier command found it, for answers that need nothing else of the rulebook.

It is the same while every governing file is, and every file that its sources read: told by git's
names of their contents, and in a work tree by git's rule for files that were not touched. What was
read from outside of the repository is not remembered, and neither is a CMDB with a problem.
docs/decisions/cmdb-snapshot.md says why the bytes may be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from changeflow import errors
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.snapshot import decode, encode
from changeflow.model.config import ConfigSpec
from changeflow.model.riskmodel import ImpactWeights
from changeflow.reading.rulebook import Rulebook, governs
from changeflow.reading.state import State
from changeflow.repo.checkout import Checkout
from changeflow.repo.fingerprint import WorkTreeFiles, digest_of_parts, settings_of
from changeflow.repo.git import Git
from changeflow.repo.snapshot_store import SnapshotStore
from changeflow.repo.source import Revision

# Git reads files of a work tree by what it says.
_ATTRIBUTES: Final = ".gitattributes"


@dataclass(frozen=True)
class KnownCmdb:
    """What answers about the CMDB alone need.

    Attributes:
        graph: items and dependencies.
        weights: how much of its score a dependency passes on.
        config: language, time zone and names of environments.
        people: person -> name.
        roles: role -> name.
        is_rebuilt: whether what was remembered was damaged, so that it was read again.
    """

    graph: Graph
    weights: ImpactWeights
    config: ConfigSpec
    people: Mapping[str, str]
    roles: Mapping[str, str]
    is_rebuilt: bool = False

    @classmethod
    def of(cls, base: Rulebook) -> KnownCmdb:
        """Return it as a rulebook has it."""
        roster = base.roster.spec
        people = {who: person.name for who, person in roster.people.items() if person.name}
        return cls(base.graph, base.risk_model.weights, base.config, people, roster.role_names)


def cmdb_at(state: State, read: Callable[[State], Rulebook]) -> KnownCmdb:
    """Return the CMDB at one place, remembered or read.

    Args:
        state: the place.
        read: returns its rulebook, and raises an error where the CMDB cannot be read.
    """
    memory = CmdbMemory.of(state)
    if memory is None:
        return KnownCmdb.of(read(state))
    known = memory.recall()
    if known is not None:
        return known
    base, after = read(state), CmdbMemory.of(state)
    if after is not None and after.key == memory.key:
        after.keep(base)
    return replace(KnownCmdb.of(base), is_rebuilt=memory.is_damaged)


class CmdbMemory:
    """The memory of the CMDB at one place in time.

    Args:
        store: keeps snapshots.
        files: every file there, with what stands for its content.
        more: what the content depends on beside the files.
    """

    def __init__(self, store: SnapshotStore, files: Mapping[str, bytes], more: bytes) -> None:
        self._store, self._files, self._more = store, files, more

    @classmethod
    def of(cls, state: State) -> CmdbMemory | None:
        """Return the memory for a place; None where nothing is remembered."""
        source = state.source
        if not isinstance(source, Revision | Checkout):
            return None
        git: Git = source.git
        try:
            store = SnapshotStore.of(git.facts.common_dir)
            if store is None:
                return None
            if isinstance(source, Revision):
                return cls(store, dict(_of_commit(state)), b"")
            return cls(store, WorkTreeFiles(git), b"\0".join(settings_of(git)))
        except errors.HostFailed:
            # Reading says what is wrong.
            return None

    @property
    def is_damaged(self) -> bool:
        """Return whether what was remembered is not as it was written."""
        return self._store.damaged

    @cached_property
    def key(self) -> str:
        """Return what stands for the governing files, and for how git reads them."""
        read = (path for path in self._files if governs(path) or path.endswith(_ATTRIBUTES))
        return digest_of_parts((self._more, *self._told(read)))

    def _told(self, paths: Iterable[str]) -> Iterator[bytes]:
        for path in sorted(paths):
            yield path.encode("utf-8", "surrogateescape")
            yield self._files[path]

    def _below(self, path: str) -> str:
        """Return what stands for a file, or for all files of a folder."""
        inside = f"{path}/"
        found = (one for one in self._files if one == path or one.startswith(inside))
        return digest_of_parts(self._told(found))

    def _knows(self, path: str) -> bool:
        return path in self._files or any(one.startswith(f"{path}/") for one in self._files)

    def recall(self) -> KnownCmdb | None:
        """Return the CMDB, if it was found before and nothing has changed."""
        data = self._store.get(self.key)
        if data is None:
            return None
        try:
            columns, about, _ = decode(memoryview(data))
        except ValueError:
            return None
        for path, told in about["sources"].items():
            if self._below(path) != told:
                return None
        return KnownCmdb(
            columns.graph,
            ImpactWeights.model_validate(about["weights"]),
            ConfigSpec.model_validate(about["config"]),
            about["people"],
            about["roles"],
        )

    def keep(self, base: Rulebook) -> None:
        """Keep the CMDB of a rulebook that was read from here."""
        known, paths, read = KnownCmdb.of(base), set[str](), set[str]()
        if base.sourced is not None:
            paths.update(base.sourced.paths)
            read.update(base.sourced.digests)
        if base.problems or any(not _is_below(path, paths) for path in read):
            return
        if any(not self._knows(path) for path in paths):
            # Git ignores it, and does not tell when it is edited.
            return
        about: dict[str, Any] = {
            "sources": {path: self._below(path) for path in sorted(paths)},
            "weights": known.weights.model_dump(mode="json"),
            "config": known.config.model_dump(mode="json", by_alias=True),
            "people": dict(known.people),
            "roles": dict(known.roles),
        }
        self._store.put(self.key, encode(base.columns, about))


def _is_below(path: str, folders: set[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in folders)


def _of_commit(state: State) -> Iterator[tuple[str, bytes]]:
    for path, entry in state.entries().items():
        yield path, f"{entry.mode} {entry.oid}".encode()
