"""What differs in a work tree from a commit: committed, staged, edited, or not yet known to git."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.model.paths import as_path
from changeflow.repo.checkout import Checkout, is_blob
from changeflow.repo.failures import understanding
from changeflow.repo.git import Git, checked
from changeflow.repo.run_git import records
from changeflow.repo.source import GITLINK, on_disk

_ABSENT: Final = "000000"
# files that are in memory together
_TOGETHER: Final = 500


class WorkTreeChange(NamedTuple):
    """A path that differs. A mode is None where the path is not there.

    Attributes:
        before_mode: git's mode in the commit.
        before: the object in the commit.
        after_mode: the mode that git would store.
    """

    before_mode: str | None
    before: str
    after_mode: str | None


class WorkTreeChanges:
    """The paths of the whole git repository that differ from a commit.

    Args:
        git: the repository, addressed by the change repository's folder.
        start: the commit.
    """

    def __init__(self, git: Git, start: str) -> None:
        self._start = checked(start)
        top = git.root
        if git.facts.prefix:
            top = Path(git.text("rev-parse", "--show-toplevel"))
        self._git = git if top == git.root else Git(top, git.extra)
        self.checkout = Checkout(self._git)

    @cached_property
    def files(self) -> Mapping[str, WorkTreeChange]:
        """Return what differs, by path from the top of the git repository, sorted."""
        found = dict(self._known())
        entries = self.checkout.entries()
        for path, one in found.items():
            # git's index may not know yet what a file became
            after = entries[path].mode if path in entries else None
            found[path] = one._replace(after_mode=after)
        for path in map(as_path, self._untracked()):
            name = path.removesuffix("/")
            if name in entries and name not in found:
                found[name] = WorkTreeChange(None, "", entries[name].mode)
        same = self._same(found)
        return {path: found[path] for path in sorted(found) if path not in same}

    def _known(self) -> Iterator[tuple[str, WorkTreeChange]]:
        """Yield the paths that the commit or git's index has and that may differ."""
        listing = self._git.run(
            "diff-index", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=dirty",
            self._start, "--",
        ).stdout  # fmt: skip
        fields = iter(records(listing))
        with understanding("diff-index"):
            for facts, path in zip(fields, fields, strict=True):
                mode, _, oid, _, _ = facts.decode("ascii").removeprefix(":").split(" ")
                absent = mode == _ABSENT
                yield as_path(path), WorkTreeChange(None if absent else mode, oid, None)

    def _untracked(self) -> Iterator[bytes]:
        return records(self._git.run("ls-files", "-z", "--others", "--exclude-standard").stdout)

    def _same(self, found: Mapping[str, WorkTreeChange]) -> set[str]:
        """Return the files that git holds for changed by their times alone."""
        same: set[str] = set()
        alike: dict[str, str] = {}
        for path, one in found.items():
            if one.before_mode is None and one.after_mode is None:
                # added to the index, and gone again
                same.add(path)
            elif one.before_mode == one.after_mode and one.before_mode != GITLINK:
                alike[path] = one.before
        waiting = sorted(alike)
        for at in range(0, len(waiting), _TOGETHER):
            same.update(
                self._unchanged({path: alike[path] for path in waiting[at : at + _TOGETHER]})
            )
        return same

    def _unchanged(self, alike: Mapping[str, str]) -> Iterator[str]:
        problems: list[tuple[str, errors.Unreadable]] = []
        for path, data in self.checkout.read_many(list(alike), problems):
            if is_blob(data, alike[path]):
                yield path
        for path, _ in problems:
            # of a link, git stores what it points to
            link = Path(os.fsdecode(on_disk(self._git.root, path)))
            if link.is_symlink() and is_blob(os.fsencode(link.readlink()), alike[path]):
                yield path
