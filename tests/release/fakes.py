"""One in-memory fake for every port of a release, with fault points: a test may kill the "process" at any of them."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from changeflow import errors
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.decision import Decision
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.evidence import Body, LedgerEntry, ReleaseBody, StepOutcome
from changeflow.model.people import Roster
from changeflow.model.phrases import Told
from changeflow.model.subjects import Subject
from changeflow.release.plan import PlannedStep, plan
from changeflow.release.progress import progress
from changeflow.release_driver.ports import Job, Judged, Measure, Ports, Reading
from changeflow.repo.metrics import measure
from changeflow.repo.programs import Ran
from changeflow.usecases.release.run import Prepared

from .building import CONTENT, T0, entry


class Killed(BaseException):
    """kill -9: nothing that catches errors may catch it."""


@dataclass
class Faults:
    """Counts fault points; at number `at` the process dies. `names` lists the points that were passed."""

    at: int = 0
    names: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.at:
            raise Killed(name)


class FakeJournal:
    """A ledger in memory, compare-and-swap included."""

    def __init__(self, fault: Callable[[str], None] = lambda _: None) -> None:
        self.entries: list[LedgerEntry] = []
        self.problems: tuple[list[str | Told], ...] = ()
        self.fault = fault
        self.before_append: list[Callable[[], None]] = []

    def read(self) -> Reading:
        head = self.entries[-1].digest if self.entries else None
        return Reading(tuple(self.entries), self.problems, head)

    def append(self, change: str, body: Body, *, head: str | None, clock: Clock, subject: Sequence[Subject] = ()) -> None:
        self.append_together(change, (body,), head=head, clock=clock, subject=subject)

    def append_together(
        self, change: str, bodies: Sequence[Body], *, head: str | None, clock: Clock, subject: Sequence[Subject] = ()
    ) -> None:
        del subject  # the fake keeps what an entry says, not what it is about
        last = bodies[-1]
        what = last.event if isinstance(last, ReleaseBody) else last.kind
        self.fault(f"before {what}")
        if self.before_append:
            self.before_append.pop(0)()
        if head != self.read().head:
            raise errors.LostRace("somebody else was first")
        for body in bodies:
            self.put(change, body, clock)
        self.fault(f"after {what}")

    def put(self, change: str, body: Body, clock: Clock | None = None) -> None:
        now = clock.now if clock else None
        self.entries.append(entry(len(self.entries) + 1, body, at=now, change=change))

    def events(self) -> list[str]:
        bodies = [item.body for item in self.entries if isinstance(item.body, ReleaseBody)]
        return [" ".join(filter(None, (body.event, body.key, body.outcome, body.state))) for body in bodies]


@dataclass
class World:
    """What programs do to the world: `run` of a step leaves its mark, `verify` looks for it."""

    effects: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    fails: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    fences: list[int] = field(default_factory=list)


class FakePrograms:
    """Programs named `do`, `verify` and `look` (a precondition)."""

    def __init__(self, world: World, fault: Callable[[str], None] = lambda _: None) -> None:
        self.world = world
        self.fault = fault
        self.absent: set[str] = set()
        self.during: Callable[[str], Ran | None] = lambda _: None

    def missing(self, program: str) -> str:
        return f"`{program}` does not exist" if program in self.absent else ""

    def run(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        timeout: timedelta,  # noqa: ARG002 - the port's signature
        say: Callable[[str], None] = lambda _: None,
        inherit: int | None = None,  # noqa: ARG002 - the port's signature
    ) -> Ran:
        key = environment["CHANGEFLOW_STEP_KEY"]
        say(f"{argv[0]} {key}")
        if argv[0] == "./verify":
            return self._verify(key)
        self.fault(f"before effect {key}")
        special = self.during(key)
        if special is not None:
            return special
        self.world.fences.append(int(environment["CHANGEFLOW_FENCE"]))
        self.world.effects.append(key)
        good = key not in self.world.fails
        if good:
            self.world.marks.add(key)
        self.fault(f"after effect {key}")
        return ran(0 if good else 3)

    def _verify(self, key: str) -> Ran:
        self.fault(f"during verify {key}")
        if key in self.world.silent:
            return Ran("timed_out", None, 1000, "", "ended after 1.0 s")
        return ran(0 if key in self.world.marks else 1)


def ran(code: int) -> Ran:
    return Ran("done" if code == 0 else "failed", code, 12, "", "" if code == 0 else f"exit code {code}")


class FakeProcesses:
    """What one machine knows. `dead` runs were here and are gone."""

    def __init__(self) -> None:
        self.alive: set[str] = set()
        self.seen: set[str] = set()

    @contextmanager
    def driving(self, run: str) -> Iterator[None]:
        with self._held(run):
            yield

    @contextmanager
    def step(self, run: str, key: str) -> Iterator[int]:
        with self._held(f"{run}.{key}"):
            yield 0

    @contextmanager
    def _held(self, name: str) -> Iterator[None]:
        self.seen.add(name)
        self.alive.add(name)
        try:
            yield
        finally:
            self.alive.discard(name)

    def driver(self, run: str) -> Literal["running", "gone", "unknown"]:
        return self._state(run)

    def program(self, run: str, key: str) -> Literal["running", "gone", "unknown"]:
        return self._state(f"{run}.{key}")

    def _state(self, name: str) -> Literal["running", "gone", "unknown"]:
        return "running" if name in self.alive else "gone" if name in self.seen else "unknown"


class FakeUnrecorded:
    """What a clone keeps of outcomes that the ledger did not take. `full`: no room for anything."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.full = False

    def make_room(self, run: str) -> None:
        if self.full:
            raise errors.HostFailed("there is no room")
        self.files.setdefault(run, b"")

    def keep(self, run: str, data: bytes) -> Path:
        if self.full:
            raise OSError(28, "No space left on device")
        self.files[run] = data
        return Path("kept", run)

    def kept(self) -> list[tuple[str, bytes]]:
        return [(run, data) for run, data in self.files.items() if data]

    def forget(self, run: str) -> None:
        self.files.pop(run, None)


