"""Every document that a pull request brings or changes is held to the rules of `check`, whatever kind it is of.

What a gate needs a document for it reads by itself; this sees what nobody would read before it has
landed: a review that cannot be read, a release that names no change, two policies of one name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from changeflow import errors
from changeflow.checks.context import RepositoryFacts, gather
from changeflow.checks.files import is_document
from changeflow.checks.run import findings
from changeflow.gate.reasons import pull_reason
from changeflow.hosts.table import hosts_with_reviews
from changeflow.model.answers import Reason
from changeflow.model.document_paths import CHANGES, RELEASES
from changeflow.model.findings import Finding
from changeflow.model.paths import uncanonical
from changeflow.model.phrases import shortened
from changeflow.model.pull import PathChange
from changeflow.reading.change import change_ids
from changeflow.reading.documents import read, tidy
from changeflow.reading.rulebook import Rulebook, governs
from changeflow.reading.view import View
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import Target

MOST_NAMED = 5


def errors_in_documents(
    view: View, base: Rulebook, changes: Iterable[PathChange], judged: Collection[str]
) -> tuple[Finding, ...]:
    """Errors in the documents that changed.

    Requests, reviews and releases are held against the base, as the gate holds them: a branch that
    was cut before an item or a person came is not at fault. What judges is held against its own
    head, as it would be after the merge.

    Args:
        view: base and head.
        base: what judges.
        changes: of the whole pull request.
        judged: paths of requests that were looked at already.
    """
    wanted = [
        one.path
        for one in changes
        if not one.gone and is_document(one.path) and uncanonical(one.path) is None
    ]
    subjects = [
        path for path in wanted if path.startswith((CHANGES, RELEASES)) and path not in judged
    ]
    found = [
        *_of_subjects(view, base, subjects),
        *_of_what_judges(view, [path for path in wanted if governs(path)]),
    ]
    return tuple(one for one in found if one.level == "error")


def _of_what_judges(view: View, paths: Sequence[str]) -> Iterator[Finding]:
    if paths:
        yield from (
            one
            for one in check(Target(view.root, tuple(paths)), view.head).findings.findings
            if one.path in paths
        )


def _of_subjects(view: View, base: Rulebook, paths: Sequence[str]) -> Iterator[Finding]:
    known = frozenset((*change_ids(view.base), *change_ids(view.head)))
    facts = gather(base.documents, known, frozenset(), (), hosts_with_reviews())
    problems: list[tuple[str, errors.Unreadable]] = []
    for path, data in view.head.read_many(paths, problems):
        yield from tidy(_of_subject(path, data, facts))
    for path, error in problems:
        yield Finding("file-unreadable", "error", error.message, error.hint, path)


def _of_subject(path: str, data: bytes, facts: RepositoryFacts) -> Iterator[Finding]:
    one = read(path, data)
    yield from one.findings
    for document in one.documents:
        yield from findings(document, facts)


def document_reasons(found: Sequence[Finding], told: Collection[str]) -> Iterable[Reason]:
    """One reason for each document with errors, but for those that are spoken of already."""
    for path in sorted({finding.path for finding in found} - set(told)):
        mine = [finding for finding in found if finding.path == path]
        told = shortened(
            [f"line {finding.line}: {finding.message}" for finding in mine], MOST_NAMED, "; "
        )
        text = f"`{path}` has {len(mine)} error{'s' if len(mine) > 1 else ''}: {told}"
        yield pull_reason("document", "fail", "document.invalid", text, mine[0].hint)
