"""Sentences about the state of a release, and about what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from changeflow.cmdb.outdated_items import Outdated
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.journal_notes import noted
from changeflow.model.phrases import Told, shortened, told
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
def why(plan: Plan, halt: Halt, state: Progress) -> str | Told:  # noqa: PLR0911
    """Return why a driver stopped."""
    step = _step(halt.step)
    match halt.why:
        case "waiting":
            return told("journal.waits", **step, manual=halt.step.manual if halt.step else "")
        case "undecided":
            return told("journal.undecided", **step)
        case "interrupted":
            return told("journal.interrupted", **(step or {"case": "between"}))
        case "overtaken":
            return told("journal.overtaken", run=halt.detail)
        case "alive":
            return told("journal.alive", run=halt.detail)
        case "stopped":
            return told("journal.stopped", because=list(halt.because), **step)
        case "still_running":
            return told("journal.still_running", **step)
        case _:
            return ended(plan, state)


def ended(plan: Plan, state: Progress) -> str | Told:
    """Return why a release did not end as planned, and what is left to do by hand.

    Empty when all went well.
    """
    if state.resolved is not None:
        body = state.resolved.body
        return told("journal.restored", who=body.by, note=body.note)
    if state.finished is None or state.turned is None:
        return ""
    because = noted(state.turned.body.note)
    if state.finished.body.state == "rolled_back":
        return told("journal.back", because=because)
    left = list(map(_left, machine.left_behind(plan, state)))
    if not left:
        left = [told("journal.no_step")]
    return told("journal.back_failed", because=because, left=left)


def _left(step: PlannedStep) -> Told:
    if not step.irreversible:
        return told("journal.step", **_step(step))
    return told("journal.step", case="irreversible", why=step.irreversible, **_step(step))


def standing(plan: Plan, state: Progress, following: machine.Action) -> str | Told:
    """Return a sentence about a release that no process drives now, by its journal."""
    match following:
        case machine.AwaitConfirmation(step):
            return told("journal.waits", **_step(step), manual=step.manual)
        case machine.AwaitDecision(step) | machine.VerifyUnknown(step):
            return told("journal.running", **_step(step))
        case machine.Start() | machine.Nothing() | machine.Broken():
            return state.broken or ended(plan, state)
        case _ if state.turned is not None:
            return told("journal.turning", because=noted(state.turned.body.note))
        case _ if state.interrupted:
            return told("journal.interrupted", case="only")
        case _:
            return ""


# one arm for each halt
def what_next(halt: Halt, answer: ReleaseAnswer, outdated: Sequence[Outdated] = ()) -> Told:
    """Return what a person can do now.

    Args:
        halt: why the driver stopped.
        answer: how the release stands.
        outdated: items whose record has to be updated once the change is implemented.
    """
    change, step = answer.change, answer.waiting_for
    match halt.why:
        case "waiting" | "undecided" as why_:
            return told("journal.next", case=why_, change=change, step=step)
        case "still_running" | "interrupted" | "stopped" as why_:
            return told("journal.next", case=why_, change=change)
        case "overtaken" | "alive" | "broken":
            return told("journal.next", case="look", change=change)
        case _ if answer.state == "rollback_failed":
            return told("journal.next", case="restore", change=change)
        case _:
            records_ = records(outdated) if answer.state == "implemented" else []
            if records_:
                return told("journal.next", case="records", change=change, records=records_)
            return told("journal.next", case="close", change=change)


def records(outdated: Sequence[Outdated]) -> list[Told]:
    """Return what to update in the CMDB after a release; empty if there is nothing."""
    names: dict[str, list[str]] = {}
    for one in outdated:
        if one.wanted is None:
            continue
        names.setdefault(one.wanted.value, []).append(f"`{one.done.ci}`")
    settings = []
    for status, listed in names.items():
        items = shortened(listed, _MOST_NAMED)
        settings.append(told("journal.record", items=items, status=status))
    return settings


def _step(step: PlannedStep | None) -> dict[str, str]:
    """Return key and name of a step, for a sentence."""
    return {} if step is None else {"key": step.key, "name": step.name}


def named(step: PlannedStep) -> str:
    """Return key and name of a step."""
    return f"{step.key} `{step.name}`"


def in_charge(state: Progress) -> Told:
    """Return the run in charge, such as `run 1f2e by bob, since 2026-11-25 14:00:00 UTC`."""
    if state.driver is None:
        return told("run.in_charge", case="none")
    by = state.driver.body.by
    return told(
        "run.in_charge",
        case="by" if by else None,
        run=state.driver.body.run,
        by=by,
        since=f"{state.driver.entry.at:%Y-%m-%d %H:%M:%S} UTC",
    )


def newest(state: Progress) -> str:
    """Return when the process in charge wrote last."""
    if state.newest is None:
        return "never"
    return f"{state.newest.entry.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
