"""The state of the control as text, JSON, log lines and Markdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.language.sentences import Said, say_or
from changeflow.model.answers.control import ControlAnswer, ControlItem
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import spelled
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import MACHINE, Presentation, for_programs
from changeflow.render.table import folded, grid_rows


def text(found: ControlAnswer, to: Presentation) -> str:
    """Render the sum, then one line for each question with its hint below it."""
    shown = [to.painted(found.control, line(found, to)), ""]
    said = [_said(item, to) for item in found.items]
    cells = [
        (_state(item, to), spelled(one.text)) for item, one in zip(found.items, said, strict=True)
    ]
    for item, one, row in zip(found.items, said, grid_rows(cells, to.width, 2), strict=True):
        shown += row
        if _open(item) and one.hint:
            shown.append(f"      {to.says('decision.hint', hint=spelled(one.hint))}")
    return folded("\n".join(shown), to.width) + "\n"


def line(found: ControlAnswer, to: Presentation) -> str:
    """Render the sum: `control: off: 5 of 7 hold for acme/changes`."""
    holding = [item.state for item in found.items].count("holds")
    count = len(found.items)
    key = f"doctor.{found.control}"
    return to.says(key, holding=holding, count=count, repository=found.repository)


def lines(found: ControlAnswer) -> list[str]:
    """Render the log lines: the sum, and each item that needs action. Logs are in English."""
    shown = [line(found, MACHINE)]
    for item in _urgent(found):
        state = item.state.replace("_", " ")
        if item.level == "warn":
            state = f"{state} (warning)"
        shown.append(f"control: {state}: {item.reason_code}: {item.message}")
    return shown


def markdown(found: ControlAnswer, to: Presentation) -> str:
    """Render a job summary: the sum, and a list of the items that need action."""
    title = to.says("doctor.title", control=found.control)
    shown = [f"## {title}", "", escaped(line(found, to)), ""]
    for item in _urgent(found):
        text, hint = _said(item, to)
        told = to.says("doctor.item", said=escaped(text), code=item.reason_code)
        shown.append(f"- {_state(item, to)}: {told} {escaped(hint)}")
    return "\n".join(shown).rstrip()


def _said(item: ControlItem, to: Presentation) -> Said:
    return say_or(item.reason_code, item.data, to, item.message, item.hint)


def _state(item: ControlItem, to: Presentation) -> str:
    if item.level == "warn" and _open(item):
        return to.says("doctor.warning", state=item.state)
    return to.says("doctor.state", state=item.state)


def _urgent(found: ControlAnswer) -> list[ControlItem]:
    """Return the items that do not hold, and the required ones that are unknown.

    An unknown item that is only recommended would fill the log every ten minutes.
    """
    return [item for item in found.items if _needs_action(item)]


def _needs_action(item: ControlItem) -> bool:
    if item.state == "unknown":
        return item.level == "deny"
    return item.state == "does_not_hold"


def _open(item: ControlItem) -> bool:
    return item.state != "holds"


FORMATS: Final[dict[str, Callable[[ControlAnswer, Presentation], str]]] = {
    "text": text,
    "json": for_programs(answer_json),
}
