"""Names of a condition that no fact ever has: found on its parsed tree, before a gate is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.policy.cel_tree import Call, Listed, Loop, Name, Node, Other, Select, Text
from changeflow.policy.vocabulary import OPEN, PLAIN, Fields, Items, Open, Plain, Shape

if TYPE_CHECKING:
    from changeflow.policy.cel import Condition

_CONDITIONAL, _INDEX, _ADD = "_?_:_", "_[_]", "_+_"
_WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


@dataclass(frozen=True)
class Unknown:
    """A field that does not exist.

    `at` is the character of the source at which its name begins, `of` the expression that has no
    such field.

    `known` are the names that exist; it is empty if there are none at all.
    """

    at: int
    of: str
    name: str
    known: tuple[str, ...]


def unknown_names(condition: Condition, known: Mapping[str, Shape]) -> tuple[Unknown, ...]:
    """Return the fields that a condition uses, also in `has`, and that no fact has.

    They are in the order written, each place once.
    """
    walk = _Walk(condition.source)
    walk.shape(condition.tree, known)
    return tuple(sorted(walk.found.values(), key=lambda unknown: unknown.at))


@dataclass
class _Walk:
    source: str
    found: dict[int, Unknown] = field(default_factory=dict)

    # one return for each kind of node
    def shape(self, node: Node, known: Mapping[str, Shape]) -> Shape:  # noqa: PLR0911
        match node:
            case Name(name=name):
                return known.get(name, OPEN)
            case Select(operand=operand, field=name):
                return self._shape_of_field(node, operand, name, self.shape(operand, known))
            case Call(function=function, arguments=arguments):
                return self._shape_of_call(
                    function, arguments, [self.shape(argument, known) for argument in arguments]
                )
            case Listed(elements=elements):
                return Items(_all_alike([self.shape(element, known) for element in elements]))
            case Loop():
                return self._shape_of_loop(node, known)
            case Other(inside=inside):
                for inner in inside:
                    self.shape(inner, known)
                return OPEN if inside else PLAIN
            case Text():
                return PLAIN

    def _shape_of_field(self, node: Node, operand: Node, name: str, of: Shape) -> Shape:
        match of:
            case Open():
                return OPEN
            case Fields(names=names) if name in names:
                return names[name]
            case Fields(names=names):
                known = tuple(sorted(names))
            case Plain() | Items():
                known = ()
        at = self._name_at(max(node.at, operand.at), name)
        self.found.setdefault(at, Unknown(at, _as_written(operand), name, known))
        return OPEN

    def _shape_of_call(
        self, function: str, arguments: tuple[Node, ...], shapes: list[Shape]
    ) -> Shape:
        if function == _CONDITIONAL:
            return _all_alike(shapes[1:]) or OPEN
        if function == _ADD:
            return _all_alike(shapes) or OPEN
        if function == _INDEX:
            match shapes[0], arguments[1]:
                case Items(of=inner), _:
                    return inner or OPEN
                case Fields(), Text(value=name):
                    return self._shape_of_field(arguments[1], arguments[0], name, shapes[0])
        return OPEN

    def _shape_of_loop(self, loop: Loop, known: Mapping[str, Shape]) -> Shape:
        over = self.shape(loop.over, known)
        element: Shape = OPEN
        if isinstance(over, Items) and len(loop.variables) == 1:
            element = over.of or OPEN
        inside = {
            **known,
            **dict.fromkeys(loop.variables, element),
            loop.result_name: self.shape(loop.start, known),
        }
        self.shape(loop.goes_on, inside)
        return self.shape(loop.result, {**known, loop.result_name: self.shape(loop.step, inside)})

    def _name_at(self, start: int, name: str) -> int:
        """Return where a name begins as a word of its own, from `start` on."""
        at = self.source.find(name, start)
        while at >= 0:
            end = at + len(name)
            before, after = self.source[at - 1 : at], self.source[end : end + 1]
            if before not in _WORD and after not in _WORD:
                return at
            at = self.source.find(name, at + 1)
        return start


def _all_alike(shapes: list[Shape]) -> Shape | None:
    """Return the shape that all have, `OPEN` if they differ, None if there are none.

    A list with unknown elements is like any list.
    """
    if not shapes:
        return None
    told = [shape for shape in shapes if shape != Items(None)]
    if not told:
        return shapes[0]
    if told.count(told[0]) == len(told):
        return told[0]
    return OPEN


def _as_written(node: Node) -> str:
    match node:
        case Name(name=name):
            return name
        case Select(operand=operand, field=name):
            return f"{_as_written(operand)}.{name}"
        case Call(function="_[_]", arguments=(of, Text(value=name))):
            return f'{_as_written(of)}["{name}"]'
        case Call(function="_[_]", arguments=(of, _)):
            return f"{_as_written(of)}[...]"
        case _:
            return "this"
