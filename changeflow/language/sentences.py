"""Makes the sentence of a code and its data for a reader.

A template names the fields of the data, each with a format of `language.formats`: `{end:time}`,
`{who:person}`. A code with several sentences has a key for each, `code:case`, and `data["case"]`
chooses.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from changeflow.language.catalogue import template
from changeflow.language.formats import FORMATS, SHORTENED
from changeflow.language.reader import MACHINE, Reader
from changeflow.model.late_pattern import LatePattern

Data = Mapping[str, Any]

_SEMICOLON: Final = {"en": "; ", "zh": "；"}
_FORMATTER: Final = string.Formatter()
_CHINESE: Final = "[\u3400-\u9fff\u3001\u3002\uff01-\uff1f\u201c\u201d]"
_CHINESE_START: Final = LatePattern("^" + _CHINESE)
_CHINESE_END: Final = LatePattern(_CHINESE + "$")
_BEFORE_FIELD: Final = LatePattern(_CHINESE + " $")
_AFTER_FIELD: Final = LatePattern("^ " + _CHINESE)


class Said(NamedTuple):
    """A sentence, and the hint that says what to do next (empty where there is none)."""

    text: str
    hint: str = ""


def field_text(value: Any, spec: str, reader: Reader) -> str:
    """Return the value of a field in a format of `language.formats`.

    `plural ONE MANY` is a number with its noun, `sentences` a row of sentences: text as it is, or
    a code with its data. `phrases` are such sentences that make one together. `sentence` is one of
    them, `hint` is its hint. `most 8` are the first values of a list and how many more there are,
    `most_codes 8` the same in backticks, `lines 8` the same on a line each, `paragraph 8` the same
    of sentences.
    """
    if not spec:
        return str(value)
    name, _, nouns = spec.partition(" ")
    if name == "plural":
        one, many = nouns.split()
        number = f"{value:,}" if isinstance(value, int) else value
        return f"{number} {one if value == 1 else many}"
    if name in SHORTENED:
        return SHORTENED[name](value, int(nouns), reader)
    if name in _OF_SENTENCES:
        return _OF_SENTENCES[name](value, nouns, reader)
    return _format_of(name)(value, reader)


def _format_of(name: str) -> Callable[[Any, Reader], str]:
    found = FORMATS.get(name)
    if found is not None:
        return found
    # only findings show values of documents
    from changeflow.language.value_formats import VALUE_FORMATS

    return VALUE_FORMATS[name]


class _Part(NamedTuple):
    """A part of a template: text, and the field after it with its format, where there is one."""

    literal: str
    name: str | None
    spec: str


@lru_cache(maxsize=4_096)
def _parts(text: str) -> tuple[_Part, ...]:
    """Return the parts of a template."""
    found = _FORMATTER.parse(text)
    return tuple(_Part(literal, name, spec or "") for literal, name, spec, _ in found)


def key_of(code: str, data: Data) -> str:
    """Return the key of the sentence: the code, and the case that the data chooses."""
    case = data.get("case")
    return code if case is None else f"{code}:{case}"


def say(code: str, data: Data, reader: Reader) -> Said:
    """Return what a code says about its data.

    Raises:
        KeyError: when the catalogue has no such sentence, or the data lacks a field of it.
    """
    key = key_of(code, data)
    found = template(reader.language, key)
    if found is None:
        raise KeyError(key)
    text, hint = found
    return Said(_filled(text, data, reader), _filled(hint, data, reader))


def _filled(text: str, data: Data, reader: Reader) -> str:
    """Return a template with its fields filled.

    In Chinese, spaces around a field are left out where Chinese meets Chinese: the template has
    `由 {who:person} 批准`, for a Latin name. A field without a format is an id, a path or text as
    it was given; spaces around it stay.
    """
    is_chinese = reader.language == "zh"
    said = value = ""
    for literal, name, spec in _parts(text):
        closes = value and _CHINESE_END.search(value) and _AFTER_FIELD.search(literal)
        said += literal[1:] if closes else literal
        if name is None:
            # the end, or a brace that is meant as one
            value = ""
            continue
        told = field_text(data[name], spec, reader)
        value = reader.unpainted(told) if is_chinese and spec else ""
        if value and _CHINESE_START.search(value) and _BEFORE_FIELD.search(literal):
            said = said[:-1]
        said += told
    return said


def in_english(sentence: Data) -> str:
    """Return a sentence as it is recorded, and stands in a JSON answer."""
    return say(sentence["code"], sentence, MACHINE).text


def said_of(what: str | Data, reader: Reader, hint: str = "") -> Said:
    """Return a sentence with its hint.

    Args:
        what: the sentence as data, with `hint` where its hint is not the one of the catalogue; or
            text, which is shown as it is.
        reader: who reads it.
        hint: to a text.
    """
    if isinstance(what, str):
        return Said(what, hint)
    said = say(what["code"], what, reader)
    own = what.get("hint")
    if not own:
        return said
    return said._replace(hint=in_a_row(own if isinstance(own, list) else [own], reader))


def paragraph(sentences: Sequence[str | Data], most: int, reader: Reader) -> str:
    """Return the first sentences on a line each, and how many more there are."""
    texts = [said_of(one, reader).text for one in sentences[:most]]
    rest = len(sentences) - most
    if rest > 0:
        texts.append(say("failure.more", {"count": rest}, reader).text)
    return "\n".join(texts)


def in_a_row(sentences: Iterable[str | Data], reader: Reader) -> str:
    """Return sentences in one line: text as it is, or a code with its data."""
    return _SEMICOLON[reader.language].join(_texts(sentences, reader))


def _texts(sentences: Iterable[str | Data], reader: Reader) -> list[str]:
    """Return each sentence: text as it is, or what a code says of its data."""
    return [
        one if isinstance(one, str) else say(one["code"], one, reader).text for one in sentences
    ]


# Formats of values that are sentences themselves.
_OF_SENTENCES: Final[dict[str, Callable[[Any, str, Reader], str]]] = {
    "sentences": lambda value, _, reader: in_a_row(value, reader),
    "phrases": lambda value, _, reader: " ".join(_texts(value, reader)),
    "sentence": lambda value, _, reader: said_of(value, reader).text,
    "hint": lambda value, _, reader: said_of(value, reader).hint,
    "paragraph": lambda value, most, reader: paragraph(value, int(most), reader),
}


def say_or(code: str, data: Data, reader: Reader, message: str, hint: str = "") -> Said:
    """Return what a code says, or the message where the catalogue does not know it with this data.

    That is an entry of another version, or a message of a policy's own.
    """
    try:
        return say(code, data, reader)
    except (KeyError, TypeError, ValueError):
        return Said(message, hint)
