"""The state of the control as text, JSON, log lines and Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from changeflow.model.answers import ControlAnswer, ControlItem, answer
from changeflow.render.escape import markdown as escaped
from changeflow.render.escape import spelled
from changeflow.render.table import columns

_STATES: Final = {"holds": "holds", "does_not_hold": "does not hold", "unknown": "unknown"}


def text(found: ControlAnswer) -> str:
    """One line for each question, what to do below it, and the sum first."""
    rows = (
        columns([(_state(item), spelled(item.message)) for item in found.items], indent=2)
        if found.items
        else []
    )
    body = [
        part for item, row in zip(found.items, rows, strict=True) for part in (row, *_hint(item))
    ]
    return "\n".join([line(found), "", *body]) + "\n"


def line(found: ControlAnswer) -> str:
    """`control: off: 5 of 7 hold for acme/changes`."""
    holding = sum(item.state == "holds" for item in found.items)
    return f"control: {found.control}: {holding} of {len(found.items)} hold for {found.repository}"


def lines(found: ControlAnswer) -> list[str]:
    """For a log: the sum, and what somebody should do something about."""
    return [
        line(found),
        *(
            f"control: {_state(item)}: {item.reason_code}: {item.message}"
            for item in _urgent(found)
        ),
    ]


def markdown(found: ControlAnswer) -> str:
    """For a job summary: the sum, and a list of what somebody should do something about."""
    said = [
        f"- {_state(item)}: {escaped(item.message)} (`{item.reason_code}`). {escaped(item.hint)}"
        for item in _urgent(found)
    ]
    return "\n".join(
        [f"## changeflow: control {found.control}", "", escaped(line(found)), "", *said]
    ).rstrip()


def as_json(found: ControlAnswer) -> str:
    """`changeflow/control/v1`."""
    return json.dumps(answer(found), indent=2, ensure_ascii=False) + "\n"


def _state(item: ControlItem) -> str:
    return _STATES[item.state] + (" (warning)" if item.level == "warn" and _open(item) else "")


def _hint(item: ControlItem) -> list[str]:
    return [f"      hint: {spelled(item.hint)}"] if _open(item) and item.hint else []


def _urgent(found: ControlAnswer) -> list[ControlItem]:
    """What does not hold, and what counts and is not known.

    A nicety that nobody can see is worth no line every ten minutes.
    """
    return [
        item
        for item in found.items
        if item.state == "does_not_hold" or (item.state == "unknown" and item.level == "deny")
    ]


def _open(item: ControlItem) -> bool:
    return item.state != "holds"


FORMATS: Final[dict[str, Callable[[ControlAnswer], str]]] = {"text": text, "json": as_json}
