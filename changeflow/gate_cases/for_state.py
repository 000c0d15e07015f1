"""Gather what the state of a change depends on: its approval, its release and its review."""

from __future__ import annotations

from changeflow.gate.lifecycle import LifeCase, done_before
from changeflow.gate_cases.cmdb_facts import cmdb_facts
from changeflow.gate_cases.for_approve import for_approve
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.merged_digest import merged_digest
from changeflow.gate_cases.recorded_approval import recorded_approval
from changeflow.gate_cases.release_facts import release_facts
from changeflow.gate_cases.review_credit import review_facts
from changeflow.ledger.assessments import assessments


def for_state(inputs: GateInputs) -> LifeCase:
    """Return what the state of a change depends on.

    Raises:
        errors.HostFailed: when git fails, or a shallow clone hides commits.
    """
    release, after = release_facts(inputs.change, inputs.mine), inputs.change.spec.retrospective
    return LifeCase(
        approve=for_approve(inputs),
        recorded=recorded_approval(inputs.mine, inputs.content, inputs.base),
        merged_digest=merged_digest(inputs),
        release=release,
        incidents=inputs.view.base.incidents.caused_by(inputs.change.id),
        cmdb=cmdb_facts(inputs.change, inputs.mine, inputs.base),
        review=review_facts(inputs, release if after is None else done_before(after)),
        assessed=_is_assessed(inputs),
    )


def _is_assessed(inputs: GateInputs) -> bool:
    """Return whether an assessment of the content as it is now is on record."""
    found = {assessed.said.get("digest") for assessed in assessments(inputs.mine)}
    return inputs.content.digest in found
