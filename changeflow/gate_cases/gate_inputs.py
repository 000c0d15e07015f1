"""What the case of any gate is made from: a change, its assessment and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from changeflow.gate_cases.assessment import Assessed
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import ChangeRequest
from changeflow.model.deployer import Deployer
from changeflow.model.evidence import LedgerEntry
from changeflow.reading.change import ChangeState
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import Standings
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View

# Only the states of many changes rest on them.
if TYPE_CHECKING:
    from changeflow.gate_cases.late_assessments import LateAssessed


@dataclass(frozen=True)
class GateInputs:
    """A change as it was read for a gate.

    Attributes:
        view: where the base and the head are.
        assessed: the change with its assessment.
        evidence: the ledger.
        others: how other changes stand; None: they are not looked at.
        newest: the latest moment of the evidence; None: the time is not compared with it.
        deployer: who starts the deployment, where that is asked.
        now: the time.
        planned: digests of plans that were made right now, by their numbers, for the gate `deploy`;
            None: none was made.
    """

    view: View
    assessed: Assessed | LateAssessed
    evidence: Evidence
    others: Standings | None
    newest: datetime | None
    deployer: Deployer
    now: datetime
    planned: Mapping[int, str] | None

    @property
    def whole(self) -> Assessed:
        """Return the assessment, made at once: only the states of changes rest on late ones."""
        assert isinstance(self.assessed, Assessed)  # noqa: S101 - for the type checker
        return self.assessed

    @property
    def content(self) -> ChangeState:
        """Return the change as it stands."""
        return self.assessed.content

    @property
    def change(self) -> ChangeRequest:
        """Return the request."""
        return self.assessed.content.change

    @property
    def base(self) -> Rulebook:
        """Return the policies, roster, items and settings of the base."""
        return self.assessed.base

    @property
    def mine(self) -> tuple[LedgerEntry, ...]:
        """Return the entries about this change."""
        return self.evidence.of_change(self.change.id)
