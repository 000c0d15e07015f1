"""How far a release is: the journal, folded into what it says about every step.

The journal is the only state. Reading it twice, on another machine, after a crash, gives the same
progress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, assert_never

from changeflow.model.evidence import LedgerEntry, ReleaseBody
from changeflow.release.plan import Plan, PlannedStep

# Key of the digest of the change's material fields in the baseline that `started` records.
CHANGE: Final = "change"


class StepStatus(Enum):
    """What the journal says about one step."""

    OPEN = "not begun, or known not to have happened"
    WAITING = "a person was asked and has not spoken"
    SAID_DONE = "a person said done, and `verify` has still to agree"
    UNKNOWN = "an intent without an outcome, and nobody has looked"
    UNDECIDED = "an intent without an outcome, and only a person can say"
    DONE = "done"
    FAILED = "failed or timed out"


@dataclass(frozen=True, slots=True)
class Line:
    """A journal entry and its body, already told apart from other evidence."""

    entry: LedgerEntry
    body: ReleaseBody


@dataclass(frozen=True, slots=True)
class Progress:
    """What has happened so far.

    `driver` is the line by which the process in charge took charge (`started` or the newest
    `resumed`); its number is the fence. `newest` is the last line that a process wrote, not a
    person; `interrupted`: it says that the process stopped. `last` has the newest line of every
    step key, `begun` the newest intent. `broken` says why nobody may follow the journal.
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
        """Where one step stands."""
        line = self.last.get(step.key)
        return StepStatus.OPEN if line is None else _status(step, line.body)

    @property
    def touched(self) -> bool:
        """Whether an implementation step was begun, so that there may be something to undo."""
        return any(key.startswith("implementation/") for key in self.begun)


def lines(journal: Sequence[LedgerEntry]) -> tuple[Line, ...]:
    """The release's lines among the entries of a change, in order."""
    return tuple(
        Line(entry, entry.body) for entry in journal if isinstance(entry.body, ReleaseBody)
    )


def progress(plan: Plan, journal: Sequence[LedgerEntry]) -> Progress:
    """Fold the journal of one change (other evidence in it is passed over)."""
    state = Progress()
    for line in lines(journal):
        following = state if state.broken else _after(plan, state, line)
        ended = following.broken and _is_the_end(state, line)
        state = (
            replace(
                following, broken="", started=state.started or line, finished=line, resolved=line
            )
            if ended
            else following
        )
    return state


def _is_the_end(state: Progress, line: Line) -> bool:
    """Whether a person says how a release ended that nobody can follow.

    It takes as much proof as the release has.
    """
    body = line.body
    if body.event != "resolved" or not body.by or line.entry.signer not in (None, body.by):
        return False
    return line.entry.proven or state.started is None or not state.started.entry.proven


def _after(plan: Plan, state: Progress, line: Line) -> Progress:
    problem = _misfit(plan, state, line)
    if problem:
        return replace(state, broken=f"entry {line.entry.seq}: {problem}")
    if _by_process(line.body):
        state = replace(state, interrupted=False, newest=line)
    return _with(state, line)


def _with(state: Progress, line: Line) -> Progress:  # noqa: PLR0911 - one arm for each event
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
    """Whether a line is the process's own; the others are what people say and order."""
    return body.event not in ("confirmed", "resolved") and not (
        body.event == "rolling_back" and body.by
    )


def _misfit(plan: Plan, state: Progress, line: Line) -> str:
    """Why a line cannot stand where it stands.

    A journal that makes no sense is followed by nobody.
    """
    body = line.body
    if (state.started is None) != (body.event == "started"):
        return (
            "the release starts twice"
            if state.started
            else f"`{body.event}` before the release started"
        )
    if (
        body.by
        and body.event in ("confirmed", "resolved", "rolling_back")
        and line.entry.signer not in (None, body.by)
    ):
        return f"`{body.event}` in the name of {body.by} is signed by {line.entry.signer}"
    if state.started is not None and state.started.entry.proven and not line.entry.proven:
        return f"`{body.event}` is not signed as the repository asked for then, and the start was"
    if not _same_content(plan, state, body):
        return "it was recorded for a different version of this change"
    if body.event in ("intent", "outcome", "confirmed"):
        return _misfit_of_step(plan, state, body)
    return _misfit_of_end(state, body)


def _same_content(plan: Plan, state: Progress, body: ReleaseBody) -> bool:
    """The start names the material fields it was decided on; everything after it names the same effective content."""
    if state.started is None:
        return body.baseline.get(CHANGE) == plan.material
    return body.digest == state.started.body.digest


def _misfit_of_step(plan: Plan, state: Progress, body: ReleaseBody) -> str:
    step = plan.step(body.key)
    if step is None:
        return f"the plan has no step `{body.key}`"
    if state.finished is not None:
        return f"`{body.event}` of {body.key} after the release finished"
    if body.event == "intent":
        if (step.phase == "rollback") != (state.turned is not None):
            return f"`intent` of {body.key} against the direction of the release"
        return "" if state.status(step) is StepStatus.OPEN else f"{body.key} begins twice"
    if state.status(step) in (
        StepStatus.OPEN,
        StepStatus.DONE,
        StepStatus.FAILED,
    ) and not _is_late_outcome(state, body):
        return f"`{body.event}` of {body.key}, which is not under way"
    return ""


def _is_late_outcome(state: Progress, body: ReleaseBody) -> bool:
    """Whether a program has ended that a person spoke about while it was at work: what the program says happened."""
    begun, last = state.begun.get(body.key), state.last.get(body.key)
    spoken = last is not None and last.body.event == "confirmed"
    return body.event == "outcome" and spoken and begun is not None and begun.body.run == body.run


def _misfit_of_end(state: Progress, body: ReleaseBody) -> str:
    ended = state.finished.body.state if state.finished else None
    if body.event == "resolved":
        return (
            ""
            if ended in (None, "rollback_failed") and state.resolved is None
            else "`resolved` of a release that has ended"
        )
    if body.event == "rolling_back":
        return (
            ""
            if state.turned is None and ended in (None, "implemented")
            else "the rollback begins twice"
        )
    return "" if ended is None else f"`{body.event}` after the release finished"


def _status(step: PlannedStep, body: ReleaseBody) -> StepStatus:
    match body.event, body.outcome:
        case "intent", _:
            return (
                StepStatus.WAITING
                if step.manual is not None
                else StepStatus.UNKNOWN
                if step.verify
                else StepStatus.UNDECIDED
            )
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
