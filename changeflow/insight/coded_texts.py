"""Texts as numbers, so that groups can be sorted and counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any

import numpy as np

from changeflow.insight.event_counts import NO_CODE, Codes, Flags
from changeflow.lazy_dataclass import dataclass


@dataclass(frozen=True, eq=False)
class Texts:
    """A column of texts whose numbers are known already.

    Attributes:
        codes: the number of each text; `NO_CODE` where it is not known.
        lexicon: the texts in the order of their numbers. Columns that are compared have the same
            one. It is empty where the texts are not wanted.
    """

    codes: Codes
    lexicon: Any

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Any) -> Texts:
        return Texts(self.codes[rows], self.lexicon)

    def tolist(self) -> list[str | None]:
        """Return the texts, as an array of them does."""
        # the last one stands for `NO_CODE`
        texts = np.append(self.lexicon.astype(object), [None])
        found: list[str | None] = texts[self.codes].tolist()
        return found


def codes(*columns: Any) -> list[Codes]:
    """Return texts as numbers that are the same in all of these columns, in the order of the texts.

    Args:
        columns: arrays of texts; or `Texts` with the same lexicon.
    """
    if isinstance(columns[0], Texts):
        if any(column.lexicon is not columns[0].lexicon for column in columns):
            raise ValueError("columns that are compared were numbered apart")
        return [column.codes for column in columns]
    if _is_one_text(columns):
        number = NO_CODE if _first_value(columns) is None else 0
        return [np.full(len(column), number) for column in columns]
    texts = [column.tolist() for column in columns]
    different = set(chain.from_iterable(texts)) - {None}
    lexicon: dict[str | None, int] = {text: n for n, text in enumerate(sorted(different))}
    lexicon[None] = NO_CODE
    return [np.fromiter(map(lexicon.__getitem__, one), np.int64, len(one)) for one in texts]


def one_of(column: Any, values: Collection[str]) -> Flags:
    """Return which texts of a column are among some."""
    if isinstance(column, Texts):
        wanted = [text in values for text in column.lexicon]
        return np.array([*wanted, False])[column.codes]
    return np.fromiter(map(set(values).__contains__, column.tolist()), np.bool_, len(column))


def _is_one_text(columns: Sequence[Any]) -> bool:
    """Return whether all values are one text, such as the only source, or none is known."""
    first = _first_value(columns)
    # the last values tell most columns apart without looking at all of them
    if any(len(column) and column[-1] != first for column in columns):
        return False
    return all(bool(np.all(np.equal(column, first))) for column in columns)


def _first_value(columns: Sequence[Any]) -> Any:
    return next((column[0] for column in columns if len(column)), None)
