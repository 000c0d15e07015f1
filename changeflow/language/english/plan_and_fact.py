"""What was planned beside what happened."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "plan_and_fact.title": "Planned and happened",
    "plan_and_fact.heading:about": "Compared",
    "plan_and_fact.heading:planned": "Planned",
    "plan_and_fact.heading:happened": "Happened",
    "plan_and_fact.about:start": "Start",
    "plan_and_fact.about:end": "End",
    "plan_and_fact.about:time": "Duration",
    "plan_and_fact.about:steps": "Steps",
    "plan_and_fact.about:rollback": "Rollback",
    "plan_and_fact.about:outage": "Outage of {items:items}",
    "plan_and_fact.about:incidents": "Incidents",
    "plan_and_fact.done": "{done} done",
    "plan_and_fact.none": "none",
    "plan_and_fact.not_said": "not said",
}
