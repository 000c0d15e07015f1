"""Progress of a release: its journal, folded into the status of every step.

The journal is the only state. Reading it twice, on another machine, after a crash, gives the same
progress.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from enum import Enum
from typing import Final, assert_never

from changeflow.lazy_dataclass import dataclass
from changeflow.model.evidence import BACKWARD, LedgerEntry, ReleaseBody
from changeflow.release.plan import Plan, PlannedStep
from changeflow.release.way_back import way_back

# Key of the digest of the change's material fields in the baseline that `started` records.
CHANGE: Final = "change"
# Before the id of a release of several changes that a change was started for: the digest of its list.
RELEASE: Final = "release/"


class StepStatus(Enum):
    """The status of one step, by the journal."""

    OPEN = "not begun, or known not to have happened"
    WAITING = "a person was asked and has not answered"
    SAID_DONE = "a person reported it as done, and `verify` has not run yet"
    UNKNOWN = "an intent without an outcome, and `verify` has not run yet"
    UNDECIDED = "an intent without an outcome, and only a person can report it"
    DONE = "done"
    FAILED = "failed or timed out"


@dataclass(frozen=True, slots=True)
class Line:
    """A journal entry and its body, separated from other evidence."""

    entry: LedgerEntry
    body: ReleaseBody


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a release so far.

    `driver` is the line by which the process in charge took charge (`started` or the newest
    `resumed`); its number is the fence. `newest` is the last line that a process wrote, not a
    person; `interrupted`: it says that the process stopped. `last` has the newest line of every
    step key, `begun` the newest intent. `broken` says why the journal must not be followed.
    """

    started: Line | None = None
    driver: Line | None = None
    newest: Line | None = None
    turned: Line | None = None
    finished: Line | None = None
    resolved: Line | None = None
    interrupted: bool = False
    begun: Mapping[str, Line] = field(default_factory=dict)
    last: Mapping[str, Line] = field(default_factory=dict)
    broken: str = ""

    def status(self, step: PlannedStep) -> StepStatus:
        """Return the status of one step."""
        line = self.last.get(step.key)
        if line is None:
            return StepStatus.OPEN
        return _status_of_step(step, line.body)

    def undone(self, steps: Iterable[PlannedStep]) -> list[PlannedStep]:
        """Return the steps that are not done, in their order."""
        return [step for step in steps if self.status(step) is not StepStatus.DONE]

    @property
    def touched(self) -> bool:
        """Return whether an implementation step was begun, which may have to be undone."""
        return any(key.startswith("implementation/") for key in self.begun)


def lines(journal: Sequence[LedgerEntry]) -> tuple[Line, ...]:
    """Return the release's lines among the entries of a change, in order."""
    return tuple(
        Line(entry, entry.body) for entry in journal if isinstance(entry.body, ReleaseBody)
    )


def progress(plan: Plan, journal: Sequence[LedgerEntry]) -> Progress:
    """Fold the journal of one change (other evidence in it is passed over)."""
    state = Progress()
    for line in lines(journal):
        following = state if state.broken else _state_after(plan, state, line)
        if following.broken and _is_the_end(state, line):
            following = replace(
                following, broken="", started=state.started or line, finished=line, resolved=line
            )
        state = following
    return state


def _is_the_end(state: Progress, line: Line) -> bool:
    """Return whether a person states how a release with a broken journal ended.

    The statement must be proven if the start of the release is.
    """
    body = line.body
    if body.event != "resolved" or not body.by or line.entry.signer not in (None, body.by):
        return False
    return line.entry.proven or state.started is None or not state.started.entry.proven


def _state_after(plan: Plan, state: Progress, line: Line) -> Progress:
    problem = _why_not_allowed(plan, state, line)
    if problem:
        return replace(state, broken=f"entry {line.entry.seq}: {problem}")
    if _by_process(line.body):
        state = replace(state, interrupted=False, newest=line)
    return _with_line(state, line)


def _with_line(state: Progress, line: Line) -> Progress:  # noqa: PLR0911 - one arm for each event
    match line.body.event:
        case "started":
            return replace(state, started=line, driver=line)
        case "resumed":
            return replace(state, driver=line)
        case "interrupted":
            return replace(state, interrupted=True)
        case "rolling_back":
            return replace(state, turned=line, finished=None)
        case "finished":
            return replace(state, finished=line)
        case "resolved":
            return replace(state, resolved=line, finished=state.finished or line)
        case "intent":
            own = {line.body.key: line}
            return replace(state, begun={**state.begun, **own}, last={**state.last, **own})
        case "outcome" | "confirmed":
            return replace(state, last={**state.last, line.body.key: line})
        case _ as never:
            assert_never(never)


def _by_process(body: ReleaseBody) -> bool:
    """Return whether a process wrote a line itself.

    The other lines are confirmations and orders of people.
    """
    return body.event not in ("confirmed", "resolved") and not (
        body.event == "rolling_back" and body.by
    )


