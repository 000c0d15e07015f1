"""Run policies over the changes of a repository, each as it stood at its decision to approve."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.insight.judged_changes import GateName, JudgedChange, PastChange
from changeflow.insight.policy_answer import (
    ALWAYS,
    Backtested,
    BeganIn,
    TriedRules,
    Unjudged,
    answer_of,
)
from changeflow.model.answers.policy_backtest import PolicyBacktest
from changeflow.reading.other_rules import Rules
from changeflow.reading.view import View
from changeflow.replaying.judged_gates import judged, rules_of
from changeflow.replaying.past_changes import PastOfRepository
from changeflow.replaying.past_gates import PastGate, gates_of_changes
from changeflow.replaying.past_repository import Then
from changeflow.replaying.recorded_decision import Unknowable
from changeflow.repo.work import working
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.usecases.ledger.log import nothing_about, opened_in

# gates whose rules speak when a change is approved
GATES: Final[tuple[GateName, ...]] = ("submit", "approve")


class Effort(NamedTuple):
    """How far the work may go; None: as far as there are changes.

    Attributes:
        changes: judge no more than so many, the latest.
        seconds: begin no further change after so long.
    """

    changes: int | None = None
    seconds: float | None = None


ALL_OF_IT: Final = Effort()


def backtest(
    view: View,
    proposed: Rules | None = None,
    period: BeganIn = ALWAYS,
    effort: Effort = ALL_OF_IT,
) -> PolicyBacktest:
    """Run the rules of today, and those proposed, over the changes of the past.

    Args:
        view: the repository; the rules of today are those of its base.
        proposed: the other rules; None: there are none.
        period: in which the changes began.
        effort: how far the work may go.

    Raises:
        errors.NothingToDo: when no decision about a change is on record.
        errors.Unreadable: when the rules of today, or the ledger, cannot be read.
        errors.HostFailed: when git fails.
    """
    base = view.base.require_readable()
    sets = [Rules.of(base)] if proposed is None else [Rules.of(base), proposed]
    found = judged_changes(view, sets, period, effort)
    return answer_of(found, [TriedRules(one.label, rules_of(one.policies, GATES)) for one in sets])


def judged_changes(
    view: View, sets: Sequence[Rules], period: BeganIn = ALWAYS, effort: Effort = ALL_OF_IT
) -> Backtested:
    """Judge the changes of the past under each set of rules. Raises as `backtest`."""
    begun = time.monotonic()
    opened = opened_in(view)
    chain = opened.ledger.read().require_sound()
    gates = gates_of_changes(chain.entries)
    if not gates:
        raise nothing_about(opened.ledger, None)
    then = Then(opened, chain)
    past = PastOfRepository(then, opened.main)
    wanted = [one for one in gates if period.holds(past.began(one))]
    judging = _Judging(then, past, sets)
    # the latest first: they are judged where there is no time for all of them
    latest = wanted[::-1][: effort.changes]
    with working("progress.backtest", len(latest)) as work:
        for gate in latest:
            if effort.seconds is not None and time.monotonic() - begun > effort.seconds:
                break
            judging.judge(gate)
            work.done += 1
    base = view.base.rulebook
    return Backtested(
        source="repository",
        period=period,
        found=len(wanted),
        limited=work.done < len(wanted),
        changes=tuple(reversed(judging.changes)),
        outcomes=tuple(reversed(judging.outcomes)),
        left_out=judging.left_out,
        models=base.models,
        standing=base.config.standing,
    )


class _Judging:
    """Changes that were judged, each with what each set of rules comes to for it."""

    def __init__(self, then: Then, past: PastOfRepository, sets: Sequence[Rules]) -> None:
        self._then, self._past, self._sets = then, past, sets
        self.changes: list[PastChange] = []
        self.outcomes: list[tuple[JudgedChange, ...]] = []
        self.left_out: list[Unjudged] = []

    def judge(self, gate: PastGate) -> None:
        """Judge one change under each set of rules, or note why that cannot be done."""
        try:
            moment = gate.moment(self._then)
            decided = [moment.decided(rules) for rules in self._sets]
        except Unknowable as gap:
            self.left_out.append(Unjudged(gate.change, gap.reason, gap.reason))
        except errors.CannotJudge:
            raise
        except (errors.NothingToDo, errors.Unreadable, errors.HostFailed) as error:
            self.left_out.append(Unjudged(gate.change, error.message, error.told))
        except RecurrenceError as error:
            self.left_out.append(Unjudged(gate.change, str(error), str(error)))
        else:
            self.changes.append(self._past.change(gate, decided[0]))
            self.outcomes.append(tuple(map(judged, decided)))
