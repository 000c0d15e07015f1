"""Tables as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\0", "\r", "＝", "＋", "－", "＠")


def csv_table(rows: Iterable[Iterable[str | int | float]]) -> str:
    """Render rows of cells, the headings first.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(map(_without_formula, row))
    return out.getvalue()


def looks_like_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return cell.startswith(_FORMULA)


def _without_formula(cell: str | float) -> str | float:
    if isinstance(cell, str) and looks_like_formula(cell):
        return f"'{cell}"
    return cell
