"""Recurrence rules as RFC 5545 (3.3.10) defines them, read strictly.

A rule that the standard forbids is an error with its reason.

See docs/decisions/recurrence.md for why no library reads and expands them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from itertools import product
from typing import Final, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import Told, told

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
Until = datetime | date

FREQUENCIES: Final[tuple[Frequency, ...]] = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# a period begins at most every quarter of an hour
MAX_TIMES_A_DAY: Final = 96

_TOO_FINE: Final = ("SECONDLY", "MINUTELY", "HOURLY")
# a leap second is counted as the second before it (3.3.12)
_LAST_SECOND: Final = 59
# part -> smallest and largest number, and whether it may be counted from the end with a minus
_NUMBERS: Final[dict[str, tuple[int, int, bool]]] = {
    "BYSECOND": (0, 60, False),
    "BYMINUTE": (0, 59, False),
    "BYHOUR": (0, 23, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYMONTH": (1, 12, False),
    "BYSETPOS": (1, 366, True),
}
_PARTS: Final = ("FREQ", "UNTIL", "COUNT", "INTERVAL", *_NUMBERS, "BYDAY", "WKST")
# part -> the frequencies with which it is allowed (the table of 3.3.10)
_ONLY_WITH: Final[dict[str, tuple[Frequency, ...]]] = {
    "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY"),
    "BYYEARDAY": ("YEARLY",),
    "BYWEEKNO": ("YEARLY",),
}
_DAY: Final = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_LARGEST_ORDINAL: Final = 53
_UNTIL: Final = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", re.ASCII)


# the key of a period whose holidays are not known
HOLIDAYS: Final = "holidays"


class RecurrenceError(ValueError):
    """A recurrence that cannot be used.

    Attributes:
        why: the sentence about it, as data.
        key: of the period that is to be mended.
        hint: what to do next, as data.
    """

    def __init__(self, why: Told, key: str = "rrule", hint: Told | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.key = key
        self.hint = hint or told("hint.checked_place")

    @property
    def lacks_holidays(self) -> bool:
        """Return whether holidays are not known of a year or a day, and all else can be read."""
        return self.key == HOLIDAYS

    def __str__(self) -> str:
        """Return the sentence in English."""
        from changeflow.language.sentences import in_english

        return in_english(self.why)


@dataclass(frozen=True)
class RecurrenceRule:
    """A recurrence rule.

    An empty part selects everything; `by_day` are pairs of an ordinal (0: every one) and a weekday
    from Monday = 0.

    `until` is an instant (with a zone), a local time (without one) or a whole local day.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: Until | None = None
    by_second: frozenset[int] = frozenset()
    by_minute: frozenset[int] = frozenset()
    by_hour: frozenset[int] = frozenset()
    by_day: frozenset[tuple[int, int]] = frozenset()
    by_monthday: frozenset[int] = frozenset()
    by_yearday: frozenset[int] = frozenset()
    by_weekno: frozenset[int] = frozenset()
    by_month: frozenset[int] = frozenset()
    by_setpos: frozenset[int] = frozenset()
    week_start: int = 0


def parse_rule(text: str) -> RecurrenceRule:
    """Return the rule in a text such as `FREQ=WEEKLY;BYDAY=SU`.

    Raises:
        RecurrenceError: when RFC 5545 has no such rule, or when it repeats more often than a
            calendar of changes may.
    """
    try:
        return _rule_of_parts(_parts_of_text(text))
    except RecurrenceError as error:
        raise RecurrenceError(told("recurrence.rule", rule=text, why=[error.why])) from error


