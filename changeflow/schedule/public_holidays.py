"""Public holidays, as the library `holidays` knows them, and the years that it does not know.

It is imported when a holiday is asked about, and an extra of the program.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from changeflow import errors
from changeflow.model.phrases import Told, told
from changeflow.schedule.rrule import RecurrenceError

# A country that announced days for each of so many years announces the next ones, too.
_ANNOUNCED: Final = 5
_ESTIMATED: Final = "(estimated)"
# of which most countries are known
_SOME_YEAR: Final = 2024
_DAY: Final = timedelta(days=1)


class HolidayYear(NamedTuple):
    """What is known of a year.

    Attributes:
        holidays: the days off.
        worked: days that are worked instead of others, which would be days off by their weekday.
        unsure: days that may be holidays, beside an estimated one.
    """

    holidays: frozenset[date]
    worked: frozenset[date]
    unsure: frozenset[date]


@lru_cache(maxsize=512)
def holiday_year(
    country: str, region: str | None, categories: tuple[str, ...], year: int
) -> HolidayYear:
    """Return the public holidays of a year.

    Args:
        country: its ISO 3166 code, such as `DE`.
        region: its part, such as `BY`; None: what holds in all of it.
        categories: of the library, beside the public ones, such as `catholic`.
        year: of the calendar.

    Raises:
        RecurrenceError: when the country, region or category is unknown, or the year is.
        errors.UsageError: when the library is not installed.
    """
    found = _days_of(country, region, categories, year)
    first, last = _known_years(found)
    if not first <= year <= last:
        data = {"country": _place(country, region), "year": year, "first": first, "last": last}
        hint = told("hint.holidays_by_hand")
        raise RecurrenceError(told("recurrence.holidays_year", **data), "holidays", hint)
    unsure = set[date]()
    for day, name in found.items():
        if _ESTIMATED in name:
            unsure |= {day - _DAY, day + _DAY}
    holidays, worked = frozenset(found), frozenset(getattr(found, "weekend_workdays", ()))
    return HolidayYear(holidays, worked, frozenset(unsure - holidays))


def place_problem(country: str, region: str | None, categories: tuple[str, ...]) -> Told | None:
    """Return what is wrong with a country, its region or categories.

    None where nothing is, or where the library is not installed.
    """
    try:
        _days_of(country, region, categories, _SOME_YEAR)
    except RecurrenceError as error:
        return error.why
    except errors.UsageError:
        return None
    return None


def _days_of(country: str, region: str | None, categories: tuple[str, ...], year: int) -> Any:
    try:
        # fifteen megabytes, and an extra
        from holidays import country_holidays
    except ImportError as error:
        raise errors.UsageError.of(
            "tables.library", library="holidays", extra="calendar"
        ) from error
    asked = ("public", *(one for one in categories if one != "public"))
    try:
        return country_holidays(
            country, subdiv=region, years=year, categories=asked, language="en_US"
        )
    except (NotImplementedError, ValueError) as error:
        data = {"country": _place(country, region), "said": str(error)[:200]}
        raise RecurrenceError(told("recurrence.no_holidays", **data), "holidays") from error


def _known_years(found: Any) -> tuple[int, int]:
    """Return the first and the last year of which the library knows the days."""
    announced = set(getattr(found, "special_public_holidays", None) or ())
    first, last = int(found.start_year), int(found.end_year)
    newest = max(announced, default=0)
    if newest and all(newest - before in announced for before in range(_ANNOUNCED)):
        last = min(last, newest)
    return first, last


def _place(country: str, region: str | None) -> str:
    return f"{country}-{region}" if region else country
