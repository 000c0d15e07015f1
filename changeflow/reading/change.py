"""A change at one place: its id, its request, and every file that is part of it."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest, digest_bytes
from changeflow.model.change import ChangeRequest, material
from changeflow.model.document_parts import CHANGE_ID_PATTERN
from changeflow.model.document_paths import (
    change_folder,
    change_of_rfc,
    plans_folder,
    review_path,
    rfc_path,
)
from changeflow.model.kept_plans import NO_PLANS, KeptPlans
from changeflow.model.paths import inside, not_utf8, shown
from changeflow.model.phrases import meant, nearest, told
from changeflow.model.subjects import Subject
from changeflow.reading.parsed import ParsedFile, ParsedSource, parse
from changeflow.reading.step_files import below, named_files, pieces
from changeflow.repo.checkout import Checkout
from changeflow.repo.source import Entry, Source

_ID: Final = re.compile(CHANGE_ID_PATTERN.removesuffix(r"(?!\n)").strip("^$"), re.ASCII)


@dataclass(frozen=True)
class ChangeState:
    """A change as it stands at one place, with the bytes of its request.

    `digest` is of the effective content: the material fields, the other files in the change's
    folder, and the files of the repository that its steps name, so that approved content and
    executed content are the same content. `plans` says which of the files are plans.
    """

    change: ChangeRequest
    path: str
    text: bytes
    commit: str | None
    files: tuple[tuple[str, str, str], ...]
    plans: KeptPlans = NO_PLANS

    @cached_property
    def digest(self) -> str:
        """Return the digest of the effective content."""
        return digest({"change": material(self.change), "files": self.files})

    @cached_property
    def rfc_digest(self) -> str:
        """Return the digest of the request's bytes."""
        return digest_bytes(self.text)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Return what an entry of the ledger about this state names."""
        sha256 = self.rfc_digest.removeprefix("sha256:")
        return (Subject(name=self.path, sha256=sha256, commit=self.commit),)


def change_id_of(argument: str) -> str:
    """Return the change id in an argument: an id, or a path to the change's folder or file.

    Raises:
        errors.NothingToDo: when it is neither.
    """
    found = id_in(argument)
    if found is not None:
        return found
    raise errors.NothingToDo.of("unknown.change", name=argument, hint=told("unknown.id_pattern"))


def id_in(argument: str) -> str | None:
    """Return an id, or the id in a path; None where there is none."""
    if _ID.fullmatch(argument):
        return argument
    for part in reversed(Path(argument).parts):
        if _ID.fullmatch(part):
            return part
    return None


def change_ids(source: Source) -> tuple[str, ...]:
    """Ids of all changes at one place, sorted."""
    named = map(change_of_rfc, source.entries())
    return tuple(sorted(change for change in named if change))


def named_in(source: Source, argument: str) -> str:
    """Return the change an argument names.

    An argument without an id (see `change_id_of`) is looked for among the slugs of the changes.

    Raises:
        errors.NothingToDo: when it names none.
    """
    try:
        return change_id_of(argument)
    except errors.NothingToDo as error:
        near = _similar_change(source, argument)
        hint = told("hint.near", name=near) if near else told("unknown.id_pattern")
        raise errors.NothingToDo.of("unknown.change", name=argument, hint=hint) from error


def _similar_change(source: Source, argument: str) -> str | None:
    """Return the change that is meant by the end of its id, or by a misspelt one."""
    slug = argument.strip("/").rpartition("/")[2].casefold()
    by_slug: dict[str, str] = {}
    for name in change_ids(source):
        if not _ID.fullmatch(name):
            continue
        if name.endswith(f"-{slug}") or name.casefold() == slug:
            return name
        by_slug[name.split("-", 2)[2]] = name
    similar = nearest(slug, by_slug)
    return by_slug[similar[0]] if similar else None


def load_change(source: ParsedSource, change_id: str) -> ChangeState:
    """Read one change with its effective content.

    Raises:
        errors.NothingToDo: when there is no such change, with near misses in the hint.
        errors.Unreadable: when it, or a file it names, cannot be read.
    """
    path = rfc_path(change_id)
    if not source.exists(path):
        hint = meant(change_id, change_ids(source)) or told(
            "unknown.looked_for", path=path, place=source.label
        )
        raise errors.NothingToDo.of("unknown.change", name=change_id, hint=hint)
    text = source.read(path)
    change = _request_in(source.parsed(path))
    if change.id != change_id:
        raise errors.Unreadable.of("file.other_id", path=path, id=change.id, folder=change_id)
    found = effective_files(source, change)
    files = tuple((name, mode, content) for name, mode, content in found)
    return ChangeState(
        change=change,
        path=path,
        text=text,
        commit=source.commit,
        files=files,
        plans=_kept_plans(source, change, files),
    )


def _kept_plans(
    source: Source, change: ChangeRequest, files: Sequence[tuple[str, str, str]]
) -> KeptPlans:
    folder = plans_folder(change.id)
    if not any(name.startswith(folder) for name, _, _ in files):
        return NO_PLANS
    # most changes have no plans
    from changeflow.reading.kept_plans import kept_plans

    return kept_plans(source, change, files)


def parse_change(text: bytes, path: str) -> ChangeRequest:
    """Return the request for change in a file's bytes.

    Raises:
        errors.Unreadable: naming every problem and its place.
    """
    return _request_in(parse(text, path))


def _request_in(parsed: ParsedFile) -> ChangeRequest:
    return parsed.only(ChangeRequest, told("file.first_lines", kind="ChangeRequest"))


def effective_files(source: ParsedSource, change: ChangeRequest) -> list[list[str]]:
    """Return path, mode and digest of every file that is part of a change, sorted.

    A file is part of it that lies in its folder, or that a step names.
    """
    entries = source.entries()
    folder, documents = change_folder(change.id), (rfc_path(change.id), review_path(change.id))
    own = set(below(source.paths, folder.removesuffix("/"))).difference(documents)
    _refuse_ignored_programs(source, change)
    for path in sorted(own):
        if not_utf8(path):
            raise errors.Unreadable.of("file.not_utf8_name", path=shown(path))
    return _described(source, entries, own | _named(entries, change, source.paths))


def _refuse_ignored_programs(source: ParsedSource, change: ChangeRequest) -> None:
    """Refuse a step that would run a file that git ignores.

    No commit holds such a file, so no approval could be about it.
    """
    if source.commit is not None:
        return
    for argv in change.spec.command_lines:
        program = argv[0]
        if "/" not in program:
            # found on PATH (an interpreter): it runs the first word that is no option
            program = next((word for word in argv[1:] if not word.startswith("-")), "")
        path = posixpath.normpath(program)
        if inside(path) and source.left_out(path):
            raise errors.Unreadable.of("file.ignored_program", path=path)


def files_of_steps(source: Source, change: ChangeRequest) -> list[list[str]]:
    """Return path, mode and digest of every file that a step names, sorted."""
    entries = source.entries()
    return _described(source, entries, _named(entries, change))


def described(source: Source, words: Iterable[str]) -> list[list[str]]:
    """Return path, mode and digest of every file that these words name, sorted.

    Raises:
        errors.Unreadable: when one cannot be read, or leads through a symbolic link.
    """
    entries = source.entries()
    return _described(source, entries, named_files(entries, words))


def ignored(source: Source, words: Iterable[str]) -> list[list[str]]:
    """Return path, mode and digest of every file that these words name and that git ignores.

    Such a file is no content of the change. Folders are not followed.
    """
    if not isinstance(source, Checkout):
        return []
    named: set[str] = set()
    for word in words:
        named.update(map(posixpath.normpath, pieces(word)))
    found = sorted(path for path in named if inside(path) and source.left_out(path))
    return [[path, "100644", digest_bytes(source.as_on_disk(path))] for path in found]


def _named(
    entries: Mapping[str, Entry], change: ChangeRequest, paths: Sequence[str] = ()
) -> set[str]:
    words = itertools.chain.from_iterable((*change.spec.command_lines, change.spec.beside_playbooks))
    return named_files(entries, words, paths)


def _described(
    source: Source, entries: Mapping[str, Entry], paths: Iterable[str]
) -> list[list[str]]:
    found = []
    for path, data in source.read_many(sorted(paths)):
        found.append([path, entries[path].mode, digest_bytes(data)])
    return found
