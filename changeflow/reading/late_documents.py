"""Documents that are read when they are asked for: an earlier command found nothing wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

from changeflow.model.kinds import area_of

# Few commands ask for one.
if TYPE_CHECKING:
    from changeflow.documents.document import Document


class LateDocuments(Sequence["Document"]):
    """The documents of files. They are not checked, and no records are built.

    Args:
        read: yields path and bytes of each file. It is asked once.
    """

    def __init__(self, read: Callable[[], Iterable[tuple[str, bytes]]]) -> None:
        self._read = read

    @cached_property
    def _all(self) -> tuple[Document, ...]:
        from changeflow.documents.loader import load

        found: list[Document] = []
        for path, text in self._read():
            area = area_of(path)
            found += load(text, path, many=area is not None and area.many).documents
        return tuple(found)

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
