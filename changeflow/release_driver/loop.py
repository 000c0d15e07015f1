"""Driving a release: read the journal, ask the machine, act, write.

Again and again until it ends or has to wait.

Before every action the ledger is read again, and every entry is a compare-and-swap on what was
read: a driver that was overtaken while it slept finds out before it acts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, assert_never

from changeflow import errors
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_parts import format_instant
from changeflow.model.evidence import BACKWARD, ReleaseBody, StepOutcome
from changeflow.model.journal_notes import noted
from changeflow.model.phrases import Told, told
from changeflow.release import state_machine as machine
from changeflow.release.plan import BEFORE, PlannedStep
from changeflow.release.progress import Line, Progress, StepStatus, progress
from changeflow.release_driver import entries, late_outcomes, steps
from changeflow.release_driver.against import Watch
from changeflow.release_driver.ports import Job, Ports, Reading
from changeflow.release_driver.why_stopped import Halt

# seconds between looks at the ledger while a person is waited for
POLL: Final = 0.5
# of an outcome that must not be lost
_TRIES: Final = 4
# seconds between an intent and the start of its program after which the ledger is read again
_PAUSED: Final = 5.0
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
        wait: seconds to wait for a person's confirmation before stopping.
        seen: the progress of the release when the decision to drive was made. The run in charge at
            that time may be replaced, as long as it writes no further entry.
    """

    def __init__(
        self, job: Job, ports: Ports, run: str, wait: float = 0.0, seen: Progress | None = None
    ) -> None:
        self.job = job
        self.ports = ports
        self.run = run
        self.wait = wait
        self.content = ""
        self._expected = ""
        self._newest: int | None = None
        self._waited_since: float | None = None
        self._watch = Watch(job, ports, fresh=seen is None)
        if seen is not None and seen.driver is not None:
            self._expected = seen.driver.body.run
        if seen is not None and seen.newest is not None:
            self._newest = seen.newest.entry.seq

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
                halt = self._one_round()
                if halt is not None:
                    return halt
        finally:
            late_outcomes.give_back(self.ports, self.run)

    def _one_round(self) -> Halt | None:
        view = self.look()
        halt = self._reason_to_halt(view)
        if halt is not None:
            return halt
        missed = late_outcomes.late(self.job, self.ports, view.progress)
        if missed is not None:
            return self._catch_up(view, *missed)
        action = machine.action(self.job.plan, view.progress)
        if not isinstance(action, machine.Nothing):
            running = running_step(self.job, self.ports, view.progress)
            if running is not None:
                return Halt("still_running", running)
        if self._takes_over(view.progress, action):
            return self._take_over(view)
        return self._perform(view, action)

    def _take_over(self, view: JournalView) -> Halt | None:
        if self._is_alive(view.progress):
            return Halt("alive", detail=self._expected)
        before = view.progress.driver.body.run if view.progress.driver else ""
        if self._append_entry(view, entries.resumed(self.run, self.content, self.job.by, before)):
            late_outcomes.give_back(self.ports, before)
        return None

    def _catch_up(
        self, view: JournalView, step: PlannedStep, missed: late_outcomes.LateOutcome
    ) -> Halt | None:
        """Record an outcome that the ledger did not take when it was known."""
        if view.progress.driver is None or view.progress.driver.body.run != self.run:
            return self._take_over(view)
        body = late_outcomes.record(missed, self.run)
        if self._append_entry(view, body):
            came_to = {"outcome": body.outcome, "note": noted(body.note)}
            self.ports.watcher.say(told("watch.late", key=step.key, name=step.name, **came_to))
            self.ports.unrecorded.forget(missed.body.run)
        return None

    def look(self) -> JournalView:
        """Read the ledger again.

        Raises:
            errors.Refused: see `go`.
        """
        reading = self.ports.journal.read()
        if reading.problems:
            raise errors.Refused.of("append.broken", problem=reading.problems[0])
        state = progress(self.job.plan, reading.of(self.job.change))
        if state.started is None and not state.broken:
            raise errors.Refused.of("run.lost", change=self.job.change)
        if state.started is not None:
            self.content = state.started.body.digest
        return JournalView(reading, state)

    def _reason_to_halt(self, view: JournalView) -> Halt | None:
        state = view.progress
        if state.broken:
            return Halt("broken", detail=state.broken)
        if self.ports.stop() and not state.finished:
            self._record_interruption("between two steps")
            return Halt("interrupted")
        return self._halt_if_overtaken(state)

    def _halt_if_overtaken(self, state: Progress) -> Halt | None:
        """Return a halt if another process took charge since this run first read the journal."""
        driver = state.driver.body.run if state.driver else ""
        if driver == self.run:
            self._expected = driver
        self._expected = self._expected or driver
        if driver == self._expected:
            return None
        return Halt("overtaken", detail=driver)

    def _takes_over(self, state: Progress, action: machine.Action) -> bool:
        """Return whether to record that this run takes over.

        A run that would only wait leaves no entry.
        """
        idle = machine.Nothing | machine.AwaitDecision
        waits = isinstance(action, machine.AwaitConfirmation) and not self._too_late(action)
        return (
            state.driver is not None
            and state.driver.body.run != self.run
            and not isinstance(action, idle)
            and not waits
        )

    def _is_alive(self, state: Progress) -> bool:
        """Return whether the process to be replaced has written since, other than its stop."""
        assert state.newest is not None  # noqa: S101 - set together with `started`
        newest = state.newest.entry.seq
        if self._newest is None:
            self._newest = newest
        return newest > self._newest and not state.interrupted

    # one arm for each action
    def _perform(self, view: JournalView, action: machine.Action) -> Halt | None:  # noqa: PLR0911
        match action:
            case machine.RunStep(step) | machine.AskPerson(step) if self._window_is_over(step):
                return self._turn_to_rollback(
                    view, f"the window ended at {self._window_end()} before {step.key} began"
                )
            case machine.RunStep(step) | machine.AskPerson(step) if (
                stands := self._stands_against(view, step)
            ):
                return self._give_way(view, step, stands)
            case machine.RunStep(step):
                return self._run_step(view, step)
            case machine.AskPerson(step):
                return self._ask_person(view, step)
            case machine.CheckConfirmed(step):
                return self._record_result(
                    step,
                    steps.check(self._doing_of_step(view, step), self.ports),
                    _begun_by(view, step),
                )
            case machine.VerifyUnknown(step):
                return self._observe_unknown(view, step)
            case machine.AwaitConfirmation():
                return self._await_confirmation(view, action)
            case machine.AwaitDecision(step):
                return self._wait_or_stop(view, "undecided", step)
            case _:
                return self._end_or_turn(view, action)

    def _end_or_turn(
        self,
        view: JournalView,
        action: machine.TurnRound
        | machine.LeaveOut
        | machine.Finish
        | machine.Nothing
        | machine.Start
        | machine.Broken,
    ) -> Halt | None:
        match action:
            case machine.TurnRound(step):
                return self._turn_to_rollback(
                    view, f"{step.key} {step.name}: {_reason_of_line(view.progress.last[step.key])}"
                )
            case machine.LeaveOut(step, reason):
                return self._leave_out(view, step, reason)
            case machine.Finish(state, left):
                self._append_entry(view, entries.finished(self.run, self.content, state, left))
                return None
            case machine.Nothing():
                return Halt("ended")
            case machine.Start() | machine.Broken():
                raise AssertionError("`look` and `_reason_to_halt` have dealt with it")
            case _ as never:
                assert_never(never)

    # -- acting --------------------------------------------------------------------------------

    def _run_step(self, view: JournalView, step: PlannedStep) -> Halt | None:
        if not self._append_entry(view, entries.intent(step, self.run, self.content)):
            return None
        since = self.ports.times.patience()
        self.ports.watcher.begin(step)
        if self.ports.times.patience() - since > _PAUSED:
            # this process stood still: another one may have taken over meanwhile
            overtaken = self._halt_if_overtaken(self.look().progress)
            if overtaken is not None:
                return overtaken
        return self._record_result(
            step, steps.carry_out(self._doing_of_step(view, step), self.ports), self.run
        )

    def _stands_against(self, view: JournalView, step: PlannedStep) -> tuple[Told, ...]:
        """Return what has come up since the start, before a step that goes forward.

        What cannot be told stands against it, too.
        """
        if step.phase != "implementation" or self.job.running == "finish":
            return ()
        try:
            return self._watch.found(view.reading)
        except errors.Interrupted:
            raise
        except (errors.ChangeflowError, OSError) as error:
            why = error.told if isinstance(error, errors.ChangeflowError) else str(error)
            return (told("journal.unknown_against", why=[why]),)

    def _give_way(
        self, view: JournalView, step: PlannedStep, stands: tuple[Told, ...]
    ) -> Halt | None:
        """Stop before a step, or turn back, as policy says. What is not known never turns back."""
        because = "; ".join(map(in_english, stands))
        known = all(one["code"] != "journal.unknown_against" for one in stands)
        if self.job.running == "turn_back" and known:
            return self._turn_to_rollback(view, because)
        state = view.progress
        if state.driver is not None and state.driver.body.run == self.run and not state.interrupted:
            self._record_interruption(f"before {step.key}: {because}")
        return Halt("stopped", step, because=stands)

    def _ask_person(self, view: JournalView, step: PlannedStep) -> Halt | None:
        if self._append_entry(view, entries.intent(step, self.run, self.content)):
            self.ports.watcher.begin(step)
        return None

    def _await_confirmation(
        self, view: JournalView, action: machine.AwaitConfirmation
    ) -> Halt | None:
        if not self._too_late(action):
            return self._wait_or_stop(view, "waiting", action.step)
        waited = f"it was not confirmed within {action.step.timeout}"
        if self._append_entry(
            view, entries.outcome(action.step, self.run, self.content, "timed_out", None, waited)
        ):
            self._end_step(action.step, "timed_out", waited, 0)
        return None

    def _observe_unknown(self, view: JournalView, step: PlannedStep) -> Halt | None:
        self.ports.watcher.say(told("watch.asking", key=step.key, name=step.name))
        return self._record_result(
            step, steps.observe(self._doing_of_step(view, step), self.ports), _begun_by(view, step)
        )

    def _turn_to_rollback(self, view: JournalView, why: str) -> Halt | None:
        if self._append_entry(view, entries.rolling_back(self.run, self.content, why)):
            self.ports.watcher.say(told("journal.turning", because=noted(why)))
        return None

    def _leave_out(self, view: JournalView, step: PlannedStep, why: str) -> Halt | None:
        if self._append_entry(view, entries.left_out(step, self.run, self.content, why)):
            self.ports.watcher.say(
                told("journal.left_out", key=step.key, name=step.name, because=noted(why))
            )
        return None

    def _record_result(self, step: PlannedStep, result: steps.Result, begun_by: str) -> Halt | None:
        """Record what became of a step.

        It must not be lost: after a race or a failure it is tried again, unless another run took
        over. An outcome that the ledger does not accept at all is kept in this clone.
        """
        if result.outcome is None:
            self._record_interruption(f"during {step.key}")
            return Halt("interrupted", step)
        body = entries.outcome(
            step, self.run, self.content, result.outcome, result.ran, result.note
        )
        ended = self._time_now()
        try:
            halt = self._append_outcome(step, body)
        except (errors.ChangeflowError, OSError, MemoryError) as error:
            outcome = late_outcomes.LateOutcome(body=body, ended=ended, begun_by=begun_by)
            raise late_outcomes.keep(self.job, self.ports, outcome, error) from error
        self._end_step(
            step, result.outcome, result.note, result.ran.elapsed_ms if result.ran else 0
        )
        return halt

    def _append_outcome(self, step: PlannedStep, body: ReleaseBody) -> Halt | None:
        failures = 0
        while True:
            try:
                view = self.look()
                overtaken = self._halt_if_overtaken(view.progress)
                if overtaken is not None:
                    return overtaken
                if view.progress.status(step) in (StepStatus.DONE, StepStatus.FAILED):
                    return self._contradict_confirmation(view, step, body)
                if self._append_entry(view, body):
                    return None
            except errors.Interrupted:
                raise
            except (errors.HostFailed, OSError):
                failures += 1
                if failures == _TRIES:
                    raise
                self.ports.times.sleep(_PAUSE * 2**failures)

    def _contradict_confirmation(
        self, view: JournalView, step: PlannedStep, body: ReleaseBody
    ) -> Halt | None:
        """Record a failure of a step that a person reported as done while its program ran.

        The outcome of the program is what happened.

        Where they called done what then failed, the program is right.
        """
        ended_badly = body.outcome in ("failed", "timed_out")
        failed = ended_badly and view.progress.status(step) is StepStatus.DONE
        if failed and view.progress.turned is None and step.phase not in BACKWARD:
            return self._turn_to_rollback(
                view,
                f"{step.key} {step.name} was called done, and then it ended: "
                f"{body.note or body.outcome}",
            )
        if failed:
            self._append_entry(view, body)
        return None

    def _record_interruption(self, during: str) -> None:
        """Record the interruption if the ledger accepts it soon: others may write to it as well.

        Without this note the journal still leads to the same recovery.
        """
        try:
            for _ in range(_TRIES):
                view = self.look()
                if view.progress.driver is None or view.progress.driver.body.run != self.run:
                    return
                if self._append_entry(view, entries.interrupted(self.run, self.content, during)):
                    return
        except (errors.ChangeflowError, OSError) as error:
            self.ports.watcher.say(told("watch.no_interruption", why=str(error)))

    def _append_entry(self, view: JournalView, body: ReleaseBody) -> bool:
        """Append on top of what was read; return False if another process appended first.

        In that case everything has to be read again.
        """
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
            except errors.CannotSign:
                # the agent was gone, or a touch was missed; nothing was written yet
                if failures == _TRIES or self.ports.stop():
                    raise
                self.ports.times.sleep(_PAUSE * 2**failures)
            else:
                return True
        raise AssertionError("the last try returns or raises")

    # -- waiting -------------------------------------------------------------------------------

    def _wait_or_stop(
        self, view: JournalView, why: Literal["waiting", "undecided"], step: PlannedStep
    ) -> Halt | None:
        clock = self.ports.times.patience()
        if self._waited_since is None:
            self._waited_since = clock
            if self.wait:
                change = self.job.change
                self.ports.watcher.say(told("watch.waiting", change=change, step=step.key))
        if clock - self._waited_since >= self.wait:
            return self._stop_waiting(view, why, step)
        self.ports.times.sleep(POLL)
        return None

    def _stop_waiting(
        self, view: JournalView, why: Literal["waiting", "undecided"], step: PlannedStep
    ) -> Halt | None:
        """Stop waiting.

        The process in charge records it: from then on any other may resume, on any machine.
        """
        state = view.progress
        in_charge = state.driver is not None and state.driver.body.run == self.run
        if in_charge and not state.interrupted:
            during = f"waiting for a person: {step.key}"
            try:
                if not self._append_entry(
                    view, entries.interrupted(self.run, self.content, during)
                ):
                    return None
            except (errors.ChangeflowError, OSError) as error:
                self.ports.watcher.say(told("watch.no_stop", why=str(error)))
        return Halt(why, step)

    def _too_late(self, action: machine.AwaitConfirmation) -> bool:
        return self._time_now() >= action.since.at + action.step.timeout

    def _window_is_over(self, step: PlannedStep) -> bool:
        end = self.job.window_end
        return step.phase == "implementation" and end is not None and self._time_now() >= end

    def _time_now(self) -> datetime:
        return self.ports.times.clock().now

    def _window_end(self) -> str:
        if self.job.window_end is None:
            return ""
        return format_instant(self.job.window_end)

    # -- small things --------------------------------------------------------------------------

    def _doing_of_step(self, view: JournalView, step: PlannedStep) -> steps.Doing:
        # `look` refuses a journal without a start
        assert view.progress.driver is not None  # noqa: S101
        assert view.progress.started is not None  # noqa: S101
        began = view.progress.started.entry
        return steps.Doing(
            self.job.change,
            step,
            self.run,
            view.progress.driver.entry.seq,
            self.job.differing,
            _before(view.progress, step),
            self.job.sandbox,
            steps.Start(began.digest, began.recorded_at),
        )

    def _end_step(
        self, step: PlannedStep, outcome: StepOutcome, detail: str, elapsed_ms: int
    ) -> None:
        self._waited_since = None
        self.ports.watcher.end(step, outcome, detail, elapsed_ms)


def running_step(job: Job, ports: Ports, state: Progress) -> PlannedStep | None:
    """Return a step of unknown outcome whose program still runs on this machine, or None.

    It does not matter whether the process that started it still runs.
    """
    for step in job.plan:
        if state.status(step) in (StepStatus.UNKNOWN, StepStatus.UNDECIDED):
            run = state.last[step.key].body.run
            if ports.processes.program(run, step.key) == "running":
                return step
    return None


def _before(state: Progress, step: PlannedStep) -> float | None:
    """Return the value of a step's query before the release, as its start recorded it."""
    if state.started is None:
        return None
    text = state.started.body.baseline.get(BEFORE + step.key)
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _begun_by(view: JournalView, step: PlannedStep) -> str:
    """Return the run that began a step whose outcome is unknown."""
    return view.progress.begun[step.key].body.run


def _reason_of_line(line: Line) -> str:
    return line.body.note or (line.body.outcome or "").replace("_", " ")
