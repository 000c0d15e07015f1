"""Whether any rule reads what earlier changes say: it takes much reading to tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Final

from changeflow.model.policy import Policy, RequireEach, Rule

_HISTORY: Final = "history"


def reads_debt(policies: Iterable[Policy]) -> bool:
    """Return whether a rule of any gate reads a name that begins with `history.`."""
    return any(map(_mentions, _conditions(policies)))


def _conditions(policies: Iterable[Policy]) -> Iterator[str]:
    for policy in policies:
        for rule in policy.spec.rules:
            yield from _conditions_of(rule)


def _conditions_of(rule: Rule) -> Iterator[str]:
    yield from filter(None, (rule.when, rule.assert_))
    for seat in rule.require or ():
        if isinstance(seat, RequireEach):
            yield seat.each


def _mentions(source: str) -> bool:
    if _HISTORY not in source:
        return False
    # Few rules have the word at all.
    from changeflow.policy.cel import ConditionError
    from changeflow.policy.facts_read import paths_read

    try:
        return _HISTORY in map(itemgetter(0), paths_read(source))
    except (ConditionError, ValueError):
        # what it reads cannot be told
        return True


def debt_names(rule: Rule) -> list[str]:
    """Return the names below `history` that a rule reads, sorted."""
    from changeflow.policy.cel import ConditionError
    from changeflow.policy.facts_read import paths_read

    found: set[str] = set()
    for source in _conditions_of(rule):
        if _HISTORY in source:
            try:
                paths = paths_read(source)
            except (ConditionError, ValueError):
                continue
            found.update(path[1] for path in paths if path[0] == _HISTORY and len(path) > 1)
    return sorted(found)
