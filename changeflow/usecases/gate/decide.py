"""Decide a gate for a change, and record the decision where asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from changeflow.gate.case import Panel
from changeflow.gate.change_states import LifecycleState
from changeflow.gate.decision import decide
from changeflow.gate.gates import GATES
from changeflow.gate.lifecycle import state
from changeflow.gate_cases.assessment import Assessed
from changeflow.gate_cases.for_state import for_state
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.gather import CASES, gather
from changeflow.model import canonical
from changeflow.model.answers.decision import Decision, codes_of
from changeflow.model.answers.plain import answer
from changeflow.model.clock import Clock
from changeflow.model.deployer import NOBODY, Deployer
from changeflow.model.evidence import DecisionBody
from changeflow.model.opinions import Review
from changeflow.model.policy import Gate
from changeflow.reading.at_commit import settled
from changeflow.reading.team_main import with_address
from changeflow.reading.view import View
from changeflow.usecases.gate.assess import append_together, assessment_on_record


def decide_gate(
    view: View, gate: Gate | str, argument: str, clock: Clock, deployer: Deployer = NOBODY
) -> Decision:
    """Decide a gate where nothing is deployed, so that no file of it is looked at.

    Nothing is recorded. Raises as `gather`.
    """
    return _decide(with_address(view), Gate(gate), argument, clock, deployer)[1]


def assessed_and_decided(
    view: View,
    gate: Gate | str,
    argument: str,
    clock: Clock,
    deployer: Deployer = NOBODY,
    planned: Mapping[int, str] | None = None,
) -> tuple[Assessed, Decision]:
    """Decide a gate from what is there, with the assessment that it rests on.

    Args:
        view: where the base and the head are.
        gate: the gate.
        argument: the change.
        clock: the time.
        deployer: who starts the deployment.
        planned: digests of plans that were made right now, by their numbers; None: none was made.

    Raises as `gather`.
    """
    where = _with_files(with_address(view), Gate(gate), argument)
    inputs, decision = _decide(where, Gate(gate), argument, clock, deployer, planned)
    return inputs.whole, decision


def _with_files(view: View, gate: Gate, argument: str) -> View:
    """Return the view with the files that a change deploys, where that is asked."""
    if gate is not Gate.DEPLOY:
        return view
    from changeflow.reading.artifacts import with_artifacts

    return with_artifacts(view, argument)


def _decide(
    view: View,
    gate: Gate,
    argument: str,
    clock: Clock,
    deployer: Deployer,
    planned: Mapping[int, str] | None = None,
) -> tuple[GateInputs, Decision]:
    inputs = gather(view, argument, clock.now, deployer, simulated=clock.simulated, planned=planned)
    if gate is Gate.DEPLOY and inputs.evidence.head is None:
        # A clone without the ledger knows of no release: that nothing is known lets nothing be
        # deployed.
        inputs.evidence.ledger.require_here()
    case = CASES[gate](inputs)
    decision = decide(GATES[gate], case, clock.now)
    if decision.open:
        decision = _with_end(gate, case, decision, clock.now)
    return inputs, decision


def _with_end(gate: Gate, case: Any, decision: Decision, now: datetime) -> Decision:
    """Return a decision with until when an open gate holds."""
    # most gates that are asked are shut
    from changeflow.gate.holds_until import with_end

    return with_end(GATES[gate], case, decision, now)


def simulate(
    view: View, gate: Gate | str, argument: str, now: datetime, approvers: Sequence[str]
) -> Decision:
    """Decide as if these people had approved just now."""
    gate = Gate(gate)
    case = CASES[gate](gather(view, argument, now))
    panel = case.common.panel
    supposed = tuple(_approval(name, panel, now) for name in approvers)
    agreed = case.supposing(supposed)
    return _with_end(gate, agreed, decide(GATES[gate], agreed, now), now)


def _approval(name: str, panel: Panel, now: datetime) -> Review:
    """Return an approval by a person, as it would count."""
    given = Review(by=name, shown_as=name, decision="approve", digest=panel.digest, at=now)
    if name not in panel.unable:
        return given
    text = f"{name} has no key or account in the roster to approve with"
    return given.model_copy(update={"ineligible": "approval.unsigned", "message": text})


def state_of(view: View, argument: str, now: datetime) -> LifecycleState:
    """Compute the state of a change."""
    return state(for_state(gather(view, argument, now)), now)


def unreadable_inputs(decision: Decision) -> bool:
    """Return whether the gate is shut because the ledger could not be read."""
    return "ledger.broken" in codes_of(decision.reasons)


def decide_on_record(
    view: View,
    gate: Gate | str,
    argument: str,
    clock: Clock,
    *,
    record: bool,
    deployer: Deployer = NOBODY,
) -> Decision:
    """Decide a gate, and append the decision to the ledger where asked.

    The one to approve is recorded with the assessment before it.
    """
    gate = Gate(gate)
    where = with_address(settled(view, argument) if record else view)
    where = _with_files(where, gate, argument)
    inputs, decision = _decide(where, gate, argument, clock, deployer)
    if record:
        before = (assessment_on_record(inputs.whole),) if gate is Gate.APPROVE else ()
        append_together(inputs.evidence, inputs.content, (*before, on_record(decision)), clock)
    return decision


def on_record(decision: Decision) -> DecisionBody:
    """Return a decision as it is recorded: the same inputs give the same bytes."""
    digest = str(decision.inputs["digest"])
    said = canonical.on_record(answer(decision))
    return DecisionBody(gate=decision.gate, open=decision.open, digest=digest, decision=said)
