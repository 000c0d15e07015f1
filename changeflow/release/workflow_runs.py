"""Runs of a workflow: by what one is found again, and what its end says of the step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from changeflow.lazy_dataclass import dataclass

# The input by which a run is found again. The workflow repeats it in its `run-name`.
KEY_INPUT: Final = "changeflow"
# characters of the digest of a release's start that make a key
_DIGITS: Final = 12
# a run is looked for from this long before its release began: clocks differ
SKEW: Final = timedelta(hours=1)
_ENDED: Final = "completed"
_SUCCESS: Final = "success"


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A run of a workflow, as its host shows it.

    Attributes:
        number: of the run, as the host counts.
        url: its page, for people.
        title: its name, in which the key stands.
        status: `completed`, or what it does now, such as `queued`, `in_progress` or `waiting`.
        conclusion: how it ended, such as `success` or `cancelled`; empty before.
        commit: that the workflow was taken from.
    """

    number: int
    url: str
    title: str
    status: str
    conclusion: str
    commit: str

    @property
    def ended(self) -> bool:
        """Return whether it has ended."""
        return self.status == _ENDED

    @property
    def outcome(self) -> Literal["going", "done", "failed"]:
        """Return what it says of the step. Only `success` is done: `skipped` and `neutral` are not."""
        if not self.ended:
            return "going"
        if self.conclusion == _SUCCESS:
            return "done"
        return "failed"


@dataclass(frozen=True, slots=True)
class WorkflowOrder:
    """What the program that follows a workflow is told.

    Attributes:
        repository: `OWNER/NAME`.
        file: of the workflow, in `.github/workflows`.
        ref: the branch or tag that it is taken from.
        commit: where `ref` must be; empty where anything will do.
        inputs: beside the key.
        key: by which its run is found again.
        since: a moment before which it was not dispatched, RFC 3339.
        seconds: how long it may take.
        only_look: follow a run that is there, and dispatch none.
    """

    repository: str
    file: str
    ref: str
    commit: str
    inputs: dict[str, str]
    key: str
    since: str
    seconds: float
    only_look: bool


def run_key(change: str, step: str, start: str) -> str:
    """Return the key by which the run of a step is found again.

    It is the same whenever this release begins or resumes the step, and that of no other release,
    rehearsal or repository.

    Args:
        change: its id.
        step: its key, `PHASE/INDEX`.
        start: the digest of the entry that began the release.
    """
    return f"{change} {step} {start.rpartition(':')[2][:_DIGITS]}"


def looked_for_since(started: datetime) -> datetime:
    """Return the moment from which runs are looked for."""
    return started - SKEW
