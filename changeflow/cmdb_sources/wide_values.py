"""Values of many items at a time, as an item may have them; see `collect`."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from changeflow.cmdb.wide_words import Texts, gathered, joined
from changeflow.cmdb_sources.collect import PROSE, TEXT, as_read, is_cut
from changeflow.cmdb_sources.csv_export import Columns
from changeflow.cmdb_sources.identifiers import LONGEST, id_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from changeflow.cmdb.wide_words import Numbers

    Flags = NDArray[np.bool_]


def _bytes_of(characters: str) -> Flags:
    """Return for each byte whether it is one of some ASCII characters."""
    found = np.zeros(256, dtype=np.bool_)
    found[list(characters.encode("ascii"))] = True
    return found


_BEGINS_ID: Final = _bytes_of(string.ascii_letters + string.digits)
_PLAIN_ID: Final = _BEGINS_ID | _bytes_of("._:/-")
_PRINTABLE: Final = _PLAIN_ID | _bytes_of(string.punctuation + " ")
_MOST_CHARACTERS: Final = {"name": TEXT, "type": TEXT, "description": PROSE}


class Cleaned:
    """Different values of an attribute, as an item may have them.

    Attributes:
        texts: the values.
        numbers: for each of those that were given the number of its value; -1: not understood.
        unknown: which are not understood.
        cut: which were too long.
    """

    def __init__(self, attribute: str, given: Texts, columns: Columns | None) -> None:
        self.numbers = np.arange(len(given), dtype=np.int32)
        self.unknown = np.zeros(len(given), dtype=np.bool_)
        self.cut = np.zeros(len(given), dtype=np.bool_)
        most = _MOST_CHARACTERS.get(attribute)
        asked = np.ones(len(given), dtype=np.bool_)
        if most is not None and columns is None:
            asked = ~_plainly_clean(given, most)
        which = np.flatnonzero(asked)
        if not len(which):
            self.texts = given
            return
        found: list[str] = []
        new: list[int] = []
        for number, text in zip(which.tolist(), given.taken(which).strings(), strict=True):
            meant = text if columns is None else columns.translated(attribute, text).strip()
            clean = as_read(attribute, meant) if meant else None
            self.cut[number] = clean is not None and is_cut(meant, clean)
            self.unknown[number] = clean is None and bool(meant)
            new.append(len(given) + len(found) if clean is not None else -1)
            if clean is not None:
                found.append(clean)
        self.numbers[which] = new
        self.texts = joined([given, Texts.of(found)])


def _plainly_clean(texts: Texts, most: int) -> Flags:
    """Return which texts stay as they are: printable ASCII, one blank at a time, not too long."""
    found: Flags = texts.lengths <= most
    data, ends = gathered(texts)
    bad = ~_PRINTABLE[data]
    bad[1:] |= (data[1:] == ord(" ")) & (data[:-1] == ord(" "))
    return found & ~_any_within(bad, ends)


def _any_within(flags: Flags, ends: Numbers) -> Flags:
    """Return for each stretch whether any of its flags is set."""
    before = np.zeros(len(flags) + 1, dtype=np.int32)
    np.cumsum(flags, out=before[1:])
    found: Flags = before[ends[1:]] > before[ends[:-1]]
    return found


def ids_of(names: Texts) -> tuple[Texts, Numbers]:
    """Return the ids of names, and which names are no ids."""
    data, ends = gathered(names)
    bad = ~_PLAIN_ID[data]
    bad[:-1] |= (data[:-1] == ord("_")) & (data[1:] == ord("u"))
    bad[ends[:-1]] |= ~_BEGINS_ID[data[ends[:-1]]]
    odd = _any_within(bad, ends) | (names.lengths > LONGEST)
    dotted = data[np.minimum(ends[:-1] + 2, max(len(data) - 1, 0))] == ord(".")
    odd |= dotted & (data[ends[:-1]] == ord("i"))
    which = np.flatnonzero(odd).astype(np.int32)
    if not len(which):
        return names, which
    ids = [id_of(name) for name in names.taken(which).strings()]
    same = np.array(
        [ci == name for ci, name in zip(ids, names.taken(which).strings(), strict=True)],
        dtype=np.bool_,
    )
    return with_others(names, which, Texts.of(ids)), which[~same]


def with_others(texts: Texts, which: Any, others: Texts) -> Texts:
    """Return texts with others at some places."""
    together = joined([texts, others])
    starts, lengths = together.starts[: len(texts)].copy(), together.lengths[: len(texts)].copy()
    starts[which], lengths[which] = together.starts[len(texts) :], together.lengths[len(texts) :]
    return Texts(together.data, starts, lengths)
