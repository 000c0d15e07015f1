"""Whether a policy can be satisfied at all, by the people the roster has.

A rule is refused when too few people hold a role, or when one person's absence makes it impossible
for every requester: besides the seats themselves, requester and implementer may both be members and
are excluded.
"""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.model.people import Roster
from changeflow.model.policy import Policy, RequireRole


def impossible_demands(policy: Policy, roster: Roster) -> Iterable[tuple[str, str]]:
    """Yield (rule, why) for every demand that cannot be met even if everybody is there."""
    for rule, seat, people in _demands(policy, roster):
        if not people:
            yield rule, f"nobody holds the role `{seat.role}`"
        elif len(people) < seat.count:
            there = len(people)
            yield rule, f"it asks for {seat.count} people of `{seat.role}`, and there are {there}"


def fragile_demands(policy: Policy, roster: Roster) -> Iterable[tuple[str, str]]:
    """Yield (rule, why) for every demand that one absence, or a member's request, rules out."""
    for rule, seat, people in _demands(policy, roster):
        if seat.count == len(people):
            text = (
                f"it needs everybody in `{seat.role}` ({', '.join(people)}): one absence, and "
                "nobody can"
            )
            yield rule, text


def _demands(policy: Policy, roster: Roster) -> Iterable[tuple[str, RequireRole, list[str]]]:
    """Yield the demands on roles that can shut a gate: the rule's id, the seat, the people."""
    for rule in policy.spec.rules:
        if rule.level != "deny":
            continue
        for seat in rule.require or ():
            if isinstance(seat, RequireRole):
                members = dict.fromkeys(roster.members(seat.role))
                yield rule.id, seat, list(filter(roster.is_human, members))
