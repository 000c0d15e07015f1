"""From the bytes of a file to text: compressed or not, with or without a byte order mark."""

from __future__ import annotations

import codecs
import re
import zlib
from typing import Final

from changeflow.cmdb_sources.rows import Place, SourceFile, found_at
from changeflow.model.findings import Finding

WORKBOOK: Final = "workbook"
GZIP: Final = b"\x1f\x8b"
_REFUSED: Final = {
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}
# What workbooks have: the name of a part of each `.xlsx`, the type of `.ods`, the start of `.xls`.
_WORKBOOK: Final = (b"[Content_Types].xml", b"opendocument.spreadsheet")
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD: Final = 4_096
# byte order marks, and the encodings that they stand for
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# a compressed file is unpacked in pieces, so that one that grows beyond measure is noticed early
_PIECE: Final = 1_024 * 1_024
# compressed bytes that are taken at once: what is left of them is copied for each part of a file
_TAKEN: Final = 4 * 1_024
_PADDING: Final = re.compile(rb"\0*")
_AUTOMATIC: Final = 32 + zlib.MAX_WBITS


class _TooLarge(Exception):
    pass


def unpacked(file: SourceFile, limit: int) -> bytes | Finding:
    """Return the content of a file, which may be compressed by gzip."""
    data = file.data
    archive = archive_of(data)
    if archive == WORKBOOK:
        return found_at("source-archive", Place(file.path), case="workbook")
    if archive is not None:
        return found_at("source-archive", Place(file.path), archive=archive)
    if data.startswith(GZIP):
        try:
            data = _gunzipped(data, limit)
        except (zlib.error, EOFError):
            return found_at("source-archive", Place(file.path), archive="gzip", case="broken")
        except _TooLarge:
            return _too_large(file, limit)
    return data if len(data) <= limit else _too_large(file, limit)


def unpacked_size(file: SourceFile) -> int:
    """Return how many bytes a file says that it has when it is unpacked; nothing checks that."""
    size = len(file.data)
    if file.data.startswith(GZIP):
        size = max(size, int.from_bytes(file.data[-4:], "little"))
    return size


def _too_large(file: SourceFile, limit: int) -> Finding:
    return found_at("source-size", Place(file.path), limit=limit)


def archive_of(data: bytes) -> str | None:
    """Return the kind of archive that the beginning of a file shows; None for one that is read.

    A workbook of a spreadsheet program is `WORKBOOK`. A file that gzip compressed is none.
    """
    if _is_workbook(data):
        return WORKBOOK
    return next((name for start, name in _REFUSED.items() if data.startswith(start)), None)


def _is_workbook(data: bytes) -> bool:
    if data.startswith(b"PK\x03\x04"):
        return any(part in data[:_HEAD] for part in _WORKBOOK)
    return data.startswith(_OLD_WORKBOOK)


def text_of(file: SourceFile, limit: int) -> str | Finding:
    """Return the text of a file. It is UTF-8, or UTF-16 with a byte order mark."""
    data = unpacked(file, limit)
    if isinstance(data, Finding):
        return data
    encoding = "utf-8"
    for mark, named in MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], named
            break
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        return found_at("source-encoding", Place(file.path, line), byte=byte)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return found_at("source-encoding", Place(file.path, line), byte="0x00")
    return text


def _gunzipped(data: bytes, limit: int) -> bytes:
    """Return what was compressed.

    Raises:
        zlib.error, EOFError: when it is damaged.
        _TooLarge: as soon as it is more than is allowed.
    """
    parts, size, at = list[bytes](), 0, 0
    while at < len(data):
        unpacker = zlib.decompressobj(_AUTOMATIC)
        while not unpacker.eof:
            taken = unpacker.unconsumed_tail
            if not taken:
                taken = data[at : at + _TAKEN]
                at += len(taken)
            part = unpacker.decompress(taken, _PIECE)
            if not part and not taken and not unpacker.eof:
                raise EOFError
            parts.append(part)
            size += len(part)
            if size > limit:
                raise _TooLarge
        # several parts may follow each other, and zeros between them
        at -= len(unpacker.unused_data)
        at = _end_of_padding(data, at)
    return b"".join(parts)


def _end_of_padding(data: bytes, at: int) -> int:
    padding = _PADDING.match(data, at)
    return padding.end() if padding is not None else at
