"""Rehearsals: the prefixes of a plan that are tried in a sandbox, and what the ledger says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.rehearsal import RehearsalShown
from changeflow.model.canonical import digest
from changeflow.model.evidence import LedgerEntry, RehearsalBody
from changeflow.model.times import format_duration
from changeflow.release.plan import Plan, PlannedStep
from changeflow.release.way_back import WayBack, way_back


@dataclass(frozen=True)
class Prefix:
    """The first steps of a plan, with the way back from there.

    Attributes:
        plan: it runs as a release does, and is taken back as one.
        whole: whether it has the verification of the change.
        back: the way back.
    """

    plan: Plan
    whole: bool
    back: WayBack

    @property
    def steps(self) -> int:
        """Return how many steps of the implementation it has."""
        return len(self.plan.implementation)

    @property
    def promised(self) -> timedelta:
        """Return how long coming back may take, by the time-outs of its steps."""
        return sum((step.longest for step in self.back.steps), timedelta())

    @property
    def way_back(self) -> str:
        """Return the digest of the way back."""
        return digest_of_steps(self.back.steps)


@dataclass(frozen=True)
class Rehearsing:
    """What a rehearsal runs.

    Attributes:
        prefixes: in order; the last is the whole plan, unless `ends_at` is there.
        skipped: manual steps that are left out.
        ends_at: the step at which prefixes end, because nothing brings it back here.
        reason: why it does.
    """

    prefixes: tuple[Prefix, ...]
    skipped: tuple[PlannedStep, ...] = ()
    ends_at: PlannedStep | None = None
    reason: Literal["", "irreversible", "no_undo", "manual_undo"] = ""


def rehearsing(plan: Plan, manual: Literal["skip", "ask"]) -> Rehearsing:
    """Return what a rehearsal of a plan runs: every prefix, then the plan with its verification.

    Args:
        plan: of the change.
        manual: whether manual steps are left out, or a person is asked.
    """
    asked, skipped = (plan, ()) if manual == "ask" else _without_people(plan)
    found: list[Prefix] = []
    for count, step in enumerate(asked.implementation, 1):
        first = _first(asked, count)
        back = _back(first)
        if back.stays:
            reason = _reason(plan, step)
            return Rehearsing(tuple(found), skipped, step, reason)
        found.append(Prefix(first, whole=False, back=back))
    if found and asked.verification:
        whole = replace(found[-1].plan, verification=asked.verification)
        found.append(Prefix(whole, whole=True, back=found[-1].back))
    elif found:
        found[-1] = replace(found[-1], whole=True)
    return Rehearsing(tuple(found), skipped)


def _reason(plan: Plan, step: PlannedStep) -> Literal["irreversible", "no_undo", "manual_undo"]:
    if step.irreversible:
        return "irreversible"
    by_hand = any(one.index == step.index and one.manual is not None for one in plan.undo)
    by_hand = by_hand or any(one.manual is not None for one in plan.rollback)
    return "manual_undo" if by_hand else "no_undo"


def _first(plan: Plan, count: int) -> Plan:
    """Return the first steps of a plan, without the verification of the change."""
    steps = plan.implementation[:count]
    places = {step.index for step in steps}
    undo = tuple(one for one in plan.undo if one.index in places)
    return replace(plan, implementation=steps, verification=(), undo=undo)


def _back(plan: Plan) -> WayBack:
    return way_back(plan, {step.key for step in plan.implementation})


def _without_people(plan: Plan) -> tuple[Plan, tuple[PlannedStep, ...]]:
    """Return a plan without what people do, and those steps."""
    skipped = tuple(one for one in (*plan.preconditions, *plan) if one.manual is not None)
    kept = replace(
        plan,
        implementation=_by_program(plan.implementation),
        verification=_by_program(plan.verification),
        undo=_by_program(plan.undo),
        rollback=_by_program(plan.rollback),
        preconditions=_by_program(plan.preconditions),
    )
    return kept, skipped


def _by_program(steps: Iterable[PlannedStep]) -> tuple[PlannedStep, ...]:
    return tuple(step for step in steps if step.manual is None)


def digest_of_plan(plan: Plan) -> str:
    """Return the digest of everything that a plan runs, in its order."""
    return digest_of_steps((*plan.preconditions, *plan))


def digest_of_steps(steps: Iterable[PlannedStep]) -> str:
    """Return the digest of what steps run, in their order."""
    return digest([_plain(step) for step in steps])


def _plain(step: PlannedStep) -> dict[str, Any]:
    said: dict[str, Any] = {"key": step.key, "timeout": format_duration(step.timeout)}
    for name in ("run", "verify"):
        argv = getattr(step, name)
        said[name] = None if argv is None else [*argv]
    said |= {"manual": step.manual, "irreversible": step.irreversible}
    if step.query is not None:
        said["query"] = step.query.model_dump(mode="json")
    if step.workflow is not None:
        said["workflow"] = step.workflow.model_dump(mode="json")
    return said


# -- what the ledger says ------------------------------------------------------------------------


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal as its entries tell it.

    Attributes:
        start: its first entry.
        body: what that says.
        newest: its last entry so far.
        lines: what each prefix came to.
        ended: its last entry says that it ended.
        passed: it ended, and every prefix came back in time.
    """

    start: LedgerEntry
    body: RehearsalBody
    newest: LedgerEntry
    lines: tuple[RehearsalBody, ...] = ()
    ended: bool = False
    passed: bool = False

    @property
    def longest(self) -> timedelta:
        """Return how long the longest way back took."""
        longest = max((line.return_ms for line in self.lines), default=0)
        return timedelta(milliseconds=longest)

    def had(self, back: str) -> bool:
        """Return whether it went a way back, by its digest, and came back in time."""
        return any(line.way_back == back and line.passed for line in self.lines)


