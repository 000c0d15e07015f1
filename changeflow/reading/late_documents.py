"""Documents that are read when they are asked for: their records were kept by an earlier command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

from changeflow.documents.document import Document


class LateDocuments(Sequence[Document]):
    """Documents.

    Args:
        read: returns them. It is asked once.
    """

    def __init__(self, read: Callable[[], Iterable[Document]]) -> None:
        self._read = read

    @cached_property
    def _all(self) -> tuple[Document, ...]:
        return tuple(self._read())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def __iter__(self) -> Iterator[Document]:
        """Yield them in order."""
        return iter(self._all)

    @overload
    def __getitem__(self, index: int) -> Document: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Document]: ...

    def __getitem__(self, index: int | slice) -> Document | Sequence[Document]:
        """Return one of them, or several."""
        return self._all[index]
