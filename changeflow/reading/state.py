"""One place in time, with what its files say. Each is read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from changeflow import errors
from changeflow.model.document_paths import HISTORY, review_path, rfc_path
from changeflow.model.kinds import group_of
from changeflow.reading.request_memory import Named, RequestMemory, Spec
from changeflow.repo.checkout import Checkout
from changeflow.repo.source import FILE_LIMIT, Entry, Source

# An answer from what was found before reads no records, which take long to import.
if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

    from changeflow.model.change import ChangeRequest
    from changeflow.model.config import ConfigSpec
    from changeflow.model.people import Person
    from changeflow.model.post_implementation import ReviewSpec
    from changeflow.reading.change import ChangeState
    from changeflow.reading.cmdb_memory import CmdbMemory
    from changeflow.reading.document_records import DocumentRecords
    from changeflow.reading.incidents import Incidents
    from changeflow.reading.native_items import SourceFiles
    from changeflow.reading.parsed import ParsedFile
    from changeflow.reading.recorded_past import RecordedPast
    from changeflow.reading.rulebook import Rulebook
    from changeflow.repo.git import Git
    from changeflow.repo.index_store import IndexStore
    from changeflow.repo.snapshot_store import SnapshotStore

T = TypeVar("T")
# the files of a path, with their modes and object names
Files = tuple[tuple[str, str, str | None], ...]

# Bytes of one state that are kept once they were read.
_HELD_LIMIT: Final = 32 * 1024 * 1024
# Parsed files that the states of a repository share, and how many bytes one of them has at most.
_PARSED: Final = 128
_PARSED_LIMIT: Final = 256 * 1024
# where a repository records what happened
_RECORDED: Final = (HISTORY, "incidents/")
# Rulebooks that are kept: the next commit that is asked about mostly has one of them, too.
_RULEBOOKS: Final = 4


class Shared:
    """Parsed files and rulebooks for all states of a repository; they depend on content alone.

    A file that reads the same at two places is parsed once, and two commits between which no
    governing file was changed have one rulebook.

    Args:
        git: the repository, whose index remembers requests; None: nothing is remembered.
        recalls: whether CMDB, rules and requests may be taken from what an earlier command found.
    """

    def __init__(self, git: Git | None = None, *, recalls: bool = True) -> None:
        self._git = git
        self.recalls = recalls and git is not None
        self.requests = RequestMemory(self._index)
        self._rulebooks: dict[object, tuple[Rulebook, Mapping[str, Files]]] = {}

    def _index(self) -> IndexStore | None:
        if self._git is None:
            return None
        from changeflow.repo.index_store import IndexStore

        try:
            return IndexStore.of(self._git.facts.common_dir)
        except errors.HostFailed:
            # a folder without git is read, too, and nothing is remembered of it
            return None

    def snapshots_of_past(self) -> SnapshotStore | None:
        """Return what keeps the past that was read; None where nothing is remembered."""
        if self._git is None:
            return None
        from changeflow.repo.snapshot_store import SnapshotStore

        return SnapshotStore.of(self._git.facts.common_dir, "past")

    def parse(self, text: bytes, path: str, *, many: bool) -> ParsedFile:
        """Parse a file, or return the documents of the same bytes from before."""
        if len(text) > _PARSED_LIMIT:
            return self._parse.__wrapped__(text, path, many=many)
        return self._parse(text, path, many=many)

    @cached_property
    def document_records(self) -> DocumentRecords | None:
        """Return the memory of documents; None where nothing is recalled."""
        if not self.recalls:
            return None
        # what is remembered as a whole asks for no document
        from changeflow.reading.document_records import DocumentRecords

        return DocumentRecords(self._index, partial(self.parse, many=False))

    @cached_property
    def _parse(self) -> _lru_cache_wrapper[ParsedFile]:
        # what is remembered is not parsed
        from changeflow.reading.parsed import parse

        return lru_cache(maxsize=_PARSED)(parse)

    def rulebook(self, state: State) -> Rulebook:
        """Read the rulebook at a commit, or return the one of the same files from before."""
        governing = [one for one in state.entries().values() if group_of(one.path) is not None]
        key = tuple((one.path, one.mode, one.oid) for one in governing)
        if key not in self._rulebooks or not _same_sources(self._rulebooks[key][1], state):
            from changeflow.reading.rulebook import load_rulebook

            book = load_rulebook(state, state.cmdb_memory)
            self._rulebooks[key] = book, _files_of_sources(book, state)
        # The one that was not used for longest goes.
        found, _ = self._rulebooks[key] = self._rulebooks.pop(key)
        if len(self._rulebooks) > _RULEBOOKS:
            del self._rulebooks[next(iter(self._rulebooks))]
        return replace(found, label=state.label, commit=state.commit)

    def note_outside(self, sourced: SourceFiles) -> None:
        """Note the files outside of the repository that items were read from."""
        if self._git is not None:
            for path, facts in sourced.outside.items():
                self._git.files_looked_for.setdefault(path, facts)


def _files_of_sources(book: Rulebook, state: State) -> dict[str, Files]:
    """Return the files of the sources of the CMDB, which may lie anywhere in the repository."""
    paths = book.sourced.paths if book.sourced is not None else []
    return {path: _files_below(path, state) for path in paths}


def _same_sources(before: Mapping[str, Files], state: State) -> bool:
    return all(_files_below(path, state) == files for path, files in before.items())


def _files_below(path: str, state: State) -> Files:
    found = []
    for one in state.entries().values():
        if one.path == path or one.path.startswith(f"{path}/"):
            found.append((one.path, one.mode, one.oid))
    return tuple(found)


class State:
    """The files of a change repository at one place in time, and what they say. It is a `Source`.

    Nothing is read twice, of a work tree neither: a state of it is how it was found by one attempt,
    and the next attempt takes a new one (`reading.view.View.afresh`).

    Args:
        source: where the files are.
        shared: what the states of the repository share.
    """

    def __init__(self, source: Source, shared: Shared | None = None) -> None:
        self.source, self.label, self.commit = source, source.label, source.commit
        self._shared = shared or Shared()
        self._listed: Mapping[str, Entry] | None = None
        self._held: dict[str, bytes] = {}
        self._room = _HELD_LIMIT
        self._changes: dict[str, ChangeState] = {}

    # -- the files -----------------------------------------------------------------------------

    def entries(self) -> Mapping[str, Entry]:
        """See `Source.entries`."""
        if self._listed is None:
            self._listed = self.source.entries()
        return self._listed

    @cached_property
    def paths(self) -> Sequence[str]:
        """See `ParsedSource.paths`."""
        return tuple(self.entries())

    def exists(self, path: str) -> bool:
        """See `Source.exists`."""
        return path in self._held or self.source.exists(path)

    @property
    def files(self) -> State:
        """Return the state that the files are read from: one under other rules has another's."""
        return self

    @property
    def root(self) -> Path:
        """See `Source.root`."""
        return self.source.root

    def read(self, path: str, limit: int = FILE_LIMIT) -> bytes:
        """See `Source.read`."""
        if path in self._held:
            return self._held[path]
        return self._hold(path, self.source.read(path, limit))

    def read_many(
        self, paths: Iterable[str], problems: list[tuple[str, errors.Unreadable]] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """See `Source.read_many`. Nothing is read where all of them were read before."""
        wanted = list(paths)
        if all(path in self._held for path in wanted):
            for path in wanted:
                yield path, self._held[path]
            return
        for path, data in self.source.read_many(wanted, problems):
            yield path, self._hold(path, data)

    def _hold(self, path: str, data: bytes) -> bytes:
        """Keep the bytes of a file, as long as there is room."""
        if path not in self._held and len(data) <= self._room:
            self._held[path] = data
            self._room -= len(data)
        return self._held.get(path, data)

    def left_out(self, path: str) -> bool:
        """Return whether a plain file lies there that is no content, because git ignores it."""
        return isinstance(self.source, Checkout) and self.source.left_out(path)

    # -- what they say -------------------------------------------------------------------------

    def parsed(self, path: str, *, many: bool = False) -> ParsedFile:
        """See `ParsedSource.parsed`."""
        found = None if many else self._recorded(path)
        if found is not None:
            return found
        return self._shared.parse(self.read(path), path, many=many)

    def _recorded(self, path: str) -> ParsedFile | None:
        """Return what an earlier command found in a file; None where it is read."""
        memory = self._shared.document_records
        if memory is None:
            return None
        entry = self.entries().get(path) if self.commit is not None else None
        # What is no plain file is not read, whatever it holds.
        oid = entry.oid if entry is not None and entry.regular else None
        return memory.parsed(path, oid, lambda: self.read(path))

    def document(self, path: str, kind: type[T]) -> T:
        """Return the record of the one document in a file.

        Raises:
            errors.Unreadable: when the file cannot be read, or holds no such document.
        """
        return self.parsed(path).only(kind)

    def request_fields(self, paths: Sequence[str]) -> Iterator[tuple[str, Spec]]:
        """See `RequestSource.request_fields`."""
        asked: list[Named] = []
        for path in paths:
            if self.exists(path):
                # Those of a work tree have no object names.
                entry = self.entries().get(path) if self.commit is not None else None
                asked.append(Named(path, (entry.oid or "") if entry is not None else ""))
        return self._shared.requests.specs(asked, self.read_many)

    @cached_property
    def config(self) -> ConfigSpec:
        """Return the configuration; defaults where there is no file.

        Raises:
            errors.Unreadable: when the file is there and cannot be read.
        """
        from changeflow.reading.rulebook import config_of

        return config_of(self)

    @cached_property
    def incidents(self) -> Incidents:
        """Return what caused incidents."""
        from changeflow.reading.incidents import Incidents

        return Incidents(self)

    @cached_property
    def records_anything(self) -> bool:
        """Return whether there are files about the past. Most repositories have none."""
        return any(path.startswith(_RECORDED) for path in self.entries())

    @cached_property
    def recorded_past(self) -> RecordedPast | None:
        """Return what `history/` and `incidents/` record; None where there is nothing.

        Raises:
            errors.UsageError: when a library is needed and not installed.
            errors.Unreadable: when a file is no table.
        """
        if not self.records_anything:
            return None
        from changeflow.reading.recorded_past import recorded_past

        own = self.config.source_name
        return recorded_past(self, self.entries(), self._shared.snapshots_of_past(), own)

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """Return the people of the roster, read alone."""
        from changeflow.reading.rulebook import people_of

        return people_of(self)

    @cached_property
    def cmdb_memory(self) -> CmdbMemory | None:
        """Return the memory of the CMDB at this place; None where all documents are read."""
        if not self._shared.recalls:
            return None
        from changeflow.reading.cmdb_memory import CmdbMemory

        entries = self.entries() if self.commit is not None else None
        return CmdbMemory.of(self.source, entries)

    @cached_property
    def rulebook(self) -> Rulebook:
        """Return everything that judges."""
        # Files of a work tree have no object names to tell by whether they are the same.
        if self.commit is None:
            from changeflow.reading.rulebook import load_rulebook

            book = load_rulebook(self, self.cmdb_memory)
        else:
            book = self._shared.rulebook(self)
        if book.sourced is not None:
            self._shared.note_outside(book.sourced)
        return book

    def require_readable(self) -> Rulebook:
        """Return the rulebook.

        Raises:
            errors.Unreadable: when a part of it cannot be read.
        """
        if self.rulebook.problems:
            from changeflow.reading.parsed import unreadable

            raise unreadable(self.rulebook.problems)
        return self.rulebook

    def review(self, change: str) -> ReviewSpec | None:
        """Return what the review of a change says; None where there is none that can be read."""
        from changeflow.model.post_implementation import PostImplementationReview

        path = review_path(change)
        if not self.exists(path):
            return None
        found = self.parsed(path).first(PostImplementationReview)
        return None if found is None else found.spec

    def change(self, argument: str) -> ChangeState:
        """Return a change with its effective content.

        Raises:
            errors.NothingToDo: when there is no such change, with near misses in the hint.
            errors.Unreadable: when it, or a file it names, cannot be read.
        """
        from changeflow.reading.change import load_change, named_in

        name = named_in(self, argument)
        if name not in self._changes:
            self._changes[name] = load_change(self, name)
        return self._changes[name]

    def request(self, name: str) -> ChangeRequest:
        """Return the request of a change, that of `change` where it was read.

        Raises:
            errors.Unreadable: when it cannot be read.
        """
        from changeflow.model.change import ChangeRequest

        known = self._changes.get(name)
        return self.document(rfc_path(name), ChangeRequest) if known is None else known.change
