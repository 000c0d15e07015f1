"""What the base says of a change: its content there, by digest."""

from __future__ import annotations

from changeflow import errors
from changeflow.gate_cases.gate_inputs import GateInputs


def merged_digest(inputs: GateInputs) -> str | None:
    """Return the digest of the change's content on the base; None where it is not there."""
    view = inputs.view
    if view.head is view.base:
        return inputs.content.digest
    try:
        return view.base.change(inputs.change.id).digest
    except (errors.NothingToDo, errors.Unreadable):
        return None
