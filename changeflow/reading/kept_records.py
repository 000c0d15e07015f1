"""Records as text that the index keeps: made again from it, none of them is checked a second time.

A record is kept as pickle would keep it, by its class and its state. It is not pickled: such a file
could name any program. Here it can name the classes of `changeflow.model`, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import Any, Final, NamedTuple

from changeflow.model.document_parts import DerivingRecord
from changeflow.pydantic_alone import BaseModel

__all__ = ["NotKeptError", "from_text", "to_text"]

# where the classes are that may be named
_CLASSES: Final = "changeflow.model."
# the name of a field
_NAME: Final = attrgetter("name")
# values that JSON has a form for; all others are lists that begin with what they are
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_STATE: Final = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")


class NotKeptError(Exception):
    """A value for which there is no text."""


class _Shape(NamedTuple):
    """What records of a class have in common that were written with the same fields.

    Attributes:
        kind: module and name of the class.
        names: of what the record holds.
        stated: the fields that were written.
    """

    kind: tuple[str, str]
    names: tuple[str, ...]
    stated: tuple[str, ...]


def to_text(value: Any) -> bytes:
    """Return records, in lists and mappings, as JSON in UTF-8, with what is derived from them.

    Raises:
        NotKeptError: when that text would not stand for an equal value.
    """
    writer = _Writer()
    try:
        written = writer.written(value)
        text = json.dumps([[*writer.shapes], written], separators=(",", ":"), allow_nan=False)
        found = text.encode("utf-8")
        again = from_text(found)
    except (ValueError, RecursionError) as error:
        raise NotKeptError(str(error)) from error
    if again != value or repr(again) != repr(value):
        raise NotKeptError(f"{value!r:.100}")
    return found


def from_text(text: bytes) -> Any:
    """Return what was written by `to_text`."""
    shapes, written = json.loads(text)
    return _Reader(shapes).read(written)


class _Writer:
    def __init__(self) -> None:
        # each with its number
        self.shapes: dict[_Shape, int] = {}

    def written(self, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN or kind is float:
            return value
        write = _WRITERS.get(kind)
        if write is not None:
            return write(self, value)
        if isinstance(value, BaseModel):
            return self._of_record(value)
        if isinstance(value, Enum):
            return ["enum", *_name_of(kind), value.value]
        if isinstance(value, tuple):
            return self.several("made", [*_name_of(kind), *value])
        if is_dataclass(kind):
            return self.several("made", [*_name_of(kind), *_values_of(value)])
        raise NotKeptError(kind.__name__)

    def several(self, tag: str, values: Sequence[Any]) -> list[Any]:
        return [tag, *map(self.written, values)]

    def _of_record(self, record: BaseModel) -> list[Any]:
        if isinstance(record, DerivingRecord):
            record.derive()
        held, stated, extra, private = map(record.__getstate__().__getitem__, _STATE)
        if extra or private:
            raise NotKeptError(type(record).__name__)
        shape = _Shape(_name_of(type(record)), tuple(held), tuple(sorted(stated)))
        number = self.shapes.setdefault(shape, len(self.shapes))
        return self.several("record", [number, *held.values()])


def _is_json(value: Any) -> bool:
    """Return whether JSON has a form for a value and for all in it."""
    if type(value) is dict:
        return all(type(key) is str for key in value) and all(map(_is_json, value.values()))
    if type(value) is list:
        return all(map(_is_json, value))
    return type(value) in _PLAIN or type(value) is float


def _list(writer: _Writer, value: list[Any]) -> list[Any]:
    if _is_json(value):
        return ["json", value]
    return writer.several("list", value)


def _tuple(writer: _Writer, value: tuple[Any, ...]) -> list[Any]:
    if all(map(_is_json, value)):
        return ["tuple of json", *value]
    return writer.several("tuple", value)


def _mapping(writer: _Writer, value: dict[Any, Any]) -> list[Any]:
    if _is_json(value):
        return ["json", value]
    parts: list[Any] = []
    for pair in value.items():
        parts.extend(pair)
    return writer.several("dict", parts)


def _moment(_: _Writer, value: datetime) -> list[Any]:
    if value.tzinfo is not None and type(value.tzinfo) is not timezone:
        raise NotKeptError(repr(value))
    return ["moment", value.isoformat()]


_WRITERS: Final[Mapping[type, Callable[[_Writer, Any], list[Any]]]] = {
    list: _list,
    tuple: _tuple,
    frozenset: lambda writer, value: writer.several("set", sorted(value, key=repr)),
    dict: _mapping,
    datetime: _moment,
    date: lambda _, value: ["day", value.isoformat()],
    timedelta: lambda _, value: ["time", value.days, value.seconds, value.microseconds],
}


def _values_of(value: Any) -> Iterator[Any]:
    """Yield what the fields of a dataclass hold."""
    yield from map(partial(getattr, value), map(_NAME, fields(value)))


def _name_of(kind: type) -> tuple[str, str]:
    return kind.__module__, kind.__qualname__


class _Reader:
    def __init__(self, shapes: Sequence[Sequence[Any]]) -> None:
        self._shapes: list[tuple[type[BaseModel], list[str], list[str]]] = []
        for kind, names, stated in shapes:
            self._shapes.append((_class_of(*kind), names, stated))

    def read(self, written: Any) -> Any:
        if type(written) is not list:
            return written
        return _READERS[written[0]](self, written)

    def several(self, written: Sequence[Any]) -> list[Any]:
        return list(map(self.read, written[1:]))

    def record(self, written: Sequence[Any]) -> BaseModel:
        kind, names, stated = self._shapes[written[1]]
        found: BaseModel = kind.__new__(kind)
        values = [self.read(one) if type(one) is list else one for one in written[2:]]
        held = dict(zip(names, values, strict=True))
        found.__setstate__(dict(zip(_STATE, (held, set(stated), None, None), strict=True)))
        return found


def _pairs(reader: _Reader, written: Sequence[Any]) -> dict[Any, Any]:
    parts = reader.several(written)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _made(reader: _Reader, written: Sequence[Any]) -> Any:
    make, values = _class_of(written[1], written[2]), map(reader.read, written[3:])
    if not is_dataclass(make):
        return make(*values)
    make_by_name: Any = make
    return make_by_name(**dict(zip(map(_NAME, fields(make)), values, strict=True)))


def _enum(_: _Reader, written: Sequence[Any]) -> Any:
    return _class_of(written[1], written[2])(written[3])


_READERS: Final[Mapping[str, Callable[[_Reader, Sequence[Any]], Any]]] = {
    "record": _Reader.record,
    "list": _Reader.several,
    "json": lambda _, written: written[1],
    "tuple of json": lambda _, written: tuple(written[1:]),
    "tuple": lambda reader, written: tuple(reader.several(written)),
    "set": lambda reader, written: frozenset(reader.several(written)),
    "dict": _pairs,
    "enum": _enum,
    "made": _made,
    "moment": lambda _, written: datetime.fromisoformat(written[1]),
    "day": lambda _, written: date.fromisoformat(written[1]),
    "time": lambda _, written: timedelta(*written[1:]),
}


def _class_of(module: str, name: str) -> Any:
    """Return a class of the model.

    Raises:
        ValueError: when another one is named.
    """
    if not module.startswith(_CLASSES):
        raise ValueError(module)
    return getattr(import_module(module), name)
