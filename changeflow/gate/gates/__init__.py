"""The four gates: a file for each, and the table of them."""

from __future__ import annotations

from typing import Any, Final

from changeflow.gate.gate_rules import GateRules
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.close import CLOSE
from changeflow.gate.gates.deploy import DEPLOY
from changeflow.gate.gates.submit import SUBMIT
from changeflow.model.policy import Gate

GATES: Final[dict[Gate, GateRules[Any]]] = {
    rules.gate: rules for rules in (SUBMIT, APPROVE, DEPLOY, CLOSE)
}
