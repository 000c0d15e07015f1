"""The earliest legal start of one change, its slots, and those of a set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from changeflow.gate.start_answer import StartAnswer
from changeflow.gate.stretches import Stretch, name_of
from changeflow.gate_cases.gather import gather
from changeflow.gate_cases.placed_together import place_together
from changeflow.gate_cases.start_slots import StartSlots
from changeflow.gate_cases.start_times import StartTimes
from changeflow.model.answers.decision import Reason, shutting
from changeflow.model.answers.when import Together, Turn, WhenAnswer
from changeflow.reading.view import View

# moments at which the answer changes that one answer lists
MOST_TURNS: Final = 20


def when(
    view: View, argument: str, now: datetime, together_with: Sequence[str] = ()
) -> WhenAnswer:
    """Return when the deploy gate opens, and when calendars would let it.

    The gate is asked at each moment at which its answer can change by time alone. People and other
    changes may change it at any time; they are taken as they are now.

    Args:
        view: where the base and the head are.
        argument: the change.
        now: the time.
        together_with: further changes, for which an order is wanted as well.

    Raises:
        errors.NothingToDo: no such change.
        errors.Unreadable: the change, or something that judges, cannot be read.
        errors.HostFailed: git failed.
    """
    times = StartTimes(gather(view, argument, now), now)
    slots = StartSlots(times)
    found = times.stretches
    turns = _turns(found)
    return WhenAnswer(
        change=times.change.id,
        now=now,
        until=found[-1].end,
        earliest=_earliest(found),
        reasons=tuple(shutting(found[0].answer.decision.reasons)),
        changes_at=tuple(turn.at for turn in turns),
        turns=tuple(turns),
        slots=slots.slots(),
        alternatives=slots.alternatives(),
        together=_together(view, [argument, *together_with], now) if together_with else None,
    )


def _earliest(found: Iterable[Stretch[StartAnswer]]) -> datetime | None:
    for one in found:
        if one.answer.decision.open:
            return one.start
    return None


def _turns(found: Sequence[Stretch[StartAnswer]]) -> list[Turn]:
    turns: list[Turn] = []
    for before, after in pairwise(found):
        old, new = before.answer.decision, after.answer.decision
        begins, ends = _further(new.reasons, old.reasons), _further(old.reasons, new.reasons)
        if begins or ends or old.open != new.open:
            turns.append(Turn(at=after.start, open=new.open, begins=begins, ends=ends))
    return turns[:MOST_TURNS]


def _further(reasons: Iterable[Reason], known: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the reasons that keep the gate shut, and are not among others."""
    names = set(map(name_of, shutting(known)))
    return tuple(one for one in shutting(reasons) if name_of(one) not in names)


def _together(view: View, arguments: Sequence[str], now: datetime) -> Together:
    inputs = {one.change.id: one for one in (gather(view, name, now) for name in arguments)}
    return place_together({name: StartTimes(one, now, tuple(inputs)) for name, one in inputs.items()})
