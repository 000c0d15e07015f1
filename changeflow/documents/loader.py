"""Read YAML text strictly as plain data: the short way where it is plainly simple, or through the parser.

Values are those of the YAML 1.2 core schema. Text that could mean two things, or hide something, is
a finding: duplicate keys, anchors, aliases, tags, merge keys, directives, control and invisible
characters.
"""

from __future__ import annotations

import contextlib
from typing import Final

from changeflow.documents.document import Document, DocumentSource, Loaded, found_in_file
from changeflow.documents.fast_path import read_simple
from changeflow.documents.json_path import read_json
from changeflow.documents.scalars import MAX_SCALAR, NotSimple
from changeflow.model.characters import hidden_in
from changeflow.model.findings import Finding
from changeflow.model.kinds import LARGE, byte_limit

__all__ = ["Document", "Loaded", "load"]

# what stands between two documents of a file
_BETWEEN: Final = "\n---\n"


def load(text: bytes, path: str, *, many: bool = False, limit: int | None = None) -> Loaded:
    """Read a file's bytes.

    Args:
        text: the bytes of the file.
        path: the name of the file in findings.
        many: whether several documents are allowed.
        limit: the bytes allowed; by default those that the layout allows at this path, 4 MiB where
            `many` are.

    Returns:
        The documents whose data can be relied on, and the findings. A file without documents has at
        least one finding.
    """
    if limit is None:
        limit = LARGE if many else byte_limit(path)
    decoded, refusal = _decode(text, path, limit)
    if refusal is not None:
        return Loaded((), (refusal,))
    source = DocumentSource(path, decoded)
    hides = next(hidden_in(decoded), None) is not None
    plain = b"\t" not in text and b"\r" not in text
    if plain and not hides:
        with contextlib.suppress(NotSimple):
            return Loaded(_short_way(source, many=many), (), source)
    # PyYAML takes long to import.
    from changeflow.documents.event_reader import EventReader

    reader = EventReader(source, many)
    if hides:
        reader.hidden_characters()
    reader.run()
    return Loaded(tuple(reader.documents), reader.all_findings(), source)


def _short_way(source: DocumentSource, *, many: bool) -> tuple[Document, ...]:
    """Return the documents of a text that has nothing to say anything about.

    Raises:
        NotSimple: when a document of it is not plainly simple.
    """
    parts = source.text.split(_BETWEEN) if many else [source.text]
    documents = []
    for index, part in enumerate(parts):
        if len(part) > MAX_SCALAR:
            raise NotSimple
        read = read_json if part.startswith("{") else read_simple
        # The line end before a separator belongs to the document.
        ended = part if index == len(parts) - 1 else part + "\n"
        documents.append(Document(source, index, read(ended)))
    return tuple(documents)


def _decode(text: bytes, path: str, cap: int) -> tuple[str, Finding | None]:
    if len(text) > cap:
        return "", found_in_file("yaml-size", path, size=len(text), limit=cap)
    if text.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "", found_in_file("yaml-encoding", path, case="mark")
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - (text.rfind(b"\n", 0, error.start) + 1) + 1
        byte = f"0x{text[error.start]:02x}"
        return "", found_in_file("yaml-encoding", path, place=(line, column), byte=byte)
    if not decoded.strip():
        return "", found_in_file("yaml-empty", path, place=(1, 1))
    return decoded, None
