"""Conditions read from left to right: an error is never covered up by what stands beside it.

In CEL an error beside a deciding operand disappears, on whichever side it stands: `broken || true`
is true. At a gate that would be silence taken for consent. Here the left operand of `||` and `&&`
is asked first. If it errs, so does the condition; the right one matters only when the left one
leaves the answer open, so `has(change.rollback) && size(change.rollback.steps) > 0` is as good as
ever. Logical operators inside of other expressions (`(a || b) == true`, `cond ? list : list`) are
looked into before those are evaluated. Inside of `all`, `exists` and their like CEL's own rule
stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from changeflow.policy.wire import (
    Message,
    bytes_in,
    every_bytes,
    message,
    sized_field,
    text_in,
    without_field,
)

_OR, _AND, _NOT, _CHOICE = "_||_", "_&&_", "!_", "_?_:_"
# field numbers, see policy/wire.py
_ANY_VALUE, _EXPRESSION, _CALL, _FUNCTION, _ARGUMENTS = (
    2,
    4,
    6,
    2,
    3,
)
_TARGET, _SELECT, _LIST, _MAPPING, _ENTRIES, _KEY, _VALUE = 1, 5, 7, 8, 2, 3, 4
_LOGICAL: Final = frozenset((_OR, _AND, _NOT, _CHOICE))


@dataclass(frozen=True)
class Whole:
    """A compiled expression, as the library wrote it down."""

    environment: Any
    written: bytes

    @cached_property
    def top(self) -> Part:
        """The expression as a part of itself."""
        return Part(self, bytes_in(message(self._checked), _EXPRESSION))

    @cached_property
    def _checked(self) -> bytes:
        return bytes_in(message(self.written), _ANY_VALUE)

    @cached_property
    def _around(self) -> tuple[bytes, bytes]:
        """What the library wrote besides: what the expression's names refer to, and what kind of message that is."""
        return without_field(self._checked, _EXPRESSION), without_field(self.written, _ANY_VALUE)

    def cut_out(self, node: bytes) -> Any:
        """A part as an expression of its own."""
        references, kind = self._around
        return self.environment.deserialize(
            kind + sized_field(_ANY_VALUE, references + sized_field(_EXPRESSION, node))
        )


@dataclass(frozen=True)
class Part:
    """A part of an expression."""

    whole: Whole
    node: bytes

    @cached_property
    def _call(self) -> Message:
        outer = message(self.node)
        return message(bytes_in(outer, _CALL)) if _CALL in outer else {}

    @cached_property
    def operator(self) -> str:
        """The logical operator at its top; empty where there is another one, or none."""
        function = text_in(self._call, _FUNCTION)
        return function if function in _LOGICAL else ""

    @cached_property
    def operands(self) -> tuple[Part, ...]:
        """In the order written."""
        return tuple(Part(self.whole, node) for node in every_bytes(self._call, _ARGUMENTS))

    @cached_property
    def expression(self) -> Any:
        """To be evaluated by the library."""
        return self.whole.cut_out(self.node)

    def truth(self, truth_of: Callable[[Any], bool]) -> bool:
        """The truth of this part, its operands asked in order.

        Args:
            truth_of: evaluates an expression of the library, and raises what an error is to the
                caller.
        """
        match self.operator:
            case "_||_":
                return self.operands[0].truth(truth_of) or self.operands[1].truth(truth_of)
            case "_&&_":
                return self.operands[0].truth(truth_of) and self.operands[1].truth(truth_of)
            case "!_":
                return not self.operands[0].truth(truth_of)
            case "_?_:_":
                condition, then, otherwise = self.operands
                return (then if condition.truth(truth_of) else otherwise).truth(truth_of)
        self._look_inside(truth_of)
        return truth_of(self.expression)

    def look(self, truth_of: Callable[[Any], bool]) -> None:
        """Raise what an expression that yields no truth would cover up; its value is the library's business."""
        match self.operator:
            case "_?_:_":
                condition, then, otherwise = self.operands
                (then if condition.truth(truth_of) else otherwise).look(truth_of)
            case "":
                self._look_inside(truth_of)
            case _:
                self.truth(truth_of)

    def _look_inside(self, truth_of: Callable[[Any], bool]) -> None:
        for part in self._inside:
            part.look(truth_of)

    @cached_property
    def _inside(self) -> tuple[Part, ...]:
        """The parts an expression without a logical operator at its top is made of; none of a comprehension."""
        outer = message(self.node)
        found: list[bytes] = every_bytes(self._call, _TARGET) + every_bytes(self._call, _ARGUMENTS)
        for kind, number in ((_SELECT, 1), (_LIST, 1)):
            found += [
                node
                for inner in every_bytes(outer, kind)
                for node in every_bytes(message(inner), number)
            ]
        for inner in every_bytes(outer, _MAPPING):
            entries = [message(entry) for entry in every_bytes(message(inner), _ENTRIES)]
            found += [
                node
                for entry in entries
                for number in (_KEY, _VALUE)
                for node in every_bytes(entry, number)
            ]
        return tuple(Part(self.whole, node) for node in found)
