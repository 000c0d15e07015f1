"""What a run did: for the log, the job summary, later steps and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from changeflow.bot.environment import Environment
from changeflow.hosts.github.actions_output import safe_log, write_outputs, write_summary
from changeflow.model.pull import PullState
from changeflow.render.escape import markdown as escaped


@dataclass
class Report:
    """`failed` is what could not be looked at, `bugs` are exceptions nobody foresaw, `deployments` which change may start.

    `control` is what was seen of GitHub's settings, `notes` are Markdown for the end of the job
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
        """Whether something was judged, and everything that was is open."""
        return bool(self._judged) and not self.failed and all(self._judged)

    @property
    def shut(self) -> bool:
        """Whether something was judged and is not open."""
        return not all(self._judged)

    @property
    def _judged(self) -> list[bool]:
        return [*(state == "open" for state in self.states.values()), *self.deployments.values()]


def finish(
    environment: Environment, report: Report, budget: str, say: Callable[[str], None]
) -> None:
    """Write the job summary and the outputs, and say the rest.

    Nothing in it can give the runner orders.

    Raises:
        errors.HostFailed: when a file cannot be written.
    """
    lines = [*report.lines, *report.failed, budget]
    say(safe_log("\n".join(lines)))
    if environment.summary is not None:
        told = report.summaries or ["\n".join(f"- {escaped(line)}" for line in lines)]
        write_summary(environment.summary, "\n\n".join([*told, *report.notes]))
    if environment.output is not None:
        states = report.states
        write_outputs(
            environment.output,
            {
                "open": "true" if report.open else "false",
                "pulls": ",".join(str(number) for number in sorted(states)),
                "states": ",".join(f"{number}={states[number]}" for number in sorted(states)),
                **({} if report.control is None else {"control": report.control}),
            },
        )
