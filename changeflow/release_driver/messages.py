"""Sentences about the state of a release, and about what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from changeflow.cmdb.outdated_items import Outdated
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.phrases import shortened
from changeflow.release import state_machine as machine
from changeflow.release.plan import Plan, PlannedStep
from changeflow.release.progress import Progress
from changeflow.release_driver.why_stopped import Halt

# items that one hint spells out
_MOST_NAMED: Final = 10


def waiting_for(halt: Halt) -> str:
    """Return the key of the step for which a person is asked."""
    if halt.step is None or halt.why not in ("waiting", "undecided"):
        return ""
    return halt.step.key


# one arm for each halt
def why(plan: Plan, halt: Halt, state: Progress) -> str:  # noqa: PLR0911
    """Return why a driver stopped."""
    step = named(halt.step) if halt.step else ""
    match halt.why:
        case "waiting":
            return f"{step} waits for a person: {halt.step.manual if halt.step else ''}"
        case "undecided":
            return (
                f"it is unknown whether {step} was done: its process was lost, and the step "
                "has no `verify` that can tell"
            )
        case "interrupted":
            return f"interrupted {'during ' + step if step else 'between two steps'}"
        case "overtaken":
            return f"another process took over (run {halt.detail})"
        case "alive":
            return (
                f"run {halt.detail} is active: it wrote to the ledger while this command "
                "was running"
            )
        case "still_running":
            return f"{step} is still running on this machine, started by a process that is gone"
        case _:
            return ended(plan, state)


def ended(plan: Plan, state: Progress) -> str:
    """Return why a release did not end as planned, and what is left to do by hand.

    Empty when all went well.
    """
    if state.resolved is not None:
        return f"restored by hand, says {state.resolved.body.by}: {state.resolved.body.note}"
    if state.finished is None or state.turned is None:
        return ""
    because = state.turned.body.note
    if state.finished.body.state == "rolled_back":
        return f"rolled back: {because}"
    left = "; ".join(map(named, state.undone(plan.rollback))) or "the plan has no rollback steps"
    return f"the rollback failed ({because}); left to do: {left}; the environment stays locked"


def standing(plan: Plan, state: Progress, following: machine.Action) -> str:
    """Return a sentence about a release that no process drives now, by its journal."""
    match following:
        case machine.AwaitConfirmation(step):
            return f"{named(step)} waits for a person: {step.manual}"
        case machine.AwaitDecision(step) | machine.VerifyUnknown(step):
            return f"{named(step)} is running, or its process was lost"
        case machine.Start() | machine.Nothing() | machine.Broken():
            return state.broken or ended(plan, state)
        case _ if state.turned is not None:
            return f"rolling back: {state.turned.body.note}"
        case _ if state.interrupted:
            return "interrupted"
        case _:
            return ""


# one arm for each halt
def what_next(  # noqa: PLR0911
    halt: Halt, answer: ReleaseAnswer, outdated: Sequence[Outdated] = ()
) -> str:
    """Return what a person can do now.

    Args:
        halt: why the driver stopped.
        answer: how the release stands.
        outdated: items whose record has to be updated once the change is implemented.
    """
    change = answer.change
    confirm = f"changeflow release confirm {change} --step {answer.waiting_for} --as PERSON"
    go_on = f"`changeflow release resume {change}`"
    match halt.why:
        case "waiting":
            return f"`{confirm}` (or `--failed`), then {go_on}"
        case "undecided":
            return f"look for yourself, then `{confirm} --done` or `--not-done`, then {go_on}"
        case "still_running":
            return f"wait for it or end it, then {go_on}"
        case "interrupted":
            return f"{go_on} goes on, `changeflow release rollback {change} --as PERSON` undoes it"
        case "overtaken" | "alive" | "broken":
            return f"`changeflow release status {change}` shows how it stands"
        case _ if answer.state == "rollback_failed":
            return (
                f"restore it by hand, then `changeflow release confirm {change} --resolved "
                "--as PERSON --note TEXT`"
            )
        case _:
            owed = (
                f"`changeflow gate close {change}` says what is still owed, `changeflow review "
                f"{change}` starts the post-implementation review"
            )
            if answer.state == "implemented":
                owed += records(outdated)
            return owed


def records(outdated: Sequence[Outdated]) -> str:
    """Return what to update in the CMDB after a release; empty if there is nothing."""
    names: dict[str, list[str]] = {}
    for one in outdated:
        names.setdefault(one.wanted.value, []).append(f"`{one.done.ci}`")
    if not names:
        return ""
    settings = []
    for status, listed in names.items():
        settings.append(f"`spec.status` of {shortened(listed, _MOST_NAMED)} to `{status}`")
    return f"; then in the CMDB: set {' and '.join(settings)}"


def named(step: PlannedStep) -> str:
    """Return key and name of a step."""
    return f"{step.key} `{step.name}`"


def in_charge(state: Progress) -> str:
    """Return the run in charge, such as `run 1f2e by bob, since 2026-11-25 14:00:00 UTC`."""
    if state.driver is None:
        return "no run"
    by = f" by {state.driver.body.by}" if state.driver.body.by else ""
    return f"run {state.driver.body.run}{by}, since {state.driver.entry.at:%Y-%m-%d %H:%M:%S} UTC"


def newest(state: Progress) -> str:
    """Return when the process in charge wrote last."""
    if state.newest is None:
        return "never"
    return f"{state.newest.entry.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
