"""Gather what the gate `close` asks: how the release ended, and its review."""

from __future__ import annotations

from changeflow.gate.gates.close import CloseCase
from changeflow.gate_cases.cmdb_facts import cmdb_facts
from changeflow.gate_cases.for_every_gate import common_facts
from changeflow.gate_cases.for_state import for_state
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.merged_digest import merged_digest
from changeflow.gate_cases.release_facts import release_facts
from changeflow.gate_cases.review_credit import review_facts


def for_close(inputs: GateInputs) -> CloseCase:
    """Return what the gate `close` asks.

    Raises:
        errors.HostFailed: when git fails, or a shallow clone hides commits.
    """
    if inputs.change.spec.retrospective is not None:
        return for_state(inputs).closing
    release = release_facts(inputs.change, inputs.mine)
    return CloseCase(
        common=common_facts(inputs),
        release=release,
        incidents=inputs.view.base.incidents.caused_by(inputs.change.id),
        review=review_facts(inputs, release),
        cmdb=cmdb_facts(inputs.change, inputs.mine, inputs.base),
        merged_digest=merged_digest(inputs),
        retrospective=None,
    )
