"""Strings in one table: where each ends, and the text of all of them."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, overload

Ints = Sequence[int]

# where at least one string of so many is looked for, the whole table is read
_SPARSE: Final = 16


class Words(Sequence[str]):
    """Strings by number, decoded one at a time when they are asked for.

    Args:
        text: all of them as UTF-8, one after the other.
        ends: where each begins, and the end of the last.
    """

    __slots__ = ("ends", "text")

    def __init__(self, text: bytes | memoryview, ends: Ints) -> None:
        self.text, self.ends = memoryview(text), ends

    @classmethod
    def of(cls, words: Iterable[str]) -> Words:
        """Return a table of these strings, in their order."""
        text, ends = bytearray(), array("i", [0])
        for word in words:
            text += _encoded(word)
            ends.append(len(text))
        return cls(bytes(text), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, number: int) -> str: ...

    @overload
    def __getitem__(self, number: slice) -> list[str]: ...

    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self._word(one) for one in range(*number.indices(len(self)))]
        ends = self.ends
        if not 0 <= number < len(ends) - 1:
            if not -len(self) <= number < 0:
                raise IndexError(number)
            number += len(self)
        return str(self.text[ends[number] : ends[number + 1]], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return map(self._word, range(len(self)))

    def _word(self, number: int) -> str:
        stretch = self.text[self.ends[number] : self.ends[number + 1]]
        return str(stretch, "utf-8", "surrogatepass")

    def number_of(self, word: str) -> int | None:
        """Return the number of a string in a sorted table; None if it is not there.

        UTF-8 sorts as code points do, so the bytes are compared.
        """
        wanted = _encoded(word)
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if bytes(self.text[self.ends[middle] : self.ends[middle + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        if low < len(self) and self.text[self.ends[low] : self.ends[low + 1]] == wanted:
            return low
        return None

    def numbers_of(self, words: Collection[str]) -> dict[str, int | None]:
        """Return the numbers of strings in a sorted table; None of those that are not there."""
        if len(words) * _SPARSE < len(self):
            return {word: self.number_of(word) for word in words}
        text, numbers = bytes(self.text), dict[bytes, int]()
        for number, (start, end) in enumerate(pairwise(self.ends)):
            numbers[text[start:end]] = number
        return {word: numbers.get(_encoded(word)) for word in words}


def _encoded(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")
