"""Formats of the fields of a sentence: times, people, lists.

The data is JSON: a time is RFC 3339 text, a duration ISO 8601 text or seconds, a person an id. For
a program (`Reader.exact`) every value is shown as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from changeflow.language.catalogue import template
from changeflow.language.reader import Reader
from changeflow.model.phrases import first_of, in_backticks, shortened
from changeflow.model.times import format_instant, parse_date, parse_duration, parse_instant, rough

_WEEKDAYS: Final = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_WHOLE_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
AND: Final = {"en": " and ", "zh": " 和 "}
OR: Final = {"en": " or ", "zh": " 或 "}
_COMMA: Final = {"en": ", ", "zh": "、"}
_PERCENT: Final = {"en": " %", "zh": "%"}
# seconds of each unit, the largest first
_UNITS: Final = (
    (86_400, "day", "天"),
    (3_600, "hour", "小时"),
    (60, "minute", "分钟"),
    (1, "second", "秒"),
)
# keys of steps at the beginning and between the steps of a note
_STEP_KEY: Final = re.compile(r"(^|, )([a-z]+/[0-9]+)(?= )")
# values that a long list shows
_FIRST: Final = 5
# items that the reason for a point of risk names
FEW: Final = 3
_CHINESE_UNITS: Final = {english: chinese for _, english, chinese in _UNITS}


def time_text(value: datetime, reader: Reader, *, seconds: bool = True) -> str:
    """Return an instant by the reader's clock, with weekday and offset.

    Args:
        value: the instant.
        reader: its zone and language.
        seconds: whether seconds are shown where they are not 0.
    """
    if reader.zone is None:
        return format_instant(value)
    try:
        local = value.astimezone(reader.zone)
    except OverflowError:
        # at the ends of the calendar
        return format_instant(value)
    pattern = "%H:%M:%S" if seconds and local.second else "%H:%M"
    offset = local.isoformat(timespec="minutes")[len("2026-12-01T22:00") :]
    return f"{date_text(local, reader)} {local.strftime(pattern)} {offset}"


def date_text(day: date, reader: Reader) -> str:
    """Return a day with its weekday."""
    if reader.exact:
        return day.isoformat()
    weekday = _WEEKDAYS[reader.language][day.weekday()]
    written = f"{day.year:04}-{day.month:02}-{day.day:02}"
    return f"{written} {weekday}" if reader.language == "zh" else f"{weekday} {written}"


def duration_text(span: timedelta, reader: Reader) -> str:
    """Return a length of time in words, in its two largest units: `1 hour 30 minutes`."""
    rest, told = round(abs(span).total_seconds()), []
    for size, english, chinese in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            told.append(_count(count, english, chinese, reader))
    shown = told[:2] or [_count(0, "second", "秒", reader)]
    return " ".join(shown)


def percent_text(share: float, reader: Reader, digits: int = 1) -> str:
    """Return a share as a percentage; Chinese has no space before the sign."""
    return f"{100 * share:.{digits}f}{_PERCENT[reader.language]}"


def _count(count: int, english: str, chinese: str, reader: Reader) -> str:
    if reader.language == "zh":
        return f"{count} {chinese}"
    return f"{count} {english}" if count == 1 else f"{count} {english}s"


def named(name: str | None, identifier: str) -> str:
    """Return a name with the id in brackets, or the id alone where the name says no more."""
    if not name or name.casefold().replace(" ", "-") == identifier.casefold():
        return identifier
    return f"{name} ({identifier})"


def listed(values: Sequence[str], reader: Reader) -> str:
    """Return values in a row, as the language separates them."""
    return _COMMA[reader.language].join(values)


def _time(value: str, reader: Reader) -> str:
    return value if reader.exact else time_text(parse_instant(value), reader)


def _minute(value: str, reader: Reader) -> str:
    return value if reader.exact else time_text(parse_instant(value), reader, seconds=False)


def _date(value: str, reader: Reader) -> str:
    return value if reader.exact else date_text(parse_date(value), reader)


def _duration(value: str, reader: Reader) -> str:
    return value if reader.exact else duration_text(parse_duration(value), reader)


def _rough(seconds: float, reader: Reader) -> str:
    text = rough(timedelta(seconds=seconds))
    if reader.language == "en":
        return text
    count, unit = text.split()
    return f"{count} {_CHINESE_UNITS[unit.removesuffix('s')]}"


def _whole(seconds: float, reader: Reader) -> str:
    """Return the whole units of the largest kind that a time has: `3 hours`."""
    rest = int(seconds)
    for size, english, chinese in _UNITS:
        if rest >= size:
            return _count(rest // size, english, chinese, reader)
    return _count(0, "second", "秒", reader)


def _paces(values: Sequence[tuple[str, float]], reader: Reader) -> str:
    """Return people, each with the time they took."""
    told = [f"{_person(who, reader)} {_whole(seconds, reader)}" for who, seconds in values]
    return listed(told, reader)


def _percent(value: str, reader: Reader) -> str:
    """Return a percentage of the data, such as `5.0 %`."""
    return value if reader.exact else value.replace(" %", _PERCENT[reader.language])


def _person(value: str, reader: Reader) -> str:
    return named(reader.names.people.get(value), value)


def _people(values: Sequence[str], reader: Reader) -> str:
    return listed([_person(value, reader) for value in values], reader)


def _item(value: str, reader: Reader) -> str:
    return named(reader.names.items.get(value), value)


def _items(values: Sequence[str], reader: Reader) -> str:
    return listed([_item(value, reader) for value in values], reader)


def _few_items(values: Sequence[str], reader: Reader) -> str:
    """Return the first items, and how many more there are."""
    return _few_of({"first": values[:FEW], "count": len(values)}, reader)


def _few_of(value: Mapping[str, Any], reader: Reader) -> str:
    """Return the first items of a list that is told by them and its length."""
    known, count = reader.names.items, int(value["count"])
    shown = [named(known.get(one), one) for one in value["first"][:FEW]]
    if reader.language == "en" or count <= FEW:
        line = _COMMA[reader.language].join(shown)
        return f"{line} and {count - FEW} more" if count > FEW else line
    return f"{listed(shown, reader)} 等 {count} 个"


def _role(value: str, reader: Reader) -> str:
    return named(reader.names.roles.get(value), value)


def _quoted_role(value: str, reader: Reader) -> str:
    return _named_or_code(reader.names.roles.get(value), value)


def _quoted_roles(values: Sequence[str], reader: Reader) -> str:
    return listed([_quoted_role(value, reader) for value in values], reader)


def _all_roles(values: Sequence[str], reader: Reader) -> str:
    """Return roles of which each is meant."""
    return AND[reader.language].join(_quoted_role(value, reader) for value in values)


def _environment(value: str, reader: Reader) -> str:
    return _named_or_code(reader.names.environments.get(value), value)


def _environments(values: Sequence[str], reader: Reader) -> str:
    known = reader.names.environments
    return listed([named(known.get(value), value) for value in values], reader)


def _owner(value: str, reader: Reader) -> str:
    """Return the owner of an item: a role or a person."""
    names = reader.names
    return named(names.roles.get(value) or names.people.get(value), value)


def _named_or_code(name: str | None, identifier: str) -> str:
    """Return a name with the id in brackets, or the id in backticks where the name says no more."""
    said = named(name, identifier)
    return f"`{identifier}`" if said == identifier else said


def _list(values: Sequence[object], reader: Reader) -> str:
    return listed([str(value) for value in values], reader)


def _first(values: Sequence[str], reader: Reader) -> str:
    return _most(values, _FIRST, reader)


def _most(values: Sequence[object], most: int, reader: Reader) -> str:
    """Return the first values, and how many more there are."""
    texts = [str(value) for value in values]
    if reader.language == "en" or len(texts) <= most:
        return shortened(texts, most, _COMMA[reader.language])
    return f"{listed(texts[:most], reader)} 等 {len(texts)} 项"


def _most_codes(values: Sequence[str], most: int, reader: Reader) -> str:
    return _most(in_backticks(values), most, reader)


def _lines(values: Sequence[str], most: int, reader: Reader) -> str:
    """Return the first values on lines of their own, each after a line break."""
    shown = first_of(values, most)
    if reader.language == "zh" and len(values) > most:
        shown[-1] = f"另有 {len(values) - most} 项"
    return "".join(f"\n  {line}" for line in shown)


def _first_codes(values: Sequence[str], reader: Reader) -> str:
    return _first(list(in_backticks(values)), reader)


def _codes(values: Sequence[object], reader: Reader) -> str:
    return listed([_code(value, reader) for value in values], reader)


def _code(value: object, _reader: Reader) -> str:
    return f"`{value}`"


def _literal(value: str, _reader: Reader) -> str:
    """Return text in quotation marks, with what is hidden in it spelt out."""
    return repr(value)


def _words(values: Sequence[str], reader: Reader) -> str:
    return listed([_word(value, reader) for value in values], reader)


def _one_of(values: Sequence[object], reader: Reader) -> str:
    """Return codes of which one is meant."""
    return OR[reader.language].join(_code(value, reader) for value in values)


def _all_codes(values: Sequence[object], reader: Reader) -> str:
    """Return codes of which each is meant."""
    return AND[reader.language].join(_code(value, reader) for value in values)


def _joined(values: Sequence[str], reader: Reader) -> str:
    """Return values of which each is meant."""
    return " and ".join(values) if reader.language == "en" else listed(values, reader)


def _weekday_of(value: str, reader: Reader) -> str:
    """Return the weekday of a day, written out."""
    day = parse_date(value)
    names = _WHOLE_WEEKDAYS if reader.language == "en" else _WEEKDAYS["zh"]
    return names[day.weekday()]


def _either(values: Sequence[object], reader: Reader) -> str:
    """Return values of which one is meant."""
    return OR[reader.language].join(map(str, values))


def _system(value: Mapping[str, Any], reader: Reader) -> str:
    """Return what the operating system says, in its own words where those are not known here."""
    text = str(value["text"])
    if reader.language == "en":
        return text
    # only where an error is read
    from changeflow.language.system_errors import CHINESE

    return CHINESE.get(value["number"], text)


def _asked(value: Mapping[str, str], reader: Reader) -> str:
    """Return a question in the reader's language, or as it was written."""
    return value.get(reader.language) or value["en"]


