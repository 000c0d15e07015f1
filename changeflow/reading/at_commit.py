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
from changeflow.reading.change import ChangeState, named_in
from changeflow.reading.view import View
from changeflow.repo.source import Source


def settled(view: View, argument: str) -> View:
    """The same view, with the head at the commit that is checked out where the change reads the same there.

    Compared by content, not by asking git whether the work tree is clean: a filter or a line ending
    makes other bytes.

    Raises:
        errors.HostFailed: when git fails.
    """
    tip = view.git.resolve("HEAD") if view.head.commit is None else None
    if tip is None:
        return view
    committed = view.store.at(tip)
    try:
        change = named_in(view.head, argument)
        here, there = view.head.change(change), committed.change(change)
    except (errors.NothingToDo, errors.Unreadable):
        return view
    same = _read(here) == _read(there) and _beside(view.head, here) == _beside(committed, there)
    return replace(view, head=committed) if same else view


def settled_change(view: View, argument: str) -> tuple[View, ChangeState]:
    """The settled view of one command, and the change as it is read there.

    Everything that the command records names this commit. A branch that moves on meanwhile moves
    none of it.

    Raises:
        errors.NothingToDo: when there is no such change.
        errors.Unreadable: when it, or a file it names, cannot be read.
        errors.HostFailed: when git fails.
    """
    where = settled(view, argument)
    return where, where.head.change(argument)


def history_of(view: View) -> str | None:
    """The commit whose history says who wrote the change."""
    return view.history or view.head.commit or view.git.resolve("HEAD")


def uncommitted(view: View, content: ChangeState) -> tuple[str, ...]:
    """Return the paths of a change that the commit checked out does not hold as they lie in the work tree; sorted."""
    if view.head.commit is not None:
        return ()
    tip = view.git.resolve("HEAD")
    try:
        committed = view.store.at(tip).change(content.change.id) if tip is not None else None
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


def _read(content: ChangeState) -> tuple[str, str, Sequence[object]]:
    return content.rfc_digest, content.digest, content.files


def _beside(source: Source, content: ChangeState) -> tuple[str | None, list[bool]]:
    """What a gate reads of a head beside the change itself: its review, and whether the changes it names are there."""
    named = [source.exists(rfc_path(name)) for name in content.change.spec.depends_on]
    return review_digest(source, content.change.id), named
