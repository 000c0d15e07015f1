"""The ports of a release: everything it needs from the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from changeflow.cmdb.outdated_items import Outdated
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Decision
from changeflow.model.clock import Clock
from changeflow.model.evidence import (
    AssessmentBody,
    Body,
    LedgerEntry,
    StepOutcome,
    entries_about,
)
from changeflow.model.people import Roster
from changeflow.model.phrases import Told
from changeflow.model.subjects import Subject
from changeflow.model.verification import Query
from changeflow.release.plan import Plan, PlannedStep
from changeflow.release.planning import Planning
from changeflow.repo import metrics
from changeflow.repo.programs import Printed, Ran


@dataclass(frozen=True, slots=True)
class Reading:
    """The ledger at one moment: the entries that count, of all changes, and what is wrong with it.

    `elsewhere` are changes that a release was recorded of under the id of another repository, or
    under none. Each problem is a path and a sentence, one behind the other.
    """

    entries: tuple[LedgerEntry, ...]
    problems: tuple[list[str | Told], ...]
    head: str | None
    elsewhere: frozenset[str] = frozenset()

    def of(self, change: str) -> tuple[LedgerEntry, ...]:
        """Return the entries of one change."""
        return entries_about(change, self.entries)


class Journal(Protocol):
    """The ledger, as far as a release needs it."""

    def read(self) -> Reading:
        """Return every entry that counts, in order."""

    def append(
        self,
        change: str,
        body: Body,
        *,
        head: str | None,
        clock: Clock,
        subject: Sequence[Subject] = (),
    ) -> None:
        """Add one entry, durable when this returns.

        Raises:
            errors.LostRace: when the ledger's head is no longer `head`.
        """
        self.append_together(change, (body,), head=head, clock=clock, subject=subject)

    def append_together(
        self,
        change: str,
        bodies: Sequence[Body],
        *,
        head: str | None,
        clock: Clock,
        subject: Sequence[Subject] = (),
    ) -> None:
        """Add several entries: all of them in this order, or none. Durable when this returns.

        Raises:
            errors.LostRace: when the ledger's head is no longer `head`.
        """


class Programs(Protocol):
    """Starts programs (see `repo.programs`)."""

    def missing(self, program: str) -> str:
        """Return why a program cannot be started; empty if no reason is known."""

    def run(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        timeout: timedelta,
        say: Callable[[str], None] = ...,
        inherit: int | None = None,
    ) -> Ran:
        """Run a program to its end."""


class PlanPrograms(Protocol):
    """Runs programs for what they print (see `repo.programs`)."""

    def printed(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        timeout: timedelta,
        limit: int,
        say: Callable[[str], None] = ...,
    ) -> Printed:
        """Run a program for what it prints."""


class ReleaseProcesses(Protocol):
    """The release processes that run on this machine (see `repo.process_locks`)."""

    def driving(self, run: str) -> AbstractContextManager[None]:
        """Hold the lock of a run's driver."""

    def step(self, run: str, key: str) -> AbstractContextManager[int]:
        """Hold a descriptor that a step's program inherits."""

    def driver(self, run: str) -> Literal["running", "gone", "unknown"]:
        """Return whether the driver of a run is running here."""

    def program(self, run: str, key: str) -> Literal["running", "gone", "unknown"]:
        """Return whether a program of a step is running here."""


class Unrecorded(Protocol):
    """Outcomes that the ledger did not take (see `repo.unrecorded`)."""

    def make_room(self, run: str) -> None:
        """Reserve space for an outcome of a run."""

    def keep(self, run: str, data: bytes) -> Path:
        """Keep an outcome, durable when this returns."""

    def kept(self) -> Iterable[tuple[str, bytes]]:
        """Return the runs with a kept outcome, and its bytes."""

    def forget(self, run: str) -> None:
        """Remove what is kept of a run, or its room."""


class ReleaseClock(Protocol):
    """The clock that a release decides by, and one for waiting."""

    def clock(self) -> Clock:
        """Return the time now, or the fixed one, beside the machine's."""

    def sleep(self, seconds: float) -> None:
        """Wait; may return early when the user interrupts."""

    def patience(self) -> float:
        """Return the seconds of a clock that only moves forward."""


