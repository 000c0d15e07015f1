"""Conditions on facts of which only some are known: true, false, or not known.

Records of another system tell a part of what conditions read. A field that they do not tell is not
known, also where a condition asks whether it is there (`has`): it never counts as absent. `&&` and
`||` are decided by what is known where that is enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.policy.cel import VARIABLES, Condition, compile_condition
from changeflow.policy.cel_tree import node_of, paths_in
from changeflow.policy.operands import ConditionError, Part

Paths = frozenset[tuple[str, ...]]
# an operator that may hide errors, so that none is hidden
_OR: Final = "||"
# answers that are kept for conditions that read the same
_KEPT: Final = 200_000


class NotKnownError(Exception):
    """A fact that is read and not known."""


@dataclass(frozen=True)
class KnownFacts:
    """What is known of a change.

    Attributes:
        facts: by variable; a field that is missing is not known.
        elements: fields that every element of the lists among them tells.
    """

    facts: Mapping[str, Any]
    elements: frozenset[str]

    def read(self, path: tuple[str, ...]) -> Any:
        """Return what stands at a path.

        Raises:
            NotKnownError: when that is not known.
        """
        variable, *fields = path
        if variable not in VARIABLES:
            # a name within a loop: an element of a list
            if fields and fields[0] not in self.elements:
                raise NotKnownError
            return None
        if not fields and variable != "now":
            # read as a whole, which no records tell
            raise NotKnownError
        found: Any = self.facts.get(variable)
        for name in fields:
            if not isinstance(found, Mapping) or name not in found:
                raise NotKnownError
            found = found[name]
        if found is None:
            raise NotKnownError
        return found


@dataclass
class PartlyKnown:
    """Evaluates conditions; the same values give the same answer, which is found once."""

    _answers: dict[tuple[bytes, str], Any] = field(default_factory=dict)

    def truth(self, source: str, known: KnownFacts) -> bool | None:
        """Return whether a condition holds; None where that is not known."""
        condition = _compiled(source)
        return None if condition is None else self._truth(condition.top_part, known)

    def names(self, source: str, known: KnownFacts) -> tuple[str, ...] | None:
        """Return the names that a condition yields; None where they are not known."""
        condition = _compiled(source)
        if condition is None:
            return None
        found = self._value(condition.top_part, known, condition)
        return found if isinstance(found, tuple) else None

    def _truth(self, part: Part, known: KnownFacts) -> bool | None:
        match part.operator:
            case "_||_":
                one, other = part.operands
                return _either(self._truth(one, known), self._truth(other, known))
            case "_&&_":
                one, other = part.operands
                neither = _either(
                    _inverse(self._truth(one, known)), _inverse(self._truth(other, known))
                )
                return _inverse(neither)
            case "!_":
                return _inverse(self._truth(part.operands[0], known))
        found = self._value(part, known, None)
        return found if isinstance(found, bool) else None

    def _value(self, part: Part, known: KnownFacts, names: Condition | None) -> Any:
        try:
            read = [known.read(path) for path in sorted(_paths(part.node))]
        except NotKnownError:
            return None
        key = (part.node, json.dumps(read, default=str))
        if key not in self._answers:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
            self._answers[key] = _evaluated(part, known, names)
        return self._answers[key]


def _compiled(source: str) -> Condition | None:
    """Return a condition; None where it cannot be compiled, so that nothing is known of it."""
    try:
        return compile_condition(source)
    except ConditionError:
        return None


def _evaluated(part: Part, known: KnownFacts, names: Condition | None) -> Any:
    # The library asks for every variable.
    facts: dict[str, Any] = {"evidence": {}, "history": {}, "conflicts": [], **known.facts}
    try:
        if names is not None:
            return names.names(facts)
        return Condition(_OR, part.expression).truth(facts)
    except ConditionError:
        return None


@lru_cache(maxsize=4_096)
def _paths(node: bytes) -> Paths:
    return frozenset(paths_in(node_of(node)))


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False


def _inverse(value: bool | None) -> bool | None:
    return None if value is None else not value
