"""pydantic without plug-ins and without what it defines for readers of its own code.

No other installed package has a say in how records are checked. To find plug-ins, pydantic reads what
is told of every installed package, and imports half of what it imports itself to be able to do so.

While it is imported, its dataclasses are those of `lazy_dataclass`, and the classes that say for type
checkers which keys its dictionaries have are plain: making the two takes a third of the import.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import typing_extensions

from changeflow.lazy_dataclass import dataclass

__all__ = [
    "AfterValidator",
    "BaseModel",
    "BeforeValidator",
    "ConfigDict",
    "Field",
    "JsonValue",
    "PlainSerializer",
    "SerializerFunctionWrapHandler",
    "SkipValidation",
    "WithJsonSchema",
    "model_serializer",
    "model_validator",
]

# what pydantic imports when the first record is built; where it has another name, plug-ins are found
_LOADER: Final = "pydantic.plugin._loader"
# options of a dataclass that are the same here
_OPTIONS: Final = frozenset({"eq", "frozen", "kw_only", "slots"})
_standard: Final[Any] = dataclasses.dataclass


def _no_plugins() -> tuple[()]:
    return ()


def _light(kind: type[Any] | None = None, /, **options: Any) -> Any:
    """Make a dataclass of a library: a light one where its options allow it."""
    make: Any = dataclass if _OPTIONS.issuperset(options) else _standard
    return make(kind, **options)


class _Keys(dict[str, Any]):
    """Stands for a dictionary whose keys have names: nothing asks for them when it runs."""

    def __init_subclass__(cls, *, total: bool = True) -> None:
        pass


@contextmanager
def _exchanged(name: str, value: Any, *modules: ModuleType) -> Iterator[None]:
    """Within this block, modules have another value under a name."""
    before = [vars(module)[name] for module in modules]
    for module in modules:
        vars(module)[name] = value
    try:
        yield
    finally:
        for module, old in zip(modules, before, strict=True):
            vars(module)[name] = old


_loader = ModuleType(_LOADER)
vars(_loader)["get_plugins"] = _no_plugins
sys.modules.setdefault(_LOADER, _loader)

with _exchanged("dataclass", _light, dataclasses):
    with _exchanged("TypedDict", _Keys, typing, typing_extensions):
        import_module("pydantic_core.core_schema")
    from pydantic import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        ConfigDict,
        Field,
        JsonValue,
        PlainSerializer,
        SerializerFunctionWrapHandler,
        SkipValidation,
        WithJsonSchema,
        model_serializer,
        model_validator,
    )
