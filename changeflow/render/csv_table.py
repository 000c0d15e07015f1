"""Tables as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\0", "\r", "＝", "＋", "－", "＠")


def csv_table(rows: Iterable[Iterable[str]]) -> str:
    """Render rows of cells, the headings first.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(map(_without_formula, row))
    return out.getvalue()


def _without_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
