"""A release as text and JSON: what became of every step, and why it ended as it did."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from changeflow.model.answers import ReleaseAnswer, ReleaseStep, answer
from changeflow.model.times import format_duration, format_instant
from changeflow.release.plan import Plan, PlannedStep
from changeflow.render.table import columns

_OUTCOME: Final = {
    "done": "done",
    "failed": "FAILED",
    "timed_out": "TIMED OUT",
    "skipped": "-",
    "unknown": "UNKNOWN",
}


def text(release: ReleaseAnswer) -> str:
    """The state first, then the steps by phase, then what there is to say."""
    lines = [f"{release.change}: {release.state.replace('_', ' ')}"]
    if release.state == "refused":
        return "\n".join([*lines, "", release.message]) + "\n"
    for phase in dict.fromkeys(step.phase for step in release.steps):
        lines += ["", f"{phase}:", *_rows([step for step in release.steps if step.phase == phase])]
    if release.waiting_for:
        lines += ["", f"waiting for: {release.waiting_for}"]
    if release.run and release.state == "implementing":
        lines += ["", f"run: {release.run}"]
    if release.message:
        lines += ["", release.message]
    for change in release.changes:
        lines += ["", text(change).rstrip("\n")]
    return "\n".join(lines) + "\n"


def _rows(steps: Sequence[ReleaseStep]) -> list[str]:
    cells = [
        (str(step.index), _became(step), _clock(step.started), _took(step), step.name, step.detail)
        for step in steps
    ]
    return columns(cells, indent=2)


def _became(step: ReleaseStep) -> str:
    return "waiting" if step.waiting else _OUTCOME[step.outcome]


def _clock(time: datetime | None) -> str:
    return format_instant(time.replace(microsecond=0)) if time else ""


def _took(step: ReleaseStep) -> str:
    if step.started is None or step.ended is None:
        return ""
    return f"{(step.ended - step.started).total_seconds():.1f} s"


def as_json(release: ReleaseAnswer) -> str:
    """`changeflow/release/v1`."""
    return json.dumps(answer(release), indent=2, ensure_ascii=False) + "\n"


def plan_text(plan: Plan) -> str:
    """What a release would do: every step with its program as a shell would spell it."""
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
            lines += [line for step in steps for line in _planned(step)]
    return "\n".join(lines) + "\n"


def _within(plan: Plan) -> str:
    return f" (within {format_duration(plan.limit)})" if plan.limit else ""


def _planned(step: PlannedStep) -> list[str]:
    what = f"run     {shlex.join(step.run)}" if step.run is not None else f"manual  {step.manual}"
    lines = [
        f"  {step.index}  {step.name}  (at most {format_duration(step.timeout)})",
        f"       {what}",
    ]
    if step.verify is not None:
        lines.append(f"       verify  {shlex.join(step.verify)}")
    return lines


FORMATS: Final[dict[str, Callable[[ReleaseAnswer], str]]] = {"text": text, "json": as_json}
