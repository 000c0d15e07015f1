"""CEL conditions, behind one small door (docs/decisions/cel.md says why this library).

Expressions are checked when they are compiled: unknown variables, unknown functions and type
mismatches are problems of the policy, found by `changeflow check`, not surprises at 4 a.m. Length,
nesting and iterations are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from functools import cached_property, lru_cache, partial
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from cel_expr_python import cel

from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import near_hint
from changeflow.policy.operands import ConditionError, Part, top_part

# `check` compiles conditions without paying for pydantic
if TYPE_CHECKING:
    from changeflow.model.policy import Policy, Rule
    from changeflow.policy.cel_tree import Node

VARIABLES: Final[tuple[str, ...]] = (
    "change",
    "impact",
    "risk",
    "calendar",
    "conflicts",
    "evidence",
    "history",
    "now",
)
MAX_LENGTH: Final = 4_096
# kinds of facts that know nothing of `model.watched_time`
_PLAIN: Final = frozenset({NoneType, bool, datetime, float, int, list, str})

__all__ = [
    "MAX_LENGTH",
    "VARIABLES",
    "Condition",
    "ConditionError",
    "LateFacts",
    "compile_condition",
    "compile_problems",
    "condition_for",
    "conditions_of",
    "facts_but",
]

# How the library writes a problem; the source with a caret and further problems follow below it.
_PROBLEM: Final = re.compile(r"(?:ERROR: )?<input>:(\d+):(\d+): (.*)")
_UNDECLARED: Final = re.compile(r"undeclared reference to '([^']*)'")


@dataclass(frozen=True, eq=False)
class LateFacts(Mapping[str, Any]):
    """The facts of one variable, such as `impact`, each computed when a condition reads it.

    Some of them are lists of all affected items, and most conditions read none of those.

    Attributes:
        makers: what computes each fact, by its name.
        known: the facts that were read.
    """

    makers: Mapping[str, Callable[[], Any]]
    known: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        if name not in self.known:
            self.known[name] = self.makers[name]()
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.makers)

    def __len__(self) -> int:
        return len(self.makers)

    def some(self, names: Collection[str] | None) -> dict[str, Any]:
        """Return the facts with these names; None: all of them."""
        return {name: self[name] for name in self.makers if names is None or name in names}

    def but(self, **others: Any) -> LateFacts:
        """Return these facts with others in place of some of them."""
        makers = dict(self.makers)
        for name, value in others.items():
            makers[name] = at_hand(value)
        known = {name: value for name, value in self.known.items() if name not in others}
        return LateFacts(makers, known)


def at_hand(value: Any) -> Callable[[], Any]:
    """Return what makes a fact that is known already."""
    return partial(_same, value)


def _same(value: Any) -> Any:
    return value


def facts_but(facts: Mapping[str, Any], **others: Any) -> Mapping[str, Any]:
    """Return facts with others in place of some of them; late ones stay late."""
    if isinstance(facts, LateFacts):
        return facts.but(**others)
    return {**facts, **others}


@dataclass(frozen=True)
class Condition:
    """A compiled expression."""

    source: str
    expression: Any

    def truth(self, facts: Mapping[str, Any]) -> bool:
        """Evaluate to a boolean.

        Operands of `||` and `&&` are asked from left to right, and an error in one that is asked is
        an error of the whole.

        Raises:
            ConditionError: on a missing field, a type mismatch, an exhausted budget, or a value
                that is no boolean.
        """
        seen = self._noted(facts)
        if self._may_hide_errors:
            return self.top_part.truth(lambda part: self._truth_of(part, seen))
        return self._truth_of(self.expression, seen)

    @property
    def tree(self) -> Node:
        """Return the tree of the expression.

        Raises:
            ValueError: when the library wrote it down in another form than is known here.
        """
        from changeflow.policy.cel_tree import tree

        return tree(self.source, self.expression.serialize())

    @property
    def _may_hide_errors(self) -> bool:
        """Return whether the condition has an operator that makes an error beside it disappear."""
        return "||" in self.source or "&&" in self.source

    def names(self, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """Evaluate to a list of names, sorted, each once.

        Raises:
            ConditionError: as `truth`, or when the value is no list of text.
        """
        seen = self._noted(facts)
        value = self._value_of(self.expression, seen)
        if self._may_hide_errors:
            self.top_part.look(lambda part: self._truth_of(part, seen))
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise ConditionError(f"`{self.source}` yields no list of names")
        return tuple(sorted(set(value)))

    def _noted(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the facts as the library takes them; a watched time notes how it is read."""
        facts = self._with_fields_read(facts)
        if _is_plain(facts):
            return facts
        from changeflow.policy.watched_conditions import note_times, timed

        found = timed(facts)
        if found is None:
            return facts
        note_times(self.top_part, found, self._value_of)
        return found.plain

    def _with_fields_read(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the facts with those of the late ones that the expression reads."""
        found: dict[str, Any] = {}
        # a part of a condition may be asked whose text is not kept
        for name in self._variables or facts:
            if name in facts:
                value = facts[name]
                if isinstance(value, LateFacts):
                    value = value.some(self._fields_read(name))
                found[name] = value
        return found

    @cached_property
    def _variables(self) -> frozenset[str]:
        """Return the variables that are named in the expression, also those in a text in it."""
        return frozenset(re.findall(r"\w+", self.source)).intersection(VARIABLES)

    def _fields_read(self, variable: str) -> Collection[str] | None:
        """Return the fields of a variable that the expression reads; None: it may read all."""
        named = re.findall(rf"\b{variable}\b(?:\s*\.\s*(\w+)\b(?!\s*\())?", self.source)
        if "" not in named:
            # `impact.count` wherever it is named, and never `size(impact)` or `impact.map(...)`
            return named
        from changeflow.policy.cel_tree import paths_in

        try:
            paths = frozenset(paths_in(self.tree))
        except ValueError:
            return None
        if (variable,) in paths:
            return None
        return {path[1] for path in paths if path[0] == variable}

    @cached_property
    def top_part(self) -> Part:
        """Return the condition as a part of itself, with its operands."""
        return top_part(_cel_environment(), self.expression.serialize())

    def _truth_of(self, part: Any, facts: Mapping[str, Any]) -> bool:
        value = self._value_of(part, facts)
        if not isinstance(value, bool):
            raise ConditionError(f"`{self.source}` yields {value!r}, not true or false")
        return value

    def _value_of(self, part: Any, facts: Mapping[str, Any]) -> Any:
        try:
            result = part.eval(data=dict(facts))
        except Exception as error:
            # the library raises bare RuntimeError and TypeError
            raise ConditionError(f"`{self.source}`: {_first_line(error)}") from error
        if result.type() == cel.Type.ERROR:
            raise ConditionError(f"`{self.source}`: {_first_line(result.value())}")
        if hasattr(result, "plain_value"):
            return result.plain_value()
        return result.value()


def _is_plain(facts: Mapping[str, Any]) -> bool:
    """Return whether the time among the facts, and what the calendars say, are surely unwatched."""
    if type(facts.get("now")) not in _PLAIN:
        return False
    calendar = facts.get("calendar")
    return not isinstance(calendar, dict) or all(type(one) in _PLAIN for one in calendar.values())


@lru_cache(maxsize=1)
def _cel_environment() -> Any:
    types = {name: cel.Type.Map(cel.Type.STRING, cel.Type.DYN) for name in VARIABLES}
    types |= {"conflicts": cel.Type.List(cel.Type.DYN), "now": cel.Type.TIMESTAMP}
    return cel.NewEnv(variables=types)


@lru_cache(maxsize=2_048)
def compile_condition(source: str) -> Condition:
    """Compile and type-check an expression.

    Raises:
        ConditionError: with the first problem, as one sentence on one line.
    """
    if len(source) > MAX_LENGTH:
        raise ConditionError(
            f"a condition may have {MAX_LENGTH} characters, this one has {len(source)}"
        )
    try:
        return Condition(source, _cel_environment().compile(source))
    except Exception as error:
        # the library raises bare RuntimeError
        raise ConditionError(_first_problem(source, error)) from error


def condition_for(key: str | int, source: str) -> Condition:
    """Compile the expression under `when`, `assert` or `each`.

    `each` yields a list of names, the others yield a boolean.

    Raises:
        ConditionError: as `compile_condition`, or when it can never yield that.
    """
    condition = compile_condition(source)
    found = condition.expression.return_type().name()
    wanted, in_words = ("LIST", "a list of names") if key == "each" else ("BOOL", "true or false")
    if found != "DYN" and not found.startswith(wanted):
        raise ConditionError(f"it yields {found}, and `{key}` takes {in_words}")
    return condition


def compile_problems(policy: Policy) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Return the conditions of a policy that do not compile.

    Each is a route within the document, and a sentence that says what is wrong.
    """
    found = []
    for index, rule in enumerate(policy.spec.rules):
        for route, source in conditions_of(rule):
            try:
                condition_for(route[-1], source)
            except ConditionError as error:
                found.append((("spec", "rules", index, *route), str(error)))
    return tuple(found)


def conditions_of(rule: Rule) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Return every CEL expression of a rule, with its route inside the rule."""
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


def _first_problem(source: str, error: object) -> str:
    """Return the first problem as one sentence.

    An unknown name is given by its name, anything else by its line and column.
    """
    said = _first_line(error).removesuffix(" [INVALID_ARGUMENT]")
    found = _PROBLEM.match(said)
    if found is None:
        return said
    line, column, what = int(found[1]), int(found[2]), found[3]
    undeclared = _UNDECLARED.match(what)
    if undeclared is None:
        return f"{what.partition(' expecting ')[0]} (line {line}, column {column})"
    # for a call, the library points to its bracket
    pointed_at = "".join(source.split("\n")[line - 1 : line])[column - 1 : column]
    if pointed_at == "(":
        return f"there is no function `{undeclared[1]}` (line {line}, column {column})"
    name = undeclared[1].partition(".")[0]
    near = near_hint(name, VARIABLES)
    return f"there is no `{name}`; {near}" if near else f"there is no `{name}`"
