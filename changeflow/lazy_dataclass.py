"""Dataclasses that cost little to define: a constructor is compiled when the first record is made.

The standard decorator compiles six texts for each class, which takes as long as importing three
modules. A command that lives for a fifth of a second defines over a hundred classes, and makes
records of some of them. Here only the constructor is compiled, and only once it is called; all
classes share the other methods. What a class can do is the same: the standard library finds the
fields, its `fields`, `replace` and `asdict` take the class, and type checkers see its decorator.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final

__all__ = ["dataclass"]

# stands for a value that was not given, where a factory makes one
_NOT_GIVEN: Final = object()
# what a class keeps: returns the values that are compared, and those that are hashed
_COMPARED: Final = "_dataclass_compared"
_HASHED: Final = "_dataclass_hashed"

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        kind: type[Any] | None = None,
        /,
        *,
        eq: bool = True,
        frozen: bool = False,
        slots: bool = False,
        kw_only: bool = False,
    ) -> Any:
        """Make a class a dataclass. The options are those of the standard library."""

        def made(kind: type[Any]) -> type[Any]:
            _share_methods(kind, eq=eq, frozen=frozen, slots=slots)
            complete = dataclasses.dataclass(
                init=False, repr=False, eq=False, slots=slots, kw_only=kw_only
            )
            found = complete(kind)
            _know_fields(found, eq=eq)
            return found

        return made if kind is None else made(kind)


# -- definition ------------------------------------------------------------------------------------


def _share_methods(kind: type[Any], *, eq: bool, frozen: bool, slots: bool) -> None:
    """Give a class the methods that it does not state itself."""
    stated = vars(kind)
    shared: dict[str, Any] = {"__repr__": _shown}
    if eq:
        # What can change is no key.
        shared |= {"__eq__": _is_equal, "__hash__": _hash if frozen else None}
    if frozen:
        shared |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        if slots:
            shared |= {"__getstate__": _state, "__setstate__": _set_state}
    for name, method in shared.items():
        # A class that states how it is compared has None for its hash by that.
        if stated.get(name) is None:
            setattr(kind, name, method)
    if kind.__doc__ is None:
        # or the standard library inspects a signature to write one
        kind.__doc__ = kind.__name__


def _know_fields(kind: type[Any], *, eq: bool) -> None:
    """Note what the shared methods ask for, and have the constructor compiled by its first call."""
    fields = dataclasses.fields(kind)
    if eq:
        compared = [one.name for one in fields if one.compare]
        hashed = [one.name for one in fields if (one.compare if one.hash is None else one.hash)]
        values = _values_of(compared)
        setattr(kind, _COMPARED, staticmethod(values))
        same = hashed == compared
        setattr(kind, _HASHED, staticmethod(values if same else _values_of(hashed)))
    if "__init__" in vars(kind):
        return

    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807 - it becomes the method
        kind.__init__ = _constructor(kind)
        kind.__init__(self, *given, **named)

    kind.__init__ = __init__


def _values_of(names: list[str]) -> Callable[[Any], Any]:
    """Return what gives the values of some fields, as one that can be compared and hashed."""
    match names:
        case []:
            return _no_values
        case [name]:
            value = attrgetter(name)
            # A tuple takes what is the same object for equal, also what is not equal to itself.
            return lambda one: (value(one),)
    return attrgetter(*names)


def _no_values(_: Any) -> tuple[()]:
    return ()


# -- the constructor -------------------------------------------------------------------------------


def _constructor(kind: Any) -> Any:
    """Compile the constructor of a class."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_not_given": _NOT_GIVEN}
    # who asks for annotations finds those of the class
    parameters: dict[bool, list[str]] = {False: [], True: []}
    lines: list[str] = []
    is_frozen = kind.__setattr__ is _refuse_to_set
    for number, one in enumerate(dataclasses.fields(kind)):
        value = one.name
        default, factory = f"_default_{number}", f"_factory_{number}"
        known |= {default: one.default, factory: one.default_factory}
        parameter = one.name
        if one.default_factory is not MISSING:
            parameter += "=_not_given"
            value = f"{factory}() if {one.name} is _not_given else {one.name}"
            if not one.init:
                value = f"{factory}()"
        elif one.default is not MISSING:
            parameter += f"={default}"
            if not one.init:
                value = default
        elif not one.init:
            # `__post_init__` sets it
            continue
        if one.init:
            parameters[bool(one.kw_only)].append(parameter)
        lines.append(
            f"_set(self, {one.name!r}, {value})" if is_frozen else f"self.{one.name} = {value}"
        )
    if hasattr(kind, "__post_init__"):
        lines.append("self.__post_init__()")
    named = ["*", *parameters[True]] if parameters[True] else []
    head = ", ".join(["self", *parameters[False], *named])
    body = "\n  ".join(lines or ["pass"])
    made: dict[str, Any] = {}
    exec(  # noqa: S102 - as the standard library does; it holds names of fields and nothing else
        f"def make({', '.join(known)}):\n def __init__({head}):\n  {body}\n return __init__",
        {},
        made,
    )
    found = made["make"](**known)
    found.__qualname__ = f"{kind.__qualname__}.__init__"
    found.__module__ = kind.__module__
    found.__annotations__ = {one.name: one.type for one in dataclasses.fields(kind) if one.init}
    return found


# -- what all share --------------------------------------------------------------------------------


def _is_equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = self._dataclass_compared
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(self._dataclass_hashed(self))


@recursive_repr()
def _shown(self: Any) -> str:
    shown = [
        f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr
    ]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(_self: Any, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
