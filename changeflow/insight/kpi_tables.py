"""The tables that measures are computed from, as SQL that DuckDB and Spark both read.

Every time in them is a whole number of seconds since 1970 in UTC, so that sums and differences are
exact and no engine's time zone matters. The tables of records (`insight.records`) come with the
prefix `past_`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from changeflow.insight.period import Period
from changeflow.insight.records import TABLES, ColumnType

PREFIX: Final = "past_"
_CHANGES: Final = (
    "source", "change", "type", "class", "category", "team", "environment", "risk_level",
    "declared_risk", "cab_required", "outcome", "recorded_at", "approved_at", "planned_start",
    "planned_end", "outage_start", "outage_end", "actual_start", "actual_end", "closed_at",
)  # fmt: skip
# The columns of each table of records that are read.
COLUMNS: Final = {
    "changes": _CHANGES,
    "incidents": ("source", "incident", "change", "link", "opened_at", "resolved_at"),
    "opinions": ("source", "change", "decision", "decided_at", "retrospective"),
    "deployments": ("source", "deployment", "change", "environment", "started_at", "ended_at",
                    "outcome"),
    "deliveries": ("source", "delivery", "delivered_at", "standing"),
    "reviews": ("source", "change", "due_at", "recorded_at"),
}  # fmt: skip
# A change belongs to the period of its planned start, else of its actual start, else to the time
# at which it was recorded.
MOMENT: Final = "coalesce(c.planned_start, c.actual_start, c.recorded_at)"


def is_instant(table: str, column: str) -> bool:
    """Return whether a column of a table of records holds instants."""
    found = TABLES[table].column(column)
    return found is not None and found.type is ColumnType.INSTANT


def statements_for_all(periods: Sequence[Period]) -> dict[str, str]:
    """Return the tables that several periods have in common, name -> SELECT, in their order.

    An incident was caused by a change if a person said so, or if it names the change and was opened
    when the change had started, or later. It counts once for a change, whatever its number of items.
    """
    columns = ", ".join(f"c.{column}" for column in _CHANGES)
    in_any = " or ".join(f"({_within(MOMENT, period)})" for period in periods)
    return {
        "caused_incidents": (
            "select distinct i.source, i.incident, i.change, i.opened_at, i.resolved_at"
            " from past_incidents i join past_changes c on i.change = c.change"
            " where i.link = 'caused_by' or (i.link = 'related' and i.opened_at >= c.actual_start)"
        ),
        "changes_of_periods": (
            f"select {columns}, {MOMENT} as moment,"
            " c.actual_end is not null"
            " or coalesce(c.outcome in ('implemented', 'failed', 'rolled_back'), false) as ended,"
            " k.change is not null as caused_incident, a.first_approval"
            " from past_changes c"
            " left join (select distinct change from caused_incidents) k on k.change = c.change"
            " left join (select source, change, min(decided_at) as first_approval"
            " from past_opinions where decision = 'approve' and retrospective"
            " group by source, change) a on a.source = c.source and a.change = c.change"
            f" where {in_any}"
        ),
    }


def statements(period: Period) -> dict[str, str]:
    """Return the tables of one of these periods, name -> SELECT, in the order in which they are made."""
    return {
        "changes_of_period": (
            f"select * from changes_of_periods where {_within('moment', period)}"
        ),
        "caused_incidents_of_period": (
            "select distinct source, incident, opened_at, resolved_at from caused_incidents"
            f" where {_within('opened_at', period)}"
        ),
        "reviews_due_in_period": (
            "select source, change, due_at, recorded_at from past_reviews"
            f" where due_at is not null and {_within('due_at', period)}"
        ),
        "deployments_of_period": (
            "select source, deployment, change, environment, started_at, ended_at, outcome,"
            f" cast({period.days()} as bigint) as days from past_deployments"
            f" where {_within('coalesce(started_at, ended_at)', period)}"
        ),
        "deliveries_of_period": (
            "select source, delivery, standing from past_deliveries"
            f" where {_within('delivered_at', period)}"
        ),
    }


def _within(moment: str, period: Period) -> str:
    conditions = []
    if period.start is not None:
        conditions.append(f"{moment} >= {in_seconds(period.start)}")
    if period.end is not None:
        conditions.append(f"{moment} < {in_seconds(period.end)}")
    return " and ".join(conditions) or "true"


def in_seconds(moment: datetime) -> int:
    """Return an instant as the tables have it."""
    return int(moment.timestamp() // 1)
