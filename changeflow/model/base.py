"""What every document has in common: the envelope, strictness, and the small types of the contract."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

API_VERSION: Final = "changeflow/v1"

# `$(?!\n)` because `$` alone also matches before a trailing line break in some engines (Python's among them).
ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$(?!\n)"
CHANGE_ID_PATTERN: Final = r"^CHG-[0-9]{8}-[a-z0-9][a-z0-9-]{0,46}$(?!\n)"
RELEASE_ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$(?!\n)"
DATE_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)"
DATE_TIME_PATTERN: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})$(?!\n)"
)
DURATION_PATTERN: Final = r"^P(?=[0-9T])([0-9]{1,5}W|([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,7}M)?([0-9]{1,8}S)?)?)$(?!\n)"

_DURATION = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,5})W|(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,8})S)?)?)",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, days, hours, minutes and seconds.

    Years and months are refused: their length depends on the day they start. Only ASCII digits count.

    Raises:
        ValueError: when the text is no such duration.
    """
    found = _DURATION.fullmatch(text)
    parts = {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
    if not parts or text.endswith("T"):
        raise ValueError(f"`{text}` is not an ISO 8601 duration such as PT30M, PT2H or P1D")
    return timedelta(**parts)


def format_duration(value: timedelta) -> str:
    """The shortest ISO 8601 spelling of a whole number of seconds, e.g. `PT1H30M`."""
    seconds = int(value.total_seconds())
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    time = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount)
    if not days and not time:
        return "PT0S"
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")


def parse_date(text: str) -> date:
    """A calendar date `YYYY-MM-DD` that exists.

    Raises:
        ValueError: when the text is no such date.
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) is None:
        raise ValueError(f"`{text}` is not a date such as 2026-11-21")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is not a day of the calendar") from error


def parse_instant(text: str) -> datetime:
    """An RFC 3339 time with an offset, as an instant in UTC.

    Raises:
        ValueError: without an offset, or when no such instant exists.
    """
    if re.fullmatch(DATE_TIME_PATTERN.removesuffix(r"(?!\n)").strip("^$"), text, re.ASCII) is None:
        raise ValueError(f"`{text}` is not a time with an offset such as 2026-11-25T22:00:00+08:00")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"`{text}` is not a time that exists") from error


def format_instant(value: datetime) -> str:
    """RFC 3339 in UTC, to the second unless there are microseconds."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _lenient(parse: Any, kind: type) -> Any:
    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError("must be text")
        return parse(value)

    return read


def _text_schema(format_name: str, pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "format": format_name, "pattern": pattern, "examples": [example]})


Duration = Annotated[
    timedelta,
    BeforeValidator(_lenient(parse_duration, timedelta)),
    PlainSerializer(format_duration, return_type=str),
    _text_schema("duration", DURATION_PATTERN, "PT30M"),
]
Day = Annotated[
    date,
    BeforeValidator(_lenient(parse_date, date)),
    PlainSerializer(date.isoformat, return_type=str),
    _text_schema("date", DATE_PATTERN, "2026-11-21"),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_lenient(parse_instant, datetime)),
    PlainSerializer(format_instant, return_type=str),
    _text_schema("date-time", DATE_TIME_PATTERN, "2026-11-25T22:00:00+08:00"),
]

Text = Annotated[str, Field(min_length=1, max_length=200)]
Prose = Annotated[str, Field(min_length=1, max_length=10_000)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
ChangeId = Annotated[str, Field(pattern=CHANGE_ID_PATTERN)]
ReleaseId = Annotated[str, Field(pattern=RELEASE_ID_PATTERN)]
PersonId = Id
RoleId = Id
CiId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$(?!\n)")]


class Record(BaseModel):
    """A frozen record that refuses keys it does not know."""

    # The default engine has no look-ahead, which the patterns need to refuse a trailing line break.
    model_config = ConfigDict(frozen=True, extra="forbid", regex_engine="python-re")


class Metadata(Record):
    """Who a document is: its id, and a name for people."""

    id: Id
    name: Text | None = None
    labels: dict[Id, Text] = {}


M = TypeVar("M", bound=Record)
S = TypeVar("S", bound=Record)
K = TypeVar("K", bound=str)


class Envelope(Record, Generic[M, S]):
    """`apiVersion`, `kind`, `metadata`, `spec`: what a document is before what it says."""

    apiVersion: Literal["changeflow/v1"]
    kind: str
    metadata: M
    spec: S
