"""Gather what the state of a change depends on: its approval, its release and its review."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

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
    """Return what the state of a change depends on. Much of it is late where the change is over.

    Raises:
        errors.HostFailed: when git fails, or a shallow clone hides commits.
    """
    mine, base = inputs.mine, inputs.base
    release, after = release_facts(inputs.change, mine), inputs.change.spec.retrospective
    reviewed = release if after is None else done_before(after)
    makers: dict[str, Callable[[], Any]] = {
        "recorded": partial(recorded_approval, mine, inputs.content, base),
        "merged_digest": partial(merged_digest, inputs),
        "cmdb": partial(cmdb_facts, inputs.change, mine, base),
        "review": partial(review_facts, inputs, reviewed),
        "assessed": partial(_is_assessed, inputs),
    }
    known: dict[str, Any] = {
        "approve": for_approve(inputs),
        "release": release,
        "incidents": inputs.view.base.incidents.caused_by(inputs.change.id),
    }
    if inputs.assessed.is_over:
        return LifeCase.late(makers, **known)
    return LifeCase(**known, **{name: maker() for name, maker in makers.items()})


def _is_assessed(inputs: GateInputs) -> bool:
    """Return whether an assessment of the content as it is now is on record."""
    found = {assessed.body.content for assessed in assessments(inputs.mine)}
    return inputs.content.digest in found
