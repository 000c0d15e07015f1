"""Before the first step: the gate, the environments, the way back, and the claim.

Nothing is touched or written until all of them hold. Then the decision that opened the gate and the
claim are appended together, on top of exactly the ledger that the gate read. A process that was
overtaken asks the gate again.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from changeflow import errors
from changeflow.language.reasons import told_by
from changeflow.model.answers.decision import Decision, shutting
from changeflow.model.answers.plain import answer
from changeflow.model.canonical import on_record
from changeflow.model.clock import Clock
from changeflow.model.evidence import DecisionBody
from changeflow.model.phrases import told
from changeflow.release import state_machine as machine
from changeflow.release.claims import foreign_holder, holders
from changeflow.release.plan import BEFORE, PlannedStep
from changeflow.release.planning import differences, digest_of_plan
from changeflow.release.progress import progress
from changeflow.release_driver import entries, steps
from changeflow.release_driver.messages import in_charge
from changeflow.release_driver.ports import Job, Ports, Reading
from changeflow.release_driver.workflow_program import out_of_reach

# lost races before giving up: another process made progress each time
ATTEMPTS: Final = 100
_REASONS: Final = 8


def claim(job: Job, ports: Ports, run: str) -> None:
    """Start a release: judge, then append the decision and `started` in one move.

    Raises:
        errors.Refused: with every reason; nothing was touched.
        errors.Interrupted: when the user asked to end; nothing was touched.
        errors.LostRace: when the ledger never stood still long enough.
    """
    if not job.plan.implementation:
        raise errors.Refused.of("run.no_steps", change=job.change)
    checked = False
    made: Mapping[int, str] | None = None
    before: dict[str, str] = {}
    for _ in range(ATTEMPTS):
        reading = ports.journal.read()
        _refuse_broken(reading)
        _refuse_unless_new(job, reading)
        _refuse_under_other_id(job, reading)
        refuse_held(job.change, job.environments, reading, job.beside)
        judged = job.gate(reading, None if made is None else _digests(made))
        decision = judged.decision
        if made is not None:
            _say_differences(job, decision, made, ports)
        _refuse_shut(decision)
        _refuse_other_content(job, decision)
        if made is None and job.plannings:
            refuse_absent(job, ports)
            made = job.plans_made()
            _refuse_altered(job)
            # what will happen may be something else now: the gate decides again
            continue
        if not checked:
            _say_other_remotes(decision, ports)
            refuse_no_way_back(job, ports, run)
            before = values_before(job, ports)
            checked = True
            if job.plan.preconditions or before:
                # they may have taken long: the gate decides again, just before the claim
                continue
        if ports.stop():
            raise errors.Interrupted.of("run.stopped")
        ports.unrecorded.make_room(run)
        assessed = () if judged.assessment is None else (judged.assessment,)
        bodies = (
            *assessed,
            _recorded_decision(job, decision),
            entries.started(job, run, job.by or _person_who_starts(decision), before),
        )
        clock = _clock_of_decision(decision, ports.times.clock())
        try:
            ports.journal.append_together(
                job.change, bodies, head=reading.head, clock=clock, subject=job.subject
            )
        except errors.LostRace:
            ports.times.sleep(0.01)
            continue
        except (errors.ChangeflowError, OSError):
            ports.unrecorded.forget(run)
            raise
        return
    ports.unrecorded.forget(run)
    raise errors.LostRace.of("run.not_claimed")


def _refuse_other_content(job: Job, decision: Decision) -> None:
    """Refuse if the gate decided about other content than would run.

    The gate reads the change for itself, and the change may be edited in between.

    The steps that run must be those that it decided about.
    """
    if decision.inputs.get("digest") != job.content:
        raise errors.Refused.of("run.edited", change=job.change)


def _person_who_starts(decision: Decision) -> str | None:
    """Return the person of the roster who, by the gate's facts, starts the release."""
    told = decision.inputs.get("deployer")
    if not isinstance(told, dict):
        return None
    return told.get("person")


def _recorded_decision(job: Job, decision: Decision) -> DecisionBody:
    """Return the decision that opened the gate, as it is recorded.

    It is recorded before the claim, so that no release exists without it.
    """
    return DecisionBody(
        gate=decision.gate,
        open=decision.open,
        digest=job.content,
        decision=on_record(answer(decision)),
    )


def _clock_of_decision(decision: Decision, clock: Clock) -> Clock:
    """Return the clock by which the decision is recorded: the moment it was made."""
    return Clock(decision.now, clock.real if clock.simulated else decision.now)


def _refuse_broken(reading: Reading) -> None:
    if reading.problems:
        raise errors.Refused.of("append.broken", problem=reading.problems[0])


def _refuse_unless_new(job: Job, reading: Reading) -> None:
    following = machine.next_action(job.plan, reading.of(job.change))
    match following:
        case machine.Start():
            return
        case machine.Nothing(state):
            raise errors.Refused.of(
                "run.released", change=job.change, state=told("run.final", case=state)
            )
        case machine.Broken(reason):
            raise errors.Refused.of("run.unfollowed", change=job.change, why=reason)
        case _:
            found = progress(job.plan, reading.of(job.change))
            run = found.driver.body.run if found.driver is not None else ""
            raise errors.Refused.of(
                "run.under_way", change=job.change, who=in_charge(found), run=run
            )


