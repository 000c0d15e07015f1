"""Whether two places have the same sources of the CMDB, told without reading what git tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from changeflow import errors
from changeflow.model.canonical import digest_bytes
from changeflow.model.document_paths import SOURCES

if TYPE_CHECKING:
    from changeflow.reading.native_items import SourceFiles
    from changeflow.reading.state import State
    from changeflow.repo.source import Entry

# bytes that a file of a source may have
_LARGEST: Final = 512 * 1_024 * 1_024


def are_same_sources(base: State, head: State, sourced: SourceFiles | None) -> bool:
    """Return whether the sources of a base and their files are the same on the head.

    What git names on both sides is compared by its names. Only what was edited in a work tree is
    read, because it has no name yet.

    Args:
        base: the state of a commit.
        head: the other state.
        sourced: the files that the sources of the base name; None where it has no sources.
    """
    before, after = base.entries(), head.entries()
    if sourced is None:
        return not any(path.startswith(SOURCES) for path in after)
    known = before.keys() | after.keys()
    paths = {path for path in known if path.startswith(SOURCES) or sourced.reads(path)}
    if not all(path in before and path in after for path in paths):
        return False
    return _are_same_files(base, head, paths, sourced.digests)


def _are_same_files(
    base: State, head: State, paths: Iterable[str], digests: Mapping[str, str]
) -> bool:
    before, after = base.entries(), dict(head.entries())
    after.update(_as_stored(head, [path for path in paths if after[path].oid is None]))
    unnamed = []
    for path in sorted(paths):
        if before[path].oid is None or after[path].oid is None:
            unnamed.append(path)
        elif not _is_same_object(before[path], after[path]):
            return False
    for path in unnamed:
        if path not in digests:
            is_same = is_same_file(base, head, path)
        else:
            is_same = _digest_of(head, path) == digests[path]
        if not is_same:
            return False
    return True


def is_same_file(base: State, head: State, path: str) -> bool:
    """Return whether a file is the same at two places; not if it cannot be read."""
    if not (head.exists(path) and base.exists(path)):
        return False
    try:
        return head.read(path) == base.read(path)
    except errors.Unreadable:
        return False


def _is_same_object(one: Entry, other: Entry) -> bool:
    # a link may have the name of a file that says where it leads
    return one.oid == other.oid and one.regular == other.regular


def _as_stored(head: State, paths: Sequence[str]) -> Mapping[str, Entry]:
    """Return the files that are as git's index has them, with their names.

    Where nothing may be taken from memory, all files are read.
    """
    memory = head.cmdb_memory if paths else None
    return memory.unedited(paths) if memory is not None else {}


def _digest_of(state: State, path: str) -> str | None:
    """Return the digest of a file of a source; None if it cannot be read."""
    try:
        return digest_bytes(state.read(path, _LARGEST))
    except errors.Unreadable:
        return None
