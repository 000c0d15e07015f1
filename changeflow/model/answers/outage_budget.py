"""The budget that a service level has for outages, as schedules and papers tell what is taken from it."""

from typing import Literal

from changeflow.model.document_parts import Instant, Record


class OutageBudget(Record):
    """A service in one period of its service level, in minutes."""

    service: str
    target: float
    period: Literal["week", "month", "quarter", "year"]
    start: Instant
    end: Instant
    budget: float
    used: float
    planned: float
