"""Driving a release: read the journal, ask the machine, act, write.

Again and again until it ends or has to wait.

Before every action the ledger is read again, and every entry is a compare-and-swap on what was
read: a driver that was overtaken while it slept finds out before it acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, assert_never

from changeflow import errors
from changeflow.driver import entries, late_outcomes, steps
from changeflow.driver.halt import Halt
from changeflow.driver.ports import Job, Ports, Reading
from changeflow.model.base import format_instant
from changeflow.model.evidence import ReleaseBody, StepOutcome
from changeflow.release import machine
from changeflow.release.plan import PlannedStep
from changeflow.release.progress import Line, Progress, StepStatus, progress

# seconds between looks at the ledger while a person is waited for
POLL: Final = 0.5
# of an outcome that must not be lost
_TRIES: Final = 4
# seconds before the second try, doubled each time
_PAUSE: Final = 0.25


@dataclass(frozen=True, slots=True)
class JournalView:
    """The ledger as read, and what it says about this release."""

    reading: Reading
    progress: Progress


class Driver:
    """Drives one release in the name of one run; the caller holds the driver's lock of that run.

    Args:
        job: what to release.
        ports: the world.
        run: the id of this run, unique.
        wait: seconds to wait for a person's word before handing back.
        seen: how far the release was when the decision to drive was made. Whoever was in charge
            then may be replaced, as long as nothing more comes from them.
    """

    def __init__(
        self, job: Job, ports: Ports, run: str, wait: float = 0.0, seen: Progress | None = None
    ) -> None:
        self.job = job
        self.ports = ports
        self.run = run
        self.wait = wait
        self.content = ""
        self._expected = (
            seen.driver.body.run if seen is not None and seen.driver is not None else ""
        )
        self._newest = (
            seen.newest.entry.seq if seen is not None and seen.newest is not None else None
        )
        self._waited_since: float | None = None

    def go(self) -> Halt:
        """Drive until there is nothing to do now.

        Raises:
            errors.Refused: when the ledger no longer holds together, or the release has vanished
                from it.
            errors.HostFailed: when git or the remote fails; the release can be resumed.
        """
        self.ports.unrecorded.make_room(self.run)
        try:
            while True:
                halt = self._once()
                if halt is not None:
                    return halt
        finally:
            late_outcomes.give_back(self.ports, self.run)

    def _once(self) -> Halt | None:
        view = self.look()
        halt = self._halted(view)
        if halt is not None:
            return halt
        missed = late_outcomes.late(self.job, self.ports, view.progress)
        if missed is not None:
            return self._catch_up(view, *missed)
        action = machine.action(self.job.plan, view.progress)
        outlived = (
            None
            if isinstance(action, machine.Nothing)
            else still_at_work(self.job, self.ports, view.progress)
        )
        if outlived is not None:
            return Halt("still_running", outlived)
        if self._takes_over(view.progress, action):
            return self._take_over(view)
        return self._act(view, action)

    def _take_over(self, view: JournalView) -> Halt | None:
        if self._is_alive(view.progress):
            return Halt("alive", detail=self._expected)
        before = view.progress.driver.body.run if view.progress.driver else ""
        if self._note(view, entries.resumed(self.run, self.content, self.job.by, before)):
            late_outcomes.give_back(self.ports, before)
        return None

    def _catch_up(
        self, view: JournalView, step: PlannedStep, missed: late_outcomes.LateOutcome
    ) -> Halt | None:
        """Record an outcome that the ledger did not take when it was known."""
        if view.progress.driver is None or view.progress.driver.body.run != self.run:
            return self._take_over(view)
        body = late_outcomes.record(missed, self.run)
        if self._note(view, body):
            self.ports.watcher.say(f"{step.key} {step.name}: {body.outcome}: {body.note}")
            self.ports.unrecorded.forget(missed.body.run)
        return None

    def look(self) -> JournalView:
        """Read the ledger again.

        Raises:
            errors.Refused: see `go`.
        """
        reading = self.ports.journal.read()
        if reading.problems:
            raise errors.Refused(
                f"the ledger does not hold together: {reading.problems[0]}",
                "`changeflow ledger verify` shows every problem",
            )
        state = progress(self.job.plan, reading.of(self.job.change))
        if state.started is None and not state.broken:
            raise errors.Refused(
                f"the release of {self.job.change} is not on the ledger (any more)",
                "was the ledger's branch reset? `changeflow ledger verify`",
            )
        if state.started is not None:
            self.content = state.started.body.digest
        return JournalView(reading, state)

    def _halted(self, view: JournalView) -> Halt | None:
        state = view.progress
        if state.broken:
            return Halt("broken", detail=state.broken)
        if self.ports.stop() and not state.finished:
            self._interrupted("between two steps")
            return Halt("interrupted")
        return self._overtaken(state)

    def _overtaken(self, state: Progress) -> Halt | None:
        """Whether somebody else took charge: after us, or before us since we first looked."""
        driver = state.driver.body.run if state.driver else ""
        self._expected = driver if driver == self.run else self._expected or driver
        return None if driver == self._expected else Halt("overtaken", detail=driver)

    def _takes_over(self, state: Progress, action: machine.Action) -> bool:
        """A newcomer says so before it does anything; one that would only wait leaves no trace."""
        idle = machine.Nothing | machine.AwaitDecision
        waits = isinstance(action, machine.AwaitConfirmation) and not self._too_late(action)
        return (
            state.driver is not None
            and state.driver.body.run != self.run
            and not isinstance(action, idle)
            and not waits
        )

    def _is_alive(self, state: Progress) -> bool:
        """Whether the process that is to be replaced has written since, and not that it stopped."""
        assert state.newest is not None  # noqa: S101 - set together with `started`
        newest = state.newest.entry.seq
        self._newest = newest if self._newest is None else self._newest
        return newest > self._newest and not state.interrupted

    def _act(self, view: JournalView, action: machine.Action) -> Halt | None:  # noqa: PLR0911 - one arm for each action
        match action:
            case machine.RunStep(step) | machine.AskPerson(step) if self._window_is_over(step):
                return self._turn(
                    view, f"the window ended at {self._window_end()} before {step.key} began"
                )
            case machine.RunStep(step):
                return self._run(view, step)
            case machine.AskPerson(step):
                return self._ask(view, step)
            case machine.CheckConfirmed(step):
                return self._result(
                    step, steps.check(self._doing(view, step), self.ports), _begun_by(view, step)
                )
            case machine.VerifyUnknown(step):
                return self._observe(view, step)
            case machine.AwaitConfirmation():
                return self._await(view, action)
            case machine.AwaitDecision(step):
                return self._patience(view, "undecided", step)
            case _:
                return self._conclude(view, action)

    def _conclude(
        self,
        view: JournalView,
        action: machine.TurnRound
        | machine.Finish
        | machine.Nothing
        | machine.Start
        | machine.Broken,
    ) -> Halt | None:
        match action:
            case machine.TurnRound(step):
                return self._turn(
                    view, f"{step.key} {step.name}: {_reason(view.progress.last[step.key])}"
                )
            case machine.Finish(state, left):
                self._note(view, entries.finished(self.run, self.content, state, left))
                return None
            case machine.Nothing():
                return Halt("ended")
            case machine.Start() | machine.Broken():
                raise AssertionError("`look` and `_halted` have dealt with it")
            case _ as never:
                assert_never(never)

    # -- acting --------------------------------------------------------------------------------

    def _run(self, view: JournalView, step: PlannedStep) -> Halt | None:
        if not self._note(view, entries.intent(step, self.run, self.content)):
            return None
        self.ports.watcher.begin(step)
        return self._result(step, steps.carry_out(self._doing(view, step), self.ports), self.run)

    def _ask(self, view: JournalView, step: PlannedStep) -> Halt | None:
        if self._note(view, entries.intent(step, self.run, self.content)):
            self.ports.watcher.begin(step)
        return None

    def _await(self, view: JournalView, action: machine.AwaitConfirmation) -> Halt | None:
        if not self._too_late(action):
            return self._patience(view, "waiting", action.step)
        waited = f"it was not confirmed within {action.step.timeout}"
        if self._note(
            view, entries.outcome(action.step, self.run, self.content, "timed_out", None, waited)
        ):
            self._end(action.step, "timed_out", waited, 0)
        return None

    def _observe(self, view: JournalView, step: PlannedStep) -> Halt | None:
        self.ports.watcher.say(f"{step.key} {step.name}: its outcome is unknown, asking its verify")
        return self._result(
            step, steps.observe(self._doing(view, step), self.ports), _begun_by(view, step)
        )

    def _turn(self, view: JournalView, why: str) -> Halt | None:
        if self._note(view, entries.rolling_back(self.run, self.content, why)):
            self.ports.watcher.say(f"rolling back: {why}")
        return None

    def _result(self, step: PlannedStep, result: steps.Result, begun_by: str) -> Halt | None:
        """Record what became of a step.

        It must not be lost: a race or a hiccup is tried again, an overtaker is respected.

        What the ledger does not take at all is kept in this clone.
        """
        if result.outcome is None:
            self._interrupted(f"during {step.key}")
            return Halt("interrupted", step)
        body = entries.outcome(
            step, self.run, self.content, result.outcome, result.ran, result.note
        )
        ended = self._now()
        try:
            halt = self._keep(step, body)
        except (errors.ChangeflowError, OSError, MemoryError) as error:
            outcome = late_outcomes.LateOutcome(body=body, ended=ended, begun_by=begun_by)
            raise late_outcomes.keep(self.job, self.ports, outcome, error) from error
        self._end(step, result.outcome, result.note, result.ran.elapsed_ms if result.ran else 0)
        return halt

    def _keep(self, step: PlannedStep, body: ReleaseBody) -> Halt | None:
        failures = 0
        while True:
            try:
                view = self.look()
                overtaken = self._overtaken(view.progress)
                if overtaken is not None:
                    return overtaken
                if view.progress.status(step) in (StepStatus.DONE, StepStatus.FAILED):
                    return self._contradict(view, step, body)
                if self._note(view, body):
                    return None
            except errors.Interrupted:
                raise
            except (errors.HostFailed, OSError):
                failures += 1
                if failures == _TRIES:
                    raise
                self.ports.times.sleep(_PAUSE * 2**failures)

    def _contradict(self, view: JournalView, step: PlannedStep, body: ReleaseBody) -> Halt | None:
        """A person spoke while the program was at work.

        Where they called done what then failed, the program is right.
        """
        failed = (
            body.outcome in ("failed", "timed_out")
            and view.progress.status(step) is StepStatus.DONE
        )
        if failed and view.progress.turned is None and step.phase != "rollback":
            return self._turn(
                view,
                f"{step.key} {step.name} was called done, and then it ended: "
                f"{body.note or body.outcome}",
            )
        if failed:
            self._note(view, body)
        return None

    def _interrupted(self, during: str) -> None:
        """A note, if the ledger takes it at once; without it the journal says the same, only less politely."""
        try:
            view = self.look()
            if view.progress.driver is not None and view.progress.driver.body.run == self.run:
                self._note(view, entries.interrupted(self.run, self.content, during))
        except (errors.ChangeflowError, OSError) as error:
            self.ports.watcher.say(f"the interruption could not be recorded: {error}")

    def _note(self, view: JournalView, body: ReleaseBody) -> bool:
        """Append on top of what was read; False when somebody else was first, and everything has to be looked at again."""
        for failures in range(1, _TRIES + 1):
            try:
                self.ports.journal.append(
                    self.job.change,
                    body,
                    head=view.reading.head,
                    clock=self.ports.times.clock(),
                    subject=self.job.subject,
                )
            except errors.LostRace:
                return False
            except (
                errors.CannotSign
                # an agent that was gone, a touch that was missed; nothing was written yet
            ):
                if failures == _TRIES or self.ports.stop():
                    raise
                self.ports.times.sleep(_PAUSE * 2**failures)
            else:
                return True
        raise AssertionError("the last try returns or raises")

    # -- waiting -------------------------------------------------------------------------------

    def _patience(
        self, view: JournalView, why: Literal["waiting", "undecided"], step: PlannedStep
    ) -> Halt | None:
        clock = self.ports.times.patience()
        if self._waited_since is None:
            self._waited_since = clock
            if self.wait:
                self.ports.watcher.say(
                    f"waiting for `changeflow release confirm {self.job.change} --step {step.key} "
                    "--as PERSON`"
                )
        if clock - self._waited_since >= self.wait:
            return self._hand_back(view, why, step)
        self.ports.times.sleep(POLL)
        return None

    def _hand_back(
        self, view: JournalView, why: Literal["waiting", "undecided"], step: PlannedStep
    ) -> Halt | None:
        """Stop waiting.

        The process in charge says so on the ledger: from then on anybody may go on, on any machine.
        """
        state = view.progress
        in_charge = state.driver is not None and state.driver.body.run == self.run
        if in_charge and not state.interrupted:
            try:
                if not self._note(
                    view,
                    entries.interrupted(
                        self.run, self.content, f"waiting for a person: {step.key}"
                    ),
                ):
                    return None
            except (errors.ChangeflowError, OSError) as error:
                self.ports.watcher.say(f"that this process stops could not be recorded: {error}")
        return Halt(why, step)

    def _too_late(self, action: machine.AwaitConfirmation) -> bool:
        return self._now() >= action.since.at + action.step.timeout

    def _window_is_over(self, step: PlannedStep) -> bool:
        end = self.job.window_end
        return step.phase == "implementation" and end is not None and self._now() >= end

    def _now(self) -> datetime:
        return self.ports.times.clock().now

    def _window_end(self) -> str:
        return format_instant(self.job.window_end) if self.job.window_end else ""

    # -- small things --------------------------------------------------------------------------

    def _doing(self, view: JournalView, step: PlannedStep) -> steps.Doing:
        assert view.progress.driver is not None  # noqa: S101 - `look` refuses a journal without a start
        return steps.Doing(
            self.job.change, step, self.run, view.progress.driver.entry.seq, self.job.differing
        )

    def _end(self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int) -> None:
        self._waited_since = None
        self.ports.watcher.end(step, outcome, detail, elapsed_ms)


def still_at_work(job: Job, ports: Ports, state: Progress) -> PlannedStep | None:
    """A step of unknown outcome whose program is at work on this machine, whatever became of the process that started it."""
    unknown = (
        step
        for step in job.plan
        if state.status(step) in (StepStatus.UNKNOWN, StepStatus.UNDECIDED)
    )
    running = (
        step
        for step in unknown
        if ports.presence.program(state.last[step.key].body.run, step.key) == "running"
    )
    return next(running, None)


def _begun_by(view: JournalView, step: PlannedStep) -> str:
    """The run that began a step whose outcome is looked for."""
    return view.progress.begun[step.key].body.run


def _reason(line: Line) -> str:
    return line.body.note or (line.body.outcome or "").replace("_", " ")
