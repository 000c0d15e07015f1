"""Gates as they were asked in the past, decided again under any rules.

Each recorded decision names its base, its head, the state of the ledger, and the time. What
`ledger replay` reads to compute it again is read here, too; only the rules of the base may be
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from changeflow.gate.case import Case
from changeflow.gate.decision import ask, decide
from changeflow.gate.gate_rules import NO_BASIS, Results
from changeflow.gate.gates import GATES
from changeflow.gate_cases.for_pull import for_pull
from changeflow.gate_cases.gather import CASES
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Decision
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.model.policy import Gate
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_rules import RuledState, Rules
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.replaying.past_repository import PastLedger, Then
from changeflow.replaying.recorded_decision import Unknowable
from changeflow.replaying.replay_gate import AskedMoment, asked_moment
from changeflow.replaying.replay_pull import PullMoment, pull_moment


@dataclass(frozen=True)
class DecidedThen:
    """What came of a gate under some rules.

    Attributes:
        decision: about the change.
        earlier: what the rules of earlier gates said.
        case: what was asked, with the request and the items as they were.
    """

    decision: Decision
    earlier: Results
    case: Case

    @property
    def request(self) -> ChangeRequest:
        """Return the request as it was."""
        return self.case.common.change


class OneReading:
    """The ledger at a moment, read once whatever the rules. It is a `LedgerView`."""

    def __init__(self, ledger: PastLedger) -> None:
        self._ledger = ledger
        self._found: dict[str | None, Evidence] = {}

    def evidence(self, base: State, change: str) -> Evidence:
        """See `LedgerView.evidence`. All signatures are checked, so the change does not matter."""
        if base.commit not in self._found:
            self._found[base.commit] = self._ledger.evidence(base, change)
        return self._found[base.commit]


@dataclass(frozen=True)
class PastGate:
    """A gate that was asked about a change.

    Attributes:
        change: its id.
        entry: the decision on record.
        body: what it says.
        gate: that is decided again.
    """

    change: str
    entry: LedgerEntry
    body: DecisionBody
    gate: Gate

    def moment(self, then: Then) -> PastMoment:
        """Return all that the gate was asked about.

        Raises:
            Unknowable: when something is not here, or not on record.
            errors.HostFailed: when git lacks something.
        """
        inputs = self.body.decision.get("inputs")
        if not isinstance(inputs, dict):
            raise Unknowable("the entry does not say what it was decided from")
        found: AskedMoment | PullMoment
        if "merged" in inputs:
            found = pull_moment(then, self.body, inputs)
        else:
            found = asked_moment(then, self.entry, self.body, inputs)
        ledger = OneReading(then.ledger(found.position))
        return PastMoment(self, found, replace(found.view, ledger=ledger))


@dataclass(frozen=True)
class PastMoment:
    """A moment of the past with what was known then."""

    asked: PastGate
    found: AskedMoment | PullMoment
    view: View

    @property
    def now(self) -> datetime:
        """Return the time."""
        return self.found.now

    def decided(self, rules: Rules | None) -> DecidedThen:
        """Decide the gate under some rules, or under its own of that time.

        Raises:
            errors.NothingToDo: when the change is not where it is said to have been.
            errors.Unreadable: when it, or something that judges, cannot be read there.
            errors.HostFailed: when git lacks something.
        """
        view = self.view
        if rules is not None:
            view = replace(view, base=RuledState(view.base, rules))
        if isinstance(self.found, PullMoment):
            return self._of_pull(self.found, view)
        return self._asked(self.found, view)

    def _asked(self, found: AskedMoment, view: View) -> DecidedThen:
        gate = self.asked.gate
        case: Case = CASES[gate](found.gathered(view))
        decision = decide(GATES[gate], case, self.now)
        return DecidedThen(decision, self._earlier(case), case)

    def _of_pull(self, found: PullMoment, view: View) -> DecidedThen:
        judged = found.judged(view)
        cases = for_pull(judged.inputs, judged.heard).cases
        for case, decision in zip(cases, judged.verdict.decisions, strict=True):
            if decision.change == self.asked.change:
                return DecidedThen(decision, self._earlier(case), case)
        raise Unknowable("the pull request does not hold the change any more")

    def _earlier(self, case: Case) -> Results:
        found: Results = ()
        for rules in GATES[self.asked.gate].earlier:
            found += ask(rules, case, NO_BASIS, self.now).results
        return found


def gates_of_changes(entries: Iterable[LedgerEntry]) -> tuple[PastGate, ...]:
    """Return the decision that stands for each change, in the order of these decisions.

    It is the first that opened the gate `approve`, or else the last about it. Where none is on
    record, the gate is decided again at the first moment at which its gate `deploy` opened.
    """
    by_change: dict[str, list[tuple[LedgerEntry, DecisionBody]]] = {}
    for entry in entries:
        body = entry.body
        # What landed without authority was never decided about.
        if isinstance(body, DecisionBody) and "reasons" in body.decision:
            by_change.setdefault(entry.change, []).append((entry, body))
    found: list[PastGate] = []
    for change, decisions in by_change.items():
        standing = _standing(decisions)
        if standing is not None:
            found.append(PastGate(change, *standing, Gate.APPROVE))
    return tuple(sorted(found, key=lambda one: one.entry.seq))


def _standing(
    decisions: Sequence[tuple[LedgerEntry, DecisionBody]],
) -> tuple[LedgerEntry, DecisionBody] | None:
    last = started = None
    for one in decisions:
        _, body = one
        if body.gate == "approve":
            if body.open:
                return one
            last = one
        elif body.gate == "deploy" and body.open:
            started = started or one
    return last or started
