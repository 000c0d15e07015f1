"""A release as text and JSON: what became of every step, and why it ended as it did."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.rehearsal import RehearsalShown
from changeflow.model.answers.release import ReleaseAnswer, ReleaseStep
from changeflow.model.journal_notes import noted
from changeflow.model.times import format_duration, format_instant
from changeflow.model.verification import wanted
from changeflow.release.plan import Plan, PlannedStep
from changeflow.release.way_back import return_times
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
    if release.rehearsal is not None and release.rehearsal.same_way_back is not None:
        lines += ["", _way(release.rehearsal, to)]
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


def _way(found: RehearsalShown, to: Presentation) -> str:
    """Say whether the way back is one that was rehearsed."""
    if not found.same_way_back:
        return to.says("rehearsal.other_way")
    at = format_instant(found.at.replace(microsecond=0))
    return to.says("rehearsal.same_way", environment=found.environment, at=at)


def plan_text(plan: Plan, to: Presentation, rehearsal: RehearsalShown | None = None) -> str:
    """Render what a release would do: every step with its program as a shell would spell it.

    Below each step stands how it is undone, and at the end how far the change can be taken back.
    """
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
    undos = {one.index: one for one in plan.undo}
    for title, steps in parts:
        if steps:
            lines += ["", title]
        if plan.foreseen and steps is plan.implementation:
            lines.append(_labelled("step.plan", shlex.join(plan.foreseen), to))
        for step in steps:
            lines += _planned(step, to)
            if step.phase == "implementation":
                lines += _undone(undos.get(step.index), to)
    if plan.implementation:
        lines += ["", *_returning(plan, to), rehearsal_text(plan.change, rehearsal, to)]
    else:
        lines += ["", to.says("release.return", case="no_steps")]
    return folded("\n".join(lines), to.width) + "\n"


def several_text(
    stages: Sequence[Sequence[str]], parallel: int, on_failure: str, to: Presentation
) -> str:
    """Render in which order the changes of a release run, and what becomes of them when one fails."""
    lines = [to.says("release.several", case=None if parallel > 1 else "one", parallel=parallel)]
    for number, changes in enumerate(stages, 1):
        lines.append("  " + to.says("release.stage", number=number, changes=list(changes)))
    lines.append(to.says("release.on_failure", case=on_failure))
    return folded("\n".join(lines), to.width) + "\n"


def rehearsal_text(change: str, found: RehearsalShown | None, to: Presentation) -> str:
    """Say when and where the way back was rehearsed."""
    if found is None:
        return to.says("rehearsal.shown", case="none", change=change)
    said = {
        "environment": found.environment,
        "at": format_instant(found.at.replace(microsecond=0)),
        "steps": found.steps,
        "seconds": f"{found.longest_ms / 1000:.1f}",
    }
    return to.says("rehearsal.shown", case=None if found.current else "outdated", **said)


def _planned(step: PlannedStep, to: Presentation) -> Iterator[str]:
    timeout = format_duration(step.timeout)
    yield f"  {to.says('step.planned', index=step.index, name=step.name, timeout=timeout)}"
    if step.query is not None:
        asked = f"{step.query.promql} ({wanted(step.query, None)}) {step.query.url}"
        yield _labelled("step.query", asked, to)
    else:
        yield from _programs(step, "run", to)
    if step.soak is not None and step.soak.length:
        soak = step.soak
        length, every = format_duration(soak.length), format_duration(soak.every)
        said = to.says("step.soaking", length=length, every=every, failures=soak.failures)
        yield _labelled("step.soak", said, to)
    if step.foreseen:
        yield _labelled("step.plan", shlex.join(step.foreseen), to)
    if step.undoes:
        yield _labelled("step.undoes", ", ".join(step.undoes), to)


def _undone(undo: PlannedStep | None, to: Presentation) -> Iterator[str]:
    """Yield how a step of the implementation is undone, where the step says so."""
    if undo is None:
        return
    if undo.irreversible:
        yield _labelled("step.irreversible", undo.irreversible, to)
    else:
        yield from _programs(undo, "undo", to)


def _programs(step: PlannedStep, label: str, to: Presentation) -> Iterator[str]:
    if step.workflow is not None:
        kind = label.replace("run", "workflow")
        yield _labelled(f"step.{kind}", step.workflow.shown, to)
    elif step.run is None:
        said = to.says("step.manual") if label == "run" else to.says("step.undo")
        yield f"       {padded(said, _LABEL)}{step.manual}"
    else:
        yield _labelled(f"step.{label}", shlex.join(step.run), to)
    if step.verify is not None:
        yield _labelled("step.verify", shlex.join(step.verify), to)


def _labelled(code: str, text: str, to: Presentation) -> str:
    return f"       {padded(to.says(code), _LABEL)}{text}"


def _returning(plan: Plan, to: Presentation) -> Iterator[str]:
    """Yield how far the change can be taken back, and how long that may take."""
    found = return_times(plan)
    point, longest = found.point_of_no_return, found.longest
    if longest is not None:
        times = {"longest": format_duration(longest)}
        if plan.limit is not None and longest > plan.limit:
            times |= {"case": "over", "limit": format_duration(plan.limit)}
        yield to.says("release.return", **times)
        return
    count = len(plan.implementation)
    yield to.says("release.reversible", count=round(found.reversible * count), of=count)
    if point is not None:
        yield to.says("release.no_return", index=point.index, name=point.name)


FORMATS: Final[dict[str, Callable[[ReleaseAnswer, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
}