class Watcher(Protocol):
    """An observer of a release."""

    def begin(self, step: PlannedStep) -> None:
        """Report that a step begins."""

    def line(self, text: str) -> None:
        """Report a line that a program printed, already clean."""

    def end(self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int) -> None:
        """Report that a step ended."""

    def say(self, text: str | Told) -> None:
        """Report anything else worth knowing: a sentence as data, or text."""

class SharedWatcher(Watcher, Protocol):
    """An observer of several releases that run at the same time."""

    def beside(self, name: str) -> SharedWatcher:
        """Return the observer of one of them, by its name."""


# Asks a server for the value of a query, for so many seconds, unless the user asks to end.
Measure = Callable[[Query, float, Callable[[], int]], metrics.Measured]


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them together. `stop` says how many times the user asked to end."""

    journal: Journal
    programs: Programs
    processes: ReleaseProcesses
    times: ReleaseClock
    watcher: Watcher
    unrecorded: Unrecorded
    stop: Callable[[], int] = lambda: 0
    measure: Measure = metrics.measure


class Judged(NamedTuple):
    """A decision of the gate, and the assessment that it rests on, as it is recorded.

    The assessment is None if there is none.
    """

    decision: Decision
    assessment: AssessmentBody | None = None


# Decides by the ledger, and by the digests of plans that were made for it, by their numbers.
Gate = Callable[[Reading, Mapping[int, str] | None], Judged]

# Makes the plans of a change: what is kept of each, by its number.
PlansMade = Callable[[], Mapping[int, str]]

# What has come up against a running release since it started, each a sentence.
Against = Callable[[], tuple[Told, ...]]
# What policy says of it, see `model.config.HoldConfig`.
Running = Literal["ask", "stop", "finish", "turn_back"]


def nothing_against() -> tuple[Told, ...]:
    """Return that nothing has come up."""
    return ()


# A sentence about the files given to a program of a step that are not as approved; empty if none.
Differing = Callable[[PlannedStep, Sequence[str]], str]


def same(_step: PlannedStep, _words: Sequence[str]) -> str:
    """Return that no file differs."""
    return ""


@dataclass(frozen=True, slots=True)
class Job:
    """One change to be released, and the circumstances.

    `content` is the digest of the effective content that the gate decides about. `environments` are
    those of the changed items, `baseline` gives digests of documents as they are, by name. `files`
    are digests of the files that the steps name, by name; `differing` says which of them have
    changed since. `plannings` are programs that say what will happen; `plans_made` runs them, and
    `kept_plan` returns what is kept of one, as it was approved. `gone` is the run that a person
    reports as gone. `by` is the person in whose name a command acts, and `key_of` the person whose
    key signs. `outdated` are items whose record has to be updated once the change is implemented.
    `against` says what has come up since the start, `running` what is done then; `accepts` is the
    note of the stop after which a person resumes. `beside` are changes of its release that may hold
    the same environments at the same time, `of_release` is the release by its name in the baseline,
    with the digest of its list of changes; empty where a change is released alone. `sandbox` is the
    environment of a rehearsal, empty in a release.
    """

    plan: Plan
    content: str
    roster: Roster
    gate: Gate
    environments: tuple[str, ...] = ()
    window_end: datetime | None = None
    baseline: Callable[[], Mapping[str, str]] = dict
    files: Mapping[str, str] = field(default_factory=dict)
    differing: Differing = same
    plannings: tuple[Planning, ...] = ()
    plans_made: PlansMade = dict
    kept_plan: Callable[[str], str] = str
    subject: tuple[Subject, ...] = ()
    by: str | None = None
    preconditions_met: bool = False
    gone: str = ""
    key_of: str | None = None
    outdated: tuple[Outdated, ...] = ()
    against: Against = nothing_against
    running: Running = "ask"
    accepts: str = ""
    beside: frozenset[str] = frozenset()
    of_release: Mapping[str, str] = field(default_factory=dict)
    sandbox: str = ""

    @property
    def change(self) -> str:
        """Return the id of the change."""
        return self.plan.change
