"""Several processes in two clones, stopped and let go at every fault point in any order: nothing runs twice, nothing is forgotten.

Every process is a thread that stands still at each fault point until it is told to go on, so that the order is the test's. People
speak the truth as they see it: a step is called done when its effect is there, and a run is called gone when it is.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from changeflow import errors
from changeflow.release.progress import StepStatus, progress
from changeflow.release.run_in_charge import QUIET
from changeflow.usecases.release import run as release
from changeflow.usecases.release.interventions import Confirmation
from changeflow.usecases.release.run import Prepared
from tests.examples import examples

from .building import change
from .fakes import Killed, Stage
from .plans import do, person

PLANS = {
    "checked": lambda: change(
        implementation=[do("one", checked=True), do("two", checked=True)],
        verification=[do("smoke", checked=True)],
        rollback=[do("undo", checked=True)],
    ),
    "unchecked": lambda: change(implementation=[do("one"), do("two", checked=True)], rollback=[do("undo")]),
    "manual": lambda: change(implementation=[person("call"), do("one"), do("two", checked=True)], rollback=[do("undo")]),
}
Far = Literal["point", "program", "end"]
FAR: tuple[Far, ...] = ("point", "program", "end")
PROGRAM = ("before effect", "after effect", "during verify")


@dataclass
class Process:
    """A command in a thread that goes from one fault point to the next when it is told to."""

    name: str
    act: Callable[[], object]
    at: str = "start"
    over: bool = False
    dying: bool = False
    bug: BaseException | None = None
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    stands: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self.go.acquire()
        try:
            if not self.dying:
                self.act()
        except (Killed, errors.ChangeflowError):
            pass
        except BaseException as bug:  # noqa: BLE001 - a thread's bug is the test's to raise
            self.bug = bug
        self.over = True
        self.stands.release()

    def point(self, name: str) -> None:
        self.at = name
        self.stands.release()
        self.go.acquire()
        if self.dying:
            raise Killed(name)

    def step(self) -> None:
        if not self.over:
            self.go.release()
            self.stands.acquire()
        if self.bug is not None:
            raise self.bug

    def goes(self, far: Far) -> None:
        """To the next fault point, to the next one inside of a program, or to the end."""
        self.step()
        while not self.over and far != "point" and not (far == "program" and self.inside):
            self.step()

    def kill(self) -> None:
        self.dying = True
        while not self.over:
            self.step()

    @property
    def inside(self) -> bool:
        """Whether one of its programs is at work."""
        return not self.over and self.at.startswith(PROGRAM)


class TwoClones(RuleBasedStateMachine):
    @initialize(
        plan=st.sampled_from(sorted(PLANS)),
        fails=st.sampled_from(["", "implementation/1", "verification/0", "rollback/0"]),
        programs=st.integers(0, 4),
    )
    def begin(self, plan: str, fails: str, programs: int) -> None:
        here = Stage(PLANS[plan](), fault=self.point)
        here.world.fails = frozenset({fails} if fails else ())
        self.stages = {"here": here, "there": here.elsewhere()}
        self.plan = here.job().plan
        self.processes: list[Process] = []
        first = self.starts("here", release.run, "bob", sure=False)
        for _ in range(programs):
            first.goes("program")

    @property
    def stage(self) -> Stage:
        return self.stages["here"]

    def point(self, name: str) -> None:
        process = next((one for one in self.processes if one.thread is threading.current_thread()), None)
        if process is not None:
            process.point(name)

    @property
    def alive(self) -> list[Process]:
        return [process for process in self.processes if not process.over]

    def gone(self) -> str:
        """The run in charge, where nobody is alive who drives it."""
        with contextlib.suppress(AttributeError):
            run = self.stage.in_charge
            return "" if any(run in stage.processes.alive for stage in self.stages.values()) else run
        return ""

    def starts(self, clone: str, act: Callable[[Prepared], object], by: str, *, sure: bool) -> Process:
        stage = self.stages[clone]
        stage.gone = self.gone() if sure else ""
        prepared = stage.prepared(by)
        process = Process(f"{clone} {by}", lambda: act(prepared))
        self.processes.append(process)
        return process

    @rule(
        clone=st.sampled_from(["here", "there"]),
        verb=st.sampled_from([release.run, release.resume, release.rollback]),
        by=st.sampled_from(["bob", "carol"]),
        sure=st.booleans(),
        far=st.sampled_from(FAR),
    )
    def command(self, clone: str, verb: Callable[[Prepared], object], by: str, sure: bool, far: Far) -> None:
        if len(self.alive) < 4:
            self.starts(clone, verb, by, sure=sure).goes(far)

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 3), far=st.sampled_from(FAR))
    def goes_on(self, which: int, far: Far) -> None:
        self.alive[which % len(self.alive)].goes(far)

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 3))
    def is_killed(self, which: int) -> None:
        self.alive[which % len(self.alive)].kill()

    @rule(clone=st.sampled_from(["here", "there"]), sure=st.booleans())
    def somebody_confirms(self, clone: str, sure: bool) -> None:
        key = self.open_step()
        if not key:
            return
        manual = self.plan.step(key).manual is not None  # type: ignore[union-attr]
        if manual:
            self.stage.world.marks.add(key)
        word = "done" if key in self.stage.world.marks else "not-done"
        process = self.starts(clone, lambda prepared: release.confirm(prepared, Confirmation(word, key)), "carol", sure=sure)  # type: ignore[arg-type]
        process.goes("end")

    @precondition(lambda self: not self.alive)
    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        self.stage.times.now += timedelta(minutes=minutes)

    def open_step(self) -> str:
        state = progress(self.plan, self.stage.journal.entries)
        asked = (StepStatus.WAITING, StepStatus.UNKNOWN, StepStatus.UNDECIDED)
        return next((step.key for step in self.plan if state.status(step) in asked), "")

    @invariant()
    def no_step_runs_twice(self) -> None:
        """A step that fails leaves nothing behind here, so that only the others count."""
        counted = Counter(self.stage.world.effects)
        twice = {key: count for key, count in counted.items() if count > 1 and key not in self.stage.world.fails}
        assert not twice, (twice, self.stage.journal.events())

    @invariant()
    def no_two_programs_are_at_work_at_once(self) -> None:
        assert sum(process.inside for process in self.processes) <= 1, self.stage.journal.events()

    @invariant()
    def the_journal_can_be_followed(self) -> None:
        assert not progress(self.plan, self.stage.journal.entries).broken

    def teardown(self) -> None:
        if not hasattr(self, "stages"):
            return
        for process in self.processes:
            process.kill()
        if progress(self.plan, self.stage.journal.entries).started is not None:
            self.ends()

    def ends(self) -> None:
        """With everybody gone, people bring it to its end: nothing is forgotten on the way."""
        for _ in range(20):
            if progress(self.plan, self.stage.journal.entries).finished is not None:
                break
            self.somebody_confirms("there", sure=True)
            process = self.starts("there", release.resume, "bob", sure=True)
            process.goes("end")
        state = progress(self.plan, self.stage.journal.entries)
        assert state.finished is not None, self.stage.journal.events()
        self.no_step_runs_twice()
        if state.finished.body.state == "implemented":
            programs = {step.key for step in self.plan.forward if step.manual is None}
            assert programs == set(self.stage.world.effects)
        done = {key for key, line in state.last.items() if line.body.outcome == "done" and self.plan.step(key).manual is None}  # type: ignore[union-attr]
        assert done <= set(self.stage.world.effects)


TestTwoClones = TwoClones.TestCase
TestTwoClones.settings = settings(max_examples=examples(100), stateful_step_count=30)


@pytest.mark.parametrize("plan", ["checked", "unchecked"])
@pytest.mark.parametrize("verb", [release.resume, release.rollback])
def test_a_newcomer_that_took_silence_for_an_end_gives_way_to_a_process_that_writes_again(
    plan: str, verb: Callable[[Prepared], object]
) -> None:
    clones = TwoClones()
    clones.begin(plan=plan, fails="", programs=0)
    first = clones.processes[0]
    while "intent" not in first.at:
        first.step()
    clones.stage.times.now += QUIET + timedelta(minutes=5)
    newcomer = clones.starts("there", verb, "bob", sure=False)
    newcomer.step()
    assert not newcomer.over, "it should stand before its first line"
    first.goes("program")
    assert first.inside
    newcomer.goes("program")
    clones.no_two_programs_are_at_work_at_once()
    assert newcomer.over
    assert "resumed" not in clones.stage.journal.events()
    clones.teardown()
