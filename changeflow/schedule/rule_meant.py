"""The recurrence rule that was likely meant by one that cannot be read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from changeflow.schedule.rrule import FREQUENCIES, WEEKDAYS, RecurrenceError, parse_rule

_NAMES: Final = (
    "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY",
)  # fmt: skip
_WEEKDAY: Final = re.compile(r"\b([+-]?[0-9]{0,2})([A-Z]{3,9})\b", re.ASCII)
_UNTIL: Final = re.compile(
    r"UNTIL=([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):?([0-9]{2}):?([0-9]{2})(Z?))?", re.ASCII
)


def rule_meant(text: str) -> str | None:
    """Return a rule that can be read and that a text is near to; None where there is none."""
    rule = unicodedata.normalize("NFKC", text).upper().replace(" ", "")
    rule = rule.removeprefix("RRULE:").replace("RRULE=", "").strip(";")
    if rule in FREQUENCIES:
        rule = f"FREQ={rule}"
    rule = _UNTIL.sub(_until, rule)
    parts = [_part(part) for part in rule.split(";")]
    rule = ";".join(parts)
    try:
        parse_rule(rule)
    except RecurrenceError:
        return None
    return rule if rule != text else None


def _until(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second, utc = found.groups()
    clock = f"T{hour}{minute}{second}{utc}" if hour is not None else ""
    return f"UNTIL={year}{month}{day}{clock}"


def _part(part: str) -> str:
    name, _, value = part.partition("=")
    if name not in ("BYDAY", "WKST"):
        return part
    return f"{name}={_WEEKDAY.sub(_weekday, value)}"


def _weekday(found: re.Match[str]) -> str:
    for short, name in zip(WEEKDAYS, _NAMES, strict=True):
        if name.startswith(found[2]):
            return f"{found[1]}{short}"
    return found[0]
