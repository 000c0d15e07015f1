"""What rules come to over all changes of the past: people, hours, failures, and each rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Final, Literal

from changeflow.insight.judged_changes import JudgedChange, PastChange, RuleOf, RuleSaid
from changeflow.model.answers.policy_backtest import (
    BacktestedRule,
    ChangedOutcome,
    LaterFailures,
    PolicyOutcome,
    RoleNeeded,
    RoleTime,
    Waiting,
)

# decimals of hours
_TENTHS: Final = 1

Pair = tuple[PastChange, JudgedChange]


def role_times(changes: Iterable[PastChange]) -> tuple[RoleTime, ...]:
    """Return the median hours that each role took to decide."""
    hours: dict[str, list[float]] = defaultdict(list)
    for change in changes:
        for role, took in change.hours.items():
            hours[role].append(took)
    found = []
    for role in sorted(hours):
        middle = round(median(hours[role]), _TENTHS)
        found.append(RoleTime(role=role, hours=middle, decisions=len(hours[role])))
    return tuple(found)


def outcome_of(
    name: Literal["today", "proposed"],
    label: str,
    rules: Sequence[RuleOf],
    pairs: Sequence[Pair],
    times: Sequence[RoleTime],
) -> PolicyOutcome:
    """Return what one set of rules comes to.

    Args:
        name: whose rules.
        label: where they were read.
        rules: all of them, in order.
        pairs: each change with what they come to for it.
        times: how long roles took.
    """
    came = Counter(judged.outcome for _, judged in pairs)
    summed = tuple(_rule(rule, pairs) for rule in rules)
    return PolicyOutcome(
        name=name,
        label=label,
        open=came["open"],
        waiting=came["waiting"],
        shut=came["shut"],
        unknown=came["unknown"],
        unasked=sum(not judged.seats and judged.outcome != "unknown" for _, judged in pairs),
        roles=_roles(pairs),
        waiting_time=_waiting(pairs, times),
        failures=_failures(pairs),
        rules=summed,
        never_no=tuple(map(_name, filter(_never_said_no, summed))),
        never_asked=tuple(map(_name, filter(_never_applied, summed))),
    )


def _name(one: BacktestedRule) -> str:
    return one.rule


def _never_applied(one: BacktestedRule) -> bool:
    return not one.asked and not one.unknown


def _never_said_no(one: BacktestedRule) -> bool:
    """Return whether a rule surely never said no, nor any person whom it asks."""
    said = one.waiting + one.shut + one.warned + one.objected + one.unknown
    return bool(one.asked) and not said


def _roles(pairs: Sequence[Pair]) -> tuple[RoleNeeded, ...]:
    changes: Counter[str] = Counter()
    seats: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    for _, judged in pairs:
        changes.update(judged.seats.keys())
        seats.update(judged.seats)
        lacking.update(judged.lacking)
    found = []
    for role in sorted(seats, key=lambda role: (-seats[role], role)):
        numbers = {"changes": changes[role], "approvals": seats[role], "lacking": lacking[role]}
        found.append(RoleNeeded(role=role, **numbers))
    return tuple(found)


def _waiting(pairs: Sequence[Pair], times: Sequence[RoleTime]) -> Waiting:
    known: dict[str, float] = {}
    for one in times:
        if one.hours is not None:
            known[one.role] = one.hours
    hours, unknown = [], 0
    for _, judged in pairs:
        if judged.outcome == "unknown" or not judged.seats.keys() <= known.keys():
            unknown += 1
        else:
            hours.append(max((known[role] for role in judged.seats), default=0.0))
    return Waiting(hours=round(sum(hours), _TENTHS), changes=len(hours), unknown=unknown)


def _failures(pairs: Sequence[Pair]) -> LaterFailures:
    failed = Counter(judged.outcome for change, judged in pairs if change.failed)
    return LaterFailures(
        ended=sum(change.failed is not None for change, _ in pairs),
        failed=failed.total(),
        shut=failed["shut"],
        waiting=failed["waiting"],
        open=failed["open"],
        unknown=failed["unknown"],
    )


def _rule(rule: RuleOf, pairs: Sequence[Pair]) -> BacktestedRule:
    said: Counter[str] = Counter()
    objected = failures = 0
    for change, judged in pairs:
        # Where its gate was not asked, nothing is known of it.
        found = judged.rules.get(rule, RuleSaid("skipped"))
        said[found.answer] += 1
        objected += bool(change.objectors.intersection(found.roles))
        failures += bool(change.failed) and found.answer in ("waiting", "shut")
    return BacktestedRule(
        policy=rule.policy,
        rule=rule.rule,
        gate=rule.gate,
        level=rule.level,
        asked=said["held"] + said["waiting"] + said["shut"] + said["warned"],
        held=said["held"],
        waiting=said["waiting"],
        shut=said["shut"],
        warned=said["warned"],
        unknown=said["unknown"],
        skipped=said["skipped"],
        objected=objected,
        failures=failures,
    )


def changed(today: Sequence[Pair], proposed: Sequence[Pair]) -> tuple[ChangedOutcome, ...]:
    """Return the changes that come out differently, or ask other people."""
    found = []
    for (change, before), (_, after) in zip(today, proposed, strict=True):
        if before.outcome == after.outcome and before.seats == after.seats:
            continue
        found.append(
            ChangedOutcome(
                change=change.change,
                today=before.outcome,
                proposed=after.outcome,
                more=_more(after.seats, before.seats),
                less=_more(before.seats, after.seats),
                failed=change.failed,
            )
        )
    return tuple(found)


def _more(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return by how many approvals more a role is asked in one than in the other."""
    found: dict[str, int] = {}
    for role in sorted(one):
        if one[role] > other.get(role, 0):
            found[role] = one[role] - other.get(role, 0)
    return found
