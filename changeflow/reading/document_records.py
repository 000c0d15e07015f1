"""Configuration and requests as they were read before: a memory that is never evidence.

A file is told by git's name of its content, in a work tree by its bytes. Only one without findings
is kept, and only with bytes that its name stands for: git does not compare them. A command that
asks for many files reads them: looking each up would take longer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from changeflow.model.document_paths import CONFIG, change_of_rfc
from changeflow.model.paths import as_bytes
from changeflow.reading.parsed import ParsedFile
from changeflow.repo.checkout import is_blob
from changeflow.repo.fingerprint import digest_of_parts

# Many commands ask for no such file.
if TYPE_CHECKING:
    from changeflow.repo.index_store import IndexPlaces, IndexStore

_SPACE: Final = "records of documents"
# files that a command may look up
_ASKED: Final = 4
# files that are kept, at places that their content chooses
_PLACES: Final = 256


class DocumentRecords:
    """The records of a repository's documents that were read before.

    Args:
        store: returns the index, or None where there is none.
        parse: reads the bytes of a file at a path. Those of the same bytes are parsed once.
    """

    def __init__(
        self, store: Callable[[], IndexStore | None], parse: Callable[[bytes, str], ParsedFile]
    ) -> None:
        self._open, self._parse = store, parse
        self._found: dict[str, ParsedFile] = {}

    @cached_property
    def _store(self) -> IndexPlaces | None:
        store = self._open()
        if store is None:
            return None
        from changeflow.repo.index_store import IndexPlaces

        return IndexPlaces(store, _SPACE, _PLACES)

    def parsed(self, path: str, oid: str | None, read: Callable[[], bytes]) -> ParsedFile | None:
        """Return what a file says; None where another way is to be taken.

        Args:
            path: of the file.
            oid: git's name of what is in it; None: the bytes are read.
            read: reads them.
        """
        if self._store is None or not (path == CONFIG or change_of_rfc(path)):
            return None
        if oid is None:
            data = read()
            # It may be edited until it is read again, and it may hold the name of an object.
            read, content = lambda: data, (b"bytes", data)
        else:
            content = (b"name", oid.encode("ascii"))
        key = digest_of_parts((as_bytes(path), *content))
        if key not in self._found and len(self._found) < _ASKED:
            self._found[key] = self._looked_up(self._store, key, path, oid, read)
        return self._found.get(key)

    def _looked_up(
        self, store: IndexPlaces, key: str, path: str, oid: str | None, read: Callable[[], bytes]
    ) -> ParsedFile:
        """Return what a file says: recalled, or read and kept."""
        from changeflow.reading.kept_records import NotKeptError, from_text, to_text
        from changeflow.reading.late_documents import LateDocuments

        data = store.get(key)
        if data is not None:
            documents = LateDocuments(lambda: [(path, read())])
            return ParsedFile(path, documents, (), tuple(from_text(data)))
        text = read()
        found = self._parse(text, path)
        if not found.findings and (oid is None or is_blob(text, oid)):
            with contextlib.suppress(NotKeptError):
                store.put(key, to_text(list(found.records)))
        return found
