"""Gather what the gate `submit` asks."""

from __future__ import annotations

from changeflow.cases.for_every_gate import common_facts
from changeflow.cases.gate_inputs import GateInputs
from changeflow.gate.gates.submit import SubmitCase


def for_submit(inputs: GateInputs) -> SubmitCase:
    """Return what the gate `submit` asks."""
    return SubmitCase(common=common_facts(inputs))
