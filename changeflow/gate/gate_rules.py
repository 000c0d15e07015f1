"""What a gate is: what its conditions see, and the reasons that hold whatever the policy says.

Each gate is a file in `gates/`. `gate/decision.py` makes the decision out of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Generic

from changeflow.gate.case import C, Case
from changeflow.gate.evidence_seen import Evidence
from changeflow.gate.other_paths import NO_OTHER_PATHS, OtherPaths
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Decision, Reason
from changeflow.model.opinions import Review
from changeflow.model.policy import Gate
from changeflow.policy.engine import RuleResult

Results = tuple[RuleResult, ...]


@dataclass(frozen=True)
class Basis:
    """The opinions that a decision rests on.

    Attributes:
        approved_at: when the approvals were complete; None before.
        approval: the decision to approve, at the gate that comes after it.
        approvers: people who agreed to the content.
        vetoes: rejections by people with a say.
    """

    approved_at: datetime | None = None
    approval: Decision | None = None
    approvers: frozenset[str] = frozenset()
    vetoes: tuple[Review, ...] = ()

    @property
    def awaited(self) -> Decision | None:
        """Return the decision to approve, where the gate still waits for it."""
        return self.approval if self.approved_at is None else None


NO_BASIS: Final = Basis()

# What people can mend by agreeing. Whether the approval that a release waits for can still be had,
# its own decision says.
_MENDED_BY_AGREEING: Final = frozenset(
    {"review.rejected", "approval.missing", "approval.stale", "approval.expired"}
)
_MENDED_BY_TIME: Final = frozenset({"time.before_evidence"})
# what is asked of CI, where every part that fails may still be recorded
_UNPROVED: Final = "evidence.unproved"


def _waits_for_ci(reason: Reason) -> bool:
    """Return whether a rule only lacks evidence that another run of CI may bring."""
    if reason.reason_code != _UNPROVED:
        return False
    # most rules ask for no evidence
    from changeflow.evidence_files.proof import MENDED_BY_A_RUN

    lacking = [part for part in reason.parts if part.reason_code.startswith("evidence.")]
    return all(part.outcome == "pass" or part.reason_code in MENDED_BY_A_RUN for part in lacking)


class GateRules(Generic[C]):
    """One of the four gates.

    Attributes:
        gate: its name.
        earlier: gates whose rules speak here, too.
        starting: whether calendars are asked about a change that is about to start.
        by_people: whether this is the gate at which people agree: a rejection shuts it, and an
            unknown contributor asks for one approval more.
        dates_approvals: whether its rules see when the approvals that it asks for were complete.
    """

    gate: ClassVar[Gate]
    earlier: ClassVar[tuple[GateRules[Case], ...]] = ()
    starting: ClassVar[bool] = False
    by_people: ClassVar[bool] = False
    dates_approvals: ClassVar[bool] = False

    def basis(self, case: C, now: datetime) -> Basis:
        """Return the approval that a decision at this gate rests on."""
        return NO_BASIS

    def evidence(self, case: C, basis: Basis) -> Evidence:
        """Return what conditions see as `evidence`."""
        raise NotImplementedError

    def reasons(self, case: C, basis: Basis, results: Results, now: datetime) -> Iterable[Reason]:
        """Return what holds at this gate whatever the policy says.

        Args:
            case: what the gate asks.
            basis: the opinions that the decision rests on.
            results: what the rules of the policies answered.
            now: the time of the decision.
        """
        raise NotImplementedError

    def validity(self, case: C) -> timedelta | None:
        """Return how long approvals hold; None: for good."""
        return None

    def other_paths(self, case: C) -> OtherPaths:
        """Return what the other paths of the branch ask for."""
        return NO_OTHER_PATHS

    def dead_ends(self, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        """Return what shuts the gate, and neither people can mend by agreeing, nor time."""
        mended = _MENDED_BY_AGREEING | _MENDED_BY_TIME
        found: list[Reason] = []
        for item in reasons:
            if item.outcome not in ("fail", "error") or item.reason_code in mended:
                continue
            if not _waits_for_ci(item):
                found.append(item)
        return tuple(found)

    def inputs(self, case: C) -> dict[str, Any]:
        """Return what the gate was told beside what every case has.

        With it the decision can be computed again.
        """
        return {}
