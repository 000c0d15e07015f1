"""`check`: schema, references and sense of documents, on a work tree or on a revision.

Timeless: no clock is looked at.

Documents that others refer to are read first, here; requests, reviews and releases are then judged
against them on all cores. A document that passes never meets pydantic, jsonschema, ruamel.yaml or
networkx.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from changeflow import errors
from changeflow.checks.any_shape import sequence, text
from changeflow.checks.context import RepositoryFacts, gather
from changeflow.checks.files import Found, is_document, layout_problems
from changeflow.checks.run import findings, findings_about_several
from changeflow.checks.several_documents import Change, cycles
from changeflow.documents.document import Document
from changeflow.hosts.table import hosts_with_reviews
from changeflow.model.document_paths import (
    change_of_review,
    change_of_rfc,
    rfc_path,
)
from changeflow.model.findings import Finding, Findings
from changeflow.model.kinds import FOLDERS, KINDS
from changeflow.model.paths import shown, uncanonical
from changeflow.reading.documents import Excerpts, Read, excerpts, not_read, read, tidy
from changeflow.reading.listing import in_revision, on_disk
from changeflow.repo.parallel import spread
from changeflow.repo.repository_kind import is_sparse
from changeflow.repo.source import WorkTree
from changeflow.usecases.check.target import CheckTarget

if TYPE_CHECKING:
    from changeflow.repo.source import Source

# what is judged by everything else, and so is read last
_SUBJECTS: Final = tuple(kind.folder for kind in KINDS if kind.category in ("change", "release"))


@dataclass(frozen=True)
class Checked:
    """What was found, with the lines it is about.

    `unreadable`: a file was there from which no document could be read. `prefix` leads from the top
    of the git repository to the change repository, for readers who count from there.
    """

    findings: Findings
    excerpts: Mapping[tuple[str, int], str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    unreadable: bool = False
    prefix: str = ""


@dataclass(slots=True)
class _Judged:
    """One file after its rules have run, small enough to travel between processes."""

    path: str
    findings: list[Finding]
    excerpts: Excerpts
    readable: bool
    documents: int
    changes: tuple[Change, ...]


def check(target: CheckTarget, source: Source | None = None) -> Checked:
    """Check documents.

    Args:
        target: the repository and which of its files; files outside of it.
        source: the revision to read from; by default the work tree.

    Raises:
        errors.NothingToDo: when there is not one file to check.
    """
    loose = [_judged(_read_loose(path), None) for path in target.loose]
    inside = _Repository(target, source).check() if target.root is not None else []
    done = [*inside, *loose]
    if not done:
        raise errors.NothingToDo(
            "no documents to check",
            f"documents live below {', '.join(f'{name}/' for name in FOLDERS)}",
        )
    found = tidy(finding for judged in done for finding in judged.findings)
    return Checked(
        Findings(tuple(found), sum(judged.documents for judged in done)),
        {place: line for judged in done for place, line in judged.excerpts.items()},
        tuple(sorted(judged.path for judged in done)),
        any(not judged.readable for judged in done),
        _prefix(target.root) if target.root is not None else "",
    )


def _read_loose(path: Path) -> Read:
    name = shown(os.path.relpath(path))
    problems: list[tuple[str, errors.Unreadable]] = []
    for _, data in WorkTree(path.parent).read_many([path.name], problems):
        return read(name, data)
    _, error = problems[0]
    return not_read(name, error.message.replace(f"`{path.name}`", "this"), error.hint)


def _prefix(root: Path) -> str:
    """Return the way from the top of the git repository around `root`, with a slash at its end; empty where they are the same."""
    folder = Path(os.path.realpath(root))
    for top in (folder, *folder.parents):
        if (top / ".git").exists():
            return "" if top == folder else folder.relative_to(top).as_posix() + "/"
    return ""


class _Repository:
    """One check of one repository."""

    def __init__(self, target: CheckTarget, source: Source | None) -> None:
        assert target.root is not None  # noqa: S101 - the caller looked; this is for the type checker
        self.target = target
        if source is None and is_sparse(target.root):
            # Files that this checkout leaves out are there all the same, and others refer to them.
            from changeflow.repo.checkout import checkout_at

            source = checkout_at(target.root)
        self.source: Source = source if source is not None else WorkTree(target.root)
        self.found = on_disk(target.root) if source is None else in_revision(source)
        plain = [item.path for item in self.found if not item.what]
        self.documents = [path for path in plain if is_document(path) and uncanonical(path) is None]

    def check(self) -> list[_Judged]:
        """Judge every file that was asked for."""
        context = self.read_context()
        facts = self.facts(context)
        subjects = [
            path
            for path in self.documents
            if path.startswith(_SUBJECTS) and self.target.wants(path)
        ]
        judged = spread(partial(_judge_paths, self.source, facts), [*subjects, *self.extras()])
        judged += [
            _judged(one, facts)
            for one in context
            if self.target.wants(one.path) or not one.readable
        ]
        documents = [document for one in context for document in one.documents]
        return [*judged, *self.about_files(), *self.about_several(documents, judged, facts)]

    def read_context(self) -> list[Read]:
        """Return what others refer to: configuration, CMDB, policies, roster, models, calendars."""
        paths = [path for path in self.documents if not path.startswith(_SUBJECTS)]
        return spread(partial(_read_paths, self.source), paths)

    def facts(self, context: list[Read]) -> RepositoryFacts:
        """Return what the rules may ask."""
        changes = frozenset(name for path in self.documents if (name := change_of_rfc(path)))
        reviewed = frozenset(name for path in self.documents if (name := change_of_review(path)))
        unread = tuple(one.path for one in context if not one.readable)
        documents = (document for one in context for document in one.documents)
        return gather(documents, changes, reviewed, unread, hosts_with_reviews())

    def extras(self) -> list[str]:
        """Files inside the repository that were named although the layout has no place for them.

        Raises:
            errors.NothingToDo: when a name fits nothing.
        """
        known = {item.path for item in self.found}
        extras = []
        for name in self.target.wanted or ():
            if not name or name in known or any(path.startswith(f"{name}/") for path in known):
                if name in known and not is_document(name) and name.endswith((".yaml", ".yml")):
                    extras.append(name)
            elif self.source.exists(name) or self.is_link(name):
                extras.append(name)
            else:
                raise errors.NothingToDo(
                    f"`{name}` has no documents in {self.source.label}",
                    "documents are *.yaml files",
                )
        return extras

    def is_link(self, name: str) -> bool:
        """Return whether a name that is no plain file is there all the same, to be reported as what it is."""
        if self.source.commit is not None:
            return name in self.source.entries()
        path = Path(self.source.label) / name
        return path.is_symlink() or (path.exists() and not path.is_dir())

    def about_files(self) -> list[_Judged]:
        """Files that are no files, and documents in the wrong place."""
        found: dict[str, list[Finding]] = {}
        for finding in layout_problems(self.found):
            if self.target.wants(finding.path):
                found.setdefault(finding.path, []).append(finding)
        unread = {shown(item.path) for item in self.found if self._is_lost(item)}
        return [
            _Judged(path, listed, {}, path not in unread, 0, ()) for path, listed in found.items()
        ]

    @staticmethod
    def _is_lost(item: Found) -> bool:
        """Return whether a document should be here and cannot be read."""
        return bool(item.what) and (is_document(item.path) or "/" not in item.path)

    def about_several(
        self, documents: list[Document], judged: list[_Judged], facts: RepositoryFacts
    ) -> list[_Judged]:
        """Rules that need more than one document."""
        found = [*findings_about_several(documents, facts), *self._cycles(judged, facts)]
        wanted = [finding for finding in found if self.target.wants(finding.path)]
        lines = excerpts((document.source for document in documents), wanted)
        return [_Judged(finding.path, [finding], lines, True, 0, ()) for finding in wanted]

    def _cycles(self, judged: list[_Judged], facts: RepositoryFacts) -> list[Finding]:
        changes = {change.id: change for one in judged for change in one.changes}
        missing = _unknown(changes, facts)
        # requests that were not asked for, but are leant on
        while missing:
            more = [
                change
                for one in self._read([rfc_path(name) for name in missing])
                for change in _changes(one)
            ]
            broken = missing - {change.id for change in more}
            changes |= {change.id: change for change in more} | {
                name: Change("", name, ()) for name in broken
            }
            missing = _unknown(changes, facts)
        return [self._cycle(ring, changes) for ring in cycles(changes)]

    def _cycle(self, ring: tuple[str, ...], changes: Mapping[str, Change]) -> Finding:
        turn = next(
            (index for index, name in enumerate(ring) if self.target.wants(changes[name].path)), 0
        )
        ring = (*ring[turn:-1], *ring[:turn], ring[turn]) if turn else ring
        message = f"these changes wait for each other: {' -> '.join(ring)}"
        first = changes[ring[0]]
        for one in self._read([first.path]):
            for document in one.documents:
                route = (
                    "spec",
                    "depends_on",
                    sequence(document.spec.get("depends_on")).index(ring[1]),
                )
                return document.finding(
                    "rfc-depends-on-cycle", route, message, "remove one of the links"
                )
        return Finding(
            "rfc-depends-on-cycle", "error", message, "remove one of the links", first.path
        )

    def _read(self, paths: Sequence[str]) -> list[Read]:
        return _read_paths(self.source, sorted(paths))


def _unknown(changes: Mapping[str, Change], facts: RepositoryFacts) -> set[str]:
    wanted = {name for change in changes.values() for name in change.depends_on}
    return {name for name in wanted if name in facts.changes and name not in changes}


def _reads(source: Source, paths: Sequence[str]) -> Iterator[Read]:
    """Read files and hold each document against its schema, one at a time."""
    problems: list[tuple[str, errors.Unreadable]] = []
    yield from (read(path, data) for path, data in source.read_many(paths, problems))
    yield from (
        not_read(path, error.message.replace(f"`{path}`", "this"), error.hint)
        for path, error in problems
    )


def _read_paths(source: Source, paths: Sequence[str]) -> list[Read]:
    return list(_reads(source, paths))


def _judge_paths(source: Source, facts: RepositoryFacts, paths: Sequence[str]) -> list[_Judged]:
    """Read and judge files; runs in child processes too."""
    return [_judged(one, facts) for one in _reads(source, paths)]


def _judged(one: Read, facts: RepositoryFacts | None) -> _Judged:
    """Run the rules of each document's kind."""
    found = list(one.findings)
    for document in one.documents:
        # a request is judged without a repository, and outside of its place, too
        if document.kind == "ChangeRequest" or (facts is not None and is_document(one.path)):
            found += findings(document, facts)
    found = tidy(found) if found else found
    lines = excerpts([one.source], found) if found else {}
    return _Judged(one.path, found, lines, one.readable, len(one.documents), _changes(one))


def _changes(one: Read) -> tuple[Change, ...]:
    """Return the requests of a file in its place, for rules about several."""
    return tuple(
        Change(
            one.path,
            document.id,
            tuple(text(name) for name in sequence(document.spec.get("depends_on"))),
        )
        for document in one.documents
        if document.kind == "ChangeRequest" and change_of_rfc(one.path) == document.id
    )
