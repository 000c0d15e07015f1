"""What waits for one person, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.render.json_text import answer_json
from changeflow.usecases.register.todo import Todo


def text(todo: Todo) -> str:
    """Render a line for each thing that waits."""
    return f"{len(todo.answer.changes)}\n"


def as_json(todo: Todo) -> str:
    """Render the answer `changeflow/changes/v1`."""
    return answer_json(todo.answer)


FORMATS: Final[dict[str, Callable[[Todo], str]]] = {"text": text, "json": as_json}
