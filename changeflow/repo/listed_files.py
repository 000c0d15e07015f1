"""Every file that git has or would take, as the listing that git printed: it is not parsed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from changeflow.model.paths import as_bytes, as_path
from changeflow.repo.checkout import Checkout
from changeflow.repo.fingerprint import content_on_disk, edited_files, listing_of_index
from changeflow.repo.git import Git
from changeflow.repo.git_listing import divided, records_of
from changeflow.repo.run_git import records
from changeflow.repo.source import Entry

if TYPE_CHECKING:
    from changeflow.repo.work_tree_memory import WorkTreeMemory

# bytes of an index below which git takes no time worth saving
LARGE: Final = 64 * 1_024


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
    def of_work_tree(cls, checkout: Checkout, how_read: bytes) -> ListedFiles:
        """Return the files of a work tree.

        Args:
            checkout: the work tree.
            how_read: what stands for how git reads files.

        Raises:
            errors.HostFailed: when git fails.
        """
        memory = _memory_of(checkout, how_read)
        if memory is None:
            return cls._of(checkout.git, checkout.listing(), ())
        seen = memory.recall()
        if seen is not None:
            checkout.know(seen.listing, seen.index_facts)
            return cls(seen.listing, checkout.root, map(as_path, seen.edited))
        start = memory.start()
        listing, status = checkout.listing(), checkout.git.status_listing()
        if start is not None:
            memory.keep(start, listing, status)
        edited = edited_files(listing, status, as_bytes(checkout.git.facts.prefix))
        return cls(listing, checkout.root, map(as_path, edited))

    @classmethod
    def _of(cls, git: Git, listing: bytes, wanted: Sequence[str]) -> ListedFiles:
        """Return the files of a listing of git's index, and which of them were edited."""
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

    def is_still(self, git: Git, paths: Iterable[str]) -> bool:
        """Return whether some files of a work tree are what was listed and read.

        Git is asked about these files alone.

        Raises:
            errors.HostFailed: when git fails.
        """
        wanted = sorted(paths, key=as_bytes)
        if not wanted:
            return True
        after = ListedFiles._of(git, listing_of_index(git, *wanted), wanted)
        before = b"".join(records_of(self.listing, path) for path in wanted)
        if set(records(after.listing)) != set(records(before)):
            return False
        return after.contents(wanted) == self.contents(wanted)

    def at(self, path: str) -> tuple[bytes, dict[str, str]]:
        """Return what is listed of a file, or of all files of a folder, and what was edited."""
        folder = f"{path}/"
        listed = records_of(self.listing, path) + divided(self.listing, folder)[0]
        edited = (one for one in self.edited if one == path or one.startswith(folder))
        return listed, self.contents(edited)


def _memory_of(checkout: Checkout, how_read: bytes) -> WorkTreeMemory | None:
    try:
        if checkout.git.facts.index.stat().st_size < LARGE:
            return None
    except OSError:
        return None
    # most repositories have fewer files
    from changeflow.repo.work_tree_memory import WorkTreeMemory

    return WorkTreeMemory.of(checkout, how_read)
