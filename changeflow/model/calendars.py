"""Calendars: freezes, and the windows in which something may be changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from changeflow.model import times
from changeflow.model.business_hours import BusinessHours, HolidayCalendar
from changeflow.model.change import ChangeType
from changeflow.model.cmdb import Criticality
from changeflow.model.document_parts import (
    ChangeId,
    CiId,
    Envelope,
    Id,
    Instant,
    Metadata,
    PersonId,
    Prose,
    Record,
    Text,
)
from changeflow.model.periods import SHAPE, period_problem
from changeflow.model.time_fields import NominalLength

# exceptions from a rule, or additions to it
MOST_DATES = 200
# freezes, or windows, of one calendar
MOST_PERIODS = 1_000
# hours, or calendars of holidays, of one calendar
MOST_DAY_PATTERNS = 100


def _if_text(parse: Callable[[str], Any]) -> BeforeValidator:
    """Return a validator that parses text and leaves any other value to the field's type."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return parse(value)

    return BeforeValidator(read)


WrittenInstant = Annotated[
    datetime,
    _if_text(times.parse_written_instant),
    PlainSerializer(times.format_written_instant, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": times.DATE_TIME_PATTERN,
            "examples": ["2026-11-25T22:00:00+08:00"],
        }
    ),
]
LocalTime = Annotated[
    datetime,
    _if_text(times.parse_local_time),
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "format": "local-date-time",
            "pattern": times.LOCAL_TIME_PATTERN,
            "examples": ["2026-10-02T20:00:00"],
        }
    ),
]


class InlineException(Record):
    """A change that may go on during a freeze, granted by a person with that authority.

    It lasts as long as the freeze. A `FreezeException` ends, and says by whom it was approved.
    """

    change: ChangeId
    granted_by: PersonId
    reason: Prose


class Scope(Record):
    """The changes that a period covers. Without any restriction it covers all.

    An item is covered when it is listed, or its environment is; without either list every item is.
    `criticality` keeps of these the items of some tiers, `types` of all changes those of some
    types.
    """

    items: tuple[CiId, ...] = ()
    environments: tuple[Id, ...] = ()
    criticality: tuple[Criticality, ...] = ()
    types: tuple[ChangeType, ...] = ()


class CalendarPeriod(Record):
    """A period, once or again and again, of which a calendar says something.

    It has `start` and `end`, or `dtstart` and `duration`; or it follows days: it is `during` or
    `outside` of business hours, or `on` holidays, each named by its id. `zone` is whose weekdays, days and clock
    are meant; `timezone` is another name of it. `items` and `environments` are short for those of
    `scope`. `covers: affected` is about changes, too, that can make a covered item fail. `allow`
    lists types of change that need not heed it.
    """

    id: Id
    name: Text | None = None
    start: WrittenInstant | None = None
    end: Instant | None = None
    dtstart: LocalTime | None = None
    duration: NominalLength | None = None
    rrule: Text | None = None
    exdates: Annotated[tuple[LocalTime, ...], Field(max_length=MOST_DATES)] = ()
    rdates: Annotated[tuple[LocalTime, ...], Field(max_length=MOST_DATES)] = ()
    zone: Text | None = None
    timezone: Text | None = None
    during: Id | None = None
    outside: Id | None = None
    on: Id | None = None
    scope: Scope = Scope.model_construct()
    items: tuple[CiId, ...] = ()
    environments: tuple[Id, ...] = ()
    covers: Literal["changed", "affected"] = "changed"
    allow: tuple[ChangeType, ...] = (ChangeType.EMERGENCY,)
    # what the named hours or holidays are; a document never says it (`schedule.day_patterns`)
    pattern: SkipJsonSchema[Any] = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _has_a_beginning_and_an_end(self) -> Self:
        given = [name for name in SHAPE if name in self.model_fields_set]
        problem = period_problem(given)
        if problem is not None:
            raise ValueError(f"the keys of a period do not fit together: {problem.name}")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("a period ends after it starts")
        if self.duration is not None and not (self.duration.days or self.duration.rest):
            raise ValueError("a period lasts some time")
        return self

    @property
    def follows(self) -> bool:
        """Return whether it follows days, and has no times of its own."""
        return (self.during, self.outside, self.on) != (None, None, None)

    @property
    def title(self) -> str:
        """Return the name that people use for the period."""
        return self.name or self.id

    @property
    def covered(self) -> Scope:
        """Return the scope, with the short forms merged into it."""
        given = self.scope
        items, environments = (*given.items, *self.items), (*given.environments, *self.environments)
        return given.model_copy(update={"items": items, "environments": environments})


P = TypeVar("P", bound=CalendarPeriod)


class Freeze(CalendarPeriod):
    """A period in which changes of what it covers are not made.

    It allows emergencies, unless it says otherwise.
    """

    exceptions: tuple[InlineException, ...] = ()


class MaintenanceWindow(CalendarPeriod):
    """A period in which the covered items are meant to be changed.

    An item that some window covers is not meant to be changed outside of all its windows.
    """


class CalendarSpec(Record):
    """Freezes and maintenance windows, and the hours and holidays that they name."""

    freezes: Annotated[tuple[Freeze, ...], Field(max_length=MOST_PERIODS)] = ()
    windows: Annotated[tuple[MaintenanceWindow, ...], Field(max_length=MOST_PERIODS)] = ()
    hours: Annotated[tuple[BusinessHours, ...], Field(max_length=MOST_DAY_PATTERNS)] = ()
    holidays: Annotated[tuple[HolidayCalendar, ...], Field(max_length=MOST_DAY_PATTERNS)] = ()


class Calendar(Envelope):
    """A calendar: `policies/*.yaml`."""

    kind: Literal["Calendar"]
    metadata: Metadata
    spec: CalendarSpec

    @property
    def follows_days(self) -> bool:
        """Return whether a freeze or window follows days."""
        return any(one.follows for one in (*self.spec.freezes, *self.spec.windows))

    def in_zone(self, name: str) -> "Calendar":
        """Return the calendar with the team's zone where a part of it is local and names none."""
        freezes = tuple(_in_zone(period, name) for period in self.spec.freezes)
        windows = tuple(_in_zone(period, name) for period in self.spec.windows)
        named: dict[str, Any] = {"freezes": freezes, "windows": windows}
        if self.spec.hours:
            named["hours"] = tuple(_days_in_zone(one, name) for one in self.spec.hours)
        if self.spec.holidays:
            named["holidays"] = tuple(_days_in_zone(one, name) for one in self.spec.holidays)
        spec = self.spec.model_copy(update=named)
        return self.model_copy(update={"spec": spec})


D = TypeVar("D", BusinessHours, HolidayCalendar)


def _days_in_zone(days: D, name: str) -> D:
    return days if days.zone else days.model_copy(update={"zone": name})


def _in_zone(period: P, name: str) -> P:
    if period.dtstart is None or period.zone or period.timezone:
        return period
    return period.model_copy(update={"zone": name})
