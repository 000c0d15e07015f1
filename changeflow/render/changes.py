"""The register of changes as text, JSON, CSV, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.model.answers.register import ChangesAnswer
from changeflow.render.json_text import answer_json
from changeflow.render.table import columns


def text(answer: ChangesAnswer) -> str:
    """Render a line for each change."""
    rows = [(one.change, one.state, one.title) for one in answer.changes]
    return "\n".join(columns(rows)) + "\n" if rows else "no change\n"


FORMATS: Final[dict[str, Callable[[ChangesAnswer], str]]] = {"text": text, "json": answer_json}
