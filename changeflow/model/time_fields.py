"""Durations, days and instants as fields of documents and answers: how they are read and written.

Importing it does not import pydantic, which asks `TimeField` when it builds a record with one.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from changeflow.lazy_dataclass import dataclass
from changeflow.model.times import (
    DATE_PATTERN,
    DATE_TIME_PATTERN,
    DURATION_PATTERN,
    NominalDuration,
    format_duration,
    format_instant,
    format_nominal_duration,
    parse_date,
    parse_duration,
    parse_instant,
    parse_nominal_duration,
)


@dataclass(frozen=True, slots=True)
class TimeField:
    """How a time is read and written, and what a schema says about its text.

    Attributes:
        kind: the type of the value.
        parse: reads a text.
        write: returns the text of a value.
        format: the format in a schema.
        pattern: what each text matches.
        example: a text.
    """

    kind: type
    parse: Callable[[str], Any]
    write: Callable[[Any], str]
    format: str
    pattern: str
    example: str

    def _read(self, value: Any) -> Any:
        if isinstance(value, self.kind):
            return value
        if not isinstance(value, str):
            raise ValueError("must be text")
        return self.parse(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Return how pydantic reads and writes it."""
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(
            self._read,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.write, return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        """Return the schema of its text."""
        return {
            "type": "string",
            "format": self.format,
            "pattern": self.pattern,
            "examples": [self.example],
        }


Duration = Annotated[
    timedelta,
    TimeField(timedelta, parse_duration, format_duration, "duration", DURATION_PATTERN, "PT30M"),
]
NominalLength = Annotated[
    NominalDuration,
    TimeField(
        NominalDuration,
        parse_nominal_duration,
        format_nominal_duration,
        "duration",
        DURATION_PATTERN,
        "P14D",
    ),
]
Day = Annotated[
    date, TimeField(date, parse_date, date.isoformat, "date", DATE_PATTERN, "2026-11-21")
]
Instant = Annotated[
    datetime,
    TimeField(
        datetime,
        parse_instant,
        format_instant,
        "date-time",
        DATE_TIME_PATTERN,
        "2026-11-25T22:00:00+08:00",
    ),
]
