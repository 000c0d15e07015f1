"""Running one step: the program, then its `verify`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.model.engines import Playbook, Workflow
from changeflow.model.evidence import StepOutcome
from changeflow.model.journal_notes import noted
from changeflow.model.phrases import Told, told
from changeflow.model.playbook_words import READABLE
from changeflow.model.times import BEGINNING_OF_TIME, format_instant
from changeflow.model.verification import wanted
from changeflow.release.plan import WORKFLOW_ENDING, PlannedStep
from changeflow.release.playbook_recap import Recap
from changeflow.release.soak import Soak, Tally
from changeflow.release.workflow_runs import WorkflowOrder, looked_for_since, run_key
from changeflow.release_driver.ports import Differing, Ports, same
from changeflow.release_driver.workflow_program import Ending, written
from changeflow.repo.programs import Ran

# the program that dispatches a workflow and follows its run
_FOLLOWS: Final = "changeflow.release_driver.workflow_program"
_OUTCOMES: Final[dict[int | None, StepOutcome]] = {
    Ending.DONE: "done",
    Ending.FAILED: "failed",
    Ending.TIMED_OUT: "timed_out",
}
# seconds between looks at whether the user asked to end, while a probe is not due yet
_LOOK: Final = 0.2


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a step. `outcome` is None if the user interrupted it: it is unknown then."""

    outcome: StepOutcome | None
    ran: Ran | None
    note: str = ""


class Start(NamedTuple):
    """The entry that began the release: its digest, and when it was really recorded."""

    digest: str
    recorded_at: datetime


# before a release, where nothing is dispatched
NOT_STARTED: Final = Start("", BEGINNING_OF_TIME)


@dataclass(frozen=True, slots=True)
class Doing:
    """A step that a run carries out, with the facts its programs are given.

    `differing` says which files that a program is given are not as approved; `before` is the value
    of its query before the release, where it is compared with that; `sandbox` is the environment of
    a rehearsal, empty in a release. `start` names the release to other machines.
    """

    change: str
    step: PlannedStep
    run: str
    fence: int
    differing: Differing = same
    before: float | None = None
    sandbox: str = ""
    start: Start = NOT_STARTED

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables of the contract.

        A release has an empty environment, so that one of the caller's leads nowhere else.
        """
        return {
            "CHANGEFLOW_ENVIRONMENT": self.sandbox,
            "CHANGEFLOW_CHANGE": self.change,
            "CHANGEFLOW_STEP_KEY": self.step.key,
            "CHANGEFLOW_FENCE": str(self.fence),
        }


def carry_out(doing: Doing, ports: Ports) -> Result:
    """Run the program and its `verify`; both must say yes. Each may take the step's time-out."""
    if doing.step.soak is not None:
        with ports.processes.step(doing.run, doing.step.key) as descriptor:
            return _lasting(doing, ports, doing.step.soak, descriptor)
    if doing.step.workflow is not None:
        return _work_of_workflow(doing, ports, doing.step.workflow, only_look=False)
    if doing.step.playbook is not None:
        return _work_of_playbook(doing, ports, doing.step.playbook)
    assert doing.step.run is not None  # noqa: S101 - manual steps are carried out by people
    with ports.processes.step(doing.run, doing.step.key) as descriptor:
        ran = _run_unless_changed(doing, doing.step.run, ports, descriptor)
    if ran.how != "done":
        return Result(_outcome_of_run(ran), ran, _detail_unless_done("", ran))
    return _result_of_verify(doing, ports, ran)


def check(doing: Doing, ports: Ports) -> Result:
    """Run only `verify`, because a person reported the step as done."""
    return _result_of_verify(doing, ports, None)


def observe(doing: Doing, ports: Ports) -> Result:
    """Run `verify` of a step whose outcome is unknown.

    Exit code 0 means that it was done, another one that it was not. Without an answer it stays
    unknown.
    """
    if doing.step.soak is not None:
        # it only looks: what was seen before the process was lost is forgotten
        return carry_out(doing, ports)
    if doing.step.workflow is not None:
        return _work_of_workflow(doing, ports, doing.step.workflow, only_look=True)
    assert doing.step.verify is not None  # noqa: S101 - the machine asks only where there is one
    seen = _run_unless_changed(doing, doing.step.verify, ports)
    if seen.how == "interrupted":
        return Result(None, seen)
    if not seen.answered:
        return Result("unknown", seen, f"verify could not tell: {seen.detail}")
    if seen.how == "done":
        return Result("done", seen, "verify says it was done")
    return Result("skipped", seen, f"verify says it was not done ({seen.detail})")


def _work_of_workflow(doing: Doing, ports: Ports, workflow: Workflow, *, only_look: bool) -> Result:
    """Have a workflow dispatched and followed, by a program of its own; then run `verify`.

    Args:
        doing: the step.
        ports: start the program.
        workflow: of the step.
        only_look: its outcome is unknown, so its run is looked for, and none is dispatched.
    """
    asked = workflow.in_rehearsal() if doing.sandbox else workflow
    if asked is None:
        return _nowhere("workflow.nowhere")
    step = doing.step
    order = WorkflowOrder(
        repository=asked.repository,
        file=asked.file,
        ref=asked.ref,
        commit=asked.commit or "",
        inputs=dict(asked.inputs),
        key=run_key(doing.change, step.key, doing.start.digest),
        since=format_instant(looked_for_since(doing.start.recorded_at)),
        seconds=step.timeout.total_seconds(),
        only_look=only_look,
    )
    with ports.processes.step(doing.run, step.key) as descriptor:
        ran = ports.programs.run(
            # -P: no module of the folder it runs in is imported
            (sys.executable, "-P", "-m", _FOLLOWS, written(order)),
            environment=doing.environment,
            timeout=step.timeout + WORKFLOW_ENDING,
            say=ports.watcher.line,
            inherit=descriptor,
        )
    said = ran.output.strip().rpartition("\n")[2] or ran.detail
    if ran.how == "interrupted":
        return Result(None, ran)
    outcome = _OUTCOMES.get(ran.exit_code)
    if outcome is None:
        # it did not say how the workflow ended: that it is gone itself tells nothing
        return Result("unknown", ran, said)
    if outcome != "done":
        return Result(outcome, ran, said)
    return _verified(doing, ports, ran, said)


def _nowhere(code: str) -> Result:
    """Return that an engine is not started in a rehearsal, as nothing says where it acts then."""
    why = in_english(told(code))
    return Result("failed", Ran("not_started", None, 0, "", why), why)


def _verified(doing: Doing, ports: Ports, ran: Ran, said: str) -> Result:
    """Return what `verify` makes of work that an engine says is done, with what the engine said."""
    found = _result_of_verify(doing, ports, ran)
    return Result(found.outcome, found.ran, found.note or said)


def _work_of_playbook(doing: Doing, ports: Ports, playbook: Playbook) -> Result:
    """Run a playbook, and take what it sums up at its end for its outcome; then run `verify`.

    A playbook that finds no host ends with 0 and did nothing: that is a failure.
    """
    asked = playbook.in_rehearsal() if doing.sandbox else playbook
    if asked is None:
        return _nowhere("playbook.nowhere")
    recap = Recap()

    def say(line: str) -> None:
        recap.take(line)
        ports.watcher.line(line)

    with ports.processes.step(doing.run, doing.step.key) as descriptor:
        ran = _run_unless_changed(doing, asked.words, ports, descriptor, asked, say)
    said = str(recap)
    if ran.how == "done" and not recap.is_good:
        return Result("failed", ran, said)
    if ran.how != "done":
        detail = ran.detail
        if recap.hosts:
            detail = f"{ran.detail}; {said}"
        return Result(_outcome_of_run(ran), ran, detail)
    return _verified(doing, ports, ran, said)


@dataclass(frozen=True, slots=True)
class _Probe:
    """What one probe came to; `interrupted`: the user asked to end while it ran."""

    passed: bool
    said: str
    value: float | None = None
    interrupted: bool = False
    exit_code: int | None = None
    output: str = ""


def _lasting(doing: Doing, ports: Ports, soak: Soak, descriptor: int) -> Result:
    """Probe a step from its first probe to its last, or to one failure in a row too many."""
    began, tally, probe = ports.times.patience(), Tally(), _Probe(passed=False, said="")
    while tally.probes < soak.probes:
        due = began + tally.probes * soak.every.total_seconds()
        if not _waited_until(due, ports):
            return Result(None, None)
        probe = _probe(doing, ports, descriptor)
        if probe.interrupted:
            return Result(None, None)
        tally = tally.after(passed=probe.passed, value=probe.value)
        elapsed = ports.times.patience() - began
        ports.watcher.say(_progress(soak, tally, elapsed, probe))
        if tally.in_a_row >= soak.failures:
            break
    elapsed_ms = int((ports.times.patience() - began) * 1000)
    note = _summary(tally)
    outcome: Literal["done", "failed"] = "done"
    if tally.in_a_row >= soak.failures:
        outcome, note = "failed", f"{probe.said}; {note}"
    return Result(outcome, Ran(outcome, probe.exit_code, elapsed_ms, probe.output, note), note)


def _waited_until(due: float, ports: Ports) -> bool:
    """Wait for the time of a probe; return False as soon as the user asks to end."""
    while not ports.stop():
        left = due - ports.times.patience()
        if left <= 0:
            return True
        ports.times.sleep(min(left, _LOOK))
    return False


def _probe(doing: Doing, ports: Ports, descriptor: int) -> _Probe:
    step = doing.step
    if step.query is None:
        assert step.run is not None  # noqa: S101 - a step that lasts is a program or a query
        ran = _run_unless_changed(doing, step.run, ports, descriptor)
        said = ran.detail or "yes"
        stopped = ran.how == "interrupted"
        return _Probe(ran.how == "done", said, None, stopped, ran.exit_code, ran.output)
    seen = ports.measure(step.query, step.timeout.total_seconds(), ports.stop)
    if seen.value is None:
        return _Probe(passed=False, said=seen.why, interrupted=seen.interrupted)
    passed = step.query.keeps(seen.value, doing.before)
    said = f"{seen.value:g}, wanted {wanted(step.query, doing.before)}"
    return _Probe(passed=passed, said=said, value=seen.value)


def _progress(soak: Soak, tally: Tally, elapsed: float, probe: _Probe) -> Told:
    said: dict[str, Any] = {
        "elapsed": f"{elapsed:.0f}",
        "whole": f"{soak.length.total_seconds():.0f}",
        "number": tally.probes,
        "of": soak.probes,
        "said": noted(probe.said),
    }
    if tally.in_a_row:
        said |= {"case": "failing", "failures": tally.in_a_row, "allowed": soak.failures}
    return told("watch.probe", **said)


def _summary(tally: Tally) -> str:
    text = f"{tally.probes} probes, {tally.failed} failed"
    if tally.lowest is None or tally.highest is None:
        return text
    text += f", lowest {tally.lowest:g}, highest {tally.highest:g}"
    if tally.last is None:
        return f"{text}, last not known"
    return f"{text}, last {tally.last:g}"


def _result_of_verify(doing: Doing, ports: Ports, ran: Ran | None) -> Result:
    if doing.step.verify is None:
        return Result("done", ran)
    seen = _run_unless_changed(doing, doing.step.verify, ports)
    return Result(
        _outcome_of_run(seen), _as_one_run(ran, seen), _detail_unless_done("verify: ", seen)
    )


def _as_one_run(ran: Ran | None, seen: Ran) -> Ran:
    """Return program and `verify` as one run, with the result of `verify`."""
    if ran is None:
        return seen
    output = "\n".join(filter(None, (ran.output, seen.output)))
    return Ran(seen.how, seen.exit_code, ran.elapsed_ms + seen.elapsed_ms, output, seen.detail)


def _run_unless_changed(
    doing: Doing,
    argv: tuple[str, ...],
    ports: Ports,
    inherit: int | None = None,
    playbook: Playbook | None = None,
    say: Callable[[str], None] | None = None,
) -> Ran:
    """Start a program, unless one of its files is not as approved.

    This is the last comparison before the start.
    """
    words, environment = argv, doing.environment
    if playbook is not None:
        words, environment = (*argv, *playbook.beside), environment | READABLE
    differing = doing.differing(doing.step, words)
    if differing:
        return Ran("not_started", None, 0, "", f"nothing was started: {differing}")
    return ports.programs.run(
        argv,
        environment=environment,
        timeout=doing.step.timeout,
        say=say or ports.watcher.line,
        inherit=inherit,
    )


def _outcome_of_run(ran: Ran) -> StepOutcome | None:
    match ran.how:
        case "done":
            return "done"
        case "timed_out":
            return "timed_out"
        case "interrupted":
            return None
        case _:
            return "failed"


def _detail_unless_done(prefix: str, ran: Ran) -> str:
    if ran.how == "done":
        return ""
    return f"{prefix}{ran.detail}"
