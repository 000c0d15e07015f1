"""Read what a gate is told about a change, and make its case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from changeflow.gate_cases.assessment import assess_change
from changeflow.gate_cases.for_approve import for_approve
from changeflow.gate_cases.for_close import for_close
from changeflow.gate_cases.for_deploy import for_deploy
from changeflow.gate_cases.for_submit import for_submit
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.other_changes_states import debt_of, standings
from changeflow.model.deployer import NOBODY, Deployer
from changeflow.model.policy import Gate
from changeflow.reading.other_changes import Standings
from changeflow.reading.view import View

# What each gate asks. `gate.gates.GATES` has what it answers.
CASES: Final[dict[Gate, Callable[[GateInputs], Any]]] = {
    Gate.SUBMIT: for_submit,
    Gate.APPROVE: for_approve,
    Gate.DEPLOY: for_deploy,
    Gate.CLOSE: for_close,
}


def gather(
    view: View,
    argument: str,
    now: datetime,
    deployer: Deployer = NOBODY,
    *,
    simulated: bool | None = None,
    planned: Mapping[int, str] | None = None,
    others: Standings | None = None,
) -> GateInputs:
    """Read everything that the case of any gate is made from.

    Args:
        view: where the base and the head are.
        argument: the change.
        now: the time.
        deployer: who starts the deployment, where that is asked.
        simulated: whether the time is that of a fixed clock, so that it is compared with evidence
            of its own kind; None: it is not compared, because nothing is decided.
        planned: digests of plans that were made right now, by their numbers; None: none was made.
        others: how the changes on the base stand at that time; None: they are looked at for it.

    Raises:
        errors.NothingToDo: no such change.
        errors.Unreadable: the change, or something that judges, cannot be read.
        errors.HostFailed: git failed.
    """
    content = view.head.change(argument)
    base = view.base.require_readable()
    evidence = view.evidence(argument)
    others = others or standings(view, now)
    debt = debt_of(view, content.change, base, evidence, now)
    assessed = assess_change(view, content, base, now, evidence, others, debt)
    newest = evidence.newest.of(simulated=simulated) if simulated is not None else None
    return GateInputs(view, assessed, evidence, others, newest, deployer, now, planned)
