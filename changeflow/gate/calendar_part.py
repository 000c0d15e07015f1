"""What of a decision is a matter of time: reasons of the calendar, and those that people can mend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from changeflow.model.answers.decision import Reason, shutting
from changeflow.model.policy import Policy, Rule
from changeflow.policy.cel import ConditionError
from changeflow.policy.facts_read import reads

# The rules of the program that are about time.
_TIMED: Final = frozenset(
    f"changeflow.{name}" for name in ("window", "windows", "freeze", "hold", "calendar", "conflict")
)
# What is over stays over.
_ENDED: Final = frozenset({"release.exists", "change.retrospective", "change.withdrawn"})
_READ: Final = ("calendar", "conflicts", "now")
_OF_PEOPLE: Final = "approvals."


def timed_rules(policies: Iterable[Policy]) -> frozenset[str]:
    """Return the ids of the rules whose conditions read calendars, conflicts or the time."""
    found: set[str] = set()
    for policy in policies:
        found.update(rule.id for rule in policy.spec.rules if _reads_time(rule))
    return frozenset(found)


def _reads_time(rule: Rule) -> bool:
    for condition in (rule.when, rule.assert_):
        try:
            read = reads(condition) if condition is not None else frozenset()
        except (ConditionError, ValueError):
            return True
        if any(one.split(".", 1)[0] in _READ for one in read):
            return True
    return False


def of_calendar(reasons: Iterable[Reason], timed: frozenset[str]) -> list[Reason]:
    """Return the reasons of the calendar among those that keep a gate shut, and within them.

    Args:
        reasons: of a decision.
        timed: rules of policies that read the time (`timed_rules`).
    """
    found: list[Reason] = []
    for one in shutting(reasons):
        if one.rule in _TIMED or (one.rule in timed and _fails(one)):
            found.append(one)
        else:
            found += of_calendar(one.parts, timed)
    return found


def _fails(reason: Reason) -> bool:
    """Return whether a rule does not hold, and not just lacks people."""
    return reason.outcome != "pending" and not reason.reason_code.startswith(_OF_PEOPLE)


def is_over(reasons: Iterable[Reason]) -> bool:
    """Return whether a change has run or will not, by the reasons of a decision and those within."""
    return any(one.reason_code in _ENDED or is_over(one.parts) for one in shutting(reasons))
