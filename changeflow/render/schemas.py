"""The list of schemas as text and JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.render.json_text import as_json

if TYPE_CHECKING:
    from changeflow.usecases.start.schemas import Schema


def text(schemas: Sequence[Schema]) -> str:
    """Render a table for people."""
    width = max(len(schema.name) for schema in schemas)
    return "".join(f"{schema.name:<{width}}  {schema.home}\n" for schema in schemas)


def json(schemas: Sequence[Schema]) -> str:
    """Render a list of names, homes and files."""
    listed = [{"name": schema.name, "home": schema.home, "file": schema.path} for schema in schemas]
    return as_json({"schema": "changeflow/schemas/v1", "schemas": listed})


FORMATS: Final[dict[str, Callable[[Sequence[Schema]], str]]] = {"text": text, "json": json}
