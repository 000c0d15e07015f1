"""The measures that a target may be set for, and the unit of each."""

from typing import Final, Literal

KpiUnit = Literal["%", "count", "h", "min", "per day"]

KPI_UNITS: Final[dict[str, KpiUnit]] = {
    "approval_wait.median": "h",
    "approval_wait.p90": "h",
    "cab_required": "count",
    "change_failure_rate": "%",
    "change_success_rate": "%",
    "changes": "count",
    "changes.emergency": "count",
    "changes.major": "count",
    "changes.minor": "count",
    "changes.normal": "count",
    "changes.risk_critical": "count",
    "changes.risk_high": "count",
    "changes.risk_low": "count",
    "changes.risk_medium": "count",
    "changes.significant": "count",
    "changes.standard": "count",
    "closed_before_end": "%",
    "deployment_frequency": "per day",
    "emergency_share": "%",
    "in_window": "%",
    "lead_time.median": "h",
    "no_actual_start": "%",
    "outage.planned": "min",
    "overran": "%",
    "recorded_after_end": "%",
    "recorded_after_start": "%",
    "restore_time.median": "h",
    "retrospective_on_time": "%",
    "reviews_on_time": "%",
    "rolled_back": "%",
    "unauthorised": "count",
}
