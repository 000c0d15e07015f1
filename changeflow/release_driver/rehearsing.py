"""Rehearsing one prefix of a plan: the driver of releases, with a journal in memory.

Nothing of it has to survive: a rehearsal that was killed does not count. What a prefix came to
is told afterwards, as one line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from changeflow import errors
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest
from changeflow.model.clock import Clock
from changeflow.model.evidence import (
    BACKWARD,
    Body,
    LedgerEntry,
    RehearsedStep,
    ReleaseBody,
    StepOutcome,
)
from changeflow.model.phrases import Told
from changeflow.model.subjects import Subject
from changeflow.release.plan import PlannedStep
from changeflow.release.progress import Progress, progress
from changeflow.release.rehearsal import Prefix
from changeflow.release.state_machine import left_behind
from changeflow.release_driver import claim, entries
from changeflow.release_driver.loop import Driver
from changeflow.release_driver.ports import Job, Journal, Ports, Reading, Watcher

ORDERED: Final = "the rehearsal takes it back"

# Asks a person whether a manual step was done; None where there is no terminal to ask at.
Ask = Callable[[PlannedStep], bool | None]
Came = Literal["back", "failed", "left", "interrupted", "unasked"]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a prefix came to.

    Attributes:
        came: `back`: all steps were done and taken back. `failed`: a step failed, and what was
            done was taken back. `left`: the way back failed, and the sandbox is as it was left.
            `unasked`: a person is waited for, and cannot be asked.
        done: each step that ran, in its order.
        forward: how long its steps took.
        back: how long the steps of its way back took.
        why: what failed, in English.
        left: steps of the way back that were not done.
    """

    came: Came
    done: tuple[RehearsedStep, ...]
    forward: timedelta
    back: timedelta
    why: str = ""
    left: tuple[PlannedStep, ...] = ()


def rehearse_prefix(job: Job, ports: Ports, run: str, fence: int, prefix: Prefix, ask: Ask) -> Rehearsed:
    """Run the steps of a prefix in the sandbox, and take them back.

    Args:
        job: the change, with its sandbox.
        ports: the world; its journal is not touched.
        run: an id that no other prefix has.
        fence: what its programs are given as one.
        prefix: the steps.
        ask: asks a person about a manual step.

    Raises:
        errors.Refused: when a value before the release is not known.
        errors.Interrupted: when the user asked to end before anything ran.
    """
    job = replace(job, plan=prefix.plan, window_end=None, running="finish")
    journal, watch = MemoryJournal(fence), _Stopwatch(ports.watcher, ports.times.patience)
    ports = replace(ports, journal=journal, watcher=watch)
    before = claim.values_before(job, ports)
    journal.put(job.change, entries.started(job, run, job.by, before), ports.times.clock())
    with ports.processes.driving(run):
        came = _driven(job, ports, run, ask)
        state = progress(job.plan, journal.read().of(job.change))
        why = ""
        if came == "ended" and state.turned is None:
            ordered = entries.rolling_back(run, job.content, ORDERED)
            journal.put(job.change, ordered, ports.times.clock())
            came = _driven(job, ports, run, ask)
            state = progress(job.plan, journal.read().of(job.change))
        elif state.turned is not None:
            why = state.turned.body.note
    return _told(job, journal, watch, state, came, why)


def _driven(job: Job, ports: Ports, run: str, ask: Ask) -> Literal["ended", "interrupted", "unasked"]:
    """Drive until the release in memory ends; a person is asked about each manual step."""
    while True:
        halt = Driver(job, ports, run).go()
        if halt.why == "interrupted":
            return "interrupted"
        if halt.why != "waiting" or halt.step is None:
            return "ended"
        word = ask(halt.step)
        if word is None:
            return "interrupted" if ports.stop() else "unasked"
        outcome: StepOutcome = "done" if word else "failed"
        said = entries.confirmed(halt.step, run, job.content, outcome, job.by or "", "")
        reading = ports.journal.read()
        ports.journal.append(job.change, said, head=reading.head, clock=ports.times.clock())


