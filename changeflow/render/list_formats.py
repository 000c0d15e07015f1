"""The renderers of a paper that is a list: those of every sheet, CSV and a workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from changeflow.model.answers.report import Paper
from changeflow.render.list_table import ListTable, list_csv
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Sheet
from changeflow.render.sheet_formats import sheet_formats

P = TypeVar("P", bound=Paper)


def list_formats(
    sheet_of: Callable[[P, Presentation], Sheet],
    lists_of: Callable[[P, Presentation], tuple[ListTable, ...]],
) -> dict[str, Callable[[P, Presentation], str | bytes]]:
    """Return how a paper is shown: as each sheet is, as CSV, and as a workbook.

    Args:
        sheet_of: puts its sheet together for a reader.
        lists_of: returns its lists; the first of them is what CSV holds.
    """

    def csv(paper: P, to: Presentation) -> str:
        return list_csv(lists_of(paper, to)[0], to)

    def xlsx(paper: P, to: Presentation) -> bytes:
        from changeflow.render.workbook import workbook

        shown = sheet_of(paper, to)
        return workbook(shown.title or shown.name, paper, lists_of(paper, to), to)

    return {**sheet_formats(sheet_of), "csv": csv, "xlsx": xlsx}
