"""What is found about documents beside the requests that they name, which are read for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow import errors
from changeflow.checks.any_shape import words_of
from changeflow.checks.closed_by_releases import closes_something, unknown_closed
from changeflow.checks.incidents import contradicted_links, names_changes, window_of
from changeflow.documents.document import Document
from changeflow.model.document_paths import rfc_path
from changeflow.model.findings import Finding
from changeflow.reading.documents import Excerpts, Read, excerpts, read

if TYPE_CHECKING:
    from changeflow.repo.source import Source


class _Question(NamedTuple):
    """What is asked about one kind of document.

    Attributes:
        may_ask: returns whether a file with this content may hold what is asked about.
        names: the fields that name changes.
        of_request: returns what is read of the request of such a change.
        find: returns the findings about a document, given that by change.
    """

    may_ask: Callable[[bytes], bool]
    names: tuple[str, ...]
    of_request: Callable[[Document], Any]
    find: Callable[[Document, Mapping[str, Any]], Iterator[Finding]]


def _fixed(request: Document) -> list[str]:
    return words_of(request.spec.get("fixes"))


# by the kind of document
_QUESTIONS: Final = {
    "Release": _Question(closes_something, ("changes",), _fixed, unknown_closed),
    "Incident": _Question(names_changes, ("caused_by", "fixes"), window_of, contradicted_links),
}


def beside_requests(
    source: Source, paths: Collection[str], requests: Collection[str]
) -> Iterator[tuple[str, list[Finding], Excerpts]]:
    """Yield path, findings and lines of releases and incidents.

    Args:
        source: where the documents are.
        paths: files of releases and incidents; what cannot be read is found elsewhere.
        requests: files of documents that there are.
    """
    problems: list[tuple[str, errors.Unreadable]] = []
    for path, content in source.read_many(sorted(paths), problems):
        if not any(question.may_ask(content) for question in _QUESTIONS.values()):
            continue
        for document in read(path, content).documents:
            question = _QUESTIONS.get(document.kind)
            if question is not None:
                known = _known(source, document, question, requests)
                found = list(question.find(document, known))
                yield path, found, excerpts([document.source], found)


def _known(
    source: Source, document: Document, question: _Question, requests: Collection[str]
) -> dict[str, Any]:
    """Return what is read of each request that a document names and that can be read."""
    wanted: set[str] = set()
    for field in question.names:
        wanted.update(map(rfc_path, words_of(document.spec.get(field))))
    known: dict[str, Any] = {}
    for one in _read(source, wanted.intersection(requests)):
        for request in one.documents:
            known[request.id] = question.of_request(request)
    return known


def _read(source: Source, paths: Iterable[str]) -> Iterator[Read]:
    problems: list[tuple[str, errors.Unreadable]] = []
    for path, content in source.read_many(sorted(paths), problems):
        yield read(path, content)
