"""What is recorded of the past at one place: the tables in `history/`, and incidents as documents.

They are read once, and kept as sorted instants beside the index, for the content of their files:
an answer maps what was kept and asks it by bisection. Reading the tables takes the extra
`insight`; where it is needed and not installed, the command says so, because a score without its
history would be lower than it may be.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow import errors
from changeflow.insight.known_past import READS, KnownPast, known_past
from changeflow.model.canonical import canonical_json, digest_bytes
from changeflow.model.document_paths import HISTORY
from changeflow.model.phrases import told
from changeflow.reading.incident_rows import is_incident, rows_of_incident
from changeflow.reading.parsed import ParsedSource
from changeflow.repo.snapshot_store import SnapshotStore

if TYPE_CHECKING:
    from changeflow.repo.source import Entry

_PARQUET: Final = ".parquet"
# a folder of large tables is read as a whole
_LIMIT: Final = 2 * 1024 * 1024 * 1024


class RecordedPast(NamedTuple):
    """What is recorded.

    Attributes:
        past: incidents, and changes of other systems.
        digest: of the files that it was read from.
        unreadable: paths of incidents that cannot be read: they may be about anything.
    """

    past: KnownPast
    digest: str
    unreadable: tuple[str, ...]


def recorded_past(
    source: ParsedSource,
    entries: Mapping[str, Entry],
    store: SnapshotStore | None,
    own: str,
) -> RecordedPast | None:
    """Return what is recorded at a place; None where no incident and no table is.

    Args:
        source: the place.
        entries: its files.
        store: keeps what was read; None: it is read each time.
        own: the name of this repository as a source. Its own changes are on its ledger, and rows
            about them are left out.

    Raises:
        errors.UsageError: when a library is needed and not installed.
        errors.Unreadable: when a file is no table.
    """
    paths = sorted(filter(is_recorded, entries))
    if not paths:
        return None
    key = _key(paths, entries, own)
    found = _recalled(store, key) if key is not None else None
    if found is not None:
        return found
    data = {path: source.read(path, _LIMIT) for path in paths}
    digests = sorted((path, digest_bytes(content)) for path, content in data.items())
    unreadable: list[str] = []
    rows = _rows_of_tables(data, own)
    rows["incidents"] += _rows_of_documents(source, data, own, unreadable)
    past = known_past(rows)
    about = {"digest": digest_bytes(canonical_json(digests)), "unreadable": unreadable}
    past = past.with_about(**about)
    if store is not None and key is not None:
        store.put(key, past.pieces())
    return _with_about(past)


def is_recorded(path: str) -> bool:
    """Return whether a file records something of the past."""
    if path.startswith(HISTORY):
        return path.endswith(_PARQUET)
    return is_incident(path)


def _key(paths: Iterable[str], entries: Mapping[str, Entry], own: str) -> str | None:
    """Return what stands for the content of files; None where git has no names for it."""
    summed = blake2b(json.dumps([own, READS]).encode("ascii"), digest_size=32)
    for path in paths:
        entry = entries[path]
        if entry.oid is None:
            return None
        summed.update(f"{entry.mode} {entry.oid} {path}\0".encode("utf-8", "surrogatepass"))
    return summed.hexdigest()


def _recalled(store: SnapshotStore | None, key: str) -> RecordedPast | None:
    data = store.get(key) if store is not None else None
    if data is None:
        return None
    try:
        return _with_about(KnownPast.from_bytes(memoryview(data)))
    except (ValueError, KeyError):
        return None


def _with_about(past: KnownPast) -> RecordedPast:
    return RecordedPast(past, past.about["digest"], tuple(past.about["unreadable"]))


def _rows_of_tables(data: Mapping[str, bytes], own: str) -> dict[str, list[Any]]:
    """Return the rows of tables, without those about this repository's own changes."""
    rows: dict[str, list[Any]] = {table: [] for table in READS}
    folders: dict[str, list[str]] = {}
    for path in data:
        if path.startswith(HISTORY):
            folders.setdefault(str(PurePosixPath(path).parent), []).append(path)
    for folder, paths in folders.items():
        with tempfile.TemporaryDirectory(prefix="changeflow-") as name:
            for path in paths:
                (Path(name) / PurePosixPath(path).name).write_bytes(data[path])
            for table in READS:
                for row in _rows_of_table(Path(name), table, folder):
                    if row["source"] != own:
                        rows[table].append(row)
    return rows


def _rows_of_table(where: Path, table: str, folder: str) -> Sequence[dict[str, Any]]:
    """Return the rows of a table whose file was copied from a folder of the place."""
    # what reads them takes long to import, and is an extra
    from changeflow.history.tables import read_rows

    try:
        return read_rows(where, table, READS[table])
    except errors.Unreadable as error:
        if isinstance(error.told, str):
            raise
        placed = dict(error.told)
        code = str(placed.pop("code"))
        for name, value in placed.items():
            placed[name] = str(value).replace(str(where), folder)
        raise errors.Unreadable(told(code, **placed)) from error


def _rows_of_documents(
    source: ParsedSource, data: Mapping[str, bytes], own: str, unreadable: list[str]
) -> Iterator[dict[str, Any]]:
    """Yield rows of incidents that are documents of the repository."""
    for path in filter(is_incident, data):
        # Few repositories have incidents.
        from changeflow.model.incident import Incident

        parsed = source.parsed(path)
        found = None if parsed.errors else parsed.first(Incident)
        if found is None:
            unreadable.append(path)
        else:
            yield from rows_of_incident(found, own)
