"""The plan of a release: the steps of a change in order, each with a key that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from changeflow.model.canonical import digest
from changeflow.model.change import ChangeRequest, Rollback, Step, material
from changeflow.model.config import ReleaseConfig
from changeflow.model.evidence import Phase


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step.

    It has either `run` (an argument vector, never a shell string) or `manual` (what a person does).

    `mutable` are files and folders of the repository that may be others than those that were
    approved.
    """

    phase: Phase
    index: int
    name: str
    run: tuple[str, ...] | None
    manual: str | None
    verify: tuple[str, ...] | None
    timeout: timedelta
    mutable: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return `<phase>/<index>`: the idempotency key of the step for journal and programs."""
        return f"{self.phase}/{self.index}"

    @property
    def programs(self) -> tuple[str, ...]:
        """Return the programs that this step starts."""
        return tuple(argv[0] for argv in (self.run, self.verify) if argv is not None)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps that a release will run.

    `material` is the digest of the change's material fields: same digest, same plan.
    `preconditions` must hold before the release starts, or there would be no way back; they are
    checked, not journalled, and have no key of their own.
    """

    change: str
    material: str
    implementation: tuple[PlannedStep, ...]
    verification: tuple[PlannedStep, ...]
    rollback: tuple[PlannedStep, ...]
    preconditions: tuple[PlannedStep, ...]
    limit: timedelta | None

    def __iter__(self) -> Iterator[PlannedStep]:
        """Yield every step, phase after phase."""
        yield from (*self.implementation, *self.verification, *self.rollback)

    @property
    def forward(self) -> tuple[PlannedStep, ...]:
        """Return the steps of a release that succeeds."""
        return (*self.implementation, *self.verification)

    def step(self, key: str) -> PlannedStep | None:
        """Return the step with this key, or None."""
        for step in self:
            if step.key == key:
                return step
        return None


def plan(change: ChangeRequest, config: ReleaseConfig | None = None) -> Plan:
    """Return the plan of a change; a step without a time-out gets the configuration's.

    Manual steps wait for `confirm_timeout`, programs run for `step_timeout`.
    """
    config = config or ReleaseConfig()
    spec = change.spec
    rollback = spec.rollback or Rollback()
    forward = spec.implementation.steps if spec.implementation is not None else ()
    return Plan(
        change=change.id,
        material=digest(material(change)),
        implementation=_planned_steps("implementation", forward, config),
        verification=_planned_steps("verification", spec.verification, config),
        rollback=_planned_steps("rollback", rollback.steps, config),
        preconditions=_planned_steps("rollback", rollback.preconditions, config),
        limit=rollback.limit,
    )


def _planned_steps(
    phase: Phase, steps: Sequence[Step], config: ReleaseConfig
) -> tuple[PlannedStep, ...]:
    return tuple(_planned_step(phase, index, step, config) for index, step in enumerate(steps))


def _planned_step(phase: Phase, index: int, step: Step, config: ReleaseConfig) -> PlannedStep:
    usual = config.step_timeout if step.manual is None else config.confirm_timeout
    return PlannedStep(
        phase=phase,
        index=index,
        name=step.name,
        run=step.run,
        manual=step.manual,
        verify=step.verify,
        timeout=step.timeout or usual,
        mutable=step.mutable,
    )
