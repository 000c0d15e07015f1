"""The main branch commit by commit: what each brought, what it changed, and what its messages name.

A commit of the branch is one of its first-parent history: a merge with everything that it brings,
or a commit that was made on the branch itself. The whole history is read by two processes of git.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from typing import Final, NamedTuple

from changeflow.model.document_parts import CHANGE_ID_PATTERN
from changeflow.model.late_pattern import LatePattern
from changeflow.model.paths import as_path
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.change_of_commit import TRAILER
from changeflow.reading.pull_content import repository_path
from changeflow.repo.git import Git, checked

_CHANGE: Final = LatePattern(CHANGE_ID_PATTERN)
_FIELD: Final = "\x1f"
_LIST: Final = "\x1e"
_ADDRESS: Final = re.compile(r"<([^<>]*)>\s*$")
_NOTHING: Final = re.compile(r"0+", re.ASCII)
# what the list of commits says of each: parents, people, and the changes that its message names
_PEOPLE: Final = (
    "%H%x1f%P%x1f%ae%x1f%ce%x1f%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x1e)"
)
_NAMED: Final = f"%x1f%(trailers:key={TRAILER},valueonly,unfold,separator=%x1e)"


class FileChange(NamedTuple):
    """A file that a commit changes: what it was before, and what it is.

    Attributes:
        path: relative to the change repository; one outside of its folder begins with `:/`.
        before: mode and object name; None: it was not there.
        after: mode and object name; None: it is not there.
    """

    path: str
    before: str | None
    after: str | None


class MainCommit(NamedTuple):
    """A commit of the branch.

    Attributes:
        commit: its object name.
        parents: of it; the first is the commit before it on the branch.
        stated: its committer's date, which may be anything.
        title: the first line of its message.
        people: addresses of the authors, committers and co-authors of all that it brings.
        hands: those of authors and committers alone: a trailer can name anybody as a co-author.
        own_hands: those of its own author and committer.
        files: what it changes against the commit before it on the branch.
        brought: the commits that came with it, itself among them.
        named: changes that messages name, to the addresses of those who wrote these messages.
    """

    commit: str
    parents: tuple[str, ...]
    stated: datetime
    title: str
    people: frozenset[str]
    hands: frozenset[str]
    own_hands: frozenset[str]
    files: tuple[FileChange, ...]
    brought: tuple[str, ...]
    named: Mapping[str, frozenset[str]]

    @property
    def is_merge(self) -> bool:
        """Return whether it has several parents."""
        return len(self.parents) > 1


class _Said(NamedTuple):
    """What a commit says: its parents, its people, and the changes that its message names."""

    parents: tuple[str, ...]
    people: frozenset[str]
    hands: frozenset[str]
    named: frozenset[str]


def main_history(git: Git, tip: str) -> tuple[MainCommit, ...]:
    """Return the commits of a branch, oldest first.

    Args:
        git: the repository.
        tip: the newest commit of the branch.

    Raises:
        errors.HostFailed: when git fails.
    """
    said = _said(git, tip)
    claimed: set[str] = set()
    found = []
    for commit, stated, title, files in reversed(list(_first_parents(git, tip))):
        brought = _brought(commit, said, claimed)
        people: set[str] = set()
        hands: set[str] = set()
        named: dict[str, set[str]] = {}
        for one in brought:
            people |= said[one].people
            hands |= said[one].hands
            for change in said[one].named:
                named.setdefault(change, set()).update(said[one].hands)
        frozen = {change: frozenset(those) for change, those in named.items()}
        found.append(
            MainCommit(
                commit,
                said[commit].parents,
                commit_time(stated, END_OF_TIME),
                title,
                frozenset(people),
                frozenset(hands),
                said[commit].hands,
                files,
                brought,
                frozen,
            )
        )
    return tuple(found)


def _brought(commit: str, said: Mapping[str, _Said], claimed: set[str]) -> tuple[str, ...]:
    """Return the commits that came with one, which no earlier one of the branch brought."""
    found: list[str] = []
    waiting = [commit]
    while waiting:
        one = waiting.pop()
        # the history of a shallow clone ends somewhere
        if one not in claimed and one in said:
            claimed.add(one)
            found.append(one)
            waiting += said[one].parents
    return tuple(found)


def _said(git: Git, tip: str) -> dict[str, _Said]:
    # a user may have set other separators, and a colon is ours
    done = git.run(
        "-c", "trailer.separators=:", "log", "-z", f"--format={_PEOPLE}{_NAMED}", checked(tip), "--"
    )  # fmt: skip
    found: dict[str, _Said] = {}
    for record in done.stdout.decode("utf-8", "replace").split("\0"):
        if not record:
            continue
        commit, parents, author, committer, others, named = record.strip("\n").split(_FIELD, 5)
        people = {author, committer, *_addresses(others)}
        changes = frozenset(one.strip() for one in named.split(_LIST))
        found[commit] = _Said(
            tuple(parents.split()),
            frozenset(filter(None, people)),
            frozenset(filter(None, (author, committer))),
            frozenset(one for one in changes if _CHANGE.fullmatch(one)),
        )
    return found


def _addresses(trailers: str) -> Iterator[str]:
    """Yield the addresses of co-authors; a trailer without one is yielded as it is."""
    for trailer in trailers.split(_LIST):
        found = _ADDRESS.search(trailer)
        yield found[1] if found else trailer.strip()


def _first_parents(git: Git, tip: str) -> Iterator[tuple[str, str, str, tuple[FileChange, ...]]]:
    """Yield commit, stated seconds, title and changed files of the branch, newest first."""
    done = git.run(
        "-c", "log.showRoot=true", "log", "-z", "--first-parent", "--diff-merges=first-parent",
        "--raw", "--no-abbrev", "--no-renames", "--no-relative", "--ignore-submodules=none",
        "--format=%H%x1f%ct%x1f%s", checked(tip), "--",
    )  # fmt: skip
    tokens = done.stdout.split(b"\0")
    head: list[str] | None = None
    files: list[FileChange] = []
    place = 0
    while place < len(tokens):
        token = tokens[place].removeprefix(b"\n")
        if token.startswith(b":"):
            files.append(_file_change(git, token, tokens[place + 1]))
            place += 2
            continue
        if token:
            if head is not None:
                yield head[0], head[1], head[2], tuple(files)
            head, files = token.decode("utf-8", "replace").split(_FIELD, 2), []
        place += 1
    if head is not None:
        yield head[0], head[1], head[2], tuple(files)


def _file_change(git: Git, told: bytes, name: bytes) -> FileChange:
    old_mode, mode, old, new, *_ = told.decode("ascii").lstrip(":").split(" ")
    path = repository_path(git, as_path(name))
    return FileChange(path, _side(old_mode, old), _side(mode, new))


def _side(mode: str, oid: str) -> str | None:
    return None if _NOTHING.fullmatch(oid) else f"{mode} {oid}"


def made_in_merge(git: Git, one: MainCommit) -> tuple[str, ...]:
    """Return the files of a merge that are as in none of its parents: made while it was merged.

    Raises:
        errors.HostFailed: when git fails.
    """
    if not one.is_merge:
        return ()
    done = git.run(
        "diff-tree", "-c", "-r", "-z", "--name-only", "--no-renames", "--no-relative",
        "--no-commit-id", checked(one.commit), "--",
    )  # fmt: skip
    names = [name for name in done.stdout.split(b"\0") if name]
    return tuple(repository_path(git, as_path(name)) for name in names)


class FileTouches:
    """Which commits of a branch changed which files, to look up what a file was at a commit.

    Args:
        history: the branch, oldest first.
    """

    def __init__(self, history: Sequence[MainCommit]) -> None:
        self._history = history
        self._numbers: dict[str, list[int]] = {}
        self._states: dict[str, list[str | None]] = {}
        self._made: dict[tuple[str, str | None], list[int]] = {}
        for number, one in enumerate(history):
            for file in one.files:
                self._numbers.setdefault(file.path, []).append(number)
                self._states.setdefault(file.path, []).append(file.after)
                self._made.setdefault((file.path, file.after), []).append(number)

    def restored_by(self, number: int, paths: frozenset[str]) -> int | None:
        """Return the number of the first later commit that made files what they were before one.

        Args:
            number: the commit that changed the files.
            paths: of the files.
        """
        wanted: dict[str, str | None] = {}
        for file in self._history[number].files:
            if file.path in paths:
                wanted[file.path] = file.before
        later: list[list[int]] = []
        for made in wanted.items():
            numbers = self._made.get(made, [])
            later.append(numbers[bisect_right(numbers, number) :])
        for candidate in merge(*later):
            if all(self._state(path, candidate) == then for path, then in wanted.items()):
                return candidate
        return None

    def _state(self, path: str, number: int) -> str | None:
        """Return what a file was after a commit that is not before all that changed it."""
        return self._states[path][bisect_right(self._numbers[path], number) - 1]
