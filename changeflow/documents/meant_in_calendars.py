"""What was likely meant by times, lengths and keys of calendars as people write them at first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from changeflow.model import times
from changeflow.model.findings import Route
from changeflow.model.phrases import Told, told

# keys with which other programs say how often
_REPEATING: Final = (
    "byday", "count", "days", "every", "freq", "frequency", "interval", "recurrence", "recurring",
    "repeat", "repeats", "rule", "schedule", "until", "weekday", "weekdays",
)  # fmt: skip
# keys of other programs for the ends of business hours
_HOURS: Final = {
    "start": "from",
    "begin": "from",
    "open": "from",
    "end": "to",
    "until": "to",
    "close": "to",
}
_LENGTH: Final = re.compile(
    r"([0-9]+) ?(m|min|mins|minutes?|h|hours?|d|days?|w|weeks?|分钟|小时|天|周)",
    re.ASCII | re.IGNORECASE,
)
_UNITS: Final = {
    "m": "PT{}M",
    "h": "PT{}H",
    "d": "P{}D",
    "w": "P{}W",
    "分": "PT{}M",
    "小": "PT{}H",
    "天": "P{}D",
    "周": "P{}W",
}
_HOURS_OF_A_DAY: Final = 24
_DAY: Final = r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
_CLOCK: Final = r"(?P<clock>[0-9]{2}:[0-9]{2})(?P<seconds>:[0-9]{2})?"
_OFFSET: Final = r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
_TIME: Final = re.compile(rf"{_DAY}(?:[Tt ]{_CLOCK} ?{_OFFSET})?", re.ASCII)


def key_meant(kind: str, route: Route, name: str) -> Told | None:
    """Return the hint at what a key of another program is called here; None for any other key."""
    if kind != "Calendar" or len(route) < 2:  # noqa: PLR2004 - `spec` and a list
        return None
    if route[1] in ("freezes", "windows") and name.casefold() in _REPEATING:
        return told("hint.rule_key")
    if route[1] == "hours" and name.casefold() in _HOURS:
        return told("hint.near", name=_HOURS[name.casefold()])
    return None


def value_meant(schema: Mapping[str, Any], value: Any) -> Told | None:
    """Return the hint at the time or length that was likely meant; None where none is likely.

    Args:
        schema: what is asked for, by its format or pattern.
        value: as it was written: a text, or a number where text belongs.
    """
    form = str(schema.get("format"))
    if str(schema.get("pattern")).startswith(("^([01]", "^(([01]")):
        form = "clock"
    read = _FORMS.get(form)
    return read(_plain(value)) if read is not None else None


def with_time_meant(schema: Mapping[str, Any], value: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a sentence about a time, with the hint at the time that was meant."""
    near = value_meant(schema, value)
    if near is None:
        return data
    return {**data, "case": f"{data['case']}_near", "what_now": [near]}


def _plain(value: Any) -> str:
    """Return a text with its full-width characters as ASCII, and without blanks around it."""
    return unicodedata.normalize("NFKC", str(value)).strip()


def _length(text: str) -> Told | None:
    if text.isdigit() and text.isascii():
        return told("hint.unit", hours=f"PT{text}H", minutes=f"PT{text}M")
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    return told("hint.near", name=_UNITS[found[2][0].casefold()].format(found[1]))


def _hour(text: str) -> Told | None:
    if not (text.isdigit() and text.isascii() and int(text) <= _HOURS_OF_A_DAY):
        return None
    return told("hint.quotes", value=f"{int(text):02}:00")


def _instant(text: str) -> Told | None:
    repaired = _repaired(text)
    if repaired is None:
        return told("hint.day_and_clock") if re.fullmatch(_CLOCK, text) else None
    local, offset = repaired
    if not offset:
        return told("hint.offset_or_zone", local=local)
    return told("hint.near", name=f"{local}{offset.upper()}")


def _local(text: str) -> Told | None:
    repaired = _repaired(text)
    if repaired is None:
        return told("hint.day_and_clock") if re.fullmatch(_CLOCK, text) else None
    local, offset = repaired
    if offset:
        return told("hint.local", local=local, instant=f"{local}{offset.upper()}")
    return told("hint.near", name=local)


def _repaired(text: str) -> tuple[str, str] | None:
    """Return a time with `T`, seconds and an hour that exists, and its offset; None for others."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    clock = (found["clock"] or "00:00") + (found["seconds"] or ":00")
    ends_day = clock == "24:00:00"
    try:
        local = times.parse_local_time(f"{found['day']}T{'00:00:00' if ends_day else clock}")
        # what 24:00 ends is the day before
        local += timedelta(days=ends_day)
    except (ValueError, OverflowError):
        return None
    return local.isoformat(), found["offset"] or ""


_FORMS: Final[dict[str, Callable[[str], Told | None]]] = {
    "clock": _hour,
    "duration": _length,
    "date-time": _instant,
    "local-date-time": _local,
}
