"""Business hours and holidays, which windows and freezes of calendars name."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from changeflow.model.document_parts import Day, Id, Record, Text

Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
WORKDAYS: tuple[Weekday, ...] = ("MO", "TU", "WE", "TH", "FR")
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
# `24:00` is the end of the day
ClockEnd = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$(?!\n)")]


class BusinessHours(Record):
    """Hours of some weekdays, on the clock of a zone.

    Hours that end at or before their beginning go on until the next day. On the days of `holidays`
    there are none; on days that are worked instead of others there are, whatever the weekday.
    """

    id: Id
    name: Text | None = None
    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)] = WORKDAYS
    from_: ClockTime = Field(alias="from")
    to: ClockEnd
    zone: Text | None = None
    holidays: Id | None = None


class HolidayCalendar(Record):
    """The holidays of a country or a region of it, of an organisation, or of both.

    `region` and `categories` are those of the library `holidays`. A year of which it knows no days
    is no year without holidays: a question about it has no answer.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["country"]}, {"required": ["days"]}]},
    )

    id: Id
    name: Text | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2,3}$(?!\n)")] | None = None
    region: Id | None = None
    categories: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    days: Annotated[tuple[Day, ...], Field(max_length=1_000)] = ()
    zone: Text | None = None
