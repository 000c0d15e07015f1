"""Plans of a change as text and JSON: what is kept, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.model.answers.plans import PlansAnswer
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs


def text(answer: PlansAnswer, to: Presentation) -> str:
    """Render a line for each plan, and the lines that differ below it."""
    lines: list[str] = []
    for plan in answer.plans:
        case = f"{plan.state}_kept" if answer.written and plan.state != "same" else plan.state
        lines.append(to.says("plans.line", case=case, path=plan.path, name=plan.name))
        lines += [f"  {line}" for line in plan.differences]
    case = "unasked_kept" if answer.written else "unasked"
    lines += [to.says("plans.line", case=case, path=path, name="") for path in answer.unasked]
    return "\n".join(lines) + "\n"


FORMATS: Final[dict[str, Callable[[PlansAnswer, Presentation], str]]] = {
    "text": text,
    "json": for_programs(answer_json),
}
