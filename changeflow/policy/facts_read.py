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
    return frozenset(_facts_read_by(tree(compile_condition(source))))


def _facts_read_by(node: Node) -> Iterator[str]:
    match node:
        case Name(name=name):
            yield name
        case Select(operand=Name(name=name), field=field):
            yield f"{name}.{field}"
        case Call(function="_[_]", arguments=(Name(name=name), Text(value=field))):
            yield f"{name}.{field}"
        case _:
            for part in _parts_of_node(node):
                yield from _facts_read_by(part)


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
