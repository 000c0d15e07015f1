"""`report roles`: who holds which role, and what each role decides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from changeflow.insight.period import Period
from changeflow.model.answers.report_rules import (
    Authority,
    ListedDelegation,
    ListedPerson,
    ListedRole,
    RolesPaper,
)
from changeflow.model.clock import Clock
from changeflow.model.people import Roster
from changeflow.model.policy import Policy, RequireRole
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View


def roles_paper(view: View, period: Period, clock: Clock) -> RolesPaper:
    """Return the roles of the main branch with their members and what rules give them to decide.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base()
    base = view.base.require_readable()
    paths = {document.path for document in base.documents if document.kind in _RULES}
    inputs = inputs_at(view.base, sorted(paths))
    head = repository_head(view, period, clock.now, inputs)
    return RolesPaper.model_validate(
        {
            **head,
            "roles": tuple(listed_roles(base)),
            "people": tuple(_people(base.roster)),
            "delegations": tuple(_delegations(base.roster, clock.now)),
            "without_member": roles_without_member(base),
        }
    )


_RULES = ("Roster", "Policy", "ChangeModel")


def listed_roles(base: Rulebook) -> Iterator[ListedRole]:
    """Yield the roles of the roster with their members, duties and what they decide."""
    spec = base.roster.spec
    authorities = _authorities(base)
    owned = _owned(base)
    for role, members in spec.roles.items():
        yield ListedRole(
            role=role,
            name=spec.role_names.get(role),
            duties=spec.role_duties.get(role),
            members=members,
            authorities=tuple(authorities.get(role, ())),
            owns=owned[role],
        )


def roles_without_member(base: Rulebook) -> tuple[str, ...]:
    """Return the roles that rules or models ask for and that have no member."""
    held = base.roster.spec.roles
    return tuple(sorted(role for role in _authorities(base) if not held.get(role)))


def _authorities(base: Rulebook) -> dict[str, list[Authority]]:
    """Return what each role decides: the seats that rules ask for, and models."""
    found: dict[str, list[Authority]] = defaultdict(list)
    for policy in sorted(base.policies, key=lambda one: one.metadata.id):
        for role, authority in _seats(policy):
            found[role].append(authority)
    for name, model in sorted(base.models.items()):
        one = Authority(gate=None, rule=None, seats=None, clause=None, model=name)
        found[model.spec.authority].append(one)
    return found


def _seats(policy: Policy) -> Iterator[tuple[str, Authority]]:
    gate = policy.spec.gate.value
    for rule in policy.spec.rules:
        for seat in rule.require or ():
            if isinstance(seat, RequireRole):
                yield (
                    seat.role,
                    Authority(
                        gate=gate, rule=rule.id, seats=seat.count, clause=rule.clause, model=None
                    ),
                )


def _owned(base: Rulebook) -> Counter[str]:
    """Return how many items that are not retired each owner has."""
    words, facts = base.graph.words, base.graph.facts
    owned = Counter[str]()
    for owner, status in zip(facts["owner"], facts["status"], strict=True):
        if words[status] != "retired":
            owned[words[owner]] += 1
    return owned


def _people(roster: Roster) -> Iterator[ListedPerson]:
    held: dict[str, list[str]] = defaultdict(list)
    for role, members in roster.spec.roles.items():
        for person in members:
            held[person].append(role)
    for person, known in roster.spec.people.items():
        yield ListedPerson(
            person=person,
            name=known.name,
            kind=known.kind,
            roles=tuple(held[person]),
            keys=len(known.signing_keys),
            accounts=len(known.github_ids),
        )


def _delegations(roster: Roster, now: datetime) -> Iterator[ListedDelegation]:
    for one in roster.spec.delegations:
        yield ListedDelegation(
            by=one.from_,
            to=one.to,
            roles=one.roles,
            start=one.start,
            end=one.end,
            reason=one.reason,
            now=one.start <= now < one.end,
        )
