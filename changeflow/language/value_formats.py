"""Formats of fields that hold values of documents, as findings about documents show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from changeflow.language.formats import AND, OR
from changeflow.language.reader import Reader
from changeflow.model.phrases import in_backticks, quoted

_OR_OF_WORDS: Final = {"en": " or ", "zh": "或"}
# Values that are not written out.
_NOTHING: Final = {"en": "nothing", "zh": "空值"}
_LIST: Final = {"en": "a list", "zh": "列表"}
_MAPPING: Final = {"en": "a mapping", "zh": "映射"}
_KINDS: Final[tuple[tuple[type, dict[str, str]], ...]] = (
    (type(None), _NOTHING),
    (list, _LIST),
    (dict, _MAPPING),
)
# what a value is, of which the value itself is said too
_WITH_VALUE: Final[tuple[tuple[type | tuple[type, ...], dict[str, str]], ...]] = (
    (bool, {"en": "the truth value", "zh": "真假值"}),
    ((int, float), {"en": "the number", "zh": "数字"}),
    (str, {"en": "the text", "zh": "文本"}),
)
# types of JSON Schema
_TYPES: Final = {
    "string": {"en": "text", "zh": "文本"},
    "object": _MAPPING,
    "array": _LIST,
    "integer": {"en": "a whole number", "zh": "整数"},
    "number": {"en": "a number", "zh": "数字"},
    "boolean": {"en": "true or false", "zh": "真假值"},
    "null": _NOTHING,
}
_DOCUMENT: Final = {"en": "the document", "zh": "该文档"}


def shown(value: object, reader: Reader) -> str:
    """Return a value in backticks, shortened, on one line."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return _not_written(value, reader) or quoted(str(value))


def article(value: object, reader: Reader) -> str:
    """Return a value with its type: `the number 3`, `a list`."""
    for kind, said in _WITH_VALUE:
        if isinstance(value, kind):
            text = quoted(value) if isinstance(value, str) else str(value)
            return f"{said[reader.language]} {text.lower() if kind is bool else text}"
    return _not_written(value, reader)


def _not_written(value: object, reader: Reader) -> str:
    for kind, said in _KINDS:
        if isinstance(value, kind):
            return said[reader.language]
    return ""


def types(values: Sequence[str], reader: Reader) -> str:
    """Return types of JSON Schema of which one is wanted."""
    told = [_TYPES[value][reader.language] for value in values]
    return _OR_OF_WORDS[reader.language].join(told)


def part(name: str, reader: Reader) -> str:
    """Return the key of a value; without one it is the document."""
    return f"`{name}`" if name else _DOCUMENT[reader.language]


def alternatives(options: Sequence[Sequence[str]], reader: Reader) -> str:
    """Return groups of keys, of which one is wanted as a whole."""
    told = [AND[reader.language].join(in_backticks(keys)) for keys in options]
    return OR[reader.language].join(told)


def count(value: int, _reader: Reader) -> str:
    """Return a number whose thousands are apart."""
    return f"{value:,}"


def times(value: int, reader: Reader) -> str:
    """Return how often something is there besides: `once more`, `3 times more`."""
    if reader.language == "zh":
        return f"{value:,} 处"
    return "once more" if value == 1 else f"{value} times more"


VALUE_FORMATS: Final[dict[str, Callable[[Any, Reader], str]]] = {
    "shown": shown,
    "article": article,
    "types": types,
    "part": part,
    "alternatives": alternatives,
    "count": count,
    "times": times,
}
