"""Gather what the gate `approve` asks: on the ledger, and on a pull request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from changeflow.gate.case import Panel
from changeflow.gate.gates.approve import ApproveCase
from changeflow.gate.other_paths import NO_OTHER_PATHS
from changeflow.gate_cases.contributions import resubmitted
from changeflow.gate_cases.for_every_gate import common_facts, common_with
from changeflow.gate_cases.for_other_paths import other_paths_of
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.release_facts import has_started
from changeflow.model.opinions import Check


def for_approve(inputs: GateInputs) -> ApproveCase:
    """Return what the gate `approve` asks about a change whose opinions are on the ledger.

    Raises:
        errors.HostFailed: when git fails, or a shallow clone hides commits.
    """
    view, content, base, mine = inputs.view, inputs.content, inputs.base, inputs.mine
    assessment = inputs.assessed.assessment
    if inputs.assessed.is_over:
        return ApproveCase.late(
            {
                "resubmitted": partial(resubmitted, view, content, base, mine),
                "other_paths": lambda: other_paths_of(
                    view, content, base, mine, assessment.computed
                ),
            },
            common=common_facts(inputs),
            **_known(inputs),
        )
    return ApproveCase(
        common=common_facts(inputs),
        resubmitted=resubmitted(view, content, base, mine),
        other_paths=other_paths_of(view, content, base, mine, assessment.computed),
        **_known(inputs),
    )


def for_approve_on_pull(
    inputs: GateInputs,
    panel: Panel,
    checks: tuple[Check, ...],
    problems: tuple[str, ...],
    recorded: Mapping[str, Any],
) -> ApproveCase:
    """Return what the gate `approve` asks about a request of a pull request.

    The other paths are asked of the pull request as a whole, and a review that is dismissed there
    takes back an opinion and not the request.

    Args:
        inputs: the change as it was read.
        panel: people, and their reviews.
        checks: CI checks of the head.
        problems: errors that `check` finds in the request.
        recorded: what the decision rests on beside what the assessment names.
    """
    return ApproveCase(
        common=common_with(inputs, panel, checks, problems, recorded),
        resubmitted=None,
        other_paths=NO_OTHER_PATHS,
        **_known(inputs),
    )


def _known(inputs: GateInputs) -> dict[str, Any]:
    """Return the facts of `ApproveCase` that are at hand."""
    config = inputs.base.config
    return {
        "planned_later": dict(inputs.assessed.planned_later),
        "approval_validity": config.approval_validity,
        "emergency_validity": config.emergency_validity,
        "released": has_started(inputs.mine),
    }
