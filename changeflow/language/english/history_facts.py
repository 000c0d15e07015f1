"""Facts that records of the past give about a change."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "fact.item_incidents_3d": "incidents on its items in the last 3 days",
    "fact.item_incidents_7d": "incidents on its items in the last 7 days",
    "fact.item_incidents_30d": "incidents on its items in the last 30 days",
    "fact.item_incidents_decayed": "incidents on its items, each counting half as much every 30 days",
    "fact.item_caused_7d": "incidents whose cause was found in its items in the last 7 days",
    "fact.item_caused_30d": "incidents whose cause was found in its items in the last 30 days",
    "fact.service_incidents_30d": "incidents on the services of its items in the last 30 days",
    "fact.quiet_days": "days since the last incident on its items (60 at most)",
    "fact.weeks_of_4": "weeks of the last four in which its items had an incident",
    "fact.excess_expected": "incidents of a usual week on its items, less those of the last 7 days",
    "fact.item_changes_30d": "other changes of its items that started in the last 30 days",
    "fact.items": "items that it changes",
    "fact.lead_hours": "hours from recording the request to the planned start",
    "fact.planned_hours": "hours that it is planned to take",
    "fact.planned_outage": "an outage is planned (1: yes)",
    "fact.emergency": "it is an emergency (1: yes)",
    "fact.cab_required": "the CAB has to approve it (1: yes)",
    "fact.declared_level": "declared risk (0 low to 3 critical)",
    "fact.off_hours": "it is planned outside of working hours (1: yes)",
    "fact.weekend": "it is planned on a weekend (1: yes)",
    "fact.team_failure_rate": "smoothed failure rate of the team's earlier changes",
    "fact.team_changes": "earlier changes of the team",
    "fact.item_failure_rate": "smoothed failure rate of earlier changes of its worst item",
    "fact.category_failure_rate": "smoothed failure rate of earlier changes of its category",
    "fact.model_failure_rate": "smoothed failure rate of earlier changes under its model",
    "fact.item_failures_90d": "failed changes of its items in the last 90 days",
    "fact.files": "files that it changes",
    "fact.lines": "lines that it adds or deletes",
    "fact.trait": "it has the trait `{trait}` (1: yes)",
}