class FakeTimes:
    """A clock that moves when somebody sleeps."""

    def __init__(self, now: datetime = T0) -> None:
        self.now = now
        self.on_sleep: list[Callable[[], None]] = []

    def clock(self) -> Clock:
        return Clock(self.now, self.now)

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        if self.on_sleep:
            self.on_sleep.pop(0)()

    def patience(self) -> float:
        return self.now.timestamp()


@dataclass
class Diary:
    """A watcher that remembers."""

    said: list[str] = field(default_factory=list)

    def begin(self, step: PlannedStep) -> None:
        self.said.append(f"begin {step.key}")

    def line(self, text: str) -> None:
        self.said.append(f"| {text}")

    def end(self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int) -> None:  # noqa: ARG002 - the port's signature
        self.said.append(f"end {step.key} {outcome}")

    def say(self, text: str | Told) -> None:
        self.said.append(in_a_row([text], MACHINE))


ROSTER = Roster.model_validate(
    {
        "apiVersion": "changeflow/v1",
        "kind": "Roster",
        "metadata": {"id": "roster"},
        "spec": {
            "people": {"alice": {}, "bob": {}, "carol": {}, "dave": {}, "renovate": {"kind": "agent"}},
            "roles": {"team-payments": ["bob"]},
        },
    }
)


def decision(change: str, *, is_open: bool = True) -> Decision:
    reasons: list[dict[str, Any]] = [
        {
            "rule": "window-ahead",
            "outcome": "pass" if is_open else "fail",
            "reason_code": "rule",
            "message": "The window is open" if is_open else "Too early",
        }
    ]
    return Decision.model_validate({
        "change": change, "gate": "deploy", "open": is_open, "reasons": reasons, "missing": [], "satisfiable": True,
        "witness": [], "approvals": [], "ignored": [], "inputs": {"digest": CONTENT}, "now": T0,
    })  # fmt: skip


@dataclass
class Stage:
    """A whole little world: build one, then `prepared()` as often as processes are wanted."""

    change: ChangeRequest
    fault: Callable[[str], None] = lambda _: None
    is_open: bool = True
    by: str | None = None
    wait: float = 0.0
    window_end: datetime | None = None
    environments: tuple[str, ...] = ("production",)
    preconditions_met: bool = False
    gone: str = ""

    def __post_init__(self) -> None:
        self.journal = FakeJournal(self.pass_point)
        self.world = World()
        self.programs = FakePrograms(self.world, self.pass_point)
        self.processes = FakeProcesses()
        self.unrecorded = FakeUnrecorded()
        self.times = FakeTimes()
        self.diary = Diary()
        self.stops = 0
        self.gates: Counter[str] = Counter()
        self.measure: Measure = measure

    def pass_point(self, name: str) -> None:
        """A fault point: `fault` may be replaced at any time."""
        self.fault(name)

    def job(self) -> Job:
        def gate(_reading: Reading, _planned: object) -> Judged:
            self.gates["deploy"] += 1
            return Judged(decision(self.change.id, is_open=self.is_open))

        return Job(
            plan=plan(self.change), content=CONTENT, roster=ROSTER, gate=gate, environments=self.environments,
            window_end=self.window_end, by=self.by, preconditions_met=self.preconditions_met, gone=self.gone,
            baseline=lambda: {"cmdb/payments-db": "sha256:" + "1" * 64},
        )  # fmt: skip

    def prepared(self, by: str | None = None) -> Prepared:
        ports = Ports(self.journal, self.programs, self.processes, self.times, self.diary, self.unrecorded, lambda: self.stops, self.measure)
        if by is not None:
            self.by = by
        return Prepared(self.job(), ports, self.wait, lambda: "scheduled")

    def elsewhere(self) -> Stage:
        """The same release in a clone on another machine: the ledger is shared, locks are not."""
        other = copy.copy(self)
        other.processes = FakeProcesses()
        return other

    @property
    def in_charge(self) -> str:
        """The run in charge, as `status` names it."""
        return progress(plan(self.change), self.journal.entries).driver.body.run  # type: ignore[union-attr]

    def kill(self, act: Callable[[Prepared], Any]) -> str:
        """Do something that is killed on the way; what held its locks is gone."""
        try:
            act(self.prepared())
        except Killed as killed:
            return str(killed)
        return ""
