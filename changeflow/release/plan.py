"""The plan of a release: the steps of a change in order, each with a key that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest
from changeflow.model.change import (
    ChangeRequest,
    ImplementationStep,
    PlanProgram,
    Rollback,
    RollbackStep,
    Step,
    Undo,
    VerificationStep,
    material,
)
from changeflow.model.config import ReleaseConfig
from changeflow.model.engines import Playbook, Workflow
from changeflow.model.verification import Query
from changeflow.release.soak import Soak, usual_every

if TYPE_CHECKING:
    from changeflow.model.evidence import Phase

# a server that has not answered by then is not waited for
_QUERY_TIMEOUT: Final = timedelta(seconds=10)
# what a workflow may take beyond its time-out: it is cancelled, and its end is waited for
WORKFLOW_ENDING: Final = timedelta(minutes=3)
# of the keys in a journal's baseline: a value before the release, by its verification
BEFORE: Final = "before/"


@dataclass(frozen=True)
class PlannedStep:
    """One step.

    It has one of `run` (an argument vector, never a shell string), `manual` (what a person does),
    `workflow` (one that is dispatched), and `query` (what a metric must show). Where it is a
    `playbook`, `run` is the program of Ansible that runs it.

    With `soak` it is probed again and again; each probe may
    take the time-out.

    `mutable` are files and folders of the repository that may be others than those that were
    approved. A step of the implementation that cannot be undone says why (`irreversible`), and so
    does its undo, which has nothing to run. `undoes` are keys of the steps that a rollback step is
    tied to. `foreseen` is the program that says what it will do; empty where there is none.
    """

    phase: Phase
    index: int
    name: str
    run: tuple[str, ...] | None
    manual: str | None
    verify: tuple[str, ...] | None
    timeout: timedelta
    mutable: tuple[str, ...] = ()
    irreversible: str = ""
    undoes: tuple[str, ...] = ()
    query: Query | None = None
    soak: Soak | None = None
    foreseen: tuple[str, ...] = ()
    workflow: Workflow | None = None
    playbook: Playbook | None = None

    @property
    def key(self) -> str:
        """Return `<phase>/<index>`: the idempotency key of the step for journal and programs."""
        return f"{self.phase}/{self.index}"

    @property
    def repeats(self) -> bool:
        """Return whether it only looks, so that it may be begun again when its end is unknown."""
        return self.query is not None or self.soak is not None

    @property
    def can_be_asked(self) -> bool:
        """Return whether an outcome that is unknown can be told without a person."""
        return self.verify is not None or self.repeats or self.workflow is not None

    @property
    def longest(self) -> timedelta:
        """Return how long it may take, with its `verify` or all of its probes."""
        if self.soak is not None:
            return self.soak.length + self.soak.probes * self.timeout
        if self.workflow is not None:
            return self.timeout * (2 if self.verify else 1) + WORKFLOW_ENDING
        return self.timeout if self.verify is None else 2 * self.timeout

    @property
    def programs(self) -> tuple[str, ...]:
        """Return the programs that this step starts."""
        return tuple(argv[0] for argv in (self.run, self.verify) if argv is not None)


@dataclass(frozen=True)
class Plan:
    """The steps that a release will run.

    `material` is the digest of the change's material fields: same digest, same plan.
    `preconditions` must hold before the release starts, or there would be no way back; they are
    checked, not journalled, and have no key of their own. `undo` has the undos of the
    implementation, the latest first; the index of each is that of its step. `foreseen` is the
    program that says what the steps will do together; empty where there is none.
    """

    change: str
    material: str
    implementation: tuple[PlannedStep, ...]
    verification: tuple[PlannedStep, ...]
    rollback: tuple[PlannedStep, ...]
    preconditions: tuple[PlannedStep, ...]
    limit: timedelta | None
    undo: tuple[PlannedStep, ...] = ()
    foreseen: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[PlannedStep]:
        """Yield every step, phase after phase."""
        yield from (*self.implementation, *self.verification, *self.undo, *self.rollback)

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
    return replace(unbound_plan(change, config), material=digest(material(change)))


def unbound_plan(change: ChangeRequest, config: ReleaseConfig | None = None) -> Plan:
    """Return the plan of a change without the digest that binds it, for what only looks at it."""
    config = config or ReleaseConfig()
    spec = change.spec
    rollback = spec.rollback or Rollback()
    forward: tuple[ImplementationStep, ...] = ()
    whole: PlanProgram | None = None
    if spec.implementation is not None:
        forward, whole = spec.implementation.steps, spec.implementation.plan
    return Plan(
        change=change.id,
        material="",
        implementation=_planned_steps("implementation", forward, config),
        verification=_planned_steps("verification", spec.verification, config),
        rollback=tuple(_tied(rollback.steps, forward, config)),
        preconditions=_planned_steps("rollback", rollback.preconditions, config),
        limit=rollback.limit,
        undo=tuple(_undos(forward, config)),
        foreseen=_foreseen(whole),
    )


def _foreseen(program: PlanProgram | None) -> tuple[str, ...]:
    return program.run if program is not None else ()


def _argv(step: Step | Undo | None) -> tuple[str, ...] | None:
    """Return the program of a step: its own, or the one of Ansible with its playbook."""
    playbook: Playbook | None = getattr(step, "ansible", None)
    if playbook is not None:
        return playbook.words
    return getattr(step, "run", None)


def _tied(
    back: Sequence[RollbackStep], forward: Sequence[Step], config: ReleaseConfig
) -> Iterator[PlannedStep]:
    """Yield the steps of the rollback plan with the keys of the steps that they are tied to."""
    for index, step in enumerate(back):
        keys: list[str] = []
        for place, other in enumerate(forward):
            if other.name in step.undoes:
                keys.append(f"implementation/{place}")
        yield replace(_planned_step("rollback", index, step, config), undoes=tuple(keys))


def _undos(forward: Sequence[ImplementationStep], config: ReleaseConfig) -> Iterator[PlannedStep]:
    """Yield the undos of steps, the latest first."""
    for index, step in reversed(tuple(enumerate(forward))):
        if step.undo is None and step.irreversible is None:
            continue
        undo = step.undo
        yield PlannedStep(
            phase="undo",
            index=index,
            name=step.name,
            run=_argv(undo),
            manual=undo.manual if undo is not None else None,
            verify=undo.verify if undo is not None else None,
            timeout=_timeout(undo, config),
            mutable=step.mutable,
            irreversible=step.irreversible or "",
            workflow=getattr(undo, "workflow", None),
            playbook=getattr(undo, "ansible", None),
        )


def _timeout(step: Step | Undo | None, config: ReleaseConfig) -> timedelta:
    """Return how long a step may take; nothing where there is nothing to do."""
    if step is None:
        return timedelta()
    usual = config.step_timeout if step.manual is None else config.confirm_timeout
    soak = None
    if isinstance(step, VerificationStep):
        soak = _soak(step)
        if step.query is not None:
            usual = _QUERY_TIMEOUT
    if soak is not None and soak.length:
        usual = min(usual, soak.every)
    return step.timeout or usual


def _planned_steps(
    phase: Phase, steps: Sequence[Step], config: ReleaseConfig
) -> tuple[PlannedStep, ...]:
    return tuple(_planned_step(phase, index, step, config) for index, step in enumerate(steps))


def _planned_step(phase: Phase, index: int, step: Step, config: ReleaseConfig) -> PlannedStep:
    irreversible, foreseen = None, _foreseen(None)
    if isinstance(step, ImplementationStep):
        irreversible, foreseen = step.irreversible, _foreseen(step.foreseeing)
    query, soak = None, None
    if isinstance(step, VerificationStep):
        query, soak = step.query, _soak(step)
    return PlannedStep(
        phase=phase,
        index=index,
        name=step.name,
        run=_argv(step),
        manual=step.manual,
        verify=step.verify,
        timeout=_timeout(step, config),
        mutable=step.mutable,
        irreversible=irreversible or "",
        query=query,
        soak=soak,
        foreseen=foreseen,
        workflow=getattr(step, "workflow", None),
        playbook=getattr(step, "ansible", None),
    )


def _soak(step: VerificationStep) -> Soak | None:
    """Return how a verification is probed; None where a program or a person is asked once."""
    if step.for_ is None:
        return None if step.query is None else Soak()
    return Soak(step.for_, step.every or usual_every(step.for_), step.failures or 1)
