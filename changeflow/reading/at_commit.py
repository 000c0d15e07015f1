"""Read a change from the commit that holds it, where what lies in the work tree is what was committed.

A record that names a commit can be computed again by anybody who has that commit; a work tree is
gone tomorrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from changeflow import errors
from changeflow.model.canonical import digest_bytes
from changeflow.model.document_paths import review_path, rfc_path
from changeflow.reading.load import ChangeContent, Places, load_change, named_in
from changeflow.repo.source import Revision, Source


def settled(places: Places, argument: str) -> Places:
    """The same places, with the head at the commit that is checked out where the change reads the same there.

    Compared by content, not by asking git whether the work tree is clean: a filter or a line ending
    makes other bytes.

    Raises:
        errors.HostFailed: when git fails.
    """
    tip = places.git.resolve("HEAD") if places.head.commit is None else None
    if tip is None:
        return places
    committed = Revision(places.git, tip)
    try:
        change = named_in(places.head, argument)
        here, there = load_change(places.head, change), load_change(committed, change)
    except (errors.NothingToDo, errors.Unreadable):
        return places
    same = _read(here) == _read(there) and _beside(places.head, here) == _beside(committed, there)
    return replace(places, head=committed) if same else places


def settled_change(places: Places, argument: str) -> tuple[Places, ChangeContent]:
    """The settled places of one command, and the change as it is read there.

    Everything that the command records names this commit. A branch that moves on meanwhile moves
    none of it.

    Raises:
        errors.NothingToDo: when there is no such change.
        errors.Unreadable: when it, or a file it names, cannot be read.
        errors.HostFailed: when git fails.
    """
    where = settled(places, argument)
    return where, load_change(where.head, argument)


def history_of(places: Places) -> str | None:
    """The commit whose history says who wrote the change."""
    return places.history or places.head.commit or places.git.resolve("HEAD")


def uncommitted(places: Places, content: ChangeContent) -> tuple[str, ...]:
    """Return the paths of a change that the commit checked out does not hold as they lie in the work tree; sorted."""
    if places.head.commit is not None:
        return ()
    tip = places.git.resolve("HEAD")
    try:
        committed = (
            load_change(Revision(places.git, tip), content.change.id) if tip is not None else None
        )
    except (errors.NothingToDo, errors.Unreadable):
        committed = None
    if committed is None:
        return (content.path, *(path for path, *_ in content.files))
    differ = {path for path, *_ in set(content.files) ^ set(committed.files)}
    return tuple(
        sorted(differ | ({content.path} if content.rfc_digest != committed.rfc_digest else set()))
    )


def review_digest(source: Source, change: str) -> str | None:
    """`sha256:` of a change's review, None where there is none."""
    path = review_path(change)
    return digest_bytes(source.read(path)) if source.exists(path) else None


def _read(content: ChangeContent) -> tuple[str, str, Sequence[object]]:
    return content.rfc_digest, content.digest, content.files


def _beside(source: Source, content: ChangeContent) -> tuple[str | None, list[bool]]:
    """What a gate reads of a head beside the change itself: its review, and whether the changes it names are there."""
    named = [source.exists(rfc_path(name)) for name in content.change.spec.depends_on]
    return review_digest(source, content.change.id), named