def rehearsals(entries: Sequence[LedgerEntry]) -> Iterator[Rehearsal]:
    """Yield the rehearsals among entries, in the order of their starts."""
    found: dict[tuple[str, str], Rehearsal] = {}
    for entry in entries:
        body = entry.body
        if not isinstance(body, RehearsalBody):
            continue
        name = (entry.change, body.run)
        if body.event == "started":
            found.setdefault(name, Rehearsal(entry, body, entry))
        elif name in found and not found[name].ended:
            found[name] = _with_line(found[name], entry, body)
    yield from found.values()


def _with_line(known: Rehearsal, entry: LedgerEntry, body: RehearsalBody) -> Rehearsal:
    same = (body.digest, body.material, body.environment)
    if same != (known.body.digest, known.body.material, known.body.environment):
        return known
    if body.event == "prefix":
        return replace(known, lines=(*known.lines, body), newest=entry)
    passed = body.passed is True and bool(known.lines)
    passed = passed and all(line.passed for line in known.lines)
    return replace(known, newest=entry, ended=True, passed=passed)


def standing_rehearsal(entries: Sequence[LedgerEntry], content: str) -> Rehearsal | None:
    """Return the rehearsal that speaks for a content now: the newest of it that ended, if it passed.

    Args:
        entries: about the change.
        content: the digest of its effective content.
    """
    ended = [one for one in rehearsals(entries) if one.ended]
    newest = max(ended, key=lambda one: one.newest.seq, default=None)
    if newest is None or not newest.passed or newest.body.digest != content:
        return None
    return newest


def last_passed(entries: Sequence[LedgerEntry]) -> Rehearsal | None:
    """Return the newest rehearsal that passed, of whatever content."""
    passed = [one for one in rehearsals(entries) if one.passed]
    return passed[-1] if passed else None


def shown(
    entries: Sequence[LedgerEntry], content: str, back: WayBack | None = None
) -> RehearsalShown | None:
    """Return the last rehearsal that passed as answers show it; None where none did.

    Args:
        entries: about the change.
        content: the digest of its effective content.
        back: a way back that is taken, to be compared with those that were rehearsed.
    """
    found, standing = last_passed(entries), standing_rehearsal(entries, content)
    if found is None:
        return None
    same: bool | None = None
    if back is not None:
        same = standing is not None and standing.had(digest_of_steps(back.steps))
    return RehearsalShown(
        at=found.newest.moment,
        environment=found.body.environment,
        by=found.body.by,
        steps=max(line.steps for line in found.lines),
        longest_ms=int(found.longest / timedelta(milliseconds=1)),
        current=standing is not None,
        same_way_back=same,
    )


def unfinished_in(entries: Sequence[LedgerEntry], environment: str) -> Iterator[Rehearsal]:
    """Yield the rehearsals in a sandbox that have not ended, of any change."""
    for one in rehearsals(entries):
        if not one.ended and one.body.environment == environment:
            yield one


def rehearsed_at(entries: Sequence[LedgerEntry]) -> datetime | None:
    """Return when a rehearsal last passed; None where none did."""
    found = last_passed(entries)
    return None if found is None else found.newest.moment
