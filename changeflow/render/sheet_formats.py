"""The renderers of an answer of which a sheet shows everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from changeflow.model.answers.part import AnswerPart
from changeflow.render import sheet
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.sheet import Sheet, width_of

if TYPE_CHECKING:
    from changeflow.model.document_parts import Record

A = TypeVar("A", bound="Record | AnswerPart")


def sheet_formats(
    sheet_of: Callable[[A, Presentation], Sheet],
) -> dict[str, Callable[[A, Presentation], str]]:
    """Return how an answer is shown: for a terminal, for programs, as Markdown and as a page.

    Args:
        sheet_of: puts its sheet together for a reader.
    """

    def text(answer: A, to: Presentation) -> str:
        return sheet.text(sheet_of(answer, to), width_of(to.width))

    def markdown(answer: A, to: Presentation) -> str:
        return sheet.markdown(sheet_of(answer, to))

    def html(answer: A, to: Presentation) -> str:
        return sheet.html(sheet_of(answer, to), to.language)

    return {"text": text, "json": for_programs(answer_json), "markdown": markdown, "html": html}
