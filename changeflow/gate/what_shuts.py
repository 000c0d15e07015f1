"""What shuts a rule of a policy, by name.

Named are the conflicts and freezes that its condition read, and the people whom it needs twice.

This explains a decision and is no part of it: it is left out of what is recorded, where the
assessment holds the conflicts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Conflict, NamedFreeze
from changeflow.model.document_parts import format_instant
from changeflow.model.policy import Rule
from changeflow.policy.cel import ConditionError, compile_condition, facts_but
from changeflow.policy.facts_read import reads

Facts = Mapping[str, Any]
Named = dict[str, list[dict[str, Any]]]

_CONFLICTS: Final = "conflicts"
_FREEZES: Final = "freezes"
_CALENDAR: Final = "calendar"


@dataclass(frozen=True)
class Seen:
    """What conditions saw, in the order of the facts.

    That is the open conflicts, and the freezes that keep a change waiting.
    """

    conflicts: tuple[Conflict, ...] = ()
    freezes: tuple[NamedFreeze, ...] = ()


def shut_by(rule: Rule, facts: Facts, seen: Seen) -> Named:
    """Return the conflicts and freezes that shut a rule, each with a sentence.

    Named are those that shut it alone; where none does, all that the rule reads.

    Args:
        rule: a rule that does not hold.
        facts: what its conditions saw.
        seen: the same conflicts and freezes, with their names and times.
    """
    read = _read_by(rule)
    listed: dict[str, tuple[Any, ...]] = {}
    if seen.conflicts and _CONFLICTS in read:
        listed[_CONFLICTS] = seen.conflicts
    if seen.freezes and {_CALENDAR, f"{_CALENDAR}.{_FREEZES}"} & read:
        listed[_FREEZES] = seen.freezes
    if not listed:
        return {}
    named: Named = {}
    for kind, chosen in (_alone(rule, facts, listed) or listed).items():
        named[kind] = list(map(_SAID[kind], chosen))
    return named


def _read_by(rule: Rule) -> frozenset[str]:
    conditions = [one for one in (rule.when, rule.assert_) if one is not None]
    try:
        return frozenset[str]().union(*map(reads, conditions))
    except (ConditionError, ValueError):
        return frozenset()


def _alone(
    rule: Rule, facts: Facts, listed: Mapping[str, Sequence[Any]]
) -> Mapping[str, Sequence[Any]]:
    """Return those of the listed that shut the rule with none of the others there.

    Empty where that cannot be told.
    """
    without: dict[str, list[Any]] = {kind: [] for kind in listed}
    if _shuts(rule, _with(facts, without)):
        return {}
    found: dict[str, list[Any]] = {}
    for kind, named in listed.items():
        for index, one in enumerate(_fact(facts, kind)):
            if _shuts(rule, _with(facts, {**without, kind: [one]})):
                found.setdefault(kind, []).append(named[index])
    return found


def _fact(facts: Facts, kind: str) -> list[Any]:
    return list(facts[_CONFLICTS] if kind == _CONFLICTS else facts[_CALENDAR][_FREEZES])


def _with(facts: Facts, lists: Mapping[str, list[Any]]) -> Facts:
    """Return facts with other conflicts and freezes."""
    changed: dict[str, Any] = {}
    if _CONFLICTS in lists:
        changed[_CONFLICTS] = lists[_CONFLICTS]
    if _FREEZES in lists:
        changed[_CALENDAR] = facts_but(facts[_CALENDAR], **{_FREEZES: lists[_FREEZES]})
    return facts_but(facts, **changed)


def _shuts(rule: Rule, facts: Facts) -> bool:
    """Return whether a rule applies and does not hold.

    Where it cannot be decided it shuts the gate, too.
    """
    try:
        applies = rule.when is None or compile_condition(rule.when).truth(facts)
        return (
            applies
            and rule.assert_ is not None
            and not compile_condition(rule.assert_).truth(facts)
        )
    except ConditionError:
        return True


def overlap(found: Conflict) -> Named:
    """Return a conflict with the time of both windows.

    Its other change and items are named already.
    """
    data = _times(found.overlap_start, found.overlap_end) | {"code": "shut_by.overlap"}
    return {_CONFLICTS: [_named(_conflict(found) | data)]}


def _conflict(found: Conflict) -> dict[str, Any]:
    data = {
        "code": "shut_by.conflict",
        "change": found.change,
        "kind": found.kind,
        "items": list(found.items),
        "what": [found.data or found.message],
    }
    return _named(data | _times(found.overlap_start, found.overlap_end))


def _freeze(found: NamedFreeze) -> dict[str, Any]:
    data = {"code": "shut_by.freeze", "id": found.id, "name": found.name}
    return _named(data | _times(found.start, found.end))


def _times(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": format_instant(start), "end": format_instant(end)}


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with its English sentence."""
    return {**data, "message": say(data["code"], data, MACHINE).text}


_SAID: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    _CONFLICTS: _conflict,
    _FREEZES: _freeze,
}


def needed_twice(shared: Mapping[str, Sequence[str]], asked: Collection[str]) -> Named:
    """Return the people who would have to fill seats of several roles, each with a sentence.

    Args:
        shared: person -> the roles that need them.
        asked: roles; a person whom none of them needs is left out.
    """
    told: list[dict[str, Any]] = []
    for person, roles in shared.items():
        if set(roles).intersection(asked):
            data = {"code": "shut_by.person", "person": person, "roles": list(roles)}
            told.append(_named(data))
    return {"people": told} if told else {}
