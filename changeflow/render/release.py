"""A release as text and JSON: what became of every step, and why it ended as it did."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import Final

from changeflow.model.answers.release import ReleaseAnswer, ReleaseStep
from changeflow.model.times import format_duration
from changeflow.release.plan import Plan, PlannedStep
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.table import columns

_OUTCOME: Final = {
    "done": "done",
    "failed": "FAILED",
    "timed_out": "TIMED OUT",
    "skipped": "-",
    "unknown": "UNKNOWN",
}


def text(release: ReleaseAnswer, to: Presentation) -> str:
    """Render the state first, then the steps by phase, then the messages."""
    lines = [f"{release.change}: {release.state.replace('_', ' ')}"]
    if release.state == "refused":
        return "\n".join([*lines, "", release.message]) + "\n"
    by_phase: dict[str, list[ReleaseStep]] = {}
    for step in release.steps:
        by_phase.setdefault(step.phase, []).append(step)
    for phase, steps in by_phase.items():
        lines += ["", f"{phase}:", *_rows(steps, to)]
    if release.waiting_for:
        lines += ["", f"waiting for: {release.waiting_for}"]
    if release.run and release.state == "implementing":
        lines += ["", f"run: {release.run}"]
    if release.message:
        lines += ["", release.message]
    for change in release.changes:
        lines += ["", text(change, to).rstrip("\n")]
    return "\n".join(lines) + "\n"


def _rows(steps: Sequence[ReleaseStep], to: Presentation) -> list[str]:
    return columns([_row(step, to) for step in steps], indent=2)


def _row(step: ReleaseStep, to: Presentation) -> tuple[str, ...]:
    outcome = "waiting" if step.waiting else _OUTCOME[step.outcome]
    started = took = ""
    if step.started is not None:
        started = to.time(step.started.replace(microsecond=0))
        if step.ended is not None:
            took = f"{(step.ended - step.started).total_seconds():.1f} s"
    return (str(step.index), outcome, started, took, step.name, step.detail)


def plan_text(plan: Plan) -> str:
    """Render what a release would do: every step with its program as a shell would spell it."""
    lines = [f"{plan.change}: plan"]
    parts: tuple[tuple[str, Sequence[PlannedStep]], ...] = (
        ("before the first step (preconditions of the rollback)", plan.preconditions),
        ("implementation", plan.implementation),
        ("verification", plan.verification),
        (f"rollback, should a step fail{_within(plan)}", plan.rollback),
    )
    for title, steps in parts:
        if steps:
            lines += ["", f"{title}:"]
        for step in steps:
            lines += _planned(step)
    return "\n".join(lines) + "\n"


def _within(plan: Plan) -> str:
    return f" (within {format_duration(plan.limit)})" if plan.limit else ""


def _planned(step: PlannedStep) -> list[str]:
    lines = [f"  {step.index}  {step.name}  (at most {format_duration(step.timeout)})"]
    if step.run is None:
        lines.append(f"       manual  {step.manual}")
    else:
        lines.append(f"       run     {shlex.join(step.run)}")
    if step.verify is not None:
        lines.append(f"       verify  {shlex.join(step.verify)}")
    return lines


FORMATS: Final[dict[str, Callable[[ReleaseAnswer, Presentation], str]]] = {
    "text": text,
    "json": for_programs(answer_json),
}
