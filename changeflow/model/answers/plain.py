"""An answer as plain data, for `--format json` and the ledger."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from changeflow.model.answers.part import AnswerPart
from changeflow.model.times import format_instant

if TYPE_CHECKING:
    from changeflow.model.document_parts import Record


def answer(record: Record | AnswerPart) -> dict[str, Any]:
    """Return the JSON answer as plain data, keys as in the contract."""
    if isinstance(record, AnswerPart):
        return _part(record)
    return record.model_dump(mode="json", by_alias=True)


def _part(part: AnswerPart) -> dict[str, Any]:
    kind: Any = type(part)
    return {key: _value(getattr(part, name)) for key, name in _keys(kind)}


def _value(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {key: _value(one) for key, one in value.items()}
    if isinstance(value, datetime):
        return format_instant(value)
    return _part(value) if isinstance(value, AnswerPart) else value


@cache
def _keys(kind: Any) -> tuple[tuple[str, str], ...]:
    """Return the keys of a part of an answer and the names of their fields."""
    shown = [one for one in fields(kind) if not one.metadata.get("exclude")]
    return tuple((one.metadata.get("alias", one.name), one.name) for one in shown)
