"""The budget that a service level has for outages, as schedules and papers tell what is taken from it."""

from typing import Any, Literal

from changeflow.model.answers.impact import ServiceBudget
from changeflow.model.document_parts import Instant, Record


class OutageBudget(Record):
    """A service in one period of its service level, in minutes.

    It is a record beside the dataclass `ServiceBudget`, because `impact` answers without pydantic
    and what it calls `ci` is here a `service`.
    """

    service: str
    target: float
    period: Literal["week", "month", "quarter", "year"]
    start: Instant
    end: Instant
    budget: float
    used: float
    planned: float


def told_budget(one: ServiceBudget) -> dict[str, Any]:
    """Return the fields of an `OutageBudget` from what was counted for a service."""
    found: dict[str, Any] = {"service": one.ci}
    for name in OutageBudget.model_fields:
        if name not in found:
            found[name] = getattr(one, name)
    return found
