"""What was found out before, kept beside git's own files: a memory that is never evidence.

It may be deleted at any time. Each record is sealed with this user's key, so one that was damaged,
forged, moved, or made elsewhere or by another version is no record; a file that is no index is replaced. Where it cannot
be read or written, whatever the reason, commands do without it. `CHANGEFLOW_INDEX=off` has them do
without it, too.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from changeflow.repo.index_key import index_key

VARIABLE: Final = "CHANGEFLOW_INDEX"
FILE: Final = "index.sqlite3"

_PACKAGES: Final = ("site-packages", "dist-packages")
# one that every installation has
_A_LIBRARY: Final = "pydantic"

_SCHEMA: Final = (
    "CREATE TABLE records (space TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL, "
    "seal BLOB NOT NULL, PRIMARY KEY (space, name)) WITHOUT ROWID"
)
_SEAL: Final = 32
# bytes above which a file is given up: nothing is ever so much faster with it
_LIMIT: Final = 1024 * 1024 * 1024
# seconds that a command waits for another one that writes
_PATIENCE: Final = 2.0
# files for which this process has waited so long in vain: it waits no more for them
_WAITED_FOR: Final[set[Path]] = set()
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# what sqlite says about a file that is damaged, or is none of ours
_DAMAGED: Final = frozenset(
    {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA}
)


class IndexStore:
    """The records of one repository, in spaces.

    Args:
        path: the file.
        key: of this user.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key

    @classmethod
    def of(cls, common_dir: Path) -> IndexStore | None:
        """Return the index in a git folder; None where commands do without one."""
        if os.environ.get(VARIABLE, "") == "off":
            return None
        key = index_key()
        return cls(common_dir / "changeflow" / FILE, key) if key is not None else None

    def get(self, space: str, name: str) -> bytes | None:
        """Return a record, or None."""
        return self.get_many(space, (name,)).get(name)

    def get_many(self, space: str, names: Iterable[str]) -> Mapping[str, bytes]:
        """Return the records that there are, by name."""
        found: dict[str, bytes] = {}
        with self._failing_softly():
            if not self._is_own():
                return {}
            with contextlib.closing(self._opened("ro")) as file:
                _require_ours(file)
                asked = "SELECT data, seal FROM records WHERE space = ? AND name = ?"
                for name in names:
                    for data, seal in file.execute(asked, (space, name)):
                        if self._holds(space, name, data, seal):
                            found[name] = data
        return found

    def put(self, space: str, name: str, data: bytes) -> None:
        """Keep a record instead of the one that had its name."""
        self.put_many(space, {name: data})

    def put_many(self, space: str, records: Mapping[str, bytes], *, alone: bool = False) -> None:
        """Keep records instead of those that had their names: all of them or none.

        Args:
            space: where.
            records: by name.
            alone: forget everything else in the space.
        """
        rows = [
            (space, name, data, self._seal(space, name, data)) for name, data in records.items()
        ]
        with self._failing_softly():
            self._path.parent.mkdir(exist_ok=True)
            if not self._is_own():
                self._replace()
                self._make()
            with contextlib.closing(self._opened("rwc")) as file:
                _prepare(file)
                with file:
                    if alone:
                        file.execute("DELETE FROM records WHERE space = ?", (space,))
                    file.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", rows)

    # -- what is believed ----------------------------------------------------------------------

    def _seal(self, space: str, name: str, data: bytes) -> bytes:
        said = f"{program()}\0{space}\0{name}\0".encode("utf-8", "surrogateescape")
        return blake2b(said + data, digest_size=_SEAL, key=self._key).digest()

    def _holds(self, space: str, name: str, data: object, seal: object) -> bool:
        from hmac import compare_digest

        if not isinstance(data, bytes) or not isinstance(seal, bytes):
            return False
        return compare_digest(seal, self._seal(space, name, data))

    def _is_own(self) -> bool:
        """Return whether the file is a plain one of this user, and not too large."""
        try:
            facts = self._path.lstat()
        except FileNotFoundError:
            return False
        is_plain = stat.S_ISREG(facts.st_mode)
        return is_plain and facts.st_uid == os.geteuid() and facts.st_size < _LIMIT

    # -- the file ------------------------------------------------------------------------------

    def _opened(self, mode: str) -> sqlite3.Connection:
        place = f"{self._path.absolute().as_uri()}?mode={mode}"
        patience = 0.0 if self._path in _WAITED_FOR else _PATIENCE
        file = sqlite3.connect(place, uri=True, timeout=patience)
        file.execute("PRAGMA trusted_schema = OFF")
        file.execute("PRAGMA cell_size_check = ON")
        return file

    @contextlib.contextmanager
    def _failing_softly(self) -> Iterator[None]:
        """Take every failure for a missing record; a file that is no index is removed."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _BUSY:
                # such as on a file system whose locks do not work
                _WAITED_FOR.add(self._path)
            # Others, such as a full disk or a lock, say nothing against the file.
            if code is None or code & 0xFF in _DAMAGED:
                with contextlib.suppress(OSError):
                    self._replace()
        except (OSError, ValueError, OverflowError):
            return

    def _make(self) -> None:
        """Make an empty file that only this user can read: answers tell what is not committed."""
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    def _replace(self) -> None:
        """Remove a file that is no index of this user, with what sqlite left beside it."""
        for name in (FILE, f"{FILE}-journal", f"{FILE}-wal", f"{FILE}-shm"):
            with contextlib.suppress(FileNotFoundError):
                self._path.with_name(name).unlink()


class IndexPlaces:
    """Records of one space at so many places. A key chooses its place, where the newest is kept.

    Args:
        store: the index.
        space: of the records.
        places: how many there are.
    """

    def __init__(self, store: IndexStore, space: str, places: int) -> None:
        self._store, self._space, self._places = store, space, places

    def get(self, key: str) -> bytes | None:
        """Return what was kept under a key, a digest in hexadecimal; None where there is nothing."""
        head, _, data = (self._store.get(self._space, self._place(key)) or b"").partition(b"\n")
        return data if head == key.encode("ascii") else None

    def put(self, key: str, data: bytes) -> None:
        """Keep something under a key, instead of what had its place."""
        self._store.put(self._space, self._place(key), key.encode("ascii") + b"\n" + data)

    def _place(self, key: str) -> str:
        return str(int(key[:8], 16) % self._places)


def _require_ours(file: sqlite3.Connection) -> None:
    """Refuse a file with any other table than ours.

    Raises:
        sqlite3.DatabaseError: when it has another one.
    """
    if _tables(file) != [(_SCHEMA,)]:
        raise sqlite3.DatabaseError("the index has another form")


def _prepare(file: sqlite3.Connection) -> None:
    # A record that a power cut left half written has no seal that holds.
    file.execute("PRAGMA synchronous = OFF")
    with file:
        if not _tables(file):
            file.execute(_SCHEMA.replace("TABLE", "TABLE IF NOT EXISTS", 1))
    _require_ours(file)


def _tables(file: sqlite3.Connection) -> list[tuple[str]]:
    return list(file.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))


@cache
def program() -> str:
    """Return what stands for this program as it is installed: another one remembers other things.

    The version alone does not: an installation may be edited. Its libraries are a part of it.
    """
    from changeflow import __version__

    top = Path(__file__).resolve().parent.parent
    told = [__version__, *libraries()]
    folders = [str(top)]
    while folders:
        with os.scandir(folders.pop()) as listed:
            for one in listed:
                if one.is_dir() and one.name != "__pycache__":
                    folders.append(one.path)
                elif one.name.endswith((".py", ".json", ".yaml")):
                    facts = one.stat()
                    told.append(f"{one.path} {facts.st_mtime_ns} {facts.st_size}")
    return blake2b("\n".join(sorted(told)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def libraries() -> list[str]:
    """Return what stands for Python, the installed libraries, git and the time zones."""
    return [sys.version, *(repr(_touched(path)) for path in _folders_of_libraries())]


def _folders_of_libraries() -> Iterable[str]:
    """Return folders that change when a library, the time zones or git are installed anew."""
    yield from sorted(set(filter(_has_libraries, sys.path)))
    yield from ("/usr/share/zoneinfo", "/usr/lib/git-core", "/usr/bin/git", "/usr/bin/ssh-keygen")


def _has_libraries(path: str) -> bool:
    """Return whether libraries are in a folder: `pip install --target` takes one of any name."""
    return path.endswith(_PACKAGES) or os.path.isdir(f"{path}/{_A_LIBRARY}")  # noqa: PTH112


def _touched(path: str) -> tuple[str, int, int] | None:
    try:
        facts = Path(path).stat()
    except OSError:
        return None
    return path, facts.st_mtime_ns, facts.st_size
