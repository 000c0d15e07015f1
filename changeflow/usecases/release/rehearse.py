"""Rehearse a release in a sandbox: every prefix of its plan, there and back.

What comes of it is evidence about the way back, and no release: the change stands where it stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from changeflow import errors
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.rehearsal import (
    EndOfPrefixes,
    PrefixRehearsed,
    RehearsalAnswer,
    SkippedStep,
    StepRehearsed,
)
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import RehearsalBody
from changeflow.model.phrases import Told, told
from changeflow.reading.view import View
from changeflow.release.rehearsal import (
    Prefix,
    Rehearsing,
    digest_of_plan,
    rehearsals,
    rehearsing,
    unfinished_in,
)
from changeflow.release_driver.claim import (
    ATTEMPTS,
    refuse_absent,
    refuse_held,
    refuse_no_way_back,
)
from changeflow.release_driver.ports import Job, Ports, Reading, nothing_against
from changeflow.release_driver.rehearsing import Ask, Rehearsed, rehearse_prefix
from changeflow.repo.process_locks import ProcessLocks
from changeflow.repo.unrecorded import Unrecorded
from changeflow.usecases.release.prepare import ReleaseOptions, prepare
from changeflow.usecases.release.run import new_run

# after which a rehearsal of another machine that has not ended is taken for dead
_FORGOTTEN: Final = timedelta(hours=24)
_NOTE: Final = 2_000


@dataclass(frozen=True, slots=True)
class RehearsalAnswered:
    """An answer, the exit code that goes with it, and what to do next."""

    answer: RehearsalAnswer
    code: int
    hint: str | Told = ""


def rehearse(
    view: View, change: str, options: ReleaseOptions, environment: str | None, ask: Ask
) -> RehearsalAnswered:
    """Run every prefix of a plan in a sandbox and take it back, and record what it came to.

    Args:
        view: where the base and the change are.
        change: its id.
        options: what the caller says; `gone` names a rehearsal elsewhere that is gone.
        environment: the sandbox; None: the one there is.
        ask: asks a person about a manual step.

    Raises:
        errors.UsageError: when the environment is no sandbox, or none is named among several.
        errors.NothingToDo: when there is no such change.
        errors.Refused: when there is nothing to rehearse, another run uses the sandbox, or the
            preconditions of the way back do not hold. Nothing was run.
        errors.Interrupted: when the user asked to end before the first step.
    """
    config = view.base.rulebook.config
    sandbox = sandbox_named(config, environment)
    prepared = prepare(view, change, options)
    locks = view.git.facts.common_dir / "changeflow" / "rehearsals"
    ports = replace(
        prepared.ports, processes=ProcessLocks(locks), unrecorded=Unrecorded(locks)
    )
    job = replace(prepared.job, sandbox=sandbox, against=nothing_against)
    wanted = rehearsing(job.plan, config.release.rehearsal.manual)
    if not wanted.prefixes:
        raise _nothing(job, wanted)
    run = new_run()
    with ports.processes.driving(run):
        return _Rehearsal(job, ports, run, wanted).go(ask)


def sandbox_named(config: ConfigSpec, name: str | None) -> str:
    """Return the sandbox that is meant.

    Raises:
        errors.UsageError: when it is none, with what to write.
    """
    known = list(config.sandboxes)
    if name is None and len(known) == 1:
        return known[0]
    if name in known:
        return str(name)
    if name is None:
        case = "several" if known else "none"
        raise errors.UsageError.of("rehearse.unnamed", case=case, sandboxes=known)
    raise errors.UsageError.of("rehearse.no_sandbox", environment=name)


def _nothing(job: Job, wanted: Rehearsing) -> errors.Refused:
    if wanted.ends_at is None:
        return errors.Refused.of("run.no_steps", change=job.change)
    return errors.Refused.of(
        "rehearse.no_way_back", case=wanted.reason, name=wanted.ends_at.name, change=job.change
    )


class _Rehearsal:
    """One rehearsal, in the name of one run whose lock the caller holds."""

    def __init__(self, job: Job, ports: Ports, run: str, wanted: Rehearsing) -> None:
        self.job, self.ports, self.run, self.wanted = job, ports, run, wanted
        self.plan = digest_of_plan(job.plan)

    def go(self, ask: Ask) -> RehearsalAnswered:
        job, ports = self.job, self.ports
        self._refuse_taken(ports.journal.read())
        first = self.wanted.prefixes[-1].plan
        ready = replace(job, plan=first)
        refuse_absent(ready, ports)
        refuse_no_way_back(ready, ports, self.run)
        if ports.stop():
            raise errors.Interrupted.of("run.stopped")
        self._record(self._body("started"))
        fence = self._fence()
        found: list[PrefixRehearsed] = []
        for number, prefix in enumerate(self.wanted.prefixes, 1):
            self._say(prefix)
            came = rehearse_prefix(job, ports, f"{self.run}-{number}", fence, prefix, ask)
            if came.came == "interrupted":
                return self._stopped(found, "interrupted", told("rehearsal.interrupted"))
            if came.came == "unasked":
                return self._stopped(found, "waiting", told("rehearsal.unasked"))
            line = self._line(prefix, came)
            found.append(line)
            self._record(self._body("prefix", **_recorded(line, prefix)))
            if not line.passed:
                break
        return self._ended(found)

    def _say(self, prefix: Prefix) -> None:
        case = "whole" if prefix.whole and prefix.plan.verification else None
        said = told("rehearsal.begins", case=case, steps=prefix.steps, of=self._steps)
        self.ports.watcher.say(said)

    @property
    def _steps(self) -> int:
        return len(self.job.plan.implementation)

    def _line(self, prefix: Prefix, came: Rehearsed) -> PrefixRehearsed:
        limit = self.job.plan.limit
        in_time = came.back <= prefix.promised and (limit is None or came.back <= limit)
        done = [StepRehearsed.model_validate(one.model_dump()) for one in came.done]
        # never anything else: the caller has dealt with it
        outcome: Any = came.came
        return PrefixRehearsed(
            steps=prefix.steps,
            name=prefix.plan.implementation[-1].name,
            whole=prefix.whole,
            outcome=outcome,
            forward_ms=_ms(came.forward),
            return_ms=_ms(came.back),
            promised_ms=_ms(prefix.promised),
            limit_ms=None if limit is None else _ms(limit),
            in_time=in_time,
            passed=came.came == "back" and in_time,
            done=tuple(done),
            left=tuple(f"{step.key} {step.name}" for step in came.left),
            message=came.why,
        )

    # -- the ledger --------------------------------------------------------------------------------

    def _refuse_taken(self, reading: Reading) -> None:
        """Refuse while a release or another rehearsal uses the sandbox."""
        if reading.problems:
            raise errors.Refused.of("append.broken", problem=reading.problems[0])
        refuse_held(self.job.change, (self.job.sandbox,), reading)
        now = self.ports.times.clock().real
        for other in unfinished_in(reading.entries, self.job.sandbox):
            run = other.body.run
            here = self.ports.processes.driver(run)
            if here == "gone" or (here == "unknown" and run == self.job.gone):
                continue
            if here == "running" or _may_live(other.newest.recorded_at, now):
                raise errors.Refused.of(
                    "rehearse.taken", case="here" if here == "running" else None, run=run,
                    environment=self.job.sandbox, change=other.start.change,
                )  # fmt: skip

    def _record(self, body: RehearsalBody) -> None:
        """Append one entry."""
        for _ in range(ATTEMPTS):
            reading = self.ports.journal.read()
            if body.event == "started":
                self._refuse_taken(reading)
            try:
                self.ports.journal.append(
                    self.job.change,
                    body,
                    head=reading.head,
                    clock=self.ports.times.clock(),
                    subject=self.job.subject,
                )
            except errors.LostRace:
                self.ports.times.sleep(0.01)
                continue
            return
        raise errors.LostRace.of("append.busy")

    def _fence(self) -> int:
        """Return the number of the entry that began it; 1 where it does not count."""
        for one in rehearsals(self.ports.journal.read().of(self.job.change)):
            if one.body.run == self.run:
                return one.start.seq
        return 1

    def _body(self, event: Any, **words: Any) -> RehearsalBody:
        job = self.job
        return RehearsalBody(
            event=event,
            run=self.run,
            digest=job.content,
            material=job.plan.material,
            plan=self.plan,
            environment=job.sandbox,
            by=job.by,
            **words,
        )

    # -- the answer --------------------------------------------------------------------------------

    def _ended(self, found: Sequence[PrefixRehearsed]) -> RehearsalAnswered:
        passed = all(line.passed for line in found)
        said = self._why(found[-1], passed=passed)
        note = in_english(said) if said else ""
        longest = max(line.steps for line in found)
        self._record(self._body("finished", passed=passed, steps=longest, note=note[:_NOTE]))
        answer = self._answer(found, "passed" if passed else "failed", said)
        if passed:
            return RehearsalAnswered(answer, errors.OK)
        case = "left" if found[-1].outcome == "left" else None
        hint = told("rehearsal.next", case=case, environment=self.job.sandbox)
        return RehearsalAnswered(answer, errors.NO, hint)

    def _why(self, last: PrefixRehearsed, *, passed: bool) -> Told | None:
        end = self.wanted.ends_at
        if passed:
            if end is None:
                return None
            return told("rehearsal.ends", case=self.wanted.reason, index=end.index, name=end.name)
        if last.outcome == "back":
            return told("rehearsal.late", steps=last.steps)
        case = "left" if last.outcome == "left" else None
        return told("rehearsal.failed", case=case, steps=last.steps, why=last.message or "unknown")

    def _stopped(
        self, found: Sequence[PrefixRehearsed], state: Any, said: Told
    ) -> RehearsalAnswered:
        code = errors.INTERRUPTED if state == "interrupted" else errors.NO
        hint = told("rehearsal.next", case=state, environment=self.job.sandbox)
        return RehearsalAnswered(self._answer(found, state, said), code, hint)

    def _answer(
        self, found: Sequence[PrefixRehearsed], state: Any, said: Told | None
    ) -> RehearsalAnswer:
        end = self.wanted.ends_at
        ends_at = None
        if end is not None:
            # there is a reason where there is an end
            reason: Any = self.wanted.reason
            ends_at = EndOfPrefixes(index=end.index, name=end.name, reason=reason)
        skipped = [
            SkippedStep(key=step.key, name=step.name, manual=step.manual or "")
            for step in self.wanted.skipped
        ]
        return RehearsalAnswer(
            change=self.job.change,
            environment=self.job.sandbox,
            run=self.run,
            state=state,
            digest=self.job.content,
            material=self.job.plan.material,
            plan=self.plan,
            steps=self._steps,
            prefixes=tuple(found),
            skipped=tuple(skipped),
            ends_at=ends_at,
            message=in_english(said) if said else "",
            told=said or "",
        )


def _recorded(line: PrefixRehearsed, prefix: Prefix) -> dict[str, Any]:
    """Return what an entry says of a prefix."""
    kept = line.model_dump(include={"steps", "whole", "forward_ms", "return_ms", "promised_ms"})
    kept |= line.model_dump(include={"limit_ms", "passed", "done"})
    return kept | {"way_back": prefix.way_back, "note": line.message[:_NOTE]}


def _ms(length: timedelta) -> int:
    return int(length / timedelta(milliseconds=1))


def _may_live(newest: datetime, now: datetime) -> bool:
    return now - newest < _FORGOTTEN
