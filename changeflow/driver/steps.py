"""Carrying out one step: the program, then its `verify`."""

from __future__ import annotations

from dataclasses import dataclass

from changeflow.driver.ports import Differing, Ports, same
from changeflow.model.evidence import StepOutcome
from changeflow.release.plan import PlannedStep
from changeflow.repo.programs import Ran


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a step. `outcome` is None when the user interrupted it: then nobody knows."""

    outcome: StepOutcome | None
    ran: Ran | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """A step, in the name of a run: what its programs are told.

    `differing` says which files that a program is told of are not what was approved.
    """

    change: str
    step: PlannedStep
    run: str
    fence: int
    differing: Differing = same

    @property
    def environment(self) -> dict[str, str]:
        """The variables of the contract."""
        return {
            "CHANGEFLOW_CHANGE": self.change,
            "CHANGEFLOW_STEP_KEY": self.step.key,
            "CHANGEFLOW_FENCE": str(self.fence),
        }


def carry_out(doing: Doing, ports: Ports) -> Result:
    """Run the program and its `verify`; both must say yes. Each may take the step's time-out."""
    assert doing.step.run is not None  # noqa: S101 - manual steps are carried out by people
    with ports.presence.step(doing.run, doing.step.key) as descriptor:
        ran = _run(doing, doing.step.run, ports, descriptor)
    if ran.how != "done":
        return Result(_outcome(ran), ran, _because("", ran))
    return _verified(doing, ports, ran)


def check(doing: Doing, ports: Ports) -> Result:
    """Only `verify`: a person said the step is done."""
    return _verified(doing, ports, None)


def observe(doing: Doing, ports: Ports) -> Result:
    """`verify` of a step whose outcome is unknown: 0 says done, another exit code that it did not happen, no answer nothing."""
    assert doing.step.verify is not None  # noqa: S101 - the machine asks only where there is one
    seen = _run(doing, doing.step.verify, ports)
    if seen.how == "interrupted":
        return Result(None, seen)
    if not seen.answered:
        return Result("unknown", seen, f"verify could not tell: {seen.detail}")
    if seen.how == "done":
        return Result("done", seen, "verify says it was done")
    return Result("skipped", seen, f"verify says it was not done ({seen.detail})")


def _verified(doing: Doing, ports: Ports, ran: Ran | None) -> Result:
    if doing.step.verify is None:
        return Result("done", ran)
    seen = _run(doing, doing.step.verify, ports)
    return Result(_outcome(seen), _together(ran, seen), _because("verify: ", seen))


def _together(ran: Ran | None, seen: Ran) -> Ran:
    """The step as a whole: `verify` has the last word."""
    if ran is None:
        return seen
    output = "\n".join(text for text in (ran.output, seen.output) if text)
    return Ran(seen.how, seen.exit_code, ran.elapsed_ms + seen.elapsed_ms, output, seen.detail)


def _run(doing: Doing, argv: tuple[str, ...], ports: Ports, inherit: int | None = None) -> Ran:
    """Start a program, unless a file that it is told of is not what was approved: the last look before the start."""
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


def _outcome(ran: Ran) -> StepOutcome | None:
    match ran.how:
        case "done":
            return "done"
        case "timed_out":
            return "timed_out"
        case "interrupted":
            return None
        case _:
            return "failed"


def _because(prefix: str, ran: Ran) -> str:
    return "" if ran.how == "done" else f"{prefix}{ran.detail}"