def _parts_of_text(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, equals, value = part.partition("=")
        if name not in _PARTS:
            raise RecurrenceError(_why_unknown(name))
        if not equals or not value:
            raise RecurrenceError(told("recurrence.no_value", part=name))
        if name in found:
            raise RecurrenceError(told("recurrence.twice", part=name))
        found[name] = value
    return found


def _why_unknown(name: str) -> Told:
    if name.startswith(("RRULE:", "DTSTART", "EXDATE", "RDATE")):
        return told("recurrence.rule_alone")
    if not name.strip():
        return told("recurrence.empty_part")
    if name != name.strip():
        return told("recurrence.blank", part=name)
    return told("recurrence.part", part=name)


def _rule_of_parts(parts: dict[str, str]) -> RecurrenceRule:
    frequency = _read_frequency(parts.get("FREQ"))
    for name, allowed in _ONLY_WITH.items():
        if name in parts and frequency not in allowed:
            raise RecurrenceError(told("recurrence.not_with", part=name, frequency=frequency))
    if "UNTIL" in parts and "COUNT" in parts:
        raise RecurrenceError(told("recurrence.two_ends"))
    by_parts = [name for name in parts if name.startswith("BY")]
    if by_parts == ["BYSETPOS"]:
        raise RecurrenceError(told("recurrence.setpos_alone"))
    numbers = {name: _read_numbers(name, parts.get(name)) for name in _NUMBERS}
    rule = RecurrenceRule(
        frequency=frequency,
        interval=_read_positive("INTERVAL", parts.get("INTERVAL", "1")),
        count=_read_positive("COUNT", parts["COUNT"]) if "COUNT" in parts else None,
        until=_read_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        by_second=frozenset(min(second, _LAST_SECOND) for second in numbers["BYSECOND"]),
        by_minute=numbers["BYMINUTE"],
        by_hour=numbers["BYHOUR"],
        by_day=_read_weekdays(parts, frequency),
        by_monthday=numbers["BYMONTHDAY"],
        by_yearday=numbers["BYYEARDAY"],
        by_weekno=numbers["BYWEEKNO"],
        by_month=numbers["BYMONTH"],
        by_setpos=numbers["BYSETPOS"],
        week_start=_read_week_start(parts.get("WKST", "MO")),
    )
    times = max(1, len(rule.by_hour)) * max(1, len(rule.by_minute)) * max(1, len(rule.by_second))
    if times > MAX_TIMES_A_DAY:
        raise RecurrenceError(told("recurrence.times", times=times, most=MAX_TIMES_A_DAY))
    return rule


def _read_frequency(value: str | None) -> Frequency:
    for known in FREQUENCIES:
        if value == known:
            return known
    if value in _TOO_FINE:
        raise RecurrenceError(told("recurrence.too_often", frequency=value))
    if value is None:
        raise RecurrenceError(told("recurrence.no_frequency"))
    raise RecurrenceError(told("recurrence.choice", part="FREQ", allowed=list(FREQUENCIES)))


def _read_positive(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise RecurrenceError(told("recurrence.positive", part=name))
    return int(value)


def _read_numbers(name: str, value: str | None) -> frozenset[int]:
    least, most, from_the_end = _NUMBERS[name]
    if value is None:
        return frozenset()
    spelling = r"[0-9]{1,3}"
    case = "forward"
    if from_the_end:
        spelling, case = rf"[+-]?{spelling}", "from_the_end"
    listed = value.split(",")
    for one in listed:
        if not re.fullmatch(spelling, one, re.ASCII) or not least <= abs(int(one)) <= most:
            numbers = {"case": case, "part": name, "least": least, "most": most}
            raise RecurrenceError(told("recurrence.numbers", **numbers))
    return frozenset(map(int, listed))


def _read_weekdays(parts: dict[str, str], frequency: Frequency) -> frozenset[tuple[int, int]]:
    if "BYDAY" not in parts:
        return frozenset()
    found = set()
    for one in parts["BYDAY"].split(","):
        match = _DAY.fullmatch(one)
        ordinal = int(match[1] or 0) if match else 0
        if match is None or (match[1] and not 1 <= abs(ordinal) <= _LARGEST_ORDINAL):
            raise RecurrenceError(told("recurrence.weekdays"))
        if ordinal and frequency not in ("MONTHLY", "YEARLY"):
            raise RecurrenceError(told("recurrence.numbered_days", frequency=frequency))
        if ordinal and "BYWEEKNO" in parts:
            raise RecurrenceError(told("recurrence.numbered_weeks"))
        found.add((ordinal, WEEKDAYS.index(match[2])))
    return frozenset(found)


def _read_week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise RecurrenceError(told("recurrence.choice", part="WKST", allowed=list(WEEKDAYS)))
    return WEEKDAYS.index(value)


def _read_until(value: str) -> Until:
    match = _UNTIL.fullmatch(value)
    if match is None:
        raise RecurrenceError(told("recurrence.until"))
    day, clock, utc = match.groups()
    try:
        if clock is None:
            # a day of the zone's calendar
            return datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007
        if clock.endswith("60"):
            # a leap second, see above
            clock = f"{clock[:4]}{_LAST_SECOND}"
        # local time, unless Z follows
        until = datetime.strptime(day + clock, "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError as error:
        raise RecurrenceError(told("recurrence.no_until", until=value)) from error
    if utc:
        return until.replace(tzinfo=UTC)
    return until


def within(rule: RecurrenceRule, local: datetime, instant: Callable[[datetime], datetime]) -> bool:
    """Return whether a start on the wall clock lies before the rule's end.

    `instant` returns when that clock shows a time.
    """
    match rule.until:
        case None:
            return True
        case datetime() as until if until.tzinfo is not None:
            return instant(local) <= until
        case datetime() as until:
            return local <= until
        case until:
            return local.date() <= until


def times_of_day(rule: RecurrenceRule, first: datetime) -> tuple[tuple[int, int, int], ...]:
    """Return the hours, minutes and seconds at which a rule yields on a day, sorted.

    Parts that the rule does not give are those of `first`.
    """
    hours = sorted(rule.by_hour or {first.hour})
    minutes = sorted(rule.by_minute or {first.minute})
    seconds = sorted(rule.by_second or {first.second})
    return tuple(product(hours, minutes, seconds))


def chosen(positions: Iterable[int], size: int) -> list[int]:
    """Return the indices that BYSETPOS chooses in a set of a size, sorted."""
    wanted = set()
    for position in positions:
        index = position - 1 if position > 0 else size + position
        if 0 <= index < size:
            wanted.add(index)
    return sorted(wanted)
