"""The facts that a condition reads: `conflicts`, `calendar.freezes`.

Found on its parsed tree, so the spelling does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from changeflow.policy.cel import compile_condition
from changeflow.policy.cel_tree import Call, Listed, Loop, Name, Node, Other, Select, Text, tree


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
    return frozenset(_paths_read_by(tree(compile_condition(source))))


def _paths_read_by(node: Node) -> Iterator[tuple[str, ...]]:
    path = _path_of(node)
    if path:
        yield path
        return
    for part in _parts_of_node(node):
        yield from _paths_read_by(part)


def _path_of(node: Node) -> tuple[str, ...]:
    """Return the names from a variable to a field; empty if the node is no field of a variable."""
    match node:
        case Name(name=name):
            return (name,)
        case Select(operand=operand, field=field):
            return _below(_path_of(operand), field)
        case Call(function="_[_]", arguments=(operand, Text(value=field))):
            return _below(_path_of(operand), field)
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
