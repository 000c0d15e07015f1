"""The parsed tree of a condition, read from what the CEL library writes down of it.

The library shows no tree to Python, but serialises an expression as `cel.expr.CheckedExpr` of github.com/google/cel-spec
(proto/cel/expr/checked.proto and syntax.proto); the numbers below are its field numbers. Macros are expanded already: `has(a.b)`
is a selection that only tests, `a.all(x, ...)` a comprehension.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changeflow.policy.cel import Condition

Message = dict[int, list["int | bytes"]]


@dataclass(frozen=True)
class Name:
    """A variable. `at` counts characters of the source from 0, here and below."""

    at: int
    name: str


@dataclass(frozen=True)
class Select:
    """`operand.field`, or the question whether it is there."""

    at: int
    operand: Node
    field: str


@dataclass(frozen=True)
class Text:
    """A text constant."""

    at: int
    value: str


@dataclass(frozen=True)
class Call:
    """A function or operator; the target of a method is the first argument."""

    at: int
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Listed:
    """A list written out."""

    at: int
    elements: tuple[Node, ...]


@dataclass(frozen=True)
class Loop:
    """What `all`, `exists`, `exists_one`, `filter` and `map` become. `variables` stand for an element (or key and value)."""

    at: int
    variables: tuple[str, ...]
    over: Node
    result_name: str
    start: Node
    goes_on: Node
    step: Node
    result: Node


@dataclass(frozen=True)
class Other:
    """Constants that are no text, and mappings written out: only what is inside is of interest."""

    at: int
    inside: tuple[Node, ...] = ()


Node = Name | Select | Text | Call | Listed | Loop | Other


def tree(condition: Condition) -> Node:
    """The tree of a compiled condition.

    Raises:
        ValueError: when the library wrote something that is not the format above.
    """
    try:
        checked = _message(_bytes(_message(condition.expression.serialize()), 2))
        places = dict(_place(_message(entry)) for entry in _all_bytes(_message(_bytes(checked, 5)), 4))
        return _Reader(places).node(_bytes(checked, 4))
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError(f"the tree of `{condition.source}` cannot be read") from error


@dataclass(frozen=True)
class _Reader:
    places: dict[int, int] = field(default_factory=dict)

    def node(self, data: bytes) -> Node:  # noqa: PLR0911 - one line for each kind of node
        message = _message(data)
        at = self.places.get(_number(message, 2), 0)
        kind = next(iter(message.keys() - {2}), 3)
        inner = _message(_bytes(message, kind)) if kind in message else {}
        match kind:
            case 3 if 6 in inner:  # noqa: PLR2004 - the field's number, like the others
                return Text(at, _text(inner, 6))
            case 4:
                return Name(at, _text(inner, 1))
            case 5:
                return Select(at, self.node(_bytes(inner, 1)), _text(inner, 2))
            case 6:
                return Call(at, _text(inner, 2), tuple(self._nodes(inner, 1, 3)))
            case 7:
                return Listed(at, tuple(self._nodes(inner, 1)))
            case 8:
                entries = [_message(entry) for entry in _all_bytes(inner, 2)]
                return Other(at, tuple(node for entry in entries for node in self._nodes(entry, 3, 4)))
            case 9:
                return self._loop(at, inner)
        return Other(at)

    def _loop(self, at: int, inner: Message) -> Loop:
        variables = tuple(_text(inner, number) for number in (1, 8) if number in inner)
        over, start, goes_on, step, result = (self.node(_bytes(inner, number)) for number in (2, 4, 5, 6, 7))
        return Loop(at, variables, over, _text(inner, 3), start, goes_on, step, result)

    def _nodes(self, message: Message, *numbers: int) -> Iterator[Node]:
        return (self.node(data) for number in numbers for data in _all_bytes(message, number))


def _place(entry: Message) -> tuple[int, int]:
    return _number(entry, 1), _number(entry, 2)


def _message(data: bytes) -> Message:
    """Protocol Buffers' wire format: field number -> its values, in order."""
    found: Message = {}
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        match key & 7:
            case 0:
                value: int | bytes
                value, position = _varint(data, position)
            case 2:
                size, position = _varint(data, position)
                value, position = data[position : position + size], position + size
            case 1 | 5 as width:
                size = 8 if width == 1 else 4
                value, position = data[position : position + size], position + size
            case other:
                raise ValueError(f"wire type {other}")
        found.setdefault(key >> 3, []).append(value)
    return found


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the bit that says another byte follows
            return value, position


def _number(message: Message, number: int) -> int:
    value = message.get(number, [0])[-1]
    return value if isinstance(value, int) else 0


def _all_bytes(message: Message, number: int) -> list[bytes]:
    return [value for value in message.get(number, []) if isinstance(value, bytes)]


def _bytes(message: Message, number: int) -> bytes:
    return _all_bytes(message, number)[-1]


def _text(message: Message, number: int) -> str:
    return _bytes(message, number).decode() if number in message else ""
