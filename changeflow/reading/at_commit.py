"""Read a change from the commit that holds it, if the work tree holds the same content.

A record that names a commit can be computed again from that commit; a work tree is gone tomorrow.
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
    """Return the view with its head at the commit checked out, if the change is the same there.

    The contents are compared. Whether git calls the work tree clean is no answer: a filter or a
    line ending makes other bytes.

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
    if _digests(here) != _digests(there):
        return view
    if _also_read(view.head, here) != _also_read(committed, there):
        return view
    return replace(view, head=committed)


def settled_change(view: View, argument: str) -> tuple[View, ChangeState]:
    """Return the settled view of one command, and the change as it is read there.

    Everything that the command records names this commit, also when the branch moves on meanwhile.

    Raises:
        errors.NothingToDo: when there is no such change.
        errors.Unreadable: when it, or a file it names, cannot be read.
        errors.HostFailed: when git fails.
    """
    where = settled(view, argument)
    return where, where.head.change(argument)


def history_of(view: View) -> str | None:
    """Return the commit whose history names the authors of the change."""
    return view.history or view.head.commit or view.git.resolve("HEAD")


def uncommitted(view: View, content: ChangeState) -> tuple[str, ...]:
    """Return the sorted paths of a change that differ in the work tree from the commit."""
    if view.head.commit is not None:
        return ()
    committed = _committed(view, content.change.id)
    if committed is None:
        return (content.path, *(path for path, *_ in content.files))
    differ = {path for path, *_ in set(content.files) ^ set(committed.files)}
    if content.rfc_digest != committed.rfc_digest:
        differ.add(content.path)
    return tuple(sorted(differ))


def _committed(view: View, change: str) -> ChangeState | None:
    """Return a change at the commit checked out, or None if it cannot be read there."""
    tip = view.git.resolve("HEAD")
    if tip is None:
        return None
    try:
        return view.store.at(tip).change(change)
    except (errors.NothingToDo, errors.Unreadable):
        return None


def review_digest(source: Source, change: str) -> str | None:
    """Return `sha256:` of a change's review, or None if there is none."""
    path = review_path(change)
    if not source.exists(path):
        return None
    return digest_bytes(source.read(path))


def _digests(content: ChangeState) -> tuple[str, str, Sequence[object]]:
    return content.rfc_digest, content.digest, content.files


def _also_read(source: Source, content: ChangeState) -> tuple[str | None, list[bool]]:
    """Return what else a gate reads of a head: the review, and which dependencies exist there."""
    named = [source.exists(rfc_path(name)) for name in content.change.spec.depends_on]
    return review_digest(source, content.change.id), named
