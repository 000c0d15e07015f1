"""Documents of one kind at one place, as far as they can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from changeflow import errors
from changeflow.model.document_parts import Envelope
from changeflow.reading.state import State

D = TypeVar("D", bound=Envelope)


def readable_documents(
    state: State, paths: Iterable[str], kind: type[D], unreadable: list[str]
) -> Iterator[D]:
    """Yield the documents of paths, in their order; the paths of the others are noted.

    Args:
        state: where they are.
        paths: files that are there.
        kind: of document.
        unreadable: where the others are noted.
    """
    wanted = list(paths)
    for _ in state.read_many(wanted, problems=[]):
        continue
    for path in wanted:
        try:
            yield state.document(path, kind)
        except errors.Unreadable:
            unreadable.append(path)
