"""Git's listing of files, as the bytes that git printed: files are found in it, and it is not parsed.

A listing has a record for each file: what git says of it, a tab, its path, and a zero byte. What
git says has no tab, and no path has a zero byte. No answer here rests on the order of the records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from changeflow.model.paths import as_bytes, as_path
from changeflow.repo.run_git import records

_TAB: Final = b"\t"
_END: Final = b"\0"
# of a file at which git looks; no path has a zero byte
_TAG: Final = b"H "
_OTHER_TAG: Final = re.compile(rb"\0(?!H |\Z)")
# bytes of two listings that are compared at once
_PIECE: Final = 64 * 1024


def records_of(listing: bytes, path: str) -> bytes:
    """Return the records of one file: none, one, or those that a merge left."""
    wanted = _TAB + as_bytes(path) + _END
    found, at = b"", listing.find(wanted)
    while at >= 0:
        begin = _begin(listing, at)
        if begin is not None:
            found += listing[begin : at + len(wanted)]
        at = listing.find(wanted, at + 1)
    return found


def divided(listing: bytes, folder: str, known: bytes = b"") -> tuple[bytes, bytes]:
    """Return the records of the files in a folder, and all others.

    Git lists the files of a folder one after the other. Where a listing does not, or a path has a
    tab, each record is looked at.

    Args:
        listing: the records.
        folder: its path, with a slash at its end.
        known: records of files in the folder, as another listing has them: those that are still
            the same are not looked at.
    """
    wanted = _TAB + as_bytes(folder)
    begin, end = listing.find(wanted), listing.rfind(wanted)
    if begin < 0:
        return b"", listing
    begin, end = listing.rfind(_END, 0, begin) + 1, listing.index(_END, end) + 1
    if len(known) == end - begin and listing.startswith(known, begin):
        return known, listing[:begin] + listing[end:]
    inside = listing[begin:end]
    if known:
        new, _ = different(inside, known)
        is_stretch = all(path.startswith(folder) for path, _ in listed(new))
    else:
        # Each has one tab, and all of them are followed by the folder.
        is_stretch = inside.count(wanted) == inside.count(_TAB) == inside.count(_END)
    if is_stretch:
        return inside, listing[:begin] + listing[end:]
    found: tuple[list[bytes], list[bytes]] = [], []
    for path, record in listed(listing):
        found[not path.startswith(folder)].append(record + _END)
    return b"".join(found[0]), b"".join(found[1])


def different(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """Return the records of two listings without those with which both begin and both end."""
    if one == other:
        return b"", b""
    least = min(len(one), len(other))
    begin = 0
    while begin < least and one[begin : begin + _PIECE] == other[begin : begin + _PIECE]:
        begin = min(begin + _PIECE, least)
    # Both have the same bytes before it.
    begin = one.rfind(_END, 0, begin) + 1
    rest, same = least - begin, 0
    while same < rest and _piece_before(one, same, rest) == _piece_before(other, same, rest):
        same = min(same + _PIECE, rest)
    end = one.find(_END, len(one) - same - 1) + 1 if same else len(one)
    same = len(one) - end
    return one[begin:end], other[begin : len(other) - same]


def _piece_before(data: bytes, behind: int, rest: int) -> bytes:
    """Return the piece before the last so many bytes, within the rest that is looked at."""
    end = len(data) - behind
    return data[end - min(_PIECE, rest - behind) : end]


def listed(listing: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield path and record of each file."""
    for record in records(listing):
        yield as_path(record.partition(_TAB)[2]), record


def shows_all(listing: bytes) -> bool:
    """Return whether git looks at every file of a listing of its index, and has it once."""
    return listing.startswith(_TAG) and _OTHER_TAG.search(listing) is None


def _begin(listing: bytes, tab: int) -> int | None:
    """Return where the record begins in which a tab ends what git says; None for another tab."""
    begin = listing.rfind(_END, 0, tab) + 1
    return begin if listing.find(_TAB, begin, tab) < 0 else None
