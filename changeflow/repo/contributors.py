"""Contributors of a change: the people of its commits, as git has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from changeflow import errors
from changeflow.model.directory import Directory
from changeflow.model.opinions import NO_CONTRIBUTORS, Contributors
from changeflow.model.people import Roster
from changeflow.repo.git import Git

_FIELD: Final = "\x1f"
PEOPLE_OF_A_COMMIT: Final = "%ae%x1f%ce%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1f)"
_ADDRESS = re.compile(r"<([^<>]*)>\s*$")


def contributors(
    git: Git, head: str | None, paths: Sequence[str], roster: Roster, *, without: Sequence[str] = ()
) -> Contributors:
    """Return the authors, committers and co-authors of every commit that touched the change.

    Commits count before and after the merge.

    Args:
        git: the repository.
        head: commit with the change; None: the work tree, so what is checked out (uncommitted text
            has no author yet).
        paths: the files of the change: its request and what lies beside it, without its review,
            which comes afterwards.
        roster: maps addresses to people, regardless of case.
        without: commits that are left out, with everything before them; then all paths count where
            none is named.

    Raises:
        errors.HostFailed: when a shallow clone hides commits: a missing author would be a missing
            objection.
    """
    tip = head or git.resolve("HEAD")
    if tip is None or not (paths or without):
        return NO_CONTRIBUTORS
    if git.facts.shallow:
        raise errors.HostFailed.of("git.shallow_authors")
    excluded = [f"^{commit}" for commit in without]
    return _sorted_out(addresses(git, tip, *excluded, paths=paths), roster)


def contributors_of_commit(people: str, roster: Roster) -> Contributors:
    """Return the authors, committers and co-authors of one commit, read as `PEOPLE_OF_A_COMMIT`."""
    return _sorted_out(_addresses(people), roster)


def contributors_of_landing(git: Git, commit: str, roster: Roster) -> Contributors:
    """Return the people of a commit of a branch, and of everything that a merge brought with it.

    Raises:
        errors.HostFailed: when git fails.
    """
    parents = git.log(commit, format_="%H %P", extra=["--max-count=1"])[0].split()[1:]
    excluded = [f"^{parent}" for parent in parents[:1]]
    return _sorted_out(addresses(git, commit, *excluded), roster)


def addresses(
    git: Git, *revisions: str, paths: Sequence[str] = (), extra: Sequence[str] = ()
) -> set[str]:
    """Return the addresses of authors, committers and co-authors; see `Git.log` for `revisions`."""
    records = git.log(*revisions, format_=PEOPLE_OF_A_COMMIT, paths=paths, extra=extra)
    found: set[str] = set()
    for record in records:
        found.update(_addresses(record))
    return found


def _addresses(record: str) -> Iterable[str]:
    """Yield the addresses in a commit's author, committer and trailers.

    A trailer without an address is yielded as it is, and matches no person.
    """
    author, committer, *trailers = record.strip("\n").split(_FIELD)
    yield author
    yield committer
    for trailer in trailers:
        found = _ADDRESS.search(trailer)
        if trailer.strip():
            yield found[1] if found else trailer.strip()


def _sorted_out(addresses: Iterable[str], roster: Roster) -> Contributors:
    directory, people, unknown = Directory(roster.spec.people), set[str](), set[str]()
    for address in addresses:
        owners = directory.owners_of_address(address)
        if owners:
            people.update(owners)
        else:
            unknown.add(address)
    return Contributors(people=tuple(sorted(people)), unknown=tuple(sorted(unknown)))
