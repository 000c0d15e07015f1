"""What waits for one person, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.render.changes import change_lines, ending_lines
from changeflow.render.json_text import answer_json
from changeflow.usecases.register.todo import Todo


def text(todo: Todo) -> str:
    """Render each change with what it waits for, then what ends soon."""
    lines: list[str] = []
    for one in todo.answer.changes:
        lines += change_lines(one)
    if not todo.answer.changes:
        lines.append(f"Nothing waits for {todo.called}.")
    lines += ["", *ending_lines(todo.answer)]
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(todo: Todo) -> str:
    """Render the answer `changeflow/changes/v1`."""
    return answer_json(todo.answer)


FORMATS: Final[dict[str, Callable[[Todo], str]]] = {"text": text, "json": as_json}
