"""What records of the past say about a request beforehand: its team, and how it is prepared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from changeflow.model.change import ChangeRequest
from changeflow.model.people import Roster
from changeflow.reading.rulebook import Rulebook


def traits_of(change: ChangeRequest) -> list[str]:
    """Return what else a request says beforehand: its answers, and how it is prepared."""
    spec, found = change.spec, list[str]()
    said = spec.assessment
    if said is not None:
        answers = (
            ("complexity", said.complexity),
            ("experience", said.experience),
            ("tested", said.tested),
        )
        for question, answer in answers:
            if answer is not None:
                found.append(f"{question}-{answer}")
    if not spec.has_way_back:
        found.append("no-rollback")
    if not spec.verification:
        found.append("no-verification")
    steps = spec.implementation.steps if spec.implementation is not None else ()
    if any(step.manual is not None for step in steps):
        found.append("manual-steps")
    return sorted(found)


def team_of(changed: Sequence[str], base: Rulebook) -> str | None:
    """Return the role that owns most of the items of a change; None where persons own them."""
    owners: Counter[str] = Counter()
    for ci in changed:
        owner = base.graph.owner(ci)
        if owner and is_team(owner, base.roster):
            owners[owner] += 1
    if not owners:
        return None
    return min(owners, key=lambda name: (-owners[name], name))


def is_team(owner: str, roster: Roster) -> bool:
    """Return whether an owner is no person of the roster: people have no history."""
    return owner in roster.spec.roles or owner not in roster.spec.people


def is_one_person(team: str, roster: Roster) -> bool:
    """Return whether a team is one person by the roster: a role that one person holds."""
    return len(set(roster.members(team))) == 1
