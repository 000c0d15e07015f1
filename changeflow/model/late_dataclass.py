"""A frozen dataclass whose methods cost nothing until they are used.

`dataclasses.dataclass` compiles six methods for each class while its module is imported, which takes
a third of a millisecond. A command imports dozens of such classes and makes a few of them.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, NoReturn

__all__ = ["late_dataclass"]

if TYPE_CHECKING:
    # for the type checker it is what it looks like
    from dataclasses import dataclass as late_dataclass
else:

    def late_dataclass(*, frozen: bool) -> Any:
        """Return a decorator that makes a frozen dataclass.

        Fields may have defaults and factories of defaults; every field is an argument. The class
        inherits from no other dataclass.

        Raises:
            TypeError: when a class is not to be frozen.
        """
        if not frozen:
            raise TypeError("only frozen dataclasses can be made late")
        return _late


# what stands for a value that a factory makes
_MADE: Final = object()


def _late(cls: Any) -> Any:
    written = set(vars(cls))
    # where there is no text, the library makes one, for which it imports half of `inspect`
    cls.__doc__ = cls.__doc__ or cls.__name__
    made = dataclass(init=False, repr=False, eq=False)(cls)
    made.__dataclass_params__.frozen = made.__dataclass_params__.eq = True
    for name, method in _METHODS.items():
        if name not in written:
            setattr(made, name, method)
    return made


def _init(self: Any, *args: Any, **named: Any) -> None:
    cls: Any = next(one for one in type(self).__mro__ if vars(one).get("__init__") is _init)
    cls.__init__ = _compiled(cls)
    cls.__init__(self, *args, **named)


def _compiled(cls: Any) -> Any:
    """Return `__init__` of a class, compiled."""
    names: dict[str, Any] = {"put": object.__setattr__, "made": _MADE}
    parameters, lines = ["self"], []
    for one in fields(cls):
        parameter, value = one.name, one.name
        if one.default is not MISSING:
            names[f"default_{one.name}"] = one.default
            parameter += f"=default_{one.name}"
        elif one.default_factory is not MISSING:
            names[f"make_{one.name}"] = one.default_factory
            parameter += "=made"
            value = f"make_{one.name}() if {one.name} is made else {one.name}"
        parameters.append(parameter)
        lines.append(f"  put(self, {one.name!r}, {value})\n")
    if hasattr(cls, "__post_init__"):
        lines.append("  self.__post_init__()\n")
    source = f"def __init__({', '.join(parameters)}):\n{''.join(lines) or '  pass'}"
    # the names of fields are all that it is put together of
    exec(source, names)  # noqa: S102
    init = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _values(one: Any) -> tuple[Any, ...]:
    return tuple(getattr(one, field.name) for field in fields(one) if field.compare)


def _eq(self: Any, other: object) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    return _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    shown = [f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _set(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_METHODS: Final = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _set,
    "__delattr__": _delete,
}
