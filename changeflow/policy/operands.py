"""Conditions read from left to right: no operand hides an error in another one.

In CEL an error beside a deciding operand disappears, on either side: `broken || true` is true. At a
gate that would be silence taken for consent. Here the left operand of `||` and `&&` is evaluated
first. If it fails, so does the condition. The right one matters only if the left one leaves the
answer open, so `has(change.rollback) && size(change.rollback.steps) > 0` works as usual. Logical
operators inside of other expressions (`(a || b) == true`, `cond ? list : list`) are evaluated
before those. Inside of `all`, `exists` and their like CEL's own rule stays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.policy.cel_ast_bytes import (
    Message,
    bytes_in,
    every_bytes,
    message,
    sized_field,
    text_in,
    without_field,
)

_OR, _AND, _NOT, _CHOICE = "_||_", "_&&_", "!_", "_?_:_"
# field numbers, see policy/cel_ast_bytes.py
_ANY_VALUE, _EXPRESSION, _CALL, _FUNCTION, _ARGUMENTS = 2, 4, 6, 2, 3
_TARGET, _SELECT, _LIST, _MAPPING, _ENTRIES, _KEY, _VALUE = 1, 5, 7, 8, 2, 3, 4
_LOGICAL: Final = frozenset((_OR, _AND, _NOT, _CHOICE))


class ConditionError(Exception):
    """A condition that cannot be compiled or did not yield what it must. The gate stays shut."""


@dataclass(frozen=True)
class Whole:
    """What the library wrote around the tree of a compiled expression.

    Attributes:
        environment: the library's, which reads expressions.
        references: of the names in the expression.
        kind: the type of the outer message.
    """

    environment: Any
    references: bytes
    kind: bytes


def top_part(environment: Any, written: bytes) -> Part:
    """Return a compiled expression, as the library wrote it down, as a part of itself."""
    checked = bytes_in(message(written), _ANY_VALUE)
    references = without_field(checked, _EXPRESSION)
    whole = Whole(environment, references, without_field(written, _ANY_VALUE))
    return Part(whole, bytes_in(message(checked), _EXPRESSION))


@dataclass(frozen=True)
class Part:
    """A part of an expression."""

    whole: Whole
    node: bytes

    @cached_property
    def _call_message(self) -> Message:
        outer = message(self.node)
        if _CALL not in outer:
            return {}
        return message(bytes_in(outer, _CALL))

    @cached_property
    def operator(self) -> str:
        """Return the logical operator at its top; empty if there is another one, or none."""
        function = text_in(self._call_message, _FUNCTION)
        return function if function in _LOGICAL else ""

    @cached_property
    def operands(self) -> tuple[Part, ...]:
        """Return the operands in the order written."""
        return tuple(Part(self.whole, node) for node in every_bytes(self._call_message, _ARGUMENTS))

    @cached_property
    def expression(self) -> Any:
        """Return the part as an expression that the library can evaluate."""
        checked = self.whole.references + sized_field(_EXPRESSION, self.node)
        written = self.whole.kind + sized_field(_ANY_VALUE, checked)
        return self.whole.environment.deserialize(written)

    def truth(self, truth_of: Callable[[Any], bool]) -> bool:
        """Return the truth of this part, its operands asked in order.

        Args:
            truth_of: evaluates an expression of the library, and raises the caller's error.
        """
        match self.operator:
            case "_||_":
                return self.operands[0].truth(truth_of) or self.operands[1].truth(truth_of)
            case "_&&_":
                return self.operands[0].truth(truth_of) and self.operands[1].truth(truth_of)
            case "!_":
                return not self.operands[0].truth(truth_of)
            case "_?_:_":
                return self._chosen(truth_of).truth(truth_of)
        self._look_inside(truth_of)
        return truth_of(self.expression)

    def look(self, truth_of: Callable[[Any], bool]) -> None:
        """Raise any error that an expression which yields no truth would hide.

        The library evaluates the expression afterwards.
        """
        match self.operator:
            case "_?_:_":
                self._chosen(truth_of).look(truth_of)
            case "":
                self._look_inside(truth_of)
            case _:
                self.truth(truth_of)

    def _chosen(self, truth_of: Callable[[Any], bool]) -> Part:
        """Return the branch of a conditional expression that its condition selects."""
        condition, then, otherwise = self.operands
        return then if condition.truth(truth_of) else otherwise

    def _look_inside(self, truth_of: Callable[[Any], bool]) -> None:
        for part in self.parts_inside:
            part.look(truth_of)

    @cached_property
    def parts_inside(self) -> tuple[Part, ...]:
        """Return the parts of an expression that has no logical operator at its top.

        A comprehension has none.
        """
        outer = message(self.node)
        found: list[bytes] = every_bytes(self._call_message, _TARGET) + every_bytes(
            self._call_message, _ARGUMENTS
        )
        for kind in (_SELECT, _LIST):
            for inner in every_bytes(outer, kind):
                found += every_bytes(message(inner), 1)
        for inner in every_bytes(outer, _MAPPING):
            for entry in every_bytes(message(inner), _ENTRIES):
                pair = message(entry)
                found += every_bytes(pair, _KEY) + every_bytes(pair, _VALUE)
        return tuple(Part(self.whole, node) for node in found)
