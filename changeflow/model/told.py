"""Sentences as data: a code of the catalogue, and what the sentence names."""

from __future__ import annotations

from typing import Any, TypeAlias

Told: TypeAlias = dict[str, Any]


def told(code: str, **data: Any) -> Told:
    """Return a sentence as data, which is JSON. Where a code has several, `case` chooses."""
    return {"code": code, **data}
