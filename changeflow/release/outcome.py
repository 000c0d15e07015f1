"""How a release went, in the words of a review: what policies ask before they do without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import LedgerEntry
from changeflow.release.plan import Plan, plan
from changeflow.release.progress import Line, Progress, StepStatus, lines, progress

SUCCESSFUL: Final = "successful"
WITH_ISSUES: Final = "successful-with-issues"
_WORDS: Final = {"rolled_back": "rolled-back", "rollback_failed": "failed"}

# Lines that a release without trouble does not have.
_TROUBLE: Final = frozenset({"resumed", "interrupted", "rolling_back", "resolved"})


@dataclass(frozen=True)
class ReleaseOutcome:
    """How a release went.

    Attributes:
        word: `successful`: every step was done, by the process that began, or by the person whom a
            manual step asked. `successful-with-issues`: implemented, and something else happened.
            `rolled-back`, `failed`. Empty: the release is not over, or its journal cannot be
            followed.
        overran: whether it ended after its window.
        rolled_back: whether a rollback was begun.
    """

    word: str
    overran: bool
    rolled_back: bool


NOT_KNOWN: Final = ReleaseOutcome(word="", overran=False, rolled_back=False)


def release_outcome(change: ChangeRequest, journal: Sequence[LedgerEntry]) -> ReleaseOutcome:
    """Return how the release of a change went, by its journal.

    Args:
        change: the request; a journal about another content cannot be followed.
        journal: the change's ledger entries in order.
    """
    planned = plan(change)
    state = progress(planned, journal)
    end = state.resolved or state.finished
    if state.broken or state.started is None or end is None:
        return NOT_KNOWN
    window = change.spec.window
    return ReleaseOutcome(
        word=_word(planned, state, end, lines(journal)),
        overran=window is not None and end.entry.moment > window.end,
        rolled_back=state.turned is not None,
    )


def _word(planned: Plan, state: Progress, end: Line, journal: Sequence[Line]) -> str:
    ended = end.body.state or "rollback_failed"
    if ended != "implemented":
        return _WORDS[ended]
    smooth = all(state.status(step) is StepStatus.DONE for step in planned.forward)
    if not smooth or any(_is_trouble(planned, line) for line in journal):
        return WITH_ISSUES
    return SUCCESSFUL


def _is_trouble(planned: Plan, line: Line) -> bool:
    """Return whether a line tells of anything but steps that were done as planned."""
    body = line.body
    if body.event in _TROUBLE:
        return True
    if body.event == "confirmed":
        step = planned.step(body.key)
        return step is None or step.manual is None or body.outcome != "done"
    return body.event == "outcome" and body.outcome != "done"
