"""What a run did: for the log, the job summary, later steps and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from changeflow.hosts.host import HostJob
from changeflow.lazy_dataclass import dataclass
from changeflow.model.pull_results import PullState
from changeflow.render.escape import markdown as escaped


@dataclass
class Report:
    """What was done, and what could not be.

    `failed` is what could not be looked at, `bugs` are unforeseen exceptions, `deployments` says
    which change may start.

    `control` is what was seen of the host's settings, `notes` are Markdown for the end of the job
    summary.
    """

    lines: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    states: dict[int, PullState] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)
    deployments: dict[str, bool] = field(default_factory=dict)
    control: str | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Tell whether something was judged, and everything that was is open."""
        return bool(self._judged) and not self.failed and all(self._judged)

    @property
    def shut(self) -> bool:
        """Tell whether something was judged and is not open."""
        return not all(self._judged)

    @property
    def _judged(self) -> list[bool]:
        pulls = [state == "open" for state in self.states.values()]
        return [*pulls, *self.deployments.values()]


def finish(job: HostJob, report: Report, spent: str, say: Callable[[str], None]) -> None:
    """Write the job summary and the outputs, and say the rest.

    Nothing in it can give the runner orders.

    Raises:
        errors.HostFailed: when a file cannot be written.
    """
    lines = [*report.lines, *report.failed, spent]
    say(job.log("\n".join(lines)))
    told = report.summaries or ["\n".join(f"- {escaped(line)}" for line in lines)]
    job.write("\n\n".join([*told, *report.notes]), _outputs(report))


def _outputs(report: Report) -> dict[str, str]:
    numbers = sorted(report.states)
    found = {
        "open": "true" if report.open else "false",
        "pulls": ",".join(map(str, numbers)),
        "states": ",".join(f"{number}={report.states[number]}" for number in numbers),
    }
    if report.control is not None:
        found["control"] = report.control
    return found
