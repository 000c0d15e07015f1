"""Git's listing of files, as the bytes that git printed: files are found in it, and it is not parsed.

A listing has a record for each file: what git says of it, a tab, its path, and a zero byte. What
git says has no tab, and no path has a zero byte. No answer here rests on the order of the records.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final

from changeflow.model.paths import as_bytes, as_path
from changeflow.repo.fingerprint import content_on_disk, edited_files, listing_of_index
from changeflow.repo.git import Git
from changeflow.repo.run_git import records
from changeflow.repo.source import Entry

_TAB: Final = b"\t"
_END: Final = b"\0"


class ListedFiles:
    """Every file that git has or would take, with what stands for its content.

    Args:
        listing: what git says of each.
        root: the folder on disk that paths begin in.
        edited: files that are not as the listing has them, or not in it; each is read when it is
            asked for, and once.
    """

    def __init__(self, listing: bytes, root: Path, edited: Iterable[str] = ()) -> None:
        self.listing, self.edited = listing, frozenset(edited)
        self._root = root
        self._contents: dict[str, str] = {}

    @classmethod
    def of_work_tree(cls, git: Git, paths: Iterable[str] = ()) -> ListedFiles:
        """Return the files of a work tree.

        Args:
            git: the repository.
            paths: the files that are wanted; none: all.

        Raises:
            errors.HostFailed: when git fails.
        """
        wanted = tuple(paths)
        listing = listing_of_index(git, *wanted)
        prefix = as_bytes(git.facts.prefix)
        edited = edited_files(listing, git.status_listing(*wanted), prefix)
        return cls(listing, git.root, map(as_path, edited))

    @classmethod
    def of_commit(cls, entries: Mapping[str, Entry], root: Path) -> ListedFiles:
        """Return the files of a commit."""
        lines = (f"{one.mode} {one.oid}\t{path}\0" for path, one in entries.items())
        return cls(as_bytes("".join(lines)), root)

    def content(self, path: str) -> str:
        """Return what stands for what is on disk in the place of an edited file."""
        if path not in self._contents:
            data = content_on_disk(self._root / os.fsdecode(as_bytes(path)))
            self._contents[path] = blake2b(data, digest_size=32).hexdigest()
        return self._contents[path]

    def contents(self, paths: Iterable[str]) -> dict[str, str]:
        """Return what stands for those files that were edited, sorted."""
        return {path: self.content(path) for path in sorted(self.edited.intersection(paths))}

    def at(self, path: str) -> tuple[bytes, dict[str, str]]:
        """Return what is listed of a file, or of all files of a folder, and what was edited."""
        folder = f"{path}/"
        listed = records_of(self.listing, path) + divided(self.listing, folder)[0]
        edited = (one for one in self.edited if one == path or one.startswith(folder))
        return listed, self.contents(edited)


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


def divided(listing: bytes, folder: str) -> tuple[bytes, bytes]:
    """Return the records of the files in a folder, and all others.

    Git lists the files of a folder one after the other; where it seems not to, each is looked at.

    Args:
        listing: the records.
        folder: its path, with a slash at its end.
    """
    wanted = _TAB + as_bytes(folder)
    begin, end = listing.find(wanted), listing.rfind(wanted)
    if begin < 0:
        return b"", listing
    begin, end = listing.rfind(_END, 0, begin) + 1, listing.index(_END, end) + 1
    inside = listing[begin:end]
    if inside.count(wanted) == inside.count(_END):
        return inside, listing[:begin] + listing[end:]
    found: tuple[list[bytes], list[bytes]] = [], []
    for path, record in listed(listing):
        found[not path.startswith(folder)].append(record + _END)
    return b"".join(found[0]), b"".join(found[1])


def listed(listing: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield path and record of each file."""
    for record in records(listing):
        yield as_path(record.partition(_TAB)[2]), record


def _begin(listing: bytes, tab: int) -> int | None:
    """Return where the record begins in which a tab ends what git says; None for another tab."""
    begin = listing.rfind(_END, 0, tab) + 1
    return begin if listing.find(_TAB, begin, tab) < 0 else None