def _step(value: str, reader: Reader) -> str:
    """Return which step of its phase a key such as `verification/0` is; a program gets the key."""
    phase, _, index = value.partition("/")
    if reader.exact or not index.isdecimal():
        return value
    if reader.language == "zh":
        return f"{_word(phase, reader)}第 {int(index) + 1} 步"
    return f"{_word(phase, reader)} {int(index) + 1}"


def _steps(value: str, reader: Reader) -> str:
    """Return steps by key and name (`rollback/0 Start it again, ...`) with their keys in words."""
    return _STEP_KEY.sub(lambda found: found[1] + _step(found[2], reader), value)


def _quoted(value: str, reader: Reader) -> str:
    """Return a name in quotation marks; a program gets it as it is."""
    return value if reader.exact else f"“{value}”"


def _spelt_word(value: str, reader: Reader) -> str:
    """Return a word of the data with spaces, also for a program."""
    return value.replace("_", " ") if reader.exact else _word(value, reader)


def _word(value: str, reader: Reader) -> str:
    """Return a word of the data (a state, a type) in the reader's language."""
    if reader.exact:
        return value
    found = template(reader.language, f"word.{value}")
    said = value.replace("_", " ") if found is None else found[0]
    return reader.painted(value, said)


FORMATS: Final[dict[str, Callable[[Any, Reader], str]]] = {
    "time": _time,
    "minute": _minute,
    "date": _date,
    "duration": _duration,
    "rough": _rough,
    "percent": _percent,
    "person": _person,
    "people": _people,
    "item": _item,
    "items": _items,
    "few_items": _few_items,
    "few_of": _few_of,
    "role": _role,
    "quoted_role": _quoted_role,
    "quoted_roles": _quoted_roles,
    "all_roles": _all_roles,
    "environment": _environment,
    "environments": _environments,
    "owner": _owner,
    "list": _list,
    "code": _code,
    "codes": _codes,
    "literal": _literal,
    "first": _first,
    "first_codes": _first_codes,
    "paces": _paces,
    "whole": _whole,
    "word": _word,
    "asked": _asked,
    "step": _step,
    "steps": _steps,
    "quoted": _quoted,
    "spelt_word": _spelt_word,
    "either": _either,
    "all_codes": _all_codes,
    "words": _words,
    "system": _system,
    "one_of": _one_of,
    "joined": _joined,
    "weekday": _weekday_of,
}
# Formats that have a number behind them.
SHORTENED: Final[dict[str, Callable[[Any, int, Reader], str]]] = {
    "most": _most,
    "most_codes": _most_codes,
    "lines": _lines,
}
