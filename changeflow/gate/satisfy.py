"""Whether a policy can be satisfied at all, by the people the roster has.

A rule is refused when nobody, or one person's absence, makes it impossible whoever requests the
change: besides the seats themselves, requester and implementer may both be members and are excluded.
"""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.model.people import Roster
from changeflow.model.policy import Policy, RequireRole


def impossible_demands(policy: Policy, roster: Roster) -> Iterable[tuple[str, str]]:
    """(rule, why) for every demand on a role that cannot be met even if everybody is there."""
    for rule in policy.spec.rules:
        for seat in rule.require or ():
            if not isinstance(seat, RequireRole) or rule.level != "deny":
                continue
            people = [
                person
                for person in dict.fromkeys(roster.members(seat.role))
                if roster.is_human(person)
            ]
            if not people:
                yield rule.id, f"nobody holds the role `{seat.role}`"
            elif len(people) < seat.count:
                yield (
                    rule.id,
                    f"it asks for {seat.count} people of `{seat.role}`, and there are {len(people)}",
                )


def fragile_demands(policy: Policy, roster: Roster) -> Iterable[tuple[str, str]]:
    """(rule, why) for every demand that one absence, or one member's own request, makes impossible."""
    for rule in policy.spec.rules:
        for seat in rule.require or ():
            if not isinstance(seat, RequireRole) or rule.level != "deny":
                continue
            people = [
                person
                for person in dict.fromkeys(roster.members(seat.role))
                if roster.is_human(person)
            ]
            if seat.count == len(people):
                yield (
                    rule.id,
                    (
                        f"it needs everybody in `{seat.role}` ({', '.join(people)}): one absence, and "
                        "nobody can"
                    ),
                )
