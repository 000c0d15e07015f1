"""CEL conditions, behind one small door (docs/decisions/cel.md says why this library).

Expressions are checked when they are compiled: unknown variables, unknown functions and type mismatches are problems of
the policy, found by `changeflow check`, not surprises at 4 a.m. Length, nesting and iterations are bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cel_expr_python import cel

if TYPE_CHECKING:  # `check` compiles conditions without paying for pydantic
    from changeflow.model.policy import Policy, Rule

VARIABLES: Final[tuple[str, ...]] = ("change", "impact", "risk", "calendar", "conflicts", "evidence", "now")
MAX_LENGTH: Final = 4_096


class ConditionError(Exception):
    """A condition that cannot be compiled or did not yield what it must. The gate stays shut."""


@dataclass(frozen=True)
class Condition:
    """A compiled expression."""

    source: str
    expression: Any

    def truth(self, facts: Mapping[str, Any]) -> bool:
        """Evaluate to a boolean.

        Raises:
            ConditionError: on a missing field, a type mismatch, an exhausted budget, or a value that is no boolean.
        """
        value = self._value(facts)
        if not isinstance(value, bool):
            raise ConditionError(f"`{self.source}` yields {value!r}, not true or false")
        return value

    def names(self, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """Evaluate to a list of names, sorted, each once.

        Raises:
            ConditionError: as `truth`, or when the value is no list of text.
        """
        value = self._value(facts)
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise ConditionError(f"`{self.source}` yields no list of names")
        return tuple(sorted(set(value)))

    def _value(self, facts: Mapping[str, Any]) -> Any:
        try:
            result = self.expression.eval(data=dict(facts))
        except Exception as error:  # the library raises bare RuntimeError and TypeError
            raise ConditionError(f"`{self.source}`: {_first_line(error)}") from error
        if result.type() == cel.Type.ERROR:
            raise ConditionError(f"`{self.source}`: {_first_line(result.value())}")
        return result.plain_value() if hasattr(result, "plain_value") else result.value()


@lru_cache(maxsize=1)
def _environment() -> Any:
    types = {name: cel.Type.Map(cel.Type.STRING, cel.Type.DYN) for name in VARIABLES}
    types |= {"conflicts": cel.Type.List(cel.Type.DYN), "now": cel.Type.TIMESTAMP}
    return cel.NewEnv(variables=types)


@lru_cache(maxsize=2_048)
def compile_condition(source: str) -> Condition:
    """Compile and type-check an expression.

    Raises:
        ConditionError: with line and column of the first problem.
    """
    if len(source) > MAX_LENGTH:
        raise ConditionError(f"a condition may have {MAX_LENGTH} characters, this one has {len(source)}")
    try:
        return Condition(source, _environment().compile(source))
    except Exception as error:  # the library raises bare RuntimeError
        raise ConditionError(str(error).removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")) from error


def compile_problems(policy: Policy) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Conditions of a policy that do not compile: route within the document, and what is wrong."""
    found = []
    for index, rule in enumerate(policy.spec.rules):
        for route, source in conditions_of(rule):
            try:
                compile_condition(source)
            except ConditionError as error:
                found.append((("spec", "rules", index, *route), str(error)))
    return tuple(found)


def conditions_of(rule: Rule) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Every CEL expression of a rule, with its route inside the rule."""
    from changeflow.model.policy import RequireEach

    named: list[tuple[tuple[str | int, ...], str]] = []
    if rule.when is not None:
        named.append((("when",), rule.when))
    if rule.assert_ is not None:
        named.append((("assert",), rule.assert_))
    for index, seat in enumerate(rule.require or ()):
        if isinstance(seat, RequireEach):
            named.append((("require", index, "each"), seat.each))
    return tuple(named)


def _first_line(error: object) -> str:
    return str(error).splitlines()[0].removeprefix("INVALID_ARGUMENT: ")[:300]
