"""The text of an export as a file of our own: unpacked, in UTF-8, at most 512 MiB."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from changeflow import errors
from changeflow.cmdb_sources.plain_bytes import GZIP, MARKS, WORKBOOK, archive_of
from changeflow.history.mapping import ExportFile
from changeflow.model.paths import shown

MOST_BYTES: Final = 512 * 1_024 * 1_024
_PIECE: Final = 1_024 * 1_024
_UTF8: Final = codecs.lookup("utf-8").name
# a byte that cannot be decoded stays in the text as a lone surrogate, and in the file as it is
_KEPT: Final = "surrogateescape"


class ExportText(NamedTuple):
    """The text of an export.

    Attributes:
        path: of our own file, in UTF-8.
        named: the export as the operator named it.
        clean: whether every byte could be decoded, and none of them is NUL.
        spaced: whether it has a tab or a space that does not break, which trimming has to know.
    """

    path: Path
    named: str
    clean: bool
    spaced: bool = True


def write_text(export: Path, named: str, written: ExportFile, target: Path) -> ExportText:
    """Copy an export to a file of our own, and return what is known of it.

    Args:
        export: the file.
        named: the file as the operator named it.
        written: how the mapping says that it is written.
        target: the new file.

    Raises:
        errors.NothingToDo: when there is no such file.
        errors.UsageError: when it cannot be opened.
        errors.Unreadable: when it is an archive, damaged, too large, or in another encoding.
    """
    try:
        with export.open("rb") as file, target.open("xb") as out:
            watched = _Spaces(out)
            clean = _copy(_pieces(file, named), written.encoding, named, watched)
    except FileNotFoundError as error:
        raise errors.NothingToDo.of("history_file.missing", file=shown(named)) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise errors.Unreadable.of("history_file.damaged", file=shown(named)) from error
    except OSError as error:
        why = errors.refusal(error)
        raise errors.UsageError.of("history_file.unopened", file=shown(named), why=why) from error
    return ExportText(target, named, clean, watched.found)


class _Spaces:
    """A file that is written, which notes whether there are tabs or spaces that do not break."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.found = False

    def write(self, piece: bytes) -> None:
        self._out.write(piece)
        # half of such a space may end a piece: its second byte is enough
        self.found = self.found or b"\t" in piece or b"\xa0" in piece


def _pieces(file: IO[bytes], named: str) -> Iterator[bytes]:
    """Yield what a file holds, unpacked."""
    head = file.read(_PIECE)
    archive = archive_of(head)
    if archive is not None:
        case = "workbook" if archive == WORKBOOK else "other"
        raise errors.Unreadable.of(
            "history_file.archive", case=case, file=shown(named), archive=archive
        )
    size = 0
    if head.startswith(GZIP):
        file.seek(0)
        packed = gzip.GzipFile(fileobj=file)
        pieces = iter(lambda: packed.read(_PIECE), b"")
    else:
        pieces = iter(lambda: file.read(_PIECE), b"")
        size += len(head)
        yield head
    for piece in pieces:
        size += len(piece)
        if size > MOST_BYTES:
            raise errors.Unreadable.of("history_file.size", file=shown(named), most=MOST_BYTES)
        yield piece


def _copy(pieces: Iterator[bytes], encoding: str, named: str, out: _Spaces) -> bool:
    """Write pieces in UTF-8; return whether every byte could be decoded and none is NUL."""
    first = next(pieces, b"")
    for mark, marked in MARKS:
        if first.startswith(mark):
            first, encoding = first[len(mark) :], marked
            break
    try:
        if codecs.lookup(encoding).name == _UTF8:
            return _copy_utf8(first, pieces, out)
        return _transcode(first, pieces, encoding, out)
    # Some encodings are no way to write files, and cannot keep a byte that they do not know.
    except UnicodeError as error:
        raise errors.Unreadable.of(
            "history_file.encoding", file=shown(named), encoding=encoding
        ) from error


def _copy_utf8(first: bytes, pieces: Iterator[bytes], out: _Spaces) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    clean = True
    for piece in _all(first, pieces):
        out.write(piece)
        clean = clean and b"\0" not in piece
        if clean and not (piece.isascii() and not decoder.getstate()[0]):
            clean = _decodes(decoder, piece)
    return clean and _decodes(decoder, b"", final=True)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _transcode(first: bytes, pieces: Iterator[bytes], encoding: str, out: _Spaces) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(_KEPT)
    clean = True
    for piece in _all(first, pieces):
        clean = _write(decoder.decode(piece), out) and clean
    return _write(decoder.decode(b"", True), out) and clean


def _write(text: str, out: _Spaces) -> bool:
    try:
        out.write(text.encode("utf-8"))
    except UnicodeEncodeError:
        out.write(text.encode("utf-8", _KEPT))
        return False
    return "\0" not in text


def _all(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces
