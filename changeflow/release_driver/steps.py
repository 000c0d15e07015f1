"""Running one step: the program, then its `verify`."""

from __future__ import annotations

from dataclasses import dataclass

from changeflow.model.evidence import StepOutcome
from changeflow.release.plan import PlannedStep
from changeflow.release_driver.ports import Differing, Ports, same
from changeflow.repo.programs import Ran


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a step. `outcome` is None if the user interrupted it: it is unknown then."""

    outcome: StepOutcome | None
    ran: Ran | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """A step that a run carries out, with the facts its programs are given.

    `differing` says which files that a program is given are not as approved.
    """

    change: str
    step: PlannedStep
    run: str
    fence: int
    differing: Differing = same

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables of the contract."""
        return {
            "CHANGEFLOW_CHANGE": self.change,
            "CHANGEFLOW_STEP_KEY": self.step.key,
            "CHANGEFLOW_FENCE": str(self.fence),
        }


def carry_out(doing: Doing, ports: Ports) -> Result:
    """Run the program and its `verify`; both must say yes. Each may take the step's time-out."""
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
    assert doing.step.verify is not None  # noqa: S101 - the machine asks only where there is one
    seen = _run_unless_changed(doing, doing.step.verify, ports)
    if seen.how == "interrupted":
        return Result(None, seen)
    if not seen.answered:
        return Result("unknown", seen, f"verify could not tell: {seen.detail}")
    if seen.how == "done":
        return Result("done", seen, "verify says it was done")
    return Result("skipped", seen, f"verify says it was not done ({seen.detail})")


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
    doing: Doing, argv: tuple[str, ...], ports: Ports, inherit: int | None = None
) -> Ran:
    """Start a program, unless one of its files is not as approved.

    This is the last comparison before the start.
    """
    differing = doing.differing(doing.step, argv)
    if differing:
        return Ran("not_started", None, 0, "", f"nothing was started: {differing}")
    return ports.programs.run(
        argv,
        environment=doing.environment,
        timeout=doing.step.timeout,
        say=ports.watcher.line,
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
