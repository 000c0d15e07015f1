"""Calendars: freezes, and the windows in which an environment may be changed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from changeflow.model.base import ChangeId, CiId, Duration, Envelope, Id, Instant, Metadata, PersonId, Prose, Record, Text
from changeflow.model.change import ChangeType


class FreezeException(Record):
    """A change that may go on during a freeze, granted by somebody with that authority."""

    change: ChangeId
    granted_by: PersonId
    reason: Prose


class Freeze(Record):
    """A period in which changes to some environments or items are not made.

    Without `environments` and `items` it covers everything. `rrule` (RFC 5545, without DTSTART) repeats it. `allow` lists
    the types of change that may go on in it: emergencies, unless it says otherwise.
    """

    model_config = ConfigDict(json_schema_extra={})

    id: Id
    name: Text
    start: Instant
    end: Instant
    rrule: Text | None = None
    timezone: Text | None = None
    environments: tuple[Id, ...] = ()
    items: tuple[CiId, ...] = ()
    allow: tuple[ChangeType, ...] = (ChangeType.EMERGENCY,)
    exceptions: tuple[FreezeException, ...] = ()

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Freeze:
        if self.end <= self.start:
            raise ValueError("a freeze ends after it starts")
        return self


class MaintenanceWindow(Record):
    """A recurring period in which an environment is meant to be changed."""

    id: Id
    name: Text
    start: Instant
    duration: Duration
    rrule: Text | None = None
    timezone: Text | None = None
    environments: Annotated[tuple[Id, ...], Field(min_length=1)]


class CalendarSpec(Record):
    """Freezes and maintenance windows."""

    freezes: tuple[Freeze, ...] = ()
    windows: tuple[MaintenanceWindow, ...] = ()


class Calendar(Envelope[Metadata, CalendarSpec]):
    """A calendar: `policies/*.yaml`."""

    kind: Literal["Calendar"]
