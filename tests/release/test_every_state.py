"""The release of three steps, enumerated: every outcome, every crash, every word of a person; docs/decisions/release-invariants.md.

The world knows what happened; the machine knows the journal alone. People say what they see, and a `verify` answers truly or not at all.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from changeflow.model.evidence import LedgerEntry
from changeflow.release import state_machine as machine
from changeflow.release.journal_grammar import problems
from changeflow.release.plan import Plan, PlannedStep, plan
from changeflow.release.progress import Progress, progress

from .building import Writer, change
from .plans import do, person

KINDS = {
    "checked": lambda name: do(name, checked=True),
    "unchecked": do,
    "manual": person,
    "manual and checked": lambda name: person(name, checked=True),
}
UNDO = {"run": ["./do", "undo"]}
# kinds of a step of the implementation that say how it is undone
UNDONE = {
    "with an undo": lambda name: do(name, checked=True, undo=UNDO | {"verify": ["./verify"]}),
    "with an undo that nothing proves": lambda name: do(name, undo=UNDO),
    "irreversible": lambda name: do(name, checked=True, irreversible="It is gone"),
}


@dataclass(frozen=True)
class Event:
    """A line of the journal, and the effect that goes with it, if any."""

    event: str
    key: str = ""
    outcome: str | None = None
    words: tuple[tuple[str, Any], ...] = ()
    effect: str = ""


@dataclass(frozen=True)
class State:
    """How far a release is: what was written, and what happened in the world."""

    lines: tuple[Event, ...]
    effects: tuple[str, ...] = ()

    def with_line(self, line: Event) -> State:
        effects = (*self.effects, line.effect) if line.effect else self.effects
        return State((*self.lines, line), effects)


def journal(planned: Plan, state: State) -> list[LedgerEntry]:
    written = Writer(planned)
    for line in state.lines:
        written(line.event, line.key, outcome=line.outcome, **dict(line.words))
    return written.entries


def moves(planned: Plan, state: State, at: Progress) -> Iterator[Event]:  # noqa: C901, PLR0912 - one arm for each action
    """Yield everything that may be written next. A crash writes nothing: it leaves the state as it is."""
    if at.started is not None and at.finished is None and at.turned is None:
        yield Event("rolling_back", words=(("by", "carol"),))
    match machine.action(planned, at):
        case machine.Start():
            yield Event("started")
        case machine.RunStep(step):
            # killed before the program, in the middle of it, or behind it: the intent alone is left
            yield Event("intent", step.key)
            yield Event("intent", step.key, effect=step.key)
        case machine.AskPerson(step):
            yield Event("intent", step.key)
        case machine.AwaitConfirmation(step):
            yield Event("confirmed", step.key, "done", by_carol(), effect=step.key)
            yield Event("confirmed", step.key, "failed", by_carol())
            yield Event("outcome", step.key, "timed_out")
        case machine.CheckConfirmed(step):
            yield Event("outcome", step.key, "done")
            yield Event("outcome", step.key, "failed")
        case machine.VerifyUnknown(step):
            yield from ended(step, state)
            yield Event("outcome", step.key, "unknown")
            yield Event("outcome", step.key, truth(step, state))
        case machine.AwaitDecision(step):
            yield from ended(step, state)
            yield Event("confirmed", step.key, truth(step, state), by_carol())
            yield Event("confirmed", step.key, "failed", by_carol())
        case machine.TurnRound():
            yield Event("rolling_back")
        case machine.LeaveOut(step):
            yield Event("outcome", step.key, "skipped")
        case machine.Finish(how):
            yield Event("finished", words=(("state", how),))
        case machine.Nothing("rollback_failed", False):
            yield Event("resolved", words=(("by", "carol"), ("state", "rolled_back")))
        case machine.Nothing("implemented"):
            yield Event("rolling_back", words=(("by", "carol"),))


def ended(step: PlannedStep, state: State) -> Iterator[Event]:
    """Yield what the living driver writes behind a program; it has happened when it ended well."""
    if state.lines[-1].event == "intent":
        if step.key in state.effects:
            yield Event("outcome", step.key, "done")
        yield Event("outcome", step.key, "failed")
        yield Event("outcome", step.key, "timed_out")


def by_carol() -> tuple[tuple[str, Any], ...]:
    return (("by", "carol"),)


def truth(step: PlannedStep, state: State) -> str:
    return "done" if step.key in state.effects else "skipped"


def key_of(planned: Plan, state: State, at: Progress) -> tuple[Any, ...]:
    """What the machine and the world can tell apart; two states with the same key have the same future."""
    statuses = tuple(at.status(step) for step in planned)
    begun = (frozenset(at.begun), frozenset(at.last))
    ends = (at.started is not None, at.turned is not None, at.finished.body.state if at.finished else "", at.resolved is not None)
    fresh = state.lines[-1].event == "intent" if state.lines else False
    return (statuses, begun, ends, frozenset(state.effects), fresh)


@cache
def explored(kinds: tuple[str, ...], phases: int) -> tuple[Plan, dict[Any, State], dict[Any, set[Any]]]:
    """Return every state of a release, and which follow which."""
    steps = [(KINDS | UNDONE)[kind](f"step {place}") for place, kind in enumerate(kinds)]
    back = [do("undo", checked=True), do("undo more")]
    if set(kinds) & set(UNDONE):
        back = [do("tidy", undoes=["step 0"])]
    planned = plan(change(implementation=steps[:phases], verification=steps[phases:], rollback=back))
    found: dict[Any, State] = {}
    after: dict[Any, set[Any]] = {}
    left = [State(())]
    first = key_of(planned, left[0], progress(planned, []))
    found[first] = left[0]
    while left:
        state = left.pop()
        at = progress(planned, journal(planned, state))
        key = key_of(planned, state, at)
        for line in moves(planned, state, at):
            following = state.with_line(line)
            checked(planned, state, at, line, following)
            reached = key_of(planned, following, progress(planned, journal(planned, following)))
            after.setdefault(key, set()).add(reached)
            if reached not in found:
                found[reached] = following
                left.append(following)
    return planned, found, after


def checked(planned: Plan, state: State, at: Progress, line: Event, following: State) -> None:
    """Assert what holds of every single move."""
    said = [(one.event, one.key, one.outcome) for one in following.lines]
    now = progress(planned, journal(planned, following))
    assert not now.broken, said
    assert len(set(following.effects)) == len(following.effects), ("an effect twice", said)
    if line.effect:
        assert line.effect in now.begun, ("an effect without an intent", said)
    if line.event == "intent":
        step = planned.step(line.key)
        assert step is not None
        forward = step.phase in ("implementation", "verification")
        assert forward == (at.turned is None), ("against the direction", said)
    if line.event == "finished":
        state_of_end = dict(line.words)["state"]
        done = {step.key for step in planned.forward if step.key in state.effects}
        if state_of_end == "implemented":
            assert at.turned is None
            assert all(at.status(step).name == "DONE" for step in planned.forward), ("forgotten", said)
        else:
            assert at.turned is not None
        if state_of_end == "rolled_back":
            returned(planned, now, {key for key in done if key.startswith("implementation/")}, said)
    if line.event == "intent" and line.key.startswith("undo/"):
        assert line.key.replace("undo", "implementation") in at.begun, ("an undo of what was never begun", said)


def returned(planned: Plan, now: Progress, happened: set[str], said: object) -> None:
    """Assert that nothing that happened is left without its way back."""
    undone = {step.index: step for step in planned.undo}
    for step in planned.implementation:
        if step.key not in happened:
            continue
        assert not step.irreversible, ("what cannot be undone was rolled back", said)
        back = [undone[step.index]] if step.index in undone else []
        back += [one for one in planned.rollback if not one.undoes or step.key in one.undoes]
        assert back, ("nothing undoes it", said)
        for one in back:
            assert now.status(one).name == "DONE", ("the way back is not complete", said)


PLANS = sorted(itertools.product(sorted(KINDS), repeat=3))


def why_not(kinds: tuple[str, ...], phases: int) -> list[str]:
    planned, found, after = explored(kinds, phases)
    can_end = {key for key, state in found.items() if isinstance(machine.next_action(planned, journal(planned, state)), machine.Nothing)}
    assert can_end, "no release ends"
    grown = True
    while grown:
        more = {key for key, reached in after.items() if key not in can_end and reached & can_end}
        grown = bool(more)
        can_end |= more
    return [str(found[key]) for key in found if key not in can_end]


# those of each kind once; `make model` takes all
SOME = [("checked", "unchecked", "manual and checked")]
# undone or not, where a step may be one of the implementation
RETURNING = sorted(itertools.product(sorted(UNDONE), repeat=2))


@pytest.mark.parametrize("kinds", [*SOME, ("with an undo", "irreversible", "checked")], ids=", ".join)
def test_every_state_keeps_the_invariants_and_leads_to_an_end(kinds: tuple[str, ...]) -> None:
    assert why_not(kinds, 2) == []


def test_every_journal_that_the_machine_writes_is_in_order_by_the_grammar() -> None:
    planned, found, _ = explored(SOME[0], 2)
    # the grammar also asks for the decision before the start, which is not the machine's
    for state in found.values():
        findings = [one for one in problems(journal(planned, state)) if one.rule == "ledger-journal"]
        assert findings == [], (state.lines, findings)


def main() -> None:
    states = moves_ = 0
    returning = [((*kinds, "checked"), 2) for kinds in RETURNING] + [(kinds, 3) for kinds in itertools.product(sorted(UNDONE), repeat=3)]
    plans = [*itertools.product(PLANS, (1, 2, 3)), *returning]
    for kinds, phases in plans:
        assert why_not(kinds, phases) == []
        _, found, after = explored(kinds, phases)
        states += len(found)
        moves_ += sum(map(len, after.values()))
        explored.cache_clear()
    told = f"{len(plans)} plans of three steps: {states} states, {moves_} moves"
    sys.stdout.write(f"{told}, every one keeps the invariants and leads to an end\n")


if __name__ == "__main__":
    main()
