"""What ceases to hold soon: change models, delegations, and approvals of changes not released yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from changeflow.gate.change_states import OVER
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.approved_since import approved_since
from changeflow.gate.lifecycle import LifeCase
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import Ending, ListedChange
from changeflow.model.holds import Hold
from changeflow.model.times import END_OF_TIME, end_of_day
from changeflow.reading.rulebook import Rulebook

# what ends within this time ends soon
SOON: Final = timedelta(days=30)


@dataclass(frozen=True)
class ConcernedEnding:
    """Something that ends soon, and the people whom that concerns."""

    ending: Ending
    people: frozenset[str]

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Return what endings are sorted by: the soonest first."""
        return self.ending.ends, self.ending.what, self.ending.id


def endings_of_rulebook(base: Rulebook, now: datetime) -> Iterator[ConcernedEnding]:
    """Yield the change models and delegations that end soon."""
    roster = base.roster
    for name, model in base.models.items():
        ends = end_of_day(model.spec.expires, base.config.zone)
        people = {*model.spec.authorised_by, *roster.members(model.spec.authority)}
        if _is_soon(ends, now):
            yield _ending("model", name, ends, people)
    for one in roster.spec.delegations:
        if _is_soon(one.end, now):
            name = f"{one.from_}:{one.to}:{','.join(one.roles)}"
            yield _ending("delegation", name, one.end, {one.from_, one.to})


def endings_of_exceptions(
    base: Rulebook, rows: Iterable[ListedChange], now: datetime
) -> Iterator[ConcernedEnding]:
    """Yield the freeze exceptions that end soon, but for those of changes that are over."""
    soon = {one.id: one for one in base.exceptions if _is_soon(one.end, now)}
    if not soon:
        return
    concerned: dict[str, set[str]] = {}
    for row in rows:
        if row.state not in OVER:
            people = {row.requester, row.implementer or row.requester}
            concerned[row.change] = concerned.get(row.change, set()) | people
    for name, one in soon.items():
        if one.change in concerned:
            people = {*one.approvers, *concerned[one.change]}
            yield _ending("exception", name, one.end, people)


def endings_of_holds(
    found: Sequence[Hold], base: Rulebook, now: datetime
) -> Iterator[ConcernedEnding]:
    """Yield the holds that end soon."""
    if not found:
        return
    from changeflow.schedule.holds import roles_for_holds

    people = set[str]()
    for role in roles_for_holds(base.config):
        people |= {*base.roster.members(role)}
    for one in found:
        if one.until is not None and not one.is_over(now) and _is_soon(one.until, now):
            yield _ending("hold", one.id, one.until, people | {one.by})


def endings_of_approvals(case: LifeCase, now: datetime) -> Iterator[ConcernedEnding]:
    """Yield the approvals of a change that expire soon, unless its release begins before."""
    validity = APPROVE.validity(case.approve)
    if validity is None:
        return
    change = case.common.change
    _, decision = approved_since(case, now)
    given = {one.by: one.at for one in decision.approvals}
    if case.recorded is not None:
        given |= dict.fromkeys(case.recorded.approvers, case.recorded.at)
    for person, at in sorted(given.items()):
        ends = at + min(validity, END_OF_TIME - at)
        if _is_soon(ends, now):
            people = {person, change.metadata.requester, change.spec.implementer or person}
            yield _ending("approval", f"{change.id}:{person}", ends, people)


def _is_soon(ends: datetime, now: datetime) -> bool:
    return now <= ends and ends - now <= SOON


def _ending(what: str, name: str, ends: datetime, people: set[str]) -> ConcernedEnding:
    found = Ending.model_validate({"what": what, "id": name, "ends": ends})
    return ConcernedEnding(found, frozenset(people))