def _why_not_allowed(plan: Plan, state: Progress, line: Line) -> str:
    """Return why a line is not allowed in its place, or an empty string.

    No process follows a journal that makes no sense.
    """
    body = line.body
    if (state.started is None) != (body.event == "started"):
        early = f"`{body.event}` before the release started"
        return early if state.started is None else "the release starts twice"
    by_person = body.by and body.event in ("confirmed", "resolved", "rolling_back")
    if by_person and line.entry.signer not in (None, body.by):
        return f"`{body.event}` in the name of {body.by} is signed by {line.entry.signer}"
    if state.started is not None and state.started.entry.proven and not line.entry.proven:
        return f"`{body.event}` is not signed as the repository asked for then, and the start was"
    if not _same_content(plan, state, body):
        return "it was recorded for a different version of this change"
    if body.event in ("intent", "outcome", "confirmed"):
        return _why_step_not_allowed(plan, state, body)
    return _why_end_not_allowed(state, body)


def _same_content(plan: Plan, state: Progress, body: ReleaseBody) -> bool:
    """Return whether a line is about the content of the release.

    The start names the material fields it was decided on, later lines the same effective content.
    """
    if state.started is None:
        return body.baseline.get(CHANGE) == plan.material
    return body.digest == state.started.body.digest


def _why_step_not_allowed(plan: Plan, state: Progress, body: ReleaseBody) -> str:
    step = plan.step(body.key)
    if step is None:
        return f"the plan has no step `{body.key}`"
    if state.finished is not None:
        return f"`{body.event}` of {body.key} after the release finished"
    if body.event == "intent":
        return _why_not_begun(state, step)
    under_way = state.status(step) not in (StepStatus.OPEN, StepStatus.DONE, StepStatus.FAILED)
    if under_way or _is_late_outcome(state, body) or _is_left_out(plan, state, step, body):
        return ""
    return f"`{body.event}` of {body.key}, which is not under way"


def _why_not_begun(state: Progress, step: PlannedStep) -> str:
    """Return why a step must not begin here, or an empty string."""
    if (step.phase in BACKWARD) != (state.turned is not None):
        return f"`intent` of {step.key} against the direction of the release"
    if step.phase == "undo" and f"implementation/{step.index}" not in state.begun:
        return f"`intent` of {step.key}, which undoes a step that was never begun"
    return "" if state.status(step) is StepStatus.OPEN else f"{step.key} begins twice"


def begun_steps(plan: Plan, state: Progress) -> set[str]:
    """Return the keys of the steps that were begun, and with that may have to be undone.

    Of those that cannot be undone, only what may have happened counts.
    """
    begun = set(state.begun)
    for step in plan.implementation:
        if step.irreversible and state.status(step) is StepStatus.OPEN:
            begun.discard(step.key)
    return begun


def _is_left_out(plan: Plan, state: Progress, step: PlannedStep, body: ReleaseBody) -> bool:
    """Return whether a line says that a step of the way back is left out, as it has to be."""
    said = body.event == "outcome" and body.outcome == "skipped"
    if not said or state.turned is None or step.key in state.last:
        return False
    return any(one.step == step for one in way_back(plan, begun_steps(plan, state)).left_out)


def _is_late_outcome(state: Progress, body: ReleaseBody) -> bool:
    """Return whether a program ended after a person had reported its step.

    The outcome of the program is what happened.
    """
    begun, last = state.begun.get(body.key), state.last.get(body.key)
    spoken = last is not None and last.body.event == "confirmed"
    return body.event == "outcome" and spoken and begun is not None and begun.body.run == body.run


def _why_end_not_allowed(state: Progress, body: ReleaseBody) -> str:
    ended = state.finished.body.state if state.finished else None
    if body.event == "resolved":
        if state.resolved is not None or ended not in (None, "rollback_failed"):
            return "`resolved` of a release that has ended"
    elif body.event == "rolling_back":
        if state.turned is not None or ended not in (None, "implemented"):
            return "the rollback begins twice"
    elif ended is not None:
        return f"`{body.event}` after the release finished"
    return ""


def _status_of_begun(step: PlannedStep) -> StepStatus:
    if step.manual is not None:
        return StepStatus.WAITING
    return StepStatus.UNKNOWN if step.can_be_asked else StepStatus.UNDECIDED


def _status_of_step(step: PlannedStep, body: ReleaseBody) -> StepStatus:
    match body.event, body.outcome:
        case "intent", _:
            return _status_of_begun(step)
        case "confirmed", "done" if step.manual is not None and step.verify is not None:
            return StepStatus.SAID_DONE
        case _, "done":
            return StepStatus.DONE
        case _, "failed" | "timed_out":
            return StepStatus.FAILED
        case _, "skipped":
            return StepStatus.OPEN
        case _:
            return StepStatus.UNDECIDED
