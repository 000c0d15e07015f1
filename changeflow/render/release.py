"""A release as text and JSON: what became of every step, and why it ended as it did."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.release import ReleaseAnswer, ReleaseStep
from changeflow.model.journal_notes import noted
from changeflow.model.times import format_duration
from changeflow.release.plan import Plan, PlannedStep
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.render.table import folded, grid, padded

# cells of the column that says what a line of a step holds
_LABEL: Final = 8


def text(release: ReleaseAnswer, to: Presentation) -> str:
    """Render the state first, then the steps by phase, then the messages."""
    lines = [to.says("release.heading", change=release.change, state=release.state)]
    if release.state == "refused":
        return "\n".join([*lines, "", _message(release, to)]) + "\n"
    by_phase: dict[str, list[ReleaseStep]] = {}
    for step in release.steps:
        by_phase.setdefault(step.phase, []).append(step)
    for phase, steps in by_phase.items():
        lines += ["", to.says(f"phase.{phase}"), *_rows(steps, to)]
    if release.waiting_for:
        lines += ["", to.says("release.waiting_for", who=release.waiting_for)]
    if release.run and release.state == "implementing":
        lines += ["", to.says("release.run", run=release.run)]
    if release.message:
        lines += ["", _message(release, to)]
    for change in release.changes:
        lines += ["", text(change, to).rstrip("\n")]
    return "\n".join(lines) + "\n"


def _message(release: ReleaseAnswer, to: Presentation) -> str:
    return in_a_row([release.told or release.message], to)


def _rows(steps: Sequence[ReleaseStep], to: Presentation) -> list[str]:
    return grid([_row(step, to) for step in steps], to.width, indent=2)


def _row(step: ReleaseStep, to: Presentation) -> tuple[str, ...]:
    came = "waiting" if step.waiting else step.outcome
    outcome = to.painted(came, to.says(f"step.{came}"))
    started = took = ""
    if step.started is not None:
        started = to.time(step.started.replace(microsecond=0))
        if step.ended is not None:
            seconds = f"{(step.ended - step.started).total_seconds():.1f}"
            took = to.says("step.took", seconds=seconds)
    return (str(step.index), outcome, started, took, step.name, in_a_row([noted(step.detail)], to))


def plan_text(plan: Plan, to: Presentation) -> str:
    """Render what a release would do: every step with its program as a shell would spell it."""
    lines = [to.says("release.plan", change=plan.change)]
    undo = to.says("phase.should_fail")
    if plan.limit:
        undo = to.says("phase.should_fail", case="limit", limit=format_duration(plan.limit))
    parts: tuple[tuple[str, Sequence[PlannedStep]], ...] = (
        (to.says("phase.preconditions"), plan.preconditions),
        (to.says("phase.implementation"), plan.implementation),
        (to.says("phase.verification"), plan.verification),
        (undo, plan.rollback),
    )
    for title, steps in parts:
        if steps:
            lines += ["", title]
        for step in steps:
            lines += _planned(step, to)
    return folded("\n".join(lines), to.width) + "\n"


def _planned(step: PlannedStep, to: Presentation) -> Iterator[str]:
    timeout = format_duration(step.timeout)
    yield f"  {to.says('step.planned', index=step.index, name=step.name, timeout=timeout)}"
    if step.run is None:
        yield f"       {padded(to.says('step.manual'), _LABEL)}{step.manual}"
    else:
        yield f"       {padded(to.says('step.run'), _LABEL)}{shlex.join(step.run)}"
    if step.verify is not None:
        yield f"       {padded(to.says('step.verify'), _LABEL)}{shlex.join(step.verify)}"


FORMATS: Final[dict[str, Callable[[ReleaseAnswer, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
}
