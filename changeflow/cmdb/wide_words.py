"""Many texts at a time, by numpy: equal ones found, numbered and sorted without a string for each.

A text is a stretch of some bytes. Texts are compared in words of eight bytes; equal hashes are
never taken for equal texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.cmdb.words import Words
from changeflow.numpy_alone import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Numbers = NDArray[np.int32]
    Hashes = NDArray[np.uint64]

# bytes of one word
WORD: Final = 8
# odd numbers, one for each attempt to tell all texts apart by their hashes
_SEEDS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)
_SHIFT: Final = np.uint64(32)
# texts that are copied at a time
_AT_ONCE: Final = 500_000
# the bytes that count in a word of which a text has so many
_MASKS: Final = np.array([(1 << 8 * many) - 1 for many in range(WORD + 1)], dtype=np.uint64)


class AlikeError(Exception):
    """Different texts have one hash, whatever was tried: they were made so."""


class Texts(NamedTuple):
    """Stretches of some bytes.

    Attributes:
        data: the bytes, and at least eight more.
        starts: where each text begins.
        lengths: how many bytes each has.
    """

    data: Bytes
    starts: Numbers
    lengths: Numbers

    @classmethod
    def of(cls, words: Words | Sequence[str]) -> Texts:
        """Return some strings."""
        table = words if isinstance(words, Words) else Words.of(words)
        ends = ints(table.ends)
        return cls(padded(table.text), ends[:-1], np.diff(ends))

    @classmethod
    def none(cls) -> Texts:
        """Return no texts."""
        return cls.of(())

    def __len__(self) -> int:
        return len(self.starts)

    def taken(self, which: Any) -> Texts:
        """Return some of the texts."""
        return Texts(self.data, self.starts[which], self.lengths[which])

    def words(self) -> Words:
        """Return the texts as a table, one after the other."""
        text, ends = gathered(self)
        return Words(text.data, as_ints(ends))

    def strings(self) -> Iterator[str]:
        """Yield the texts as strings."""
        view = self.data.data
        for start, length in zip(self.starts.tolist(), self.lengths.tolist(), strict=True):
            yield str(view[start : start + length], "utf-8", "surrogatepass")

    def string(self, number: int) -> str:
        """Return one text as a string."""
        return next(self.taken([number]).strings())


def ints(column: Any) -> Numbers:
    """Return a column of numbers as an array, without a copy; an empty one has no address."""
    return np.frombuffer(column if len(column) else b"", dtype=np.int32)


def as_ints(numbers: Any) -> memoryview:
    """Return an array as a column of numbers."""
    if not len(numbers):
        return memoryview(array("i"))
    found: Numbers = np.ascontiguousarray(numbers, dtype=np.int32)
    return found.data.cast("B").cast("i")


def padded(text: bytes | memoryview) -> Bytes:
    """Return bytes as an array that words may be read from up to its end."""
    found = np.zeros(len(text) + WORD, dtype=np.uint8)
    found[: len(text)] = np.frombuffer(text if len(text) else b"", dtype=np.uint8)
    return found


def joined(parts: Sequence[Texts]) -> Texts:
    """Return the texts of all parts, in one stretch of bytes."""
    if len(parts) == 1:
        return parts[0]
    found = [gathered(part) for part in parts]
    data = np.concatenate([*(text for text, _ in found), np.zeros(WORD, dtype=np.uint8)])
    lengths = np.concatenate([np.diff(ends) for _, ends in found])
    ends = np.cumsum(lengths, dtype=np.int64)
    return Texts(data, (ends - lengths).astype(np.int32), lengths.astype(np.int32))


def gathered(texts: Texts) -> tuple[Bytes, Numbers]:
    """Return the bytes of the texts one after the other, and where each ends, after a 0."""
    ends = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(texts.lengths, dtype=np.int64, out=ends[1:])
    text = np.empty(int(ends[-1]), dtype=np.uint8)
    for begin in range(0, len(texts), _AT_ONCE):
        end = min(begin + _AT_ONCE, len(texts))
        lengths = texts.lengths[begin:end]
        from_here = texts.starts[begin:end] - (ends[begin:end] - ends[begin])
        places = np.repeat(from_here, lengths)
        places += np.arange(len(places), dtype=places.dtype)
        text[ends[begin] : ends[end]] = texts.data[places]
    return text, ends.astype(np.int32)


def word_at(texts: Texts, index: int) -> Hashes:
    """Return the word of each text that begins after so many words; 0 behind its end."""
    left = np.clip(texts.lengths - WORD * index, 0, WORD)
    words = np.ndarray(
        shape=(max(len(texts.data) - WORD + 1, 0),),
        dtype="<u8",
        buffer=texts.data,
        strides=(1,),
    )
    # a text that has ended is read anywhere, and all of it masked
    places = np.where(left > 0, texts.starts + WORD * index, 0)
    found: Hashes = words[places]
    found &= _MASKS[left]
    return found


def _longest(texts: Texts) -> int:
    """Return the number of words of the longest text."""
    return -(-int(texts.lengths.max(initial=0)) // WORD)


def _hashes(texts: Texts, seed: int) -> Hashes:
    factor = np.uint64(seed)
    found = texts.lengths.astype(np.uint64) * factor
    for index in range(_longest(texts)):
        which = _longer(texts, index)
        mixed = (found[which] ^ word_at(texts.taken(which), index)) * factor
        mixed ^= mixed >> _SHIFT
        found[which] = mixed * _MIX
    return found ^ (found >> _SHIFT)


def _longer(texts: Texts, words: int) -> Any:
    """Return which texts have more bytes than so many words."""
    if words * WORD < int(texts.lengths.min(initial=0)):
        return slice(None)
    return np.flatnonzero(texts.lengths > words * WORD)


def _same(some: Texts, others: Texts) -> NDArray[np.bool_]:
    """Return which texts are equal, one by one."""
    found: NDArray[np.bool_] = some.lengths == others.lengths
    for index in range(_longest(some)):
        which = _longer(some, index)
        found[which] &= word_at(some.taken(which), index) == word_at(others.taken(which), index)
    return found


def distinct(texts: Texts) -> tuple[Numbers, Numbers]:
    """Return the first place of each different text, in their order, and each text's number.

    Raises:
        AlikeError: when different texts cannot be told apart by their hashes.
    """
    for seed in _SEEDS:
        hashes = _hashes(texts, seed)
        order = np.argsort(hashes).astype(np.int32)
        begins = np.empty(len(texts), dtype=np.bool_)
        begins[:1] = True
        ranked = hashes[order]
        np.not_equal(ranked[1:], ranked[:-1], out=begins[1:])
        del hashes, ranked
        if not len(texts):
            return order, order
        starts = np.flatnonzero(begins)
        firsts = np.minimum.reduceat(order, starts)
        by_place = np.argsort(firsts).astype(np.int32)
        rank = np.empty_like(by_place)
        rank[by_place] = np.arange(len(by_place), dtype=np.int32)
        numbers = np.empty(len(texts), dtype=np.int32)
        numbers[order] = rank[np.cumsum(begins, dtype=np.int32) - 1]
        firsts = firsts[by_place]
        if _same(texts, texts.taken(firsts[numbers])).all():
            return firsts, numbers
    raise AlikeError


class Finder:
    """Finds the numbers of texts among different ones.

    Args:
        known: the texts that may be found.

    Raises:
        AlikeError: when they cannot be told apart by their hashes.
    """

    def __init__(self, known: Texts) -> None:
        self._known = known
        for seed in _SEEDS:
            hashes = _hashes(known, seed)
            self._order = np.argsort(hashes).astype(np.int32)
            self._hashes = hashes[self._order]
            self._seed = seed
            if not (self._hashes[1:] == self._hashes[:-1]).any():
                break
        else:
            raise AlikeError
        # about two buckets for each text, told by the first bits of the hash
        bits = max(len(known).bit_length() + 1, 1)
        self._behind = np.uint64(64 - bits)
        heads = np.arange((1 << bits) + 1, dtype=np.float64)
        limits = (heads[:-1] * 2.0 ** (64 - bits)).astype(np.uint64)
        self._buckets = np.searchsorted(self._hashes, limits).astype(np.int32)
        self._words = [word_at(known, index) for index in range(_longest(known))]

    def numbers(self, texts: Texts) -> Numbers:
        """Return the number of each text; -1 for one that is not known."""
        found = np.full(len(texts), -1, dtype=np.int32)
        if not len(self._known):
            return found
        hashes = _hashes(texts, self._seed)
        places = self._buckets[hashes >> self._behind]
        last = len(self._hashes) - 1
        np.minimum(places, last, out=places)
        behind = np.flatnonzero(self._hashes[places] < hashes)
        while len(behind):
            places[behind] += 1
            behind = behind[places[behind] <= last]
            behind = behind[self._hashes[places[behind]] < hashes[behind]]
        np.minimum(places, last, out=places)
        same = self._hashes[places] == hashes
        numbers = self._order[places]
        same &= self._known.lengths[numbers] == texts.lengths
        for index in range(min(_longest(texts), len(self._words))):
            which = np.flatnonzero(same) if index else slice(None)
            known = self._words[index][numbers[which]]
            same[which] &= known == word_at(texts.taken(which), index)
        found[same] = numbers[same]
        return found


def sorting(texts: Texts) -> Numbers:
    """Return the order of the texts by their bytes, as code points sort; equal ones as they come."""
    rank = np.zeros(len(texts), dtype=np.int64)
    order = np.arange(len(texts), dtype=np.int64)
    # places in `order` whose texts are not told apart yet
    tied = order.copy()
    index = 0
    while len(tied):
        some = order[tied]
        words = word_at(texts.taken(some), index).byteswap()
        inside = np.lexsort((words, rank[some]))
        some, words = some[inside], words[inside]
        order[tied] = some
        ranks = rank[some]
        begins = np.ones(len(tied), dtype=np.bool_)
        begins[1:] = (ranks[1:] != ranks[:-1]) | (words[1:] != words[:-1])
        # the rank of a text is the first place of those that it is tied with
        heads = np.maximum.accumulate(np.where(begins, tied, 0))
        rank[some] = heads
        ends = np.append(begins[1:], True)
        alone = begins & ends
        index += 1
        longer = texts.lengths[some] > index * WORD
        rest = ~alone & _any_of(longer, begins)
        tied = tied[rest]
    return order.astype(np.int32)


def _any_of(flags: NDArray[np.bool_], begins: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each place whether any flag of its group is set."""
    groups = np.cumsum(begins) - 1
    found: NDArray[np.bool_] = np.bincount(groups, weights=flags)[groups] > 0
    return found
