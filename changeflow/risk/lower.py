"""What would lower a risk: the smallest work on a request that brings it at least one level down.

The search tries one piece of work, then pairs, then triples, and computes the score of each. It
proposes work that a requester can do and then say truthfully: to test, to split, to write down how
success is seen. It never proposes to declare a fact otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import combinations
from typing import Final, NamedTuple, get_args

from changeflow.model.answers.assessment import Risk
from changeflow.model.change import (
    ChangeRequest,
    DeclaredAssessment,
    ImplementationStep,
    Rollback,
    RollbackStep,
    Step,
    Window,
)
from changeflow.model.document_parts import format_duration, format_instant, parse_duration
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import RiskLevel, RiskModelSpec

LEVELS: Final[tuple[RiskLevel, ...]] = get_args(RiskLevel)
# pieces of work that are put together at most, proposals that are told, items that are tried
MOST_TOGETHER, MOST_TOLD, MOST_ITEMS = 3, 6, 12

_COMPLEXITY: Final = ("low", "medium", "high")
_TESTED: Final = ("none", "partly", "production-like")
_OPENS, _CLOSES, _SATURDAY = 8, 18, 5
_WEEK: Final = 7
_WRITTEN: Final = "to be written"


class Work(NamedTuple):
    """A piece of work.

    Attributes:
        what: `test`, `split`, `verify`, `plan-rollback`, `automate`, `state-outage`, `fill-owner`,
            `move-window` or `take-out`. Of each one only one is done, but for `take-out`.
        to: what it leads to, such as the answer, the longest outage, or the start of the window;
            the number of steps or items where these are many.
        items: that it is about, the first of them where they are many.
    """

    what: str
    to: str = ""
    items: tuple[str, ...] = ()

    @property
    def told(self) -> Told:
        """Return what is to be done, as data of a sentence."""
        data: Told = {"to": self.to, "items": list(self.items)}
        if self.what == "fill-owner":
            data["items"] = {"first": list(self.items), "count": int(self.to)}
        return told(f"lower.{self.what.replace('-', '_')}", **data)


class Proposal(NamedTuple):
    """Work that brings the risk down, and what it comes to."""

    work: tuple[Work, ...]
    risk: Risk


# The risk of a request; the second argument says whether every item has an owner in the CMDB.
Scorer = Callable[[ChangeRequest, bool], Risk]


def what_lowers(
    change: ChangeRequest, risk: Risk, model: RiskModelSpec, score: Scorer, zone: tzinfo
) -> tuple[Proposal, ...]:
    """Return the smallest sets of work that bring a risk one level down, the fewest points first.

    No smaller set of the same kinds of work does. None is proposed for the lowest level, and none
    where even three pieces of work are not enough.

    Args:
        change: the request.
        risk: of it.
        model: the risk model.
        score: computes a risk.
        zone: whose clock says what working hours are.
    """
    wanted = LEVELS.index(risk.level) - 1
    if wanted < 0:
        return ()
    possible = tuple(pieces_of_work(change, risk, model, zone))
    for size in range(1, MOST_TOGETHER + 1):
        found: list[Proposal] = []
        for work in combinations(possible, size):
            done = done_with(change, work) if _go_together(work, change) else None
            if done is None:
                continue
            lower = score(done, any(one.what == "fill-owner" for one in work))
            if LEVELS.index(lower.level) <= wanted:
                found.append(Proposal(work, lower))
        if found:
            # the order of work decides among equals: the least effort first
            return tuple(sorted(found, key=lambda one: one.risk.score)[:MOST_TOLD])
    return ()


def _go_together(work: Sequence[Work], change: ChangeRequest) -> bool:
    kinds = [one.what for one in work if one.what != "take-out"]
    taken = len(work) - len(kinds)
    return len(set(kinds)) == len(kinds) and taken < max(1, len(change.changed))


# -- what can be done ----------------------------------------------------------------------------


def pieces_of_work(
    change: ChangeRequest, risk: Risk, model: RiskModelSpec, zone: tzinfo
) -> Iterator[Work]:
    """Yield everything that may be done about a request, the least effort first."""
    spec, said = change.spec, change.spec.assessment or DeclaredAssessment()
    if not spec.verification:
        yield Work("verify")
    if not spec.has_way_back:
        yield Work("plan-rollback")
    yield from _outages(change, model)
    yield from _owners(risk)
    tested = _TESTED.index(said.tested) if said.tested is not None else 0
    for answer in _TESTED[tested + 1 :]:
        yield Work("test", answer)
    manual = _manual_steps(change)
    if manual:
        yield Work("automate", str(manual))
    start = working_start(change, zone)
    if start is not None:
        yield Work("move-window", format_instant(start))
    if len(change.changed) > 1:
        for item in change.changed[:MOST_ITEMS]:
            yield Work("take-out", items=(item,))
    complexity = _COMPLEXITY.index(said.complexity) if said.complexity is not None else 2
    for answer in reversed(_COMPLEXITY[:complexity]):
        yield Work("split", answer)


def _outages(change: ChangeRequest, model: RiskModelSpec) -> Iterator[Work]:
    """Yield to state the outage of the items that do not: the longest first that gains points."""
    silent = tuple(item.ci for item in change.spec.items or () if item.outage is None)
    if not silent:
        return
    limits = [band.over for band in model.impact.outage]
    for limit in reversed(limits):
        yield Work("state-outage", format_duration(limit), silent)


def _owners(risk: Risk) -> Iterator[Work]:
    """Yield to fill in owners; none for an item that the CMDB does not hold."""
    found = {factor.id: factor.data.get("items") for factor in risk.factors}
    items = found.get("no-owner")
    if isinstance(items, dict) and "unknown-item" not in found:
        yield Work("fill-owner", str(items["count"]), tuple(items["first"]))


def _manual_steps(change: ChangeRequest) -> int:
    implementation = change.spec.implementation
    steps = implementation.steps if implementation is not None else ()
    return sum(step.manual is not None for step in steps)


def working_start(change: ChangeRequest, zone: tzinfo) -> datetime | None:
    """Return the next start of the window in working hours; None where it is in them already.

    Working hours are Monday to Friday, from 8 to 18 o'clock.
    """
    window = change.spec.window
    if window is None:
        return None
    local = window.start.astimezone(zone)
    if _is_working(local):
        return None
    for days in range(_WEEK + 1):
        day = (local + timedelta(days=days)).replace(
            hour=_OPENS, minute=0, second=0, microsecond=0, fold=0
        )
        if day > local and _is_working(day):
            return day
    return None


def _is_working(local: datetime) -> bool:
    return local.weekday() < _SATURDAY and _OPENS <= local.hour < _CLOSES


# -- what it leads to ----------------------------------------------------------------------------


def done_with(change: ChangeRequest, work: Sequence[Work]) -> ChangeRequest:
    """Return the request as it would be once the work is done.

    Owners are filled in in the CMDB, and change no request.
    """
    for one in work:
        step = _DONE.get(one.what)
        if step is not None:
            change = step(change, one)
    return change


def _with_spec(change: ChangeRequest, **fields: object) -> ChangeRequest:
    return change.model_copy(update={"spec": change.spec.model_copy(update=fields)})


def _answered(question: str) -> Callable[[ChangeRequest, Work], ChangeRequest]:
    def answer(change: ChangeRequest, work: Work) -> ChangeRequest:
        said = change.spec.assessment or DeclaredAssessment()
        return _with_spec(change, assessment=said.model_copy(update={question: work.to}))

    return answer


def _verified(change: ChangeRequest, work: Work) -> ChangeRequest:  # noqa: ARG001 - one shape
    return _with_spec(change, verification=(Step(name=_WRITTEN, run=("true",)),))


def _with_rollback(change: ChangeRequest, work: Work) -> ChangeRequest:  # noqa: ARG001 - one shape
    steps = (RollbackStep(name=_WRITTEN, run=("true",)),)
    rollback = change.spec.rollback or Rollback()
    return _with_spec(change, rollback=rollback.model_copy(update={"steps": steps}))


def _automated(change: ChangeRequest, work: Work) -> ChangeRequest:  # noqa: ARG001 - one shape
    implementation = change.spec.implementation
    if implementation is None:
        return change
    steps: list[ImplementationStep] = []
    for step in implementation.steps:
        if step.manual is None:
            steps.append(step)
        else:
            steps.append(step.model_copy(update={"manual": None, "run": ("true",)}))
    return _with_spec(
        change, implementation=implementation.model_copy(update={"steps": tuple(steps)})
    )


def _with_outage(change: ChangeRequest, work: Work) -> ChangeRequest:
    longest, items = parse_duration(work.to), []
    for item in change.spec.items or ():
        is_silent = item.outage is None
        items.append(item.model_copy(update={"outage": longest}) if is_silent else item)
    return _with_spec(change, items=tuple(items))


def _moved(change: ChangeRequest, work: Work) -> ChangeRequest:
    window, start = change.spec.window, datetime.fromisoformat(work.to)
    if window is None:
        return change
    return _with_spec(change, window=Window(start=start, end=start + (window.end - window.start)))


def _without_items(change: ChangeRequest, work: Work) -> ChangeRequest:
    left = [item for item in change.spec.items or () if item.ci not in work.items]
    return _with_spec(change, items=tuple(left))


_DONE: Final[dict[str, Callable[[ChangeRequest, Work], ChangeRequest]]] = {
    "test": _answered("tested"),
    "split": _answered("complexity"),
    "verify": _verified,
    "plan-rollback": _with_rollback,
    "automate": _automated,
    "state-outage": _with_outage,
    "move-window": _moved,
    "take-out": _without_items,
}
