"""The facts that a condition reads: `conflicts`, `calendar.freezes`.

Found on its parsed tree, so the spelling does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from changeflow.policy.cel import ConditionError, compile_condition, conditions_of
from changeflow.policy.cel_tree import paths_in

if TYPE_CHECKING:
    from changeflow.model.policy import Policy, Rule

# what conditions see of earlier changes, which takes much reading to tell
_HISTORY: Final = "history"


@lru_cache(maxsize=2_048)
def reads(source: str) -> frozenset[str]:
    """Return the facts that a condition reads.

    `a.b` is a field of a variable, `a` a variable that is read as a whole.

    Raises:
        ConditionError: when the condition cannot be compiled.
        ValueError: when its tree cannot be read.
    """
    return frozenset(".".join(path[:2]) for path in paths_read(source))


@lru_cache(maxsize=2_048)
def paths_read(source: str) -> frozenset[tuple[str, ...]]:
    """Return the facts that a condition reads, as deep as it names them.

    Raises:
        ConditionError: when the condition cannot be compiled.
        ValueError: when its tree cannot be read.
    """
    return frozenset(paths_in(compile_condition(source).tree))


def reads_debt(policies: Iterable[Policy]) -> bool:
    """Return whether a rule of any gate reads a name that begins with `history.`."""
    for policy in policies:
        for _, source in chain.from_iterable(map(conditions_of, policy.spec.rules)):
            if _mentions_history(source):
                return True
    return False


def _mentions_history(source: str) -> bool:
    if _HISTORY not in source:
        return False
    try:
        return _HISTORY in map(itemgetter(0), paths_read(source))
    except (ConditionError, ValueError):
        # what it reads cannot be told
        return True


def debt_names(rule: Rule) -> list[str]:
    """Return the names below `history` that a rule reads, sorted."""
    return names_below(rule, _HISTORY)


def names_below(rule: Rule, variable: str) -> list[str]:
    """Return the names below a variable that a rule reads, sorted."""
    found: set[str] = set()
    for _, source in conditions_of(rule):
        if variable not in source:
            continue
        try:
            paths = paths_read(source)
        except (ConditionError, ValueError):
            continue
        found.update(path[1] for path in paths if path[0] == variable and len(path) > 1)
    return sorted(found)
