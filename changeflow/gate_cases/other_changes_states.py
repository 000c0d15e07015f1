"""How the changes on the base stand, each read when another change runs into it or waits for it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import review_path, rfc_path
from changeflow.model.watched_time import Holding, Watch, hold, unnoted
from changeflow.reading.other_changes import Standings
from changeflow.reading.view import View

if TYPE_CHECKING:
    from changeflow.gate.change_states import LifecycleState
    from changeflow.gate.lifecycle import LifeCase
    from changeflow.model.answers.assessment import Debt
    from changeflow.model.change import ChangeRequest
    from changeflow.reading.evidence import Evidence
    from changeflow.reading.rulebook import Rulebook


def standings(view: View, now: datetime) -> Standings:
    """Return how the changes on the base stand."""
    return standings_of_head(view.of_base(), now)


def standings_of_head(view: View, now: datetime) -> Standings:
    """Return how the changes of the head stand.

    One view for all of them keeps what the rules see beside a request.
    """
    return Standings(lambda name: _alone(view, name, now), now, partial(_is_untold, view))


def _is_untold(view: View, name: str) -> bool:
    """Return whether nothing was said about a change of the head, and nothing was done.

    A retrospective request tells of what was done. Whether an author spoke cannot be told in a
    shallow clone, and that is an error of the command.
    """
    if view.git.facts.shallow or view.base.exists(review_path(name)):
        return False
    if name in view.ledger.evidence(view.base, name).about:
        return False
    told = [fields for _, fields in view.head.request_fields([rfc_path(name)])]
    return len(told) == 1 and "retrospective" not in told[0]


@dataclass(frozen=True)
class _Judged:
    """How one change stands, and the watch that notes how long it does."""

    case: LifeCase | None
    state: LifecycleState | None
    watch: Watch


class SharedStandings:
    """How the changes on the base stand, each looked at once for all changes that run into it.

    Each is looked at with a time of its own. An answer that rests on it notes how long it holds.

    Args:
        view: where the base is.
        now: the time.
    """

    def __init__(self, view: View, now: datetime) -> None:
        self._view, self._at = view.of_base(), unnoted(now)
        self._judged: dict[str, _Judged] = {}

    def of(self, now: datetime) -> Standings:
        """Return them for an answer whose time notes what it rests on; the moment is the same."""
        return _NotedStandings(self, now)

    def know(
        self, name: str, case: LifeCase, state: LifecycleState | None, watch: Watch
    ) -> None:
        """Take what was found of a change, at the same moment, by who noted how long it holds."""
        self._judged.setdefault(name, _Judged(case, state, watch))

    def judged(self, name: str) -> _Judged:
        """Return how a change stands."""
        if name not in self._judged:
            watch = Watch(self._at)
            alone = Standings(partial(_alone, self._view, now=watch.now), watch.now)
            self._judged[name] = _Judged(alone.case(name), alone.state(name), watch)
        return self._judged[name]


class _NotedStandings(Standings):
    """Standings that are shared, for one answer.

    Of the case of another change, only what does not depend on the time is read.
    """

    def __init__(self, shared: SharedStandings, now: datetime) -> None:
        super().__init__(lambda name: self._noted(name).case, now)
        self._shared = shared

    def _noted(self, name: str) -> _Judged:
        found = self._shared.judged(name)
        hold(self._now, found.watch.holding)
        return found

    def state(self, name: str) -> LifecycleState | None:
        """Return the state of a change; None if it cannot be read."""
        if name not in self._states:
            self._states[name] = self._noted(name).state
        return self._states[name]


def debt_of(
    view: View, change: ChangeRequest, base: Rulebook, evidence: Evidence, now: datetime
) -> Debt:
    """Return what the team and the items of a change owe, where a rule reads it.

    Whether a review of another change is overdue does not depend on what is owed to others: those
    are looked at without their debts, each once.

    Args:
        view: where the base is.
        change: the request.
        base: the rulebook of the base.
        evidence: the ledger.
        now: the time.

    Raises:
        errors.UsageError: when a library is needed and not installed.
        errors.Unreadable: when a table of the past is none.
    """
    # long schedules ask no gate
    from changeflow.model.answers.assessment import NOT_ASKED
    from changeflow.policy.facts_read import reads_debt

    if not reads_debt(base.policies):
        return NOT_ASKED
    # few policies read it
    from changeflow.gate_cases.debt_facts import debt_facts

    at = unnoted(now)
    # what is counted may be another number at any other moment
    hold(now, Holding(at, at))
    if at not in view.standings_without_debts:
        there = view.of_base()
        look = partial(_alone, there, now=at, with_debt=False)
        view.standings_without_debts[at] = Standings(look, at)
    others = view.standings_without_debts[at]
    return debt_facts(change, base, view, evidence, others, at)


def _alone(view: View, name: str, now: datetime, *, with_debt: bool = True) -> LifeCase | None:
    """Return what the state of a change of the head depends on, with no other one looked at.

    Args:
        view: where the base and the head are.
        name: the change.
        now: the time.
        with_debt: whether its conditions see what its team and its items owe.
    """
    # Most changes run into no other one, and gates take long to import.
    from changeflow.gate_cases.assessment import assess_change
    from changeflow.gate_cases.for_state import for_state
    from changeflow.gate_cases.gate_inputs import GateInputs
    from changeflow.gate_cases.late_assessments import assess_late
    from changeflow.gate_cases.record_facts import require_records
    from changeflow.model.answers.assessment import NOT_ASKED
    from changeflow.model.deployer import NOBODY

    # None stands for one change that cannot be read. The score of all rests on these records.
    require_records(view.base.rulebook, view.base)
    try:
        content, base = view.head.change(name), view.base.rulebook
        evidence = view.evidence(name)
        debt = NOT_ASKED
        if with_debt:
            debt = debt_of(view, content.change, base, evidence, now)
        late = assess_late(view, content, base, now, evidence, debt)
        assessed = late or assess_change(view, content, base, now, evidence, None, debt)
        return for_state(GateInputs(view, assessed, evidence, None, None, NOBODY, now, None))
    except (errors.NothingToDo, errors.Unreadable):
        return None
