"""The state of the control as text, JSON, log lines and Markdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.model.answers.control import ControlAnswer, ControlItem
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import spelled
from changeflow.render.json_text import answer_json
from changeflow.render.table import columns

_STATES: Final = {"holds": "holds", "does_not_hold": "does not hold", "unknown": "unknown"}


def text(found: ControlAnswer) -> str:
    """Render the sum, then one line for each question with its hint below it."""
    lines = [line(found), ""]
    cells = [(_state(item), spelled(item.message)) for item in found.items]
    rows = columns(cells, indent=2)
    for item, row in zip(found.items, rows, strict=True):
        lines.append(row)
        if _open(item) and item.hint:
            lines.append(f"      hint: {spelled(item.hint)}")
    return "\n".join(lines) + "\n"


def line(found: ControlAnswer) -> str:
    """Render the sum: `control: off: 5 of 7 hold for acme/changes`."""
    holding = sum(item.state == "holds" for item in found.items)
    return f"control: {found.control}: {holding} of {len(found.items)} hold for {found.repository}"


def lines(found: ControlAnswer) -> list[str]:
    """Render the log lines: the sum, and each item that needs action."""
    shown = [line(found)]
    for item in _urgent(found):
        shown.append(f"control: {_state(item)}: {item.reason_code}: {item.message}")
    return shown


def markdown(found: ControlAnswer) -> str:
    """Render a job summary: the sum, and a list of the items that need action."""
    shown = [f"## changeflow: control {found.control}", "", escaped(line(found)), ""]
    for item in _urgent(found):
        message, hint = escaped(item.message), escaped(item.hint)
        shown.append(f"- {_state(item)}: {message} (`{item.reason_code}`). {hint}")
    return "\n".join(shown).rstrip()


def _state(item: ControlItem) -> str:
    state = _STATES[item.state]
    if item.level == "warn" and _open(item):
        return f"{state} (warning)"
    return state


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


FORMATS: Final[dict[str, Callable[[ControlAnswer], str]]] = {"text": text, "json": answer_json}
