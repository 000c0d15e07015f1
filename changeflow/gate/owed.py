"""What is owed for a change at a time, by whom and until when: computed, like its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from changeflow.gate.case import Panel, untimed
from changeflow.gate.change_states import READY, WAITING, LifecycleState
from changeflow.gate.deadlines import approval_due, retrospective_due
from changeflow.gate.decision import decide
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.close import CLOSE
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate.owed_review import owed_review
from changeflow.model.answers.decision import codes_of, shutting
from changeflow.model.answers.register import MISSED, Owed
from changeflow.model.people import Roster

ENDED: Final = frozenset(
    {
        LifecycleState.IMPLEMENTED,
        LifecycleState.ROLLED_BACK,
        LifecycleState.ROLLBACK_FAILED,
        LifecycleState.IN_REVIEW,
    }
)


def owed(case: LifeCase, state: LifecycleState | None, now: datetime) -> tuple[Owed, ...]:
    """Return what people owe a change, as far as gates and policy say it.

    Args:
        case: what the state of the change depends on.
        state: the state; nothing is owed where it cannot be told.
        now: the time.
    """
    if state in WAITING:
        return tuple(_approvals(case, now))
    if state in READY:
        return (_release(case, now),)
    if state in ENDED:
        return (*_at_the_end(case, now), *_supplement(case, now))
    if state is LifecycleState.CLOSED:
        return tuple(_supplement(case, now))
    return ()


def _approvals(case: LifeCase, now: datetime) -> Iterator[Owed]:
    """Yield an approval for each role with empty seats.

    After the window no person can give it: the request has to be moved first.
    """
    asked = untimed(case).approve
    decision = decide(APPROVE, asked, now)
    if not decision.missing:
        return
    due = approval_due(asked, now)
    in_vain = "window.past" in codes_of(shutting(decision.reasons))
    for seat in decision.missing:
        by = () if in_vain else seat.eligible
        yield Owed.of("approval", by, due, now, seat.role)
    if in_vain:
        yield _release(case, now)


def _release(case: LifeCase, now: datetime) -> Owed:
    """Return the release that is owed.

    At the end of the window it can no longer start. Its implementer or its requester moves it to
    another window then, or its requester withdraws it.
    """
    change = case.common.change
    window, by = change.spec.window, _named(change.spec.implementer)
    if window is None or now < window.end:
        return Owed.of("release", by, window.end if window is not None else None, now)
    people = dict.fromkeys((*by, change.metadata.requester))
    missed = Owed.of("release", people, window.end, now, MISSED)
    return missed.model_copy(update={"overdue": True})


def _at_the_end(case: LifeCase, now: datetime) -> Iterator[Owed]:
    """Yield what keeps a change from being closed: approvals in retrospect, and its review."""
    asked = untimed(case).closing
    decision = decide(CLOSE, asked, now)
    if decision.missing:
        due = retrospective_due(asked, now)
        for seat in decision.missing:
            yield Owed.of("retrospective-approval", seat.eligible, due, now, seat.role)
    review = owed_review(asked, now, decision)
    if review is not None:
        yield Owed.of("review", reviewers(case), review.due, now)


def _supplement(case: LifeCase, now: datetime) -> Iterator[Owed]:
    """Yield the supplement that a review owes, about the incidents that it does not name."""
    owes = case.review.supplement
    if owes is not None:
        about = ", ".join(owes.incidents)
        yield Owed.of("supplement", reviewers(case), owes.due, now, about)


def reviewers(case: LifeCase) -> tuple[str, ...]:
    """Return who may review a change: who is named, or else the members of the CAB.

    Without an independent member of the CAB it is everybody who had no part in the change.
    """
    panel = case.common.panel
    had_part = {
        case.common.change.metadata.requester,
        case.common.change.spec.implementer,
        case.release.by,
        *panel.contributors.people,
    }
    named = case.review.reviewer
    if named is not None and panel.roster.is_human(named) and named not in had_part:
        return (named,)
    able = _independent(panel, panel.roster.members(panel.cab), had_part)
    return able or _independent(panel, panel.roster.spec.people, had_part)


def _independent(panel: Panel, people: Iterable[str], had_part: set[str | None]) -> tuple[str, ...]:
    roster: Roster = panel.roster
    return tuple(sorted(name for name in people if roster.is_human(name) and name not in had_part))


def _named(person: str | None) -> tuple[str, ...]:
    return (person,) if person is not None else ()
