"""The parsed tree of a condition, read from the form in which the CEL library serialises it.

The library shows no tree to Python, but serialises an expression as `cel.expr.CheckedExpr` of
github.com/google/cel-spec (proto/cel/expr/checked.proto and syntax.proto); the numbers below are
its field numbers. Macros are expanded already: `has(a.b)` is a selection that only tests, `a.all(x,
...)` a comprehension.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from changeflow.lazy_dataclass import dataclass
from changeflow.policy.cel_ast_bytes import (
    Message,
    bytes_in,
    every_bytes,
    message,
    number_in,
    text_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    """The expansion of `all`, `exists`, `exists_one`, `filter` and `map`.

    `variables` name an element (or key and value).
    """

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
    """A constant that is not text, or a mapping: only the nodes inside are of interest."""

    at: int
    inside: tuple[Node, ...] = ()


Node = Name | Select | Text | Call | Listed | Loop | Other


def tree(source: str, written: bytes) -> Node:
    """Return the tree of a compiled condition.

    Args:
        source: as it was typed.
        written: as the library wrote the compiled one down.

    Raises:
        ValueError: when the library wrote something that is not the format above.
    """
    try:
        checked = message(bytes_in(message(written), 2))
        entries = every_bytes(message(bytes_in(checked, 5)), 4)
        places = dict(_id_and_offset(message(entry)) for entry in entries)
        return _Reader(places).node(bytes_in(checked, 4))
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError(f"the tree of `{source}` cannot be read") from error


def node_of(data: bytes) -> Node:
    """Return the tree of a part of an expression, as the library wrote it down.

    Raises:
        ValueError: when it is not in the format above.
    """
    try:
        return _Reader().node(data)
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError("a part of a condition cannot be read") from error


def paths_in(node: Node) -> Iterator[tuple[str, ...]]:
    """Yield the facts that an expression reads, as deep as it names them."""
    path = path_of(node)
    if path:
        yield path
        return
    for part in _parts_of_node(node):
        yield from paths_in(part)


def path_of(node: Node) -> tuple[str, ...]:
    """Return the names from a variable to a field; empty if the node is no field of a variable."""
    match node:
        case Name(name=name):
            return (name,)
        case Select(operand=operand, field=field):
            return _below(path_of(operand), field)
        case Call(function="_[_]", arguments=(operand, Text(value=field))):
            return _below(path_of(operand), field)
        case _:
            return ()


def _below(path: tuple[str, ...], field: str) -> tuple[str, ...]:
    return (*path, field) if path else ()


def _parts_of_node(node: Node) -> tuple[Node, ...]:
    match node:
        case Select(operand=operand):
            return (operand,)
        case Call(arguments=arguments):
            return arguments
        case Listed(elements=elements):
            return elements
        case Loop():
            return (node.over, node.start, node.goes_on, node.step, node.result)
        case Other(inside=inside):
            return inside
        case Name() | Text():
            return ()


@dataclass(frozen=True)
class _Reader:
    places: dict[int, int] = field(default_factory=dict)

    def node(self, data: bytes) -> Node:  # noqa: PLR0911 - one line for each kind of node
        outer = message(data)
        at = self.places.get(number_in(outer, 2), 0)
        kind = next(iter(outer.keys() - {2}), 3)
        inner = message(bytes_in(outer, kind)) if kind in outer else {}
        match kind:
            case 3 if 6 in inner:  # noqa: PLR2004 - the field's number, like the others
                return Text(at, text_in(inner, 6))
            case 4:
                return Name(at, text_in(inner, 1))
            case 5:
                return Select(at, self.node(bytes_in(inner, 1)), text_in(inner, 2))
            case 6:
                return Call(at, text_in(inner, 2), tuple(self._nodes_in(inner, 1, 3)))
            case 7:
                return Listed(at, tuple(self._nodes_in(inner, 1)))
            case 8:
                inside: list[Node] = []
                for entry in every_bytes(inner, 2):
                    inside += self._nodes_in(message(entry), 3, 4)
                return Other(at, tuple(inside))
            case 9:
                return self._loop_node(at, inner)
        return Other(at)

    def _loop_node(self, at: int, inner: Message) -> Loop:
        variables = tuple(text_in(inner, number) for number in (1, 8) if number in inner)
        return Loop(
            at,
            variables,
            over=self.node(bytes_in(inner, 2)),
            result_name=text_in(inner, 3),
            start=self.node(bytes_in(inner, 4)),
            goes_on=self.node(bytes_in(inner, 5)),
            step=self.node(bytes_in(inner, 6)),
            result=self.node(bytes_in(inner, 7)),
        )

    def _nodes_in(self, outer: Message, *numbers: int) -> Iterator[Node]:
        for number in numbers:
            for data in every_bytes(outer, number):
                yield self.node(data)


def _id_and_offset(entry: Message) -> tuple[int, int]:
    return number_in(entry, 1), number_in(entry, 2)
