"""Until when an open verdict holds, if nothing happens but that time goes by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from changeflow.gate.case import C, Common
from changeflow.gate.decision import decide
from changeflow.gate.gate_rules import GateRules
from changeflow.gate.pull import PullCase, decide_pull
from changeflow.gate.stretches import open_until
from changeflow.model.answers.decision import Decision
from changeflow.model.pull_results import PullVerdict
from changeflow.model.times import END_OF_TIME

# How far is looked where no window ends before.
FURTHEST: Final = timedelta(days=60)
_SECOND: Final = timedelta(seconds=1)


def with_end(rules: GateRules[C], case: C, decision: Decision, now: datetime) -> Decision:
    """Return a decision with the moment at which its open gate will shut.

    It is None where the gate is shut, and where nothing shuts it before the window ends, or for 60
    days where there is none.

    Args:
        rules: the gate.
        case: what was decided about.
        decision: as it was made at `now`.
        now: the time.
    """
    if not decision.open:
        return decision
    until = _furthest([case.common], now)
    end = open_until(lambda at: decide(rules, case, at).open, now, until)
    return decision.model_copy(update={"holds_until": end})


def pull_with_end(pull: PullCase, verdict: PullVerdict, now: datetime) -> PullVerdict:
    """Return the verdict about a pull request with the same.

    Args:
        pull: what was decided about.
        verdict: as it was made at `now`.
        now: the time.
    """
    if not verdict.open:
        return verdict
    until = _furthest((case.common for case in pull.cases), now)
    end = open_until(lambda at: decide_pull(pull, at).open, now, until)
    return verdict.model_copy(update={"holds_until": end})


def _furthest(cases: Iterable[Common], now: datetime) -> datetime:
    """Return how far to look: to the first end of a window."""
    found: list[datetime] = []
    for common in cases:
        window = common.change.spec.window
        if window is not None and now < window.end < END_OF_TIME - _SECOND:
            found.append(window.end + _SECOND)
    return min(found, default=now + min(FURTHEST, END_OF_TIME - now))
