"""Gather what the gate `submit` asks."""

from __future__ import annotations

from changeflow.gate.gates.submit import SubmitCase
from changeflow.gate_cases.for_every_gate import common_facts
from changeflow.gate_cases.gate_inputs import GateInputs


def for_submit(inputs: GateInputs) -> SubmitCase:
    """Return what the gate `submit` asks."""
    return SubmitCase(common=common_facts(inputs))
