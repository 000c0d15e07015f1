"""Configuration and requests as they were read before: a memory that is never evidence.

A file is told by git's name of its content, in a work tree by its bytes. Only one without findings
is kept, and only with bytes that its name stands for: git does not compare them. A command that
asks for many files reads them: looking each up would take longer.
"""

from __future__ import annotations

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
    from changeflow.repo.index_store import IndexStore

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
    def _store(self) -> IndexStore | None:
        return self._open()

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
        self, store: IndexStore, key: str, path: str, oid: str | None, read: Callable[[], bytes]
    ) -> ParsedFile:
        """Return what a file says: recalled, or read and kept."""
        place = str(int(key[:8], 16) % _PLACES)
        head, _, data = (store.get(_SPACE, place) or b"").partition(b"\n")
        if head.decode("ascii") != key:
            text = read()
            found = self._parse(text, path)
            if oid is None or is_blob(text, oid):
                _keep(store, place, key, found)
            return found
        from changeflow.reading.kept_records import from_text
        from changeflow.reading.late_documents import LateDocuments

        documents = LateDocuments(lambda: [(path, read())])
        return ParsedFile(path, documents, (), tuple(from_text(data)))


def _keep(store: IndexStore, place: str, key: str, parsed: ParsedFile) -> None:
    if parsed.findings:
        return
    from changeflow.model.change import ChangeRequest
    from changeflow.reading.kept_records import NotKeptError, to_text

    for record in parsed.records:
        if isinstance(record, ChangeRequest):
            record.derive()
    try:
        data = to_text(list(parsed.records))
    except NotKeptError:
        return
    store.put(_SPACE, place, key.encode("ascii") + b"\n" + data)
