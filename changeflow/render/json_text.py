"""Data and answers as JSON: two spaces, text as it is written, a line break at the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from changeflow.model.answers.impact import ImpactPart
    from changeflow.model.document_parts import Record


def as_json(data: Any) -> str:
    """Render plain data."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def answer_json(record: Record | ImpactPart) -> str:
    """Render an answer, keys as in its schema."""
    from changeflow.model.answers.plain import answer

    return as_json(answer(record))
