"""The gate `submit`: the request may be reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from changeflow.gate.case import Case, GateCase
from changeflow.gate.every_gate import draft, every_gate
from changeflow.gate.evidence_seen import Evidence, common_evidence
from changeflow.gate.gate_rules import Basis, GateRules, Results
from changeflow.gate.plan_reasons import missing_plans
from changeflow.gate.scope_reasons import scope_reasons
from changeflow.model.answers.decision import Reason
from changeflow.model.policy import Gate


class SubmitCase(GateCase):
    """What the gate `submit` asks: what every gate asks, and no more."""


class Submit(GateRules[Case]):
    """The gate `submit`. What any gate is told is enough for it."""

    gate = Gate.SUBMIT

    def evidence(self, case: Case, basis: Basis) -> Evidence:
        """See `GateRules.evidence`."""
        return common_evidence(case.common)

    def reasons(
        self, case: Case, basis: Basis, results: Results, now: datetime
    ) -> Iterable[Reason]:
        """Return whether the request is a draft, and what its branch touches beside it."""
        yield from every_gate(case.common, now)
        yield from draft(case.common)
        yield from scope_reasons(case.common)
        yield from missing_plans(case.common)


SUBMIT: Final = Submit()
