"""`check`: schema, references and sense of documents, on a work tree or on a revision.

It is timeless: no clock is read.

Documents that others refer to are read first, here; requests, reviews and releases are then judged
against them on all cores. A document that passes never meets pydantic, jsonschema or ruamel.yaml.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from changeflow import errors
from changeflow.checks.any_shape import sequence, text
from changeflow.checks.apply_rules import findings, findings_about_several
from changeflow.checks.files import Found, is_document, layout_problems
from changeflow.checks.repository_facts import ItemFacts, RepositoryFacts, gather
from changeflow.checks.several_documents import Change, cycles
from changeflow.documents.document import Document, found_in_file
from changeflow.hosts.table import hosts_with_reviews
from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest_bytes
from changeflow.model.document_paths import (
    CHANGES,
    REQUEST_FILE,
    SOURCES,
    change_of_review,
    change_of_rfc,
    rfc_path,
)
from changeflow.model.findings import Finding, Findings
from changeflow.model.kinds import FOLDERS, KINDS
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.model.paths import paths_of, shown, uncanonical
from changeflow.reading.branch_check import check_branch, may_be_judged
from changeflow.reading.check_memory import Asked, CheckMemory, Unremarkable, identity_of
from changeflow.reading.documents import Excerpts, Read, excerpts, not_read, read, tidy
from changeflow.reading.listing import in_revision, on_disk
from changeflow.repo.parallel import spread
from changeflow.repo.repository_kind import is_sparse
from changeflow.repo.source import WorkTree
from changeflow.repo.work import counted
from changeflow.usecases.check.target import CheckTarget

if TYPE_CHECKING:
    from changeflow.reading.sourced_items import SourcedItems
    from changeflow.repo.source import Source

# folders of documents that are judged by all others, and so are read last
_SUBJECTS: Final = tuple(kind.folder for kind in KINDS if kind.category in ("change", "release"))
# folders of documents that are looked at beside the requests that they name
_NAMING_REQUESTS: Final = tuple(
    kind.folder for kind in KINDS if kind.name in ("Release", "Incident")
)


@dataclass(frozen=True)
class Checked:
    """The findings, with the lines they are about.

    `unreadable` is true if no document could be read from a file. `prefix` leads from the top of
    the git repository to the change repository, for readers whose paths begin there. `language` is
    that of the repository.
    """

    findings: Findings
    excerpts: Mapping[tuple[str, int], str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    unreadable: bool = False
    prefix: str = ""
    language: LanguageName = ENGLISH


@dataclass(slots=True)
class _Judged:
    """One file after its rules have run, small enough to travel between processes."""

    path: str
    findings: list[Finding]
    excerpts: Excerpts
    readable: bool
    documents: int
    changes: tuple[Change, ...]
    memory: Unremarkable | None = None


def check(target: CheckTarget, source: Source | None = None) -> Checked:
    """Check documents.

    Args:
        target: the repository and which of its files; files outside of it.
        source: the revision to read from; by default the work tree.

    Raises:
        errors.NothingToDo: when there is not one file to check.
    """
    done: list[_Judged] = []
    prefix, language = "", ENGLISH
    if target.root is not None:
        repository = _Repository(target.root, target, source)
        done += repository.check()
        language = repository.language
        prefix = _prefix(target.root)
    done += [_judged(_read_loose(path), None) for path in target.loose]
    if not done:
        raise errors.NothingToDo.of("unknown.documents", folders=[f"{name}/" for name in FOLDERS])
    found: list[Finding] = []
    lines: Excerpts = {}
    for judged in done:
        found += judged.findings
        lines.update(judged.excerpts)
    return Checked(
        Findings(tuple(tidy(found)), sum(judged.documents for judged in done)),
        lines,
        tuple(sorted(paths_of(done))),
        any(not judged.readable for judged in done),
        prefix,
        language,
    )


def _read_loose(path: Path) -> Read:
    name = shown(os.path.relpath(path))
    problems: list[tuple[str, errors.Unreadable]] = []
    for _, data in WorkTree(path.parent).read_many([path.name], problems):
        return read(name, data)
    _, error = problems[0]
    return not_read(name, error, path.name)


def _prefix(root: Path) -> str:
    """Return the path from the top of the git repository to `root`, with a slash at its end.

    Empty if they are the same.
    """
    folder = Path(os.path.realpath(root))
    if (folder / ".git").exists():
        return ""
    for top in folder.parents:
        if (top / ".git").exists():
            return folder.relative_to(top).as_posix() + "/"
    return ""


class _Repository:
    """One check of one repository."""

    def __init__(self, root: Path, target: CheckTarget, source: Source | None) -> None:
        self.target = target
        if source is None and is_sparse(root):
            # Files that this checkout leaves out exist all the same, and others refer to them.
            from changeflow.repo.checkout import checkout_at

            source = checkout_at(root)
        self.source: Source = source if source is not None else WorkTree(root)
        # What git makes of a file also depends on other files.
        is_plain = type(self.source) is WorkTree
        self.memory = CheckMemory(root) if is_plain else None
        self.found = on_disk(root) if source is None else in_revision(source)
        self.documents: list[str] = []
        self.language = ENGLISH
        self.sourced: SourcedItems | None = None
        for item in self.found:
            if not item.what and is_document(item.path) and uncanonical(item.path) is None:
                self.documents.append(item.path)

    def check(self) -> list[_Judged]:
        """Judge every file that was asked for."""
        context = self.read_context()
        self.sourced = self._sourced(context)
        facts = self.facts(context)
        self.language = facts.language
        subjects = [path for path in self.documents if path.startswith(_SUBJECTS)]
        wanted = [path for path in subjects if self.target.wants(path)]
        judged = self.judged_now_or_before(facts, context, [*wanted, *self.extras()])
        documents: list[Document] = []
        for one in context:
            documents += one.documents
            if self.target.wants(one.path) or not one.readable:
                judged.append(_judged(one, facts))
        judged += [*self.about_files(), *self.about_sources(), *self.about_branch(documents)]
        judged += [*self.about_plans(), *self.about_named_requests()]
        return [*judged, *self.about_several(documents, judged, facts)]

    def _sourced(self, context: Sequence[Read]) -> SourcedItems | None:
        """Return the items with those of sources; None where there are no sources."""
        documents: list[Document] = []
        for one in context:
            if not any(finding.level == "error" for finding in one.findings):
                documents += one.documents
        if not any(document.kind == "ConfigurationSource" for document in documents):
            return None
        # most repositories have none
        from changeflow.reading.sourced_items import remembered_items

        known = remembered_items(self.source, context)
        if known is not None:
            return known
        # it imports pydantic, which a check does without
        from changeflow.reading.configuration_sources import sourced_by_documents

        return sourced_by_documents(self.source, documents)

    def about_sources(self) -> list[_Judged]:
        """Return the findings about sources, and about rows of their files."""
        if self.sourced is None:
            return []
        judged = []
        for finding in self.sourced.findings:
            owner = self.sourced.owners.get(finding.path, finding.path)
            if self.target.wants(finding.path) or self.target.wants(owner):
                judged.append(_Judged(finding.path, [finding], {}, True, 0, ()))
        return judged

    def about_branch(self, documents: list[Document]) -> list[_Judged]:
        """Return the findings about what the branch touches beside what its requests declare."""
        rev = None if self.source.commit is None else self.source.label
        root = self.source.root
        if not may_be_judged(root, documents, rev):
            return []
        checked = check_branch(root, rev)
        judged = []
        for finding in checked.findings:
            if self.target.wants(finding.path):
                judged.append(_Judged(finding.path, [finding], checked.excerpts, True, 0, ()))
        return judged

    def judged_now_or_before(
        self, facts: RepositoryFacts, context: Sequence[Read], paths: Sequence[str]
    ) -> list[_Judged]:
        """Judge files, but for those that an earlier check found nothing to say about."""
        memory = self.memory
        if memory is None:
            return spread(partial(_judge_paths, self.source, facts, None), paths)
        known = [(one.path, one.identity) for one in context]
        if self.sourced is not None:
            known += self.sourced.files.digests.items()
        memory.recall(known, (*facts.unread, *facts.with_accounts))
        before = memory.known(paths, facts.changes)
        rest = [path for path in paths if path not in before]
        judged = [_remembered(path, one) for path, one in before.items()]
        judged += spread(partial(_judge_paths, self.source, facts, memory), rest)
        if self.target.wanted is None:
            memory.keep({one.path: one.memory for one in judged if one.memory is not None})
        return judged

    def read_context(self) -> list[Read]:
        """Return the documents that others refer to, such as policies, roster and CMDB."""
        paths = [path for path in self.documents if not path.startswith(_SUBJECTS)]
        has_sources = any(path.startswith(SOURCES) for path in paths)
        return spread(partial(_read_paths, self.source, with_digests=has_sources), paths)

    def facts(self, context: list[Read]) -> RepositoryFacts:
        """Return the facts for the rules."""
        changes = frozenset(filter(None, map(change_of_rfc, self.documents)))
        reviewed = frozenset(filter(None, map(change_of_review, self.documents)))
        unread = tuple(one.path for one in context if not one.readable)
        documents = chain.from_iterable(one.documents for one in context)
        sourced = None
        if self.sourced is not None:
            sourced = ItemFacts(self.sourced.columns)
        return gather(documents, changes, reviewed, unread, hosts_with_reviews(), sourced)

    def extras(self) -> list[str]:
        """Return files of the repository that were named and that the layout has no place for.

        Raises:
            errors.NothingToDo: when a name fits nothing.
        """
        known = set(paths_of(self.found))
        extras = []
        for name in self.target.wanted or ():
            if not name or name in known or any(path.startswith(f"{name}/") for path in known):
                if name in known and not is_document(name) and name.endswith((".yaml", ".yml")):
                    extras.append(name)
            elif self.source.exists(name) or self.is_link(name):
                extras.append(name)
            else:
                raise errors.NothingToDo.of(
                    "unknown.documents", case="in", name=name, place=self.source.label
                )
        return extras

    def is_link(self, name: str) -> bool:
        """Return whether a name exists and is no plain file, so that it is reported as such."""
        if self.source.commit is not None:
            return name in self.source.entries()
        path = Path(self.source.label) / name
        return path.is_symlink() or (path.exists() and not path.is_dir())

    def about_files(self) -> list[_Judged]:
        """Return the findings about paths that are no files, and documents in the wrong place."""
        found: dict[str, list[Finding]] = {}
        for finding in layout_problems(self.found):
            if self.target.wants(finding.path):
                found.setdefault(finding.path, []).append(finding)
        unread = {shown(item.path) for item in self.found if self._is_lost(item)}
        judged = []
        for path, listed in found.items():
            judged.append(_Judged(path, listed, {}, path not in unread, 0, ()))
        return judged

    def about_plans(self) -> list[_Judged]:
        """Return the findings about plans that are kept beside requests."""
        files = [item.path for item in self.found if not item.what and "/plans/" in item.path]
        if not files:
            return []
        from changeflow.checks.kept_plans import plan_problems, with_plans

        judged = []
        for change, paths in with_plans(files).items():
            wanted = [path for path in paths if self.target.wants(path)]
            request = rfc_path(change)
            if not wanted or request not in self.documents:
                continue
            problems: list[tuple[str, errors.Unreadable]] = []
            contents = dict(self.source.read_many(wanted, problems))
            for one in self._read([request]):
                for document in one.documents:
                    if document.id == change:
                        for finding in plan_problems(document, contents):
                            judged.append(_Judged(finding.path, [finding], {}, True, 0, ()))
        return judged

    def about_named_requests(self) -> list[_Judged]:
        """Return the findings about releases and incidents beside the requests that they name."""
        paths = []
        for path in self.documents:
            if path.startswith(_NAMING_REQUESTS) and self.target.wants(path):
                paths.append(path)
        if not paths:
            return []
        from changeflow.reading.named_requests import beside_requests

        judged = []
        for path, found, lines in beside_requests(self.source, paths, set(self.documents)):
            judged += [_Judged(path, [finding], lines, True, 0, ()) for finding in found]
        return judged

    @staticmethod
    def _is_lost(item: Found) -> bool:
        """Return whether a document should be here and cannot be read."""
        return bool(item.what) and (is_document(item.path) or "/" not in item.path)

    def about_several(
        self, documents: list[Document], judged: list[_Judged], facts: RepositoryFacts
    ) -> list[_Judged]:
        """Return the findings of rules that need more than one document."""
        found = [*findings_about_several(documents, facts), *self._cycles(judged, facts)]
        found += self._own_exceptions(documents)
        wanted = [finding for finding in found if self.target.wants(finding.path)]
        lines = excerpts((document.source for document in documents), wanted)
        return [_Judged(finding.path, [finding], lines, True, 0, ()) for finding in wanted]

    def _own_exceptions(self, documents: Iterable[Document]) -> list[Finding]:
        """Return the findings about exceptions that people approved for their own changes."""
        exceptions = [one for one in documents if one.kind == "FreezeException"]
        if not exceptions:
            return []
        from changeflow.checks.freeze_exceptions import own_approvals

        paths = {f"{CHANGES}{text(one.spec.get('change'))}/{REQUEST_FILE}" for one in exceptions}
        requests: dict[str, Document] = {}
        for file in self._read([path for path in self.documents if path in paths]):
            requests.update((document.id, document) for document in file.documents)
        return list(chain.from_iterable(own_approvals(one, requests) for one in exceptions))

    def _cycles(self, judged: list[_Judged], facts: RepositoryFacts) -> list[Finding]:
        changes: dict[str, Change] = {}
        for one in judged:
            changes |= _by_id(one.changes)
        missing = _unknown(changes, facts)
        # dependencies outside of the paths that are checked
        while missing:
            # without a readable request, a change depends on nothing
            changes |= {name: Change("", name, ()) for name in missing}
            for file in self._read([rfc_path(name) for name in missing]):
                changes |= _by_id(_changes(file))
            missing = _unknown(changes, facts)
        return [self._cycle(ring, changes) for ring in cycles(changes)]

    def _cycle(self, ring: tuple[str, ...], changes: Mapping[str, Change]) -> Finding:
        for turn, name in enumerate(ring):
            if self.target.wants(changes[name].path):
                # begin with a change that is checked
                ring = (*ring[turn:-1], *ring[:turn], ring[turn])
                break
        shown_ring = " -> ".join(ring)
        first = changes[ring[0]]
        for one in self._read([first.path]):
            for document in one.documents:
                place = sequence(document.spec.get("depends_on")).index(ring[1])
                route = ("spec", "depends_on", place)
                return document.found("rfc-depends-on-cycle", route, ring=shown_ring)
        return found_in_file("rfc-depends-on-cycle", first.path, ring=shown_ring)

    def _read(self, paths: Sequence[str]) -> list[Read]:
        return _read_paths(self.source, sorted(paths))


def _by_id(changes: Iterable[Change]) -> dict[str, Change]:
    return {change.id: change for change in changes}


def _unknown(changes: Mapping[str, Change], facts: RepositoryFacts) -> set[str]:
    wanted = set(chain.from_iterable(change.depends_on for change in changes.values()))
    return {name for name in wanted if name in facts.changes and name not in changes}


def _reads(source: Source, paths: Sequence[str], *, with_digests: bool = False) -> Iterator[Read]:
    """Read files and hold each document against its schema, one at a time."""
    problems: list[tuple[str, errors.Unreadable]] = []
    contents = source.read_many(paths, problems)
    for path, data in counted("progress.check", contents, len(paths)):
        found = read(path, data)
        found.identity = identity_of(data)
        if with_digests:
            found.digest = digest_bytes(data)
        yield found
    yield from _not_read(problems)


def _not_read(problems: Iterable[tuple[str, errors.Unreadable]]) -> Iterator[Read]:
    for path, error in problems:
        yield not_read(path, error, path)


def _read_paths(source: Source, paths: Sequence[str], *, with_digests: bool = False) -> list[Read]:
    return list(_reads(source, paths, with_digests=with_digests))


def _judge_paths(
    source: Source, facts: RepositoryFacts, memory: CheckMemory | None, paths: Sequence[str]
) -> list[_Judged]:
    """Read and judge files; runs in child processes too."""
    if memory is None:
        return [_judged(one, facts) for one in _reads(source, paths)]
    problems: list[tuple[str, errors.Unreadable]] = []
    asked = Asked(facts.changes)
    watched = replace(facts, changes=asked)
    judged: list[_Judged] = []
    contents = source.read_many(paths, problems)
    for path, data in counted("progress.check", contents, len(paths)):
        identity = identity_of(data)
        before = memory.of_content(path, identity, facts.changes)
        if before is not None:
            judged.append(_remembered(path, before))
            continue
        asked.taken()
        one = _judged(read(path, data), watched)
        if one.readable and not one.findings:
            named = tuple((change.id, change.depends_on) for change in one.changes)
            one.memory = Unremarkable(identity, None, one.documents, named, asked.taken())
        judged.append(one)
    judged += [_judged(one, facts) for one in _not_read(problems)]
    return judged


def _remembered(path: str, one: Unremarkable) -> _Judged:
    """Return what judging a file came to before."""
    changes = tuple(Change(path, name, others) for name, others in one.changes)
    return _Judged(path, [], {}, True, one.documents, changes, one)


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
    found = []
    for document in one.documents:
        if document.kind == "ChangeRequest" and change_of_rfc(one.path) == document.id:
            names = map(text, sequence(document.spec.get("depends_on")))
            found.append(Change(one.path, document.id, tuple(names)))
    return tuple(found)
