"""Who fills which seat: one person fills one seat, so this is a matching problem and not a count.

Demands of several rules on the same role are met by the same people (the largest counts); demands
on different roles need different people. Delegates act on the mandate of the person they stand in
for, and a mandate is used once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, combinations
from typing import Final, Protocol

from changeflow.model.document_parts import Record
from changeflow.model.people import RoleHistory, Roster


class Table(Record):
    """A seating: for every demand, who sits there. `free` are seats that stay empty."""

    seated: dict[str, tuple[str, ...]]
    needed: dict[str, int]

    @property
    def complete(self) -> bool:
        """Return whether every seat is filled."""
        return all(len(self.seated[role]) >= count for role, count in self.needed.items())

    @property
    def people(self) -> tuple[str, ...]:
        """Return everybody who sits, sorted."""
        return tuple(sorted(chain.from_iterable(self.seated.values())))


class OfRole(Protocol):
    """What asks for people of a role."""

    @property
    def role(self) -> str:
        """Return the role."""


def roles_of(seats: Iterable[OfRole]) -> set[str]:
    """Return the roles that seats are for."""
    return {seat.role for seat in seats}


class Tenure(Record):
    """How long a role must have been held by a person who approves in it (attack A36).

    No history, no tenure.
    """

    asked: dict[str, timedelta] = {}
    history: RoleHistory | None = None

    def served(self, role: str, person: str, at: datetime) -> bool:
        """Return whether a person has held a role long enough at a time, if that matters."""
        if role not in self.asked:
            return True
        return (
            self.history is not None
            and at - self.history.held_since(role, person) >= self.asked[role]
        )


ANY_TENURE: Final = Tenure()


def mandates(
    roster: Roster, role: str, at: datetime, excluded: frozenset[str], tenure: Tenure = ANY_TENURE
) -> dict[str, str]:
    """Return who may act for a role at a time: person -> the member whose mandate they use.

    Members act for themselves. A delegate acts for a member whose delegation is in force. No
    delegate acts for an excluded member (a requester may not hand their seat to a friend), and
    members need no delegation. Where a tenure is asked for, the member must have been in the role,
    and the delegate known as a delegate, that long.
    """
    members: list[str] = []
    for person in roster.members(role):
        if roster.is_human(person) and tenure.served(role, person, at):
            members.append(person)
    found = {person: person for person in members if person not in excluded}
    for delegation in roster.spec.delegations:
        usable = role in delegation.roles and delegation.start <= at < delegation.end
        principal_ok = delegation.from_ in members and delegation.from_ not in excluded
        delegate_ok = (
            roster.is_human(delegation.to)
            and delegation.to not in excluded
            and delegation.to not in found
        )
        delegate_ok = delegate_ok and tenure.served(role, delegation.to, at)
        if usable and principal_ok and delegate_ok:
            found[delegation.to] = delegation.from_
    return found


def seat(
    needed: Mapping[str, int],
    willing: Sequence[tuple[str, frozenset[str]]],
    table: Mapping[str, Mapping[str, str]],
) -> Table:
    """Seat as many people as possible, earlier roles and earlier people first.

    Args:
        needed: seats by role.
        willing: people in order of preference, with the roles they are willing to fill (empty:
            any).
        table: role -> person -> mandate (see `mandates`). Of the people who share a mandate only
            the member it belongs to, or else the first delegate in order, can sit.

    Returns:
        A seating of maximum size, found with augmenting paths (Kuhn 1955). Own code because the
        answer must not depend on the hash seed, which networkx's matching does; networkx is the
        oracle in the tests (docs/decisions/matching.md).
    """
    candidates = {role: _actors(willing, role, table.get(role, {})) for role in needed}
    seats: list[tuple[str, int]] = []
    for role, count in needed.items():
        seats += ((role, number) for number in range(count))
    holder: dict[str, tuple[str, int]] = {}

    def fill(place: tuple[str, int], tried: set[str]) -> bool:
        for person in candidates[place[0]]:
            if person in tried:
                continue
            tried.add(person)
            current = holder.get(person)
            if current is None or fill(current, tried):
                holder[person] = place
                return True
        return False

    for place in seats:
        fill(place, set())
    seated: dict[str, list[str]] = {role: [] for role in needed}
    for person, _ in willing:
        if person in holder:
            seated[holder[person][0]].append(person)
    return Table(
        seated={role: tuple(people) for role, people in seated.items()}, needed=dict(needed)
    )


def _actors(
    willing: Sequence[tuple[str, frozenset[str]]], role: str, mandate_of: Mapping[str, str]
) -> list[str]:
    """Return who may sit for a role, one actor for every mandate, in order of preference."""
    able: list[str] = []
    actor: dict[str, str] = {}
    for person, wish in willing:
        if person not in mandate_of or (wish and role not in wish):
            continue
        able.append(person)
        if mandate_of[person] == person or mandate_of[person] not in actor:
            actor[mandate_of[person]] = person
    return [person for person in able if actor[mandate_of[person]] == person]


def smallest_impossible(
    needed: Mapping[str, int], table: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """Return the smallest set of roles whose seats cannot all be filled.

    They cannot even if everybody eligible agreed (Hall's condition). Empty when the seats can be
    filled. Among sets of one size the first in the order asked is taken.
    """
    roles = list(needed)
    for size in range(1, len(roles) + 1):
        for group in combinations(roles, size):
            part: dict[str, int] = {}
            eligible: set[str] = set()
            for role in group:
                part[role] = needed[role]
                eligible.update(table.get(role, ()))
            if not seat(part, for_any_role(sorted(eligible)), table).complete:
                return group
    return ()


def for_any_role(people: Iterable[str]) -> list[tuple[str, frozenset[str]]]:
    """Return people, as `seat` takes them, who are willing to fill any role."""
    return [(person, frozenset()) for person in people]
