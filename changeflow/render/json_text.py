"""Data and answers as JSON: two spaces, text as it is written, a line break at the end."""

from __future__ import annotations

import json
from itertools import repeat
from json.encoder import encode_basestring
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

_encoded: Final = json.JSONEncoder(ensure_ascii=False).encode

if TYPE_CHECKING:
    from changeflow.model.answers.part import AnswerPart
    from changeflow.model.document_parts import Record


def as_json(data: Any) -> str:
    """Render plain data."""
    return _text(data, "\n") + "\n"


def _text(value: Any, line: str) -> str:
    """Return a value as `json.dumps` writes it with an indent, which takes half of the time.

    Args:
        value: plain data.
        line: a line break, and the spaces before the bracket that ends the value.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if value is None:
        return "null"
    if kind is int or (kind is float and isfinite(value)):
        return repr(value)
    inner = f"{line}  "
    if isinstance(value, dict) and value:
        parts = []
        for key, one in value.items():
            # a key that is no text is written as one
            name = (
                encode_basestring(key) if type(key) is str else _encoded({key: 0})[1 : -len(": 0}")]
            )
            parts.append(f"{name}: {_text(one, inner)}")
        return f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
    if isinstance(value, list | tuple) and value:
        parts = list(map(_text, value, repeat(inner)))
        return f"[{inner}{f',{inner}'.join(parts)}{line}]"
    return _encoded(value)


def answer_json(record: Record | AnswerPart) -> str:
    """Render an answer, keys as in its schema."""
    from changeflow.model.answers.plain import answer

    return as_json(answer(record))