def _told(
    job: Job, journal: MemoryJournal, watch: _Stopwatch, state: Progress, came: str, why: str
) -> Rehearsed:
    done = tuple(journal.done(watch.took))
    forward = watch.sum(backward=False)
    back = watch.sum(backward=True)
    if came in ("interrupted", "unasked"):
        kind: Came = "interrupted" if came == "interrupted" else "unasked"
        return Rehearsed(kind, done, forward, back)
    ended = state.finished.body.state if state.finished is not None else None
    if ended != "rolled_back":
        left = left_behind(job.plan, state)
        return Rehearsed("left", done, forward, back, why or _failure(state), left)
    return Rehearsed("failed" if why else "back", done, forward, back, why)


def _failure(state: Progress) -> str:
    """Return which step of the way back failed, and how."""
    for key, line in state.last.items():
        if line.body.phase in BACKWARD and line.body.outcome in ("failed", "timed_out"):
            return f"{key} {line.body.name}: {line.body.note or line.body.outcome}"
    return ""


class MemoryJournal(Journal):
    """A journal that only this process reads.

    Args:
        first: the number of its first entry, which is the fence of the programs.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self._entries: list[LedgerEntry] = []

    def read(self) -> Reading:
        """See `ports.Journal`."""
        return Reading(tuple(self._entries), (), str(len(self._entries)))

    def put(self, change: str, body: Body, clock: Clock) -> None:
        """Add one entry."""
        seq = self._first + len(self._entries)
        entry = LedgerEntry(
            seq=seq,
            previous=self._entries[-1].digest if self._entries else None,
            digest=digest([seq, body.model_dump(mode="json")]),
            path=f"{change}/{seq:06}-{body.kind}.json",
            change=change,
            at=clock.now,
            recorded_at=clock.real,
            simulated=clock.simulated,
            signer=None,
            subject=(),
            body=body,
        )
        self._entries.append(entry)

    def append_together(
        self,
        change: str,
        bodies: Sequence[Body],
        *,
        head: str | None,
        clock: Clock,
        subject: Sequence[Subject] = (),  # noqa: ARG002 - the port's
    ) -> None:
        """See `ports.Journal`."""
        if head != self.read().head:
            raise errors.LostRace.of("append.busy")
        for body in bodies:
            self.put(change, body, clock)

    def done(self, took: dict[str, float]) -> list[RehearsedStep]:
        """Return the steps that ended, in their order.

        Args:
            took: seconds of each, by its key.
        """
        found: dict[str, RehearsedStep] = {}
        for entry in self._entries:
            body = entry.body
            if isinstance(body, ReleaseBody) and body.outcome is not None:
                found[body.key] = RehearsedStep(
                    key=body.key,
                    name=body.name,
                    outcome=body.outcome,
                    elapsed_ms=int(1000 * took.get(body.key, 0.0)),
                )
        return [*found.values()]


class _Stopwatch:
    """A watcher that also takes the time of each step, with its `verify` and what people take."""

    def __init__(self, inner: Watcher, patience: Callable[[], float]) -> None:
        self._inner, self._patience = inner, patience
        self._began: dict[str, float] = {}
        self.took: dict[str, float] = {}

    def begin(self, step: PlannedStep) -> None:
        """See `ports.Watcher`."""
        self._began[step.key] = self._patience()
        self._inner.begin(step)

    def line(self, text: str) -> None:
        """See `ports.Watcher`."""
        self._inner.line(text)

    def end(self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int) -> None:
        """See `ports.Watcher`."""
        self.took[step.key] = self._patience() - self._began.get(step.key, self._patience())
        self._inner.end(step, outcome, detail, elapsed_ms)

    def say(self, text: str | Told) -> None:
        """See `ports.Watcher`."""
        # of a rehearsal, `rolling back` is no bad news
        if isinstance(text, str) or ORDERED not in in_english(text):
            self._inner.say(text)

    def sum(self, *, backward: bool) -> timedelta:
        """Return how long the steps of a direction took."""
        found = 0.0
        for key, seconds in self.took.items():
            if (key.partition("/")[0] in BACKWARD) == backward:
                found += seconds
        return timedelta(seconds=found)
