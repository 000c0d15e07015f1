"""The tables of a period once more, with the sub-period that each row belongs to.

A measure is one statement over a table of the period (`insight.kpi_tables`). Over the same table
with a column `part`, grouped by it, that statement gives the measure of all sub-periods at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from changeflow.insight.kpi import Kpi
from changeflow.insight.kpi_tables import in_seconds, statements
from changeflow.insight.period import Period
from changeflow.insight.sub_periods import SubPeriod

# The moment by which a row belongs to a period, by table.
_MOMENTS: Final = {
    "changes_of_period": "moment",
    "caused_incidents_of_period": "opened_at",
    "items_of_period": "moment",
    "cab_opinions_of_period": "decided_at",
    "reviews_due_in_period": "due_at",
    "deployments_of_period": "coalesce(started_at, ended_at)",
    "deployments_run_in_period": "moment",
    "deployments_tried_in_period": "moment",
    "audited_items_of_period": "audited_at",
    # the last second of a day
    "improvements_due_in_period": "due_at - 1",
    "deliveries_of_period": "delivered_at",
}
_SELECT: Final = re.compile(r"\s*select\s", re.IGNORECASE)
_TABLE: Final = re.compile(r"\sfrom\s+(\w+)", re.IGNORECASE)


def statements_by_part(period: Period, parts: Sequence[SubPeriod]) -> dict[str, str]:
    """Return the tables of a period with the number of each row's part, name -> SELECT.

    Args:
        period: from the beginning of the first part to the end of the last.
        parts: one after the other.
    """
    made = {}
    for table, select in statements(period).items():
        if table in _MOMENTS:
            case = _part(f"({_MOMENTS[table]})", parts, 0)
            made[table] = f"select rows_of.*, {case} as part from ({select}) rows_of"
    return made


def sql_by_part(kpi: Kpi) -> str | None:
    """Return the statement of a measure for all parts; None where it cannot be told by part."""
    tables = _TABLE.findall(kpi.sql)
    selects = len(re.findall(r"\bselect\b", kpi.sql, re.IGNORECASE))
    if selects != 1 or len(tables) != 1 or tables[0] not in _MOMENTS:
        return None
    return f"{_SELECT.sub('select part, ', kpi.sql, count=1)}\ngroup by part order by part"


def _part(moment: str, parts: Sequence[SubPeriod], first: int) -> str:
    """Return the number of the part of a moment as nested cases, so that few comparisons find it."""
    if len(parts) == 1:
        return str(first)
    middle = len(parts) // 2
    earlier = _part(moment, parts[:middle], first)
    later = _part(moment, parts[middle:], first + middle)
    start = in_seconds(parts[middle].start)
    return f"case when {moment} < {start} then {earlier} else {later} end"