def _refuse_under_other_id(job: Job, reading: Reading) -> None:
    """Refuse if steps may have run under an earlier id of the repository.

    They must not run twice.
    """
    if job.change in reading.elsewhere:
        raise errors.Refused.of("run.other_id", change=job.change)


def refuse_held(
    change: str,
    environments: tuple[str, ...],
    reading: Reading,
    beside: Container[str] = frozenset(),
) -> None:
    """Refuse while another change's release holds one of the environments.

    Args:
        change: the one that wants them.
        environments: their names.
        reading: the ledger.
        beside: changes of the same release that may hold them at the same time.

    Raises:
        errors.Refused: naming the holder.
    """
    held = holders(reading.entries)
    for environment in environments:
        holder = foreign_holder(held.get(environment, ()), change, beside)
        if holder is not None:
            raise errors.Refused.of("run.held", change=holder, environment=environment)


def _refuse_shut(decision: Decision) -> None:
    if decision.open:
        return
    shut = shutting(decision.reasons)[:_REASONS]
    if not shut:
        raise errors.Refused.of("run.shut", case="unopened", change=decision.change)
    reasons = [told("run.because", said=told_by(one), rule=one.rule) for one in shut]
    raise errors.Refused.of("run.shut", change=decision.change, reasons=reasons)


def _say_other_remotes(decision: Decision, ports: Ports) -> None:
    """Tell the operator if earlier decisions followed another remote's main branch.

    The decision records it.
    """
    for found in decision.reasons:
        if found.reason_code == "remote.differs":
            ports.watcher.say(told("watch.other_remote", why=told_by(found)))


def _digests(made: Mapping[int, str]) -> dict[int, str]:
    return {number: digest_of_plan(text) for number, text in made.items()}


def _say_differences(job: Job, decision: Decision, made: Mapping[int, str], ports: Ports) -> None:
    """Show the lines in which plans differ from those that were approved, where the gate says so."""
    told_about = set[str]()
    for found in decision.reasons:
        if found.reason_code == "plan.differs":
            told_about.update(found.data["paths"])
    for planning in job.plannings:
        if planning.path in told_about:
            ports.watcher.say(told("watch.plan_differs", path=planning.path))
            for line in differences(job.kept_plan(planning.path), made[planning.number]):
                ports.watcher.line(line)


def refuse_absent(job: Job, ports: Ports) -> None:
    """Refuse if programs or a workflow's host are out of reach, before anything is touched."""
    programs = [planning.run[0] for planning in job.plannings]
    for step in (*job.plan, *job.plan.preconditions):
        programs += step.programs
    # each problem once, in the order of the steps
    absent: dict[str, None] = {}
    for program in programs:
        problem = ports.programs.missing(program)
        if problem:
            absent[problem] = None
    for step in job.plan:
        if step.workflow is not None:
            absent |= dict.fromkeys(out_of_reach(step.workflow.repository))
    if absent:
        raise errors.Refused.of("run.absent", problems=list(absent))


def _refuse_altered(job: Job) -> None:
    """Refuse if a file of a step is not what was approved, now that programs have made plans.

    Raises:
        errors.Refused: naming the files.
    """
    for step in (*job.plan.preconditions, *job.plan):
        for argv in filter(None, (step.run, step.verify)):
            found = job.differing(step, argv)
            if found:
                raise errors.Refused.of(
                    "run.replaced", case="planning", change=job.change, found=found
                )


def refuse_no_way_back(job: Job, ports: Ports, run: str) -> None:
    """Refuse if programs are missing, or preconditions do not hold, before anything is touched."""
    refuse_absent(job, ports)
    for step in job.plan.preconditions:
        _refuse_unmet(job, step, ports, run)


def values_before(job: Job, ports: Ports) -> dict[str, str]:
    """Return the values before the release that verifications compare with, by their keys.

    They are recorded with the claim, so that a resumed release compares with the same.

    Raises:
        errors.Refused: when one is not known.
        errors.Interrupted: when the user asked to end.
    """
    found: dict[str, str] = {}
    for step in job.plan.verification:
        if step.query is None or step.query.not_worse_than is None:
            continue
        seen = ports.measure(step.query, step.timeout.total_seconds(), ports.stop)
        if seen.interrupted:
            raise errors.Interrupted.of("run.stopped")
        if seen.value is None:
            raise errors.Refused.of("run.no_before", step=step.name, why=seen.why)
        found[BEFORE + step.key] = repr(seen.value)
    return found


def _refuse_unmet(job: Job, step: PlannedStep, ports: Ports, run: str) -> None:
    if step.run is None:
        if not job.preconditions_met:
            raise errors.Refused.of("run.unseen", step=step.name, manual=step.manual)
        return
    ports.watcher.say(told("watch.precondition", name=step.name))
    # of this run alone: what a program leaves running holds its lock, and must not hold up others
    doing = steps.Doing(
        job.change, step, f"pre-{run}", 0, job.differing, sandbox=job.sandbox
    )
    result = steps.carry_out(doing, ports)
    if result.outcome is None:
        raise errors.Interrupted.of("run.stopped", case="precondition", step=step.name)
    if result.outcome != "done":
        raise errors.Refused.of("run.unmet", step=step.name, why=result.note)
